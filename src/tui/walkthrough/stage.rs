//! A walkthrough played without a terminal: the real loop, a store in memory, a clock that stands
//! still, and a screen in memory. Effects are carried out between keys, so that after every key the
//! console is idle.

use std::collections::VecDeque;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

use crate::domain::{JournalEntry, Revision};
use crate::registry::{Registry, plan::capitalized};

use super::super::effects::carry_out;
use super::super::keys::Chord;
use super::super::message::{Effect, Message};
use super::super::runtime::Runtime;
use super::super::state::State;
use super::super::text::width;
use super::super::theme::Theme;
use super::super::view::view;
use super::tour::{PANEL, Tour};
use super::{Step, Walkthrough, sample};

/// The account that recordings are made under.
const ACCOUNT: &str = "demo";

/// The console with a walkthrough's persona in front of it.
#[derive(Debug)]
pub struct Stage {
    /// The loop.
    pub runtime: Runtime,
    registry: Arc<Registry>,
    terminal: Terminal<TestBackend>,
    /// The last frame as it was drawn. The backend's own copy keeps what lies under the second half of
    /// a wide character, which a terminal does not.
    screen: Buffer,
}

impl Stage {
    /// Opens the console as a walkthrough wants it.
    ///
    /// # Errors
    /// When the sample has nobody of the persona's name.
    pub fn open(walkthrough: &Walkthrough) -> color_eyre::Result<Self> {
        Self::build(walkthrough, walkthrough.size, false)
    }

    /// Opens it with the walkthrough's captions below, in a terminal of a size.
    ///
    /// # Errors
    /// When the sample has nobody of the persona's name.
    pub fn tour(walkthrough: &Walkthrough, size: (u16, u16)) -> color_eyre::Result<Self> {
        Self::build(walkthrough, size, true)
    }

    /// Opens it with the captions below, and as much room for the console as the walkthrough is
    /// written for.
    ///
    /// # Errors
    /// When the sample has nobody of the persona's name.
    pub fn captioned(walkthrough: &Walkthrough) -> color_eyre::Result<Self> {
        let (columns, rows) = walkthrough.size;
        Self::build(walkthrough, (columns, rows + PANEL), true)
    }

    fn build(walkthrough: &Walkthrough, size: (u16, u16), tour: bool) -> color_eyre::Result<Self> {
        let now = sample::morning();
        let (registry, actor) = sample::fresh(ACCOUNT, &walkthrough.persona, now)?;
        let snapshot = registry.snapshot();
        let state = State::new(snapshot, actor, true, Theme::default(), size, now);
        let mut runtime = Runtime::new(state, sample::morning);
        if tour {
            Tour::begin(&mut runtime.console, walkthrough.clone());
        }
        let mut built = Self {
            runtime,
            registry,
            terminal: Terminal::new(TestBackend::new(size.0, size.1))?,
            screen: Buffer::default(),
        };
        let mut effects = built.runtime.turn([]);
        effects.push(Effect::LoadJournal);
        built.carry_out(effects);
        built.draw()?;
        Ok(built)
    }

    /// Presses a key, and draws.
    ///
    /// # Errors
    /// Never in practice: the screen is memory.
    pub fn press(&mut self, chord: Chord) -> color_eyre::Result<()> {
        self.send(Message::Key(chord.event()))
    }

    /// Takes a message in, and draws.
    ///
    /// # Errors
    /// Never in practice: the screen is memory.
    pub fn send(&mut self, message: Message) -> color_eyre::Result<()> {
        let effects = self.runtime.turn([message]);
        self.carry_out(effects);
        self.draw()
    }

    /// Goes on after a step that has no keys, while captions are shown.
    ///
    /// # Errors
    /// Never in practice: the screen is memory.
    pub fn go_on(&mut self) -> color_eyre::Result<()> {
        let key = KeyEvent::from(KeyCode::Char(' '));
        self.send(Message::Key(key))
    }

    /// Presses all keys of a step.
    ///
    /// # Errors
    /// Never in practice: the screen is memory.
    pub fn play(&mut self, step: &Step) -> color_eyre::Result<()> {
        step.keys
            .iter()
            .try_for_each(|stroke| self.press(stroke.chord))
    }

    fn draw(&mut self) -> color_eyre::Result<()> {
        let console = &self.runtime.console;
        let drawn = self.terminal.draw(|frame| view(console, frame))?;
        self.screen.clone_from(drawn.buffer);
        Ok(())
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        let mut queue = VecDeque::from(effects);
        while let Some(effect) = queue.pop_front() {
            if let Some(message) = carry_out(&self.registry, effect) {
                queue.extend(self.runtime.turn([message]));
            }
        }
    }

    /// What is on the screen, cell by cell.
    pub const fn screen(&self) -> &Buffer {
        &self.screen
    }

    /// The text on the screen.
    pub fn text(&self) -> String {
        text(self.screen())
    }

    /// The store's last revision.
    pub fn revision(&self) -> Revision {
        self.registry.snapshot().revision()
    }

    /// The newest journal entry.
    pub fn newest(&self) -> Option<JournalEntry> {
        self.registry.newest(1).ok()?.into_iter().next()
    }
}

/// A journal entry in one line, as walkthroughs compare it: `share: Share X with Y. +2 people can
/// run (because of a reason)`.
pub fn told(entry: &JournalEntry) -> String {
    let stamp = &entry.stamp;
    let summary = capitalized(&stamp.summary);
    let reason = stamp.reason.as_ref();
    let because = reason.map_or_else(String::new, |r| format!(" (because {r})"));
    format!("{}: {summary}. {}{because}", stamp.intent, stamp.effect)
}

/// The text of a screen, a line a row; wide characters once.
pub fn text(buffer: &Buffer) -> String {
    let area = buffer.area;
    let mut out = String::new();
    for y in area.top()..area.bottom() {
        let mut line = String::new();
        let mut covered = 0;
        for x in area.left()..area.right() {
            let Some(cell) = buffer.cell((x, y)) else {
                continue;
            };
            if covered > 0 {
                covered -= 1;
                continue;
            }
            line.push_str(cell.symbol());
            covered = width(cell.symbol()).saturating_sub(1);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
