//! Who may use an OpenSearch model group: its mode and backend roles.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use strum::IntoStaticStr;

use crate::authz::Snapshot;
use crate::domain::{Body, ResourceId, ResourceKind, Target};
use crate::registry::{Intent, intents};

use super::super::commands::CommandId;
use super::super::facts;
use super::super::parts::choice::Choice;
use super::super::parts::input::Input;
use super::super::parts::prose::Tone;
use super::super::parts::scroll::Step;
use super::super::parts::spots::Spot;
use super::super::screen::{Reply, Screen};
use super::super::state::{Place, State};
use super::foreseen::Foreseen;
use super::form;

/// The fields, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
pub enum Field {
    /// The mode.
    Mode,
    /// Backend roles.
    Roles,
    /// Why.
    Reason,
}

const ORDER: [Field; 3] = [Field::Mode, Field::Roles, Field::Reason];

/// The panel.
#[derive(Debug)]
pub struct AccessMode {
    /// The group.
    pub group: ResourceId,
    /// The group's id, as intents take it.
    id: String,
    /// The mode.
    pub mode: Choice,
    /// Backend roles, comma-separated.
    pub roles: Input,
    /// Why.
    pub reason: Input,
    /// The field with the focus.
    pub field: Field,
    /// Backend roles that are in use in the cluster.
    pub in_use: Vec<String>,
    /// What it would do.
    foreseen: Foreseen,
    /// What stood in the fields before anybody touched them.
    clean: Vec<String>,
}

impl AccessMode {
    /// The panel for a group, or for the group of a model; `None` for a model without one.
    pub fn new(state: &State, resource: ResourceId) -> Option<Self> {
        let snapshot = &state.snapshot;
        let record = snapshot.resource(resource)?;
        let group = match record.kind() {
            ResourceKind::ModelGroup => resource,
            _ => record.model()?.group_id()?,
        };
        let option =
            |value: &str, means: &str| (value.to_owned(), value.to_owned(), means.to_owned());
        let mut mode = Choice::new(vec![
            option("public", "everybody who may use the cluster's models"),
            option("private", "the owner and administrators"),
            option("restricted", "whoever shares one of the backend roles"),
        ]);
        let mut roles = Input::default();
        if let Body::ModelGroup {
            access,
            backend_roles,
        } = &snapshot.resource(group)?.body
        {
            if let Some(access) = access {
                mode.select(&access.to_string());
            }
            roles = Input::new(&backend_roles.join(", "));
        }
        let in_use = in_use(snapshot, group);
        let mut panel = Self {
            group,
            id: state.id_of(group),
            mode,
            roles,
            reason: Input::default(),
            field: Field::Mode,
            in_use,
            foreseen: Foreseen::default(),
            clean: Vec::new(),
        };
        panel.clean = panel.filled();
        Some(panel)
    }

    /// What stands in the fields.
    fn filled(&self) -> Vec<String> {
        let mode = self.mode.value().unwrap_or_default();
        let fields = [mode, self.roles.text(), self.reason.text()];
        fields.map(str::to_owned).into()
    }

    /// Goes to another field.
    fn turn_field(&mut self, forward: bool) {
        let at = ORDER.iter().position(|f| *f == self.field).unwrap_or(0);
        let next = if forward {
            at + 1
        } else {
            at + ORDER.len() - 1
        } % ORDER.len();
        self.field = ORDER.get(next).copied().unwrap_or(Field::Mode);
    }

    fn input(&mut self) -> Option<&mut Input> {
        match self.field {
            Field::Mode => None,
            Field::Roles => Some(&mut self.roles),
            Field::Reason => Some(&mut self.reason),
        }
    }

    /// Turns the mode.
    fn turn_value(&mut self, forward: bool) {
        if self.field == Field::Mode {
            self.mode.turn(forward);
        }
    }

    /// The intent as filled in.
    fn intent(&self) -> Intent {
        let mode = self.mode.value().unwrap_or_default().to_owned();
        let list: Vec<String> = self
            .roles
            .text()
            .split(',')
            .map(str::trim)
            .filter(|r| !r.is_empty())
            .map(str::to_owned)
            .collect();
        let restricted = mode == "restricted";
        let reason = self.reason.text().trim();
        intents::UpdateModelGroup {
            group: self.id.clone(),
            mode: Some(mode),
            backend_roles: restricted.then_some(list),
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
            ..intents::UpdateModelGroup::default()
        }
        .into()
    }

    /// Brings what it would do up to what is filled in.
    fn foresee(&mut self, state: &mut State) {
        let mut intent = self.intent();
        if let Intent::UpdateModelGroup(update) = &mut intent {
            update.reason = None;
        }
        self.foreseen.follow(state, Some(vec![intent]));
    }

    /// Asks for the plan; a restricted group is asked for its roles first.
    fn accept(&mut self) -> Option<Result<Vec<Intent>, String>> {
        let restricted = self.mode.value() == Some("restricted");
        if restricted && self.roles.text().trim().is_empty() && self.field == Field::Mode {
            self.field = Field::Roles;
            return None;
        }
        Some(Ok(vec![self.intent()]))
    }
}

impl Screen for AccessMode {
    fn place(&self) -> Place {
        Place::AccessMode
    }

    fn crumb(&self, _: &State) -> String {
        "Access mode".to_owned()
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, _: bool) {
        draw(state, self, frame, area);
    }

    fn refresh(&mut self, state: &mut State) -> bool {
        let there = state.snapshot.resource(self.group).is_some();
        if there {
            self.foresee(state);
        }
        there
    }

    fn perform(&mut self, state: &mut State, command: CommandId) -> Reply {
        match command {
            CommandId::NextField | CommandId::PreviousField => {
                self.turn_field(command == CommandId::NextField);
            }
            CommandId::TurnRight | CommandId::TurnLeft => {
                self.turn_value(command == CommandId::TurnRight);
                self.foresee(state);
            }
            CommandId::Accept => {
                let answer = self.accept();
                return Some(form::asked(
                    state,
                    &mut self.foreseen,
                    answer,
                    "Change access",
                ));
            }
            _ => return None,
        }
        Some(Vec::new())
    }

    fn step(&mut self, _: &State, step: Step) {
        self.turn_field(step.is_down());
    }

    fn unsaved(&self) -> Option<String> {
        let changed = self.filled() != self.clean;
        changed.then(|| form::discards("this change of access"))
    }

    fn point(&mut self, _: &mut State, spot: Spot) -> Option<CommandId> {
        let name = spot.field()?;
        self.field = form::named(&ORDER, name).unwrap_or(self.field);
        spot.command()
    }

    fn edits_text(&self) -> bool {
        self.field != Field::Mode
    }

    fn edit(&mut self, state: &mut State, key: KeyEvent) -> bool {
        let taken = self.input().is_some_and(|input| input.key(key).is_taken());
        self.foresee(state);
        taken
    }

    fn paste(&mut self, state: &mut State, text: &str) {
        if let Some(input) = self.input() {
            input.paste(text);
        }
        self.foresee(state);
    }

    fn foreseen(&mut self) -> Option<&mut Foreseen> {
        Some(&mut self.foreseen)
    }

    fn committed(&mut self) -> bool {
        false
    }
}

/// Backend roles of the cluster's accounts, each once.
fn in_use(snapshot: &Snapshot, group: ResourceId) -> Vec<String> {
    let Some(environment) = snapshot.environment_of(Target::Resource(group)) else {
        return Vec::new();
    };
    let roles: std::collections::BTreeSet<String> = snapshot
        .accounts(environment)
        .flat_map(|(_, a)| a.backend_roles.clone())
        .collect();
    roles.into_iter().collect()
}

/// ```text
/// ┌ Access to Transactions ─────────────────┐
/// │ ▸ Mode    ‹ restricted ›  …             │
/// │   Roles   analyst, fraud                │
/// │   Reason                                │
/// │ ── effect ──                            │
/// └─────────────────────────────────────────┘
/// ```
fn draw(state: &State, panel: &AccessMode, frame: &mut Frame<'_>, area: Rect) {
    let title = format!(" Access to {} ", state.name_of(panel.group));
    let mut sheet = form::panel(state, frame, area, &title);
    form::draw_choice(
        state,
        &mut sheet,
        frame,
        (Field::Mode.into(), &panel.mode),
        panel.field == Field::Mode,
    );
    let placeholder = "backend roles, comma-separated (for restricted)";
    form::draw_text(
        state,
        &mut sheet,
        frame,
        (Field::Roles.into(), &panel.roles, placeholder),
        panel.field == Field::Roles,
    );
    form::draw_text(
        state,
        &mut sheet,
        frame,
        (Field::Reason.into(), &panel.reason, "for the journal"),
        panel.field == Field::Reason,
    );
    sheet.gap();
    if !panel.in_use.is_empty() {
        let text = format!("Backend roles in use: {}", panel.in_use.join(", "));
        sheet.toned(state, frame, &[(Tone::Dim, text)]);
    }
    sheet.line(
        frame,
        &format!(
            "Now: {}",
            facts::access(&state.snapshot, panel.group, state.now)
        ),
        state.theme.dim(),
    );
    sheet.gap();
    panel.foreseen.draw(state, &mut sheet, frame, "enter");
}
