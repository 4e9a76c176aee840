//! The share panel: with whom, how far, until when, why; what it does before it is done; and who
//! has access now.

use std::sync::Arc;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::authz::{Request, Snapshot, explain, platforms, wording};
use crate::domain::{Binding, Capability, PrincipalId, ResourceId, Target, Timestamp};
use crate::registry::{Intent, intents};

use super::super::commands::CommandId;
use super::super::parts::choice::Choice;
use super::super::parts::input::Input;
use super::super::parts::picker::Picker;
use super::super::parts::prose::Tone;
use super::super::parts::scroll::{self, Step};
use super::super::parts::table::{self, Column, TableRow};
use super::super::screen::{Act, Reply, Screen};
use super::super::state::{Place, State};
use super::form::{self, Sheet};

/// The fields, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// With whom.
    With,
    /// How far.
    Level,
    /// From when.
    From,
    /// Until when.
    Until,
    /// Why.
    Reason,
    /// Who has access now.
    Shares,
}

const ORDER: [Field; 6] = [
    Field::With,
    Field::Level,
    Field::From,
    Field::Until,
    Field::Reason,
    Field::Shares,
];

/// One grant that stands now.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Who holds it.
    pub member: PrincipalId,
    /// The role, as the binding names it.
    pub role: String,
    /// What is shown of it: role and time.
    pub text: String,
    /// Why it can't be removed here; `None` when it can.
    pub inherited: Option<String>,
}

/// The panel.
#[derive(Debug)]
pub struct SharePanel {
    /// What is shared.
    pub resource: ResourceId,
    /// The field with the focus.
    pub field: Field,
    /// With whom.
    pub with: Picker,
    /// How far.
    pub level: Choice,
    /// From when.
    pub from: Input,
    /// Until when.
    pub until: Input,
    /// Why.
    pub reason: Input,
    /// Who has access now.
    pub shares: Vec<Standing>,
    /// The share under the cursor.
    pub row: usize,
    /// Whether the viewer may see everybody's access or only their own.
    pub sees_all: bool,
}

impl SharePanel {
    /// The panel for a resource.
    pub fn new(state: &State, resource: ResourceId) -> Self {
        let snapshot = &state.snapshot;
        let sees_all = {
            let target = Target::Resource(resource);
            let view = Request::new(
                state.viewer(),
                Capability::ViewAccess.into(),
                target,
                state.now,
            );
            explain(snapshot, &view).verdict.is_allowed()
        };
        let levels = snapshot
            .environment_of(Target::Resource(resource))
            .and_then(|e| snapshot.place(e))
            .map(|p| platforms::share_levels(&p.environment))
            .unwrap_or_default();
        let options = levels
            .into_iter()
            .map(|l| (l.role, l.title.to_owned(), l.means.to_owned()))
            .collect();
        Self {
            resource,
            field: Field::With,
            with: Picker::new(
                snapshot,
                snapshot.groups_of(state.viewer()).collect(),
                false,
            ),
            level: Choice::new(options),
            from: Input::default(),
            until: Input::default(),
            reason: Input::default(),
            shares: standing(snapshot, resource, state.viewer(), sees_all, state.now),
            row: 0,
            sees_all,
        }
    }

    /// Goes to another field.
    fn turn_field(&mut self, forward: bool) {
        let at = ORDER.iter().position(|f| *f == self.field).unwrap_or(0);
        let next = if forward {
            at + 1
        } else {
            at + ORDER.len() - 1
        } % ORDER.len();
        self.field = ORDER.get(next).copied().unwrap_or(Field::With);
    }

    /// Turns the level.
    fn turn_value(&mut self, forward: bool) {
        if self.field == Field::Level {
            self.level.turn(forward);
        }
    }

    fn input(&mut self) -> Option<&mut Input> {
        match self.field {
            Field::From => Some(&mut self.from),
            Field::Until => Some(&mut self.until),
            Field::Reason => Some(&mut self.reason),
            Field::With | Field::Level | Field::Shares => None,
        }
    }

    /// The intent, as far as it is filled in.
    fn intent(&self, snapshot: &Snapshot) -> Option<Intent> {
        let with = self.with.chosen?;
        let text = |input: &Input| {
            let text = input.text().trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        let share = intents::Share {
            model: snapshot.target_id(Target::Resource(self.resource)),
            with: snapshot.reference(with),
            role: self.level.value().map(str::to_owned),
            starts: text(&self.from),
            ends: text(&self.until),
            reason: text(&self.reason),
            ..intents::Share::default()
        };
        Some(share.into())
    }

    /// Takes what is chosen. When somebody is chosen, the next enter asks for the plan.
    fn accept(&mut self, snapshot: &Arc<Snapshot>) -> Option<Result<Intent, String>> {
        if self.field == Field::Shares {
            return Some(Err("Press delete to take this share away.".to_owned()));
        }
        if self.with.chosen.is_none() {
            self.field = Field::With;
            return match self.with.choose(snapshot) {
                Some(_) => {
                    self.field = Field::Level;
                    None
                }
                None => Some(Err(
                    "Type a name and choose somebody to share with.".to_owned()
                )),
            };
        }
        self.intent(snapshot).map(Ok)
    }

    /// The intent that takes the share under the cursor away.
    fn removal(&self, state: &State) -> Result<Intent, String> {
        let Some(standing) = self
            .shares
            .get(self.row)
            .filter(|_| self.field == Field::Shares)
        else {
            return Err("Go down to the shares with tab, and choose one to remove.".to_owned());
        };
        if let Some(why) = &standing.inherited {
            return Err(why.clone());
        }
        Ok(intents::Unshare {
            model: state.id_of(self.resource),
            with: state.snapshot.reference(standing.member),
            role: Some(standing.role.clone()),
        }
        .into())
    }
}

impl Screen for SharePanel {
    fn place(&self) -> Place {
        Place::Share
    }

    fn crumb(&self, _: &State) -> String {
        "Share".to_owned()
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, _: bool) {
        draw(state, self, frame, area);
    }

    fn refresh(&mut self, state: &mut State) -> bool {
        state.snapshot.resource(self.resource).is_some()
    }

    fn perform(&mut self, state: &mut State, command: CommandId) -> Reply {
        match command {
            CommandId::NextField | CommandId::PreviousField => {
                self.turn_field(command == CommandId::NextField);
            }
            CommandId::TurnRight | CommandId::TurnLeft => {
                self.turn_value(command == CommandId::TurnRight);
            }
            CommandId::Remove => {
                return Some(match self.removal(state) {
                    Ok(intent) => vec![Act::propose(intent, "Stop sharing")],
                    Err(why) => vec![Act::Warn(why)],
                });
            }
            CommandId::Accept => return Some(form::asked(self.accept(&state.snapshot), "Share")),
            _ => return None,
        }
        Some(Vec::new())
    }

    fn disabled(&self, _: &State, command: CommandId) -> Option<String> {
        let elsewhere = command == CommandId::Remove && self.field != Field::Shares;
        elsewhere.then(|| "Go to the shares with shift-tab, and choose one to remove.".to_owned())
    }

    fn step(&mut self, _: &State, step: Step) {
        let down = step.is_down();
        match self.field {
            Field::With if self.with.chosen.is_none() => self.with.step(down),
            Field::Shares => {
                let last = self.shares.len().saturating_sub(1);
                self.row = if down {
                    (self.row + 1).min(last)
                } else {
                    self.row.saturating_sub(1)
                };
            }
            _ => self.turn_field(down),
        }
    }

    fn edits_text(&self) -> bool {
        !matches!(self.field, Field::Level | Field::Shares)
    }

    fn edit(&mut self, state: &mut State, key: KeyEvent) -> bool {
        match self.field {
            Field::With => self.with.key(key, &state.snapshot),
            _ => self.input().is_some_and(|input| input.key(key)),
        }
    }

    fn paste(&mut self, state: &mut State, text: &str) {
        match self.field {
            Field::With => self.with.paste(text, &state.snapshot),
            _ => {
                if let Some(input) = self.input() {
                    input.paste(text);
                }
            }
        }
    }

    fn committed(&mut self) -> bool {
        false
    }
}

/// Grants on the resource, then those that come from its environment. Who may not view access
/// there sees their own only.
fn standing(
    snapshot: &Snapshot,
    id: ResourceId,
    viewer: PrincipalId,
    sees_all: bool,
    now: Timestamp,
) -> Vec<Standing> {
    let Some(resource) = snapshot.resource(id) else {
        return Vec::new();
    };
    let closure = snapshot.closure(viewer);
    let visible = |member: PrincipalId| sees_all || closure.binary_search(&member).is_ok();
    let on = Target::Resource(id);
    let mut shares: Vec<Standing> = resource
        .policy
        .grants()
        .filter(|(_, _, member)| visible(*member))
        .map(|(_, binding, member)| Standing {
            member,
            role: binding.role.clone(),
            text: describe(snapshot, on, binding, now),
            inherited: None,
        })
        .collect();
    let Some(place) = snapshot.place(resource.environment) else {
        return shares;
    };
    let above = Target::Environment(resource.environment);
    let name = place.environment.label();
    shares.extend(
        place
            .environment
            .policy
            .grants()
            .filter(|(_, _, m)| visible(*m))
            .map(|(_, binding, member)| Standing {
                member,
                role: binding.role.clone(),
                text: format!("{}, from {name}", describe(snapshot, above, binding, now)),
                inherited: Some(format!(
                    "{} comes from {name} and can't be removed on the model.",
                    binding.role
                )),
            }),
    );
    shares
}

/// Role and time of a grant in words.
fn describe(snapshot: &Snapshot, on: Target, binding: &Binding, now: Timestamp) -> String {
    let title = wording::role_title(snapshot, on, &binding.role);
    let time = match binding.window() {
        None => ", condition can't be evaluated".to_owned(),
        Some(window) => match (window.start, window.end) {
            (_, Some(end)) if end <= now => format!(", ended {}", wording::moment(end)),
            (Some(start), _) if now < start => format!(", from {}", wording::moment(start)),
            (_, Some(end)) => format!(", until {}", wording::moment(end)),
            _ => String::new(),
        },
    };
    format!("{title}{time}")
}

const COLUMNS: &[Column] = &[
    Column {
        title: "Has access now",
        min: 22,
        share: 1,
        give: 0,
    },
    Column {
        title: "As",
        min: 28,
        share: 2,
        give: 0,
    },
];

/// ```text
/// ┌ Share Fraud score ───────────────────────┐
/// │ ▸ With    fra▏                           │
/// │   Level   ‹ Model User ›  …              │
/// │   From / Until / Reason                  │
/// │ ── effect ──                             │
/// │ +5 people can see, view, run             │
/// │ Has access now          As               │
/// └──────────────────────────────────────────┘
/// ```
fn draw(state: &State, panel: &SharePanel, frame: &mut Frame<'_>, area: Rect) {
    let title = format!(" Share {} ", state.name_of(panel.resource));
    let mut sheet = form::panel(state, frame, area, &title);
    // The four fields below.
    sheet.keep(4);
    let on = |field| panel.field == field;
    form::draw_who(
        state,
        &mut sheet,
        frame,
        ("With", &panel.with, "a person, team or service account"),
        on(Field::With),
    );
    form::draw_choice(
        state,
        &mut sheet,
        frame,
        ("Level", &panel.level),
        on(Field::Level),
    );
    form::draw_text(
        state,
        &mut sheet,
        frame,
        ("From", &panel.from, "now"),
        on(Field::From),
    );
    form::draw_text(
        state,
        &mut sheet,
        frame,
        ("Until", &panel.until, "for ever (or 2027-03-01)"),
        on(Field::Until),
    );
    form::draw_text(
        state,
        &mut sheet,
        frame,
        ("Reason", &panel.reason, "for the journal"),
        on(Field::Reason),
    );
    // While one goes through the shares, they need the room more.
    let intent = panel.intent(&state.snapshot);
    if let Some(intent) = intent.filter(|_| panel.field != Field::Shares) {
        form::draw_effect(state, &mut sheet, frame, &intent, "enter");
    }
    sheet.gap();
    draw_shares(state, panel, frame, sheet.rest(), area);
}

fn draw_shares(state: &State, panel: &SharePanel, frame: &mut Frame<'_>, area: Rect, whole: Rect) {
    let mut sheet = Sheet::new(area);
    if !panel.sees_all {
        let note = "You may not see who else has access; these are your own.";
        sheet.toned(state, frame, &[(Tone::Dim, note.to_owned())]);
    }
    if panel.shares.is_empty() {
        sheet.line(frame, "  Not shared with anybody yet.", state.theme.dim());
        return;
    }
    let body = sheet.rest();
    // The titles alone say nothing.
    if body.height < 2 {
        return;
    }
    let height = usize::from(body.height - 1);
    let focused = panel.field == Field::Shares;
    let top = (panel.row + 1).saturating_sub(height);
    let rows: Vec<TableRow> = panel
        .shares
        .iter()
        .enumerate()
        .skip(top)
        .take(height)
        .map(|(place, share)| TableRow {
            cells: vec![state.snapshot.label(share.member), share.text.clone()],
            selected: focused && place == panel.row,
            marked: false,
            dim: share.inherited.is_some(),
        })
        .collect();
    table::draw(frame, body, state.theme, COLUMNS, &rows, None);
    if let Some(part) = scroll::part(top, height, panel.shares.len()) {
        form::draw_part(state, frame, whole, part);
    }
}
