//! The loop of the console with scripted keys, a fixed clock, a store in memory, and a terminal in
//! memory. Effects are carried out between turns, so that after every key the console is idle.

use std::cell::Cell;
use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, OnceLock};

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use deedbox::domain::{JournalEntry, Revision, Timestamp};
use deedbox::interop::document::{self, Document};
use deedbox::registry::{Actor, Draft, Plan, Registry, plan_import};
use deedbox::tui::effects::carry_out;
use deedbox::tui::keys::Chord;
use deedbox::tui::message::{Effect, Message};
use deedbox::tui::runtime::Runtime;
use deedbox::tui::state::State;
use deedbox::tui::theme::Theme;
use deedbox::tui::view::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

pub struct Console {
    pub runtime: Runtime,
    pub registry: Arc<Registry>,
    terminal: Terminal<TestBackend>,
    /// The last frame as it was drawn. The backend's own copy keeps what lies under the second half of
    /// a wide character, which a terminal does not.
    screen: Buffer,
    pub copied: Vec<String>,
    /// Whether jobs and commits wait until they are released.
    pub holds: bool,
    /// What waits, in order.
    pub held: VecDeque<Effect>,
    /// States that the store came to, as the loop is told of them.
    news: Receiver<Message>,
}

thread_local! {
    /// Seconds that went by since the console was opened: a test has its thread to itself.
    static PASSED: Cell<i64> = const { Cell::new(0) };
}

/// The demo's day.
pub fn clock() -> Timestamp {
    let began = Timestamp::parse("2026-11-21T09:00:00Z").unwrap();
    Timestamp(began.0 + PASSED.get())
}

/// A store in memory with the sample organization.
pub fn sample() -> Registry {
    static SAMPLE: OnceLock<Plan> = OnceLock::new();
    let plan = SAMPLE.get_or_init(|| import(&acme(), "acme.yaml"));
    stocked(plan)
}

/// The sample organization as its file says it.
pub fn acme() -> Document {
    let text = include_str!("../../assets/acme.yaml");
    document::read(text, "acme.yaml").unwrap()
}

/// What imports a document into a new store. Working out what that does to everybody costs more than
/// all else that a test does, so it is worked out once and committed to many stores.
pub fn import(document: &Document, file: &str) -> Plan {
    let empty = Registry::in_memory().unwrap();
    let mut draft = Draft::new(&empty.snapshot());
    document::apply(document, &mut draft).unwrap();
    let actor = Actor::store_administrator("setup");
    plan_import(draft, &actor, file, clock()).unwrap()
}

/// A new store in memory, in which nothing was done but one thing.
pub fn stocked(plan: &Plan) -> Registry {
    let registry = Registry::in_memory().unwrap();
    registry.commit(plan.clone()).unwrap();
    registry
}

impl Console {
    /// Opens the sample as Alice, the administrator, at 80 columns and 24 rows.
    pub fn open() -> Self {
        Self::open_as("user:alice@acme.test", (80, 24), Theme::default())
    }

    pub fn open_as(who: &str, size: (u16, u16), theme: Theme) -> Self {
        let registry = Arc::new(sample());
        let principal = registry
            .snapshot()
            .find_principal(who)
            .expect("a persona of the sample");
        let actor = Actor {
            account: "tester".into(),
            principal: Some(principal),
            store_administrator: who.contains("alice"),
            on_behalf_by: None,
        };
        Self::over(registry, actor, size, theme)
    }

    pub fn over(registry: Arc<Registry>, actor: Actor, size: (u16, u16), theme: Theme) -> Self {
        let state = State::new(registry.snapshot(), actor, true, theme, size, clock());
        let terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
        let (told, news) = channel();
        registry.follow(move |snapshot| told.send(Message::Now(snapshot)).is_ok());
        let mut console = Self {
            runtime: Runtime::new(state, clock),
            registry,
            news,
            terminal,
            screen: Buffer::default(),
            copied: Vec::new(),
            holds: false,
            held: VecDeque::new(),
        };
        let mut effects = console.runtime.turn([]);
        effects.push(Effect::LoadJournal);
        console.carry_out(effects);
        console.draw();
        console
    }

    /// Presses keys, written as `s "fraud" enter`: names of keys, and text in quotes.
    pub fn press(&mut self, script: &str) -> &mut Self {
        for (i, part) in script.split('"').enumerate() {
            if i % 2 == 1 {
                for c in part.chars() {
                    let name = if c == ' ' {
                        "space".to_owned()
                    } else {
                        c.to_string()
                    };
                    self.key(&name);
                }
            } else {
                for name in part.split_whitespace() {
                    self.key(name);
                }
            }
        }
        self.draw();
        self
    }

    fn key(&mut self, name: &str) {
        let chord = Chord::parse(name).unwrap_or_else(|| panic!("{name} is no key"));
        self.send(Message::Key(chord.event()));
    }

    pub fn send(&mut self, message: Message) {
        let effects = self.runtime.turn([message]);
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        let mut queue = VecDeque::from(effects);
        while let Some(effect) = queue.pop_front() {
            if self.holds && matches!(effect, Effect::Compute(..) | Effect::Commit(_)) {
                self.held.push_back(effect);
                continue;
            }
            if let Effect::Copy(text) = &effect {
                self.copied.push(text.clone());
            }
            if let Some(message) = carry_out(&self.registry, effect) {
                queue.extend(self.runtime.turn([message]));
            }
        }
    }

    /// Presses keys without carrying out what has to happen outside: that comes later.
    pub fn later(&mut self, script: &str) -> Vec<Effect> {
        let mut effects = Vec::new();
        for name in script.split_whitespace() {
            let chord = Chord::parse(name).unwrap_or_else(|| panic!("{name} is no key"));
            let message = Message::Key(chord.event());
            effects.extend(self.runtime.turn([message]));
        }
        self.draw();
        effects
    }

    /// Carries out what was to come later.
    pub fn finish(&mut self, effects: Vec<Effect>) -> &mut Self {
        self.carry_out(effects);
        self.draw();
        self
    }

    /// Carries out the oldest of what waits; says whether there was any.
    pub fn release_one(&mut self) -> bool {
        let oldest = self.held.pop_front();
        let released = oldest.is_some();
        let message = oldest.and_then(|effect| carry_out(&self.registry, effect));
        self.message(message);
        released
    }

    /// Carries out all that waits, and what comes of it.
    pub fn release(&mut self) -> &mut Self {
        self.holds = false;
        while self.release_one() {}
        self
    }

    /// Lets time go by.
    pub fn wait(&mut self, seconds: i64) -> &mut Self {
        PASSED.set(PASSED.get() + seconds);
        self
    }

    /// Hears what became of the store, as the loop does at once.
    pub fn hear(&mut self) -> &mut Self {
        let news: Vec<Message> = self.news.try_iter().collect();
        self.message(news)
    }

    /// A click on the first cell of a text, the last that is on the screen.
    #[track_caller]
    pub fn click(&mut self, text: &str) -> &mut Self {
        let (column, row) = self.place(text);
        self.click_at(column, row)
    }

    /// A click on a cell.
    pub fn click_at(&mut self, column: u16, row: u16) -> &mut Self {
        self.message([Message::Mouse(MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column,
            row,
            modifiers: KeyModifiers::NONE,
        })])
    }

    /// The column and row of a text, the last that is on the screen.
    #[track_caller]
    pub fn place(&self, text: &str) -> (u16, u16) {
        let screen = self.text();
        let lines: Vec<&str> = screen.lines().collect();
        let row = lines.iter().rposition(|line| line.contains(text));
        let row = row.unwrap_or_else(|| panic!("`{text}` is not on the screen:\n{screen}"));
        let before = lines[row].split(text).next().unwrap();
        let column = deedbox::tui::text::width(before);
        (u16::try_from(column).unwrap(), u16::try_from(row).unwrap())
    }

    /// A message from outside, and a frame.
    pub fn message(&mut self, message: impl IntoIterator<Item = Message>) -> &mut Self {
        for message in message {
            self.send(message);
        }
        self.draw();
        self
    }

    pub fn resize(&mut self, columns: u16, rows: u16) -> &mut Self {
        self.terminal.backend_mut().resize(columns, rows);
        self.send(Message::Resize(columns, rows));
        self.draw();
        self
    }

    fn draw(&mut self) {
        let console = &self.runtime.console;
        let drawn = self.terminal.draw(|frame| view(console, frame)).unwrap();
        self.screen.clone_from(drawn.buffer);
    }

    /// The text on the screen.
    pub fn text(&self) -> String {
        let buffer = &self.screen;
        let area = buffer.area;
        let mut out = String::new();
        for y in 0..area.height {
            let mut line = String::new();
            let mut skip = 0;
            for x in 0..area.width {
                let symbol = buffer[(x, y)].symbol();
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                line.push_str(symbol);
                skip = deedbox::tui::text::width(symbol).saturating_sub(1);
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }

    /// What stands from the terminal's own cursor to the end of its line.
    pub fn at_cursor(&mut self) -> String {
        let at = self.terminal.get_cursor_position().unwrap();
        let cells = (at.x..self.screen.area.width).map(|x| self.screen[(x, at.y)].symbol());
        cells.collect::<String>().trim().to_owned()
    }

    /// The text, and below it every run of cells with a style: `row:from-to style`.
    pub fn styled(&self) -> String {
        let buffer = &self.screen;
        let area = buffer.area;
        let mut out = self.text();
        out.push_str("--- styles\n");
        for y in 0..area.height {
            let mut runs: Vec<(u16, u16, String)> = Vec::new();
            for x in 0..area.width {
                let cell = &buffer[(x, y)];
                let style = describe(cell.fg, cell.bg, cell.modifier);
                match runs.last_mut() {
                    Some((_, to, last)) if *last == style => *to = x,
                    _ => runs.push((x, x, style)),
                }
            }
            let shown: Vec<String> = runs
                .iter()
                .filter(|(_, _, style)| !style.is_empty())
                .map(|(from, to, style)| format!("{from}-{to} {style}"))
                .collect();
            if !shown.is_empty() {
                writeln!(out, "{y}: {}", shown.join(", ")).unwrap();
            }
        }
        out
    }

    /// The newest journal entry.
    pub fn newest(&self) -> JournalEntry {
        self.registry.newest(1).unwrap().remove(0)
    }

    pub fn revision(&self) -> Revision {
        self.registry.snapshot().revision()
    }

    #[track_caller]
    pub fn shows(&self, text: &str) {
        let screen = self.text();
        assert!(
            screen.contains(text),
            "`{text}` is not on the screen:\n{screen}"
        );
    }

    #[track_caller]
    pub fn hides(&self, text: &str) {
        let screen = self.text();
        assert!(
            !screen.contains(text),
            "`{text}` is on the screen:\n{screen}"
        );
    }
}

fn describe(fg: Color, bg: Color, modifier: Modifier) -> String {
    let mut parts = Vec::new();
    if fg != Color::Reset {
        parts.push(fg.to_string().to_lowercase());
    }
    if bg != Color::Reset {
        parts.push(format!("on {bg}").to_lowercase());
    }
    if !modifier.is_empty() {
        parts.push(format!("{modifier:?}").to_lowercase());
    }
    parts.join(" ")
}
