//! Something that has to be read: a refusal with its reasons.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::registry::Refusal;

use super::super::parts::prose::{self, Tone};
use super::super::parts::scroll::Cursor;
use super::super::theme::Theme;
use super::super::view::frame_block;

/// The notice.
#[derive(Debug)]
pub struct Notice {
    /// What stands on the frame.
    pub title: String,
    /// What it says.
    pub lines: Vec<(Tone, String)>,
    /// How far it is scrolled.
    pub scroll: Cursor,
}

impl Notice {
    /// Why a command does not apply.
    pub fn reason(reason: &str) -> Self {
        let (what, why) = reason.split_once(": ").unwrap_or((reason, ""));
        let mut lines = vec![(Tone::Strong, format!("{what}."))];
        if !why.is_empty() {
            lines.push((Tone::Plain, String::new()));
            lines.push((Tone::Plain, crate::registry::plan::capitalized(why)));
        }
        lines.push((Tone::Plain, String::new()));
        lines.push((Tone::Dim, "Nothing was changed.".to_owned()));
        Self {
            title: " Not possible here ".to_owned(),
            lines,
            scroll: Cursor::default(),
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
        lines.push((Tone::Plain, String::new()));
        lines.extend(words.map(|line| (Tone::Plain, line)));
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
            scroll: Cursor::default(),
        }
    }
}

/// A frame with the words in it.
pub fn draw(notice: &Notice, frame: &mut Frame<'_>, area: Rect, theme: Theme) {
    let block = frame_block(theme, &notice.title, true);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    prose::draw(
        theme,
        &notice.lines,
        notice.scroll.row,
        frame,
        prose::margin(inner),
    );
}
