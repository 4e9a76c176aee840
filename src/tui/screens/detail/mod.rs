//! One model: overview, who has access and how, versions, activity.

mod access;
mod activity;
mod overview;
mod versions;

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use strum::{EnumIter, IntoEnumIterator, IntoStaticStr};

use crate::authz::{Request, Snapshot, check, explain, wording};
use crate::domain::{Capability, ResourceId, Target};

use super::super::parts::prose::{self, Tone};
use super::super::parts::scroll::{Cursor, Step};
use super::super::state::{Place, State};
use super::super::view::frame_block;

/// The parts of the detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, IntoStaticStr)]
pub enum Tab {
    /// What it is, and what the viewer can do.
    Overview,
    /// Who has access, and how.
    Access,
    /// Its versions.
    Versions,
    /// What was done with it.
    Activity,
}

/// The detail of one model.
#[derive(Debug)]
pub struct Detail {
    /// Which model.
    pub resource: ResourceId,
    /// The part that is shown.
    pub tab: Tab,
    /// How far it is scrolled.
    pub cursor: Cursor,
}

impl Detail {
    /// One part of one model.
    pub fn new(resource: ResourceId, tab: Tab) -> Self {
        Self {
            resource,
            tab,
            cursor: Cursor::default(),
        }
    }

    /// Goes to the next or previous part.
    pub fn turn(&mut self, forward: bool) {
        let tabs: Vec<Tab> = Tab::iter().collect();
        let at = tabs.iter().position(|t| *t == self.tab).unwrap_or(0);
        let next = if forward { at + 1 } else { at + tabs.len() - 1 } % tabs.len();
        self.tab = tabs.get(next).copied().unwrap_or(Tab::Overview);
        self.cursor = Cursor::default();
    }

    /// Scrolls.
    pub fn step(&mut self, step: Step, height: usize) {
        // The last row is found when drawing; far beyond it is as good.
        let row = self.cursor.row;
        self.cursor.step(step, 10_000, height);
        if step == Step::Last {
            self.cursor.row = row + height;
        }
    }

    /// Whether the model is still there.
    pub fn refresh(&self, snapshot: &Arc<Snapshot>) -> bool {
        snapshot.resource(self.resource).is_some()
    }
}

/// ```text
/// ┌ Fraud score ─────────────────────────────┐
/// │ Overview │ Access │ Versions │ Activity  │
/// │ …                                        │
/// └──────────────────────────────────────────┘
/// ```
pub fn draw(state: &State, detail: &Detail, frame: &mut Frame<'_>, area: Rect) {
    let theme = state.theme;
    let focused = state.place() == Place::Detail;
    let title = format!(" {} ", state.name_of(detail.resource));
    let block = frame_block(theme, &title, focused);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let tabs = Rect {
        height: inner.height.min(1),
        ..inner
    };
    frame.render_widget(tab_line(state, detail.tab), tabs);
    let body = Rect {
        x: inner.x + 1,
        y: inner.y + 2,
        width: inner.width.saturating_sub(2),
        height: inner.height.saturating_sub(2),
    };
    // What has to be allowed for a part to be shown.
    let needed = match detail.tab {
        Tab::Overview => Capability::See,
        Tab::Versions => Capability::View,
        Tab::Access | Tab::Activity => Capability::ViewAccess,
    };
    let allowed = detail.tab == Tab::Overview || may(state, detail.resource, needed);
    if allowed && detail.tab == Tab::Access {
        access::draw(state, detail, frame, body);
        return;
    }
    let lines = match detail.tab {
        _ if !allowed => refused(state, detail.resource, needed),
        Tab::Overview | Tab::Access => overview::lines(state, detail.resource),
        Tab::Versions => versions::lines(state, detail.resource),
        Tab::Activity => activity::lines(state, detail.resource),
    };
    prose::draw(state.theme, &lines, detail.cursor.row, frame, body);
}

/// The same overview in a pane beside the list.
pub fn draw_preview(state: &State, resource: ResourceId, frame: &mut Frame<'_>, area: Rect) {
    let title = format!(" {} ", state.name_of(resource));
    let block = frame_block(state.theme, &title, false);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let body = Rect {
        x: inner.x + 1,
        width: inner.width.saturating_sub(2),
        ..inner
    };
    let lines = overview::lines(state, resource);
    prose::draw(state.theme, &lines, 0, frame, body);
}

fn tab_line(state: &State, current: Tab) -> Line<'static> {
    let mut spans = vec![Span::raw(" ")];
    for tab in Tab::iter() {
        let name: &'static str = tab.into();
        let style = if tab == current {
            state.theme.selected()
        } else {
            state.theme.dim()
        };
        spans.push(Span::styled(format!(" {name} "), style));
        spans.push(Span::raw(" "));
    }
    Line::from(spans)
}

fn may(state: &State, id: ResourceId, capability: Capability) -> bool {
    let request = Request::new(
        state.viewer(),
        capability.into(),
        Target::Resource(id),
        state.now,
    );
    check(&state.snapshot, &request).is_allowed()
}

/// What the viewer may not see is not shown, and says so.
fn refused(state: &State, id: ResourceId, capability: Capability) -> Vec<(Tone, String)> {
    let target = Target::Resource(id);
    let request = Request::new(state.viewer(), capability.into(), target, state.now);
    let explanation = explain(&state.snapshot, &request);
    let mut lines = vec![
        (
            Tone::Strong,
            format!(
                "You can't {} this.",
                <&str>::from(capability).replace('-', " ")
            ),
        ),
        (Tone::Plain, String::new()),
    ];
    let reasons = explanation.reasons.iter();
    lines.extend(reasons.map(|r| {
        (
            Tone::Plain,
            format!("- {}", wording::reason(&state.snapshot, target, r)),
        )
    }));
    lines
}
