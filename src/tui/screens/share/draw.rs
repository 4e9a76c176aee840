//! How the share panel looks.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::super::super::state::State;
use super::super::form;
use super::{Field, SharePanel, shares};

/// ```text
/// ┌ Share Fraud score ───────────────────────┐
/// │ ▸ With    fra▏                           │
/// │   Level   ‹ Model User ›  …              │
/// │   From / Until / Reason                  │
/// │ ── effect ──                             │
/// │ +5 people can see, view, run             │
/// │ Who                     Holds            │
/// └──────────────────────────────────────────┘
/// ```
pub(super) fn draw(state: &State, panel: &SharePanel, frame: &mut Frame<'_>, area: Rect) {
    let title = match panel.resources.as_slice() {
        [one] => format!(" Share {} ", state.name_of(*one)),
        many => format!(" Share {} models ", many.len()),
    };
    let mut sheet = form::panel(state, frame, area, &title);
    // The four fields below, and what is wrong with a time.
    let wrong = [&panel.from, &panel.until].map(|time| time.wrong(state.now).is_some());
    sheet.keep(4 + wrong.map(u16::from).iter().sum::<u16>());
    let on = |field| panel.field == field;
    form::draw_who(
        state,
        &mut sheet,
        frame,
        (
            Field::With.into(),
            &panel.with,
            "a person, team or service account",
        ),
        on(Field::With),
    );
    form::draw_choice(
        state,
        &mut sheet,
        frame,
        (Field::Level.into(), &panel.level),
        on(Field::Level),
    );
    form::draw_time(
        state,
        &mut sheet,
        frame,
        (Field::From.into(), &panel.from, "now"),
        on(Field::From),
    );
    form::draw_time(
        state,
        &mut sheet,
        frame,
        (
            Field::Until.into(),
            &panel.until,
            "for ever (or 2027-03-01, +2 months, tomorrow)",
        ),
        on(Field::Until),
    );
    form::draw_text(
        state,
        &mut sheet,
        frame,
        (Field::Reason.into(), &panel.reason, "for the journal"),
        on(Field::Reason),
    );
    // While one goes through the shares, they need the room more.
    let said = panel.field != Field::Shares && !wrong.contains(&true);
    if said {
        panel.foreseen.draw(state, &mut sheet, frame, "enter");
    }
    sheet.gap();
    match &panel.shares {
        Some(shares) => shares::draw(state, shares, frame, sheet.rest(), on(Field::Shares)),
        None => form::models(state, &mut sheet, frame, &panel.resources),
    }
}
