//! The first line: where one is, who acts, with whose eyes and when.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::authz::wording;
use crate::domain::{EnvironmentId, Timestamp};

use super::super::console::Console;
use super::super::facts;
use super::super::parts::table;
use super::super::state::State;
use super::super::text::{fit, width};
use super::{MEDIUM, WIDE};

/// `deedbox › risk-prod › My models › Fraud score            alice@acme.test · rev 12`
pub(super) fn draw(console: &Console, frame: &mut Frame<'_>, area: Rect) {
    let state = &console.state;
    let theme = state.theme;
    let room = usize::from(area.width);
    let whole = who(state, usize::MAX);
    // Of long names something stays, and so does that this is not here and now.
    let who = if width(&whole) + 24 > room {
        who(state, SHORT)
    } else {
        whole
    };
    let revision = state.snapshot.revision().0;
    let revision = table::grouped(usize::try_from(revision).unwrap_or(usize::MAX));
    let right = format!("{who}{}rev {revision} ", theme.dot());
    let left = trail(console);
    // Who acts matters more than where one is: the frame below says that again.
    let right = fit(&right, room.saturating_sub(9));
    let left = fit(&left, room.saturating_sub(width(&right) + 1));
    let gap = room.saturating_sub(width(&left) + width(&right));
    let style = if apart(state) {
        theme.warn()
    } else {
        theme.text()
    };
    frame.render_widget(
        Line::from(vec![
            Span::styled(left, theme.accent()),
            Span::raw(" ".repeat(gap)),
            Span::styled(right, style),
        ]),
        area,
    );
}

/// Cells of a name where there is little room.
const SHORT: usize = 14;

/// Whether something else than here and now is shown.
const fn apart(state: &State) -> bool {
    state.past.is_some() || state.eyes.is_some()
}

/// Who acts, with whose eyes, and when.
fn who(state: &State, most: usize) -> String {
    let dot = state.theme.dot();
    let snapshot = &state.snapshot;
    let name = state
        .actor
        .principal
        .map_or_else(|| state.actor.account.clone(), |id| snapshot.label(id));
    let name = fit(&name, most);
    let mut parts = vec![match state.actor.on_behalf_by {
        Some(by) => format!("{name} (by {})", fit(&snapshot.label(by), most)),
        None => name,
    }];
    let scope = state.scope.map(|id| standing(state, id));
    let administers = state.actor.store_administrator && !apart(state);
    // What one may do in the one environment that is shown says more there.
    if administers && (scope.is_none() || state.size.0 >= WIDE) {
        parts.push("store administrator".to_owned());
    }
    parts.extend(scope);
    if let Some(eyes) = state.eyes {
        parts.push(format!("seeing as {}", fit(&snapshot.label(eyes), most)));
    }
    if let Some(past) = &state.past {
        parts.push(format!("AS OF {}", short_moment(past.at)));
    }
    if state.read_only {
        parts.push("read-only".to_owned());
    }
    parts.join(dot)
}

/// As what the viewer stands in an environment: the first of their roles, and how many more.
fn standing(state: &State, environment: EnvironmentId) -> String {
    let roles = facts::roles_in(&state.snapshot, environment, state.viewer(), state.now);
    let room = if state.size.0 < MEDIUM { 14 } else { 40 };
    match roles.as_slice() {
        [] => "no role here".to_owned(),
        [one] => fit(one, room),
        [first, rest @ ..] => format!("{} +{}", fit(first, room), rest.len()),
    }
}

/// A moment to the minute: the header is short.
fn short_moment(at: Timestamp) -> String {
    let text = wording::moment(at);
    let minutes = text.get(..16).filter(|_| text.len() > 16);
    minutes.map_or(text.clone(), |m| m.replace('T', " "))
}

/// Where one is: the environment, the view, and what lies over it.
fn trail(console: &Console) -> String {
    let state = &console.state;
    let sign = if state.theme.ascii { " > " } else { " › " };
    let mut parts = vec![if state.demo {
        format!(" deedbox{}demo", state.theme.dot())
    } else {
        " deedbox".to_owned()
    }];
    let place = state.scope.and_then(|id| state.snapshot.place(id));
    parts.extend(place.map(|p| {
        let platform = p.platform();
        let title = if state.size.0 < MEDIUM {
            platform.short_title()
        } else {
            platform.title()
        };
        format!("{} ({title})", p.environment.label())
    }));
    if !console.layers().is_empty() {
        parts.push(console.shown(console.view).crumb(state));
        parts.extend(console.layers().iter().map(|l| l.crumb(state)));
    }
    parts.join(sign)
}
