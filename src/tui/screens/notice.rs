//! Something that has to be read: a refusal with its reasons.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::registry::Refusal;

use super::super::commands::CommandId;
use super::super::parts::prose::{self, Tone};
use super::super::parts::scroll::{Reading, Step};
use super::super::screen::{Act, Reply, Screen};
use super::super::state::{Place, State};
use super::super::view::{centred, follow, frame_block};

/// The notice.
#[derive(Debug)]
pub struct Notice {
    /// What stands on the frame.
    pub title: String,
    /// What it says.
    pub lines: Vec<(Tone, String)>,
    /// How far it is scrolled.
    pub scroll: Reading,
}

impl Notice {
    /// Lines to be read, under a title.
    pub fn lines(title: &str, lines: Vec<(Tone, String)>) -> Self {
        Self {
            title: format!(" {title} "),
            lines,
            scroll: Reading::default(),
        }
    }

    /// Why a command does not apply.
    pub fn reason(reason: &str) -> Self {
        let (what, why) = reason.split_once(": ").unwrap_or((reason, ""));
        let what = what.trim_end_matches('.');
        let mut lines = vec![(Tone::Strong, format!("{what}."))];
        if !why.is_empty() {
            lines.push((Tone::Plain, String::new()));
            let why = crate::registry::plan::capitalized(why.trim_end_matches('.'));
            lines.push((Tone::Plain, format!("{why}.")));
        }
        lines.push((Tone::Plain, String::new()));
        lines.push((Tone::Dim, "Nothing was changed.".to_owned()));
        Self {
            title: " Not possible here ".to_owned(),
            lines,
            scroll: Reading::default(),
        }
    }

    /// Why a plan was not made to last.
    pub fn unsaved(why: &str) -> Self {
        let why = crate::registry::plan::capitalized(why);
        let lines = vec![
            (Tone::Strong, "Nothing was saved.".to_owned()),
            (Tone::Plain, String::new()),
            (Tone::Plain, format!("{why}.")),
        ];
        Self::lines("Not saved", lines)
    }

    /// What is wrong with the user's configuration.
    pub fn problem(problem: &str) -> Self {
        let lines = vec![
            (Tone::Strong, "The configuration can't be read.".to_owned()),
            (Tone::Plain, String::new()),
            (Tone::Plain, problem.to_owned()),
            (Tone::Plain, String::new()),
            (
                Tone::Dim,
                "The console started with its defaults.".to_owned(),
            ),
        ];
        Self {
            title: " Configuration ".to_owned(),
            lines,
            scroll: Reading::default(),
        }
    }

    /// A refusal in words, and its stable key.
    pub fn refusal(refusal: &Refusal) -> Self {
        let mut words = refusal.lines().into_iter();
        let mut lines: Vec<(Tone, String)> = words
            .next()
            .map(|first| (Tone::Strong, first))
            .into_iter()
            .collect();
        let reasons: Vec<(Tone, String)> = words.map(|line| (Tone::Plain, line)).collect();
        if !reasons.is_empty() {
            lines.push((Tone::Plain, String::new()));
        }
        lines.extend(reasons);
        lines.push((Tone::Plain, String::new()));
        lines.push((
            Tone::Dim,
            format!("Nothing was changed. ({})", refusal.key()),
        ));
        let title = if refusal.is_denial() {
            " Not allowed "
        } else {
            " That does not fit "
        };
        Self {
            title: title.to_owned(),
            lines,
            scroll: Reading::default(),
        }
    }
}

impl Screen for Notice {
    fn place(&self) -> Place {
        Place::Notice
    }

    fn crumb(&self, _: &State) -> String {
        self.title.trim().to_owned()
    }

    fn area(&self, state: &State, whole: Rect) -> Rect {
        let columns = whole.width.min(72);
        // Frame and margins take four of them.
        let inside = columns.saturating_sub(4);
        let rows = prose::wrapped(state.theme, &self.lines, inside).len() + 2;
        centred(whole, columns, u16::try_from(rows).unwrap_or(u16::MAX))
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        let block = frame_block(state.theme, &self.title, focused);
        let inner = block.inner(area);
        frame.render_widget(block, area);
        let body = prose::margin(inner);
        follow(state.theme, frame, body);
        prose::draw(state.theme, &self.lines, &self.scroll, frame, body);
    }

    fn perform(&mut self, _: &mut State, command: CommandId) -> Reply {
        (command == CommandId::Accept).then(|| vec![Act::Close])
    }

    fn step(&mut self, _: &State, step: Step) {
        self.scroll.step(step);
    }
}
