//! Giving models to another owner.

use std::collections::BTreeSet;
use std::sync::Arc;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use strum::IntoStaticStr;

use crate::authz::Snapshot;
use crate::authz::lists::owners;
use crate::domain::{Platform, PrincipalId, ResourceId, Status, Target, Timestamp};
use crate::registry::offboarding::{Because, Successor, successors};
use crate::registry::{Intent, intents};

use super::super::commands::CommandId;
use super::super::facts;
use super::super::parts::choice::Choice;
use super::super::parts::input::Input;
use super::super::parts::picker::{Picker, Purpose};
use super::super::parts::scroll::Step;
use super::super::parts::spots::Spot;
use super::super::screen::{Reply, Screen};
use super::super::state::{Place, State};
use super::foreseen::Foreseen;
use super::form;

/// The fields, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
pub enum Field {
    /// To whom.
    To,
    /// Whose ownership ends.
    #[strum(serialize = "Ends")]
    From,
    /// What the former owner keeps.
    #[strum(serialize = "Keeps")]
    Keep,
    /// Why.
    Reason,
}

const ORDER: [Field; 4] = [Field::To, Field::From, Field::Keep, Field::Reason];

const NOTHING: &str = "the former owner keeps nothing";
const USE: &str = "the former owner goes on using it";

/// The panel.
#[derive(Debug)]
pub struct Reassign {
    /// What is given.
    pub resources: Vec<ResourceId>,
    /// The field with the focus.
    pub field: Field,
    /// To whom.
    pub to: Picker,
    /// Whose ownership ends; one option where there is one owner.
    pub from: Choice,
    /// What the former owner keeps.
    pub keep: Choice,
    /// Why.
    pub reason: Input,
    /// What it would do.
    foreseen: Foreseen,
    /// What stood in the fields before anybody touched them.
    clean: Vec<String>,
}

impl Reassign {
    /// The panel for some models; likely successors are suggested.
    pub fn new(state: &State, resources: Vec<ResourceId>) -> Self {
        let suggestions = suggestions(&state.snapshot, &resources, state.now);
        let from = leaving(state, &resources);
        let option = |value: &str, title: &str, means: &str| {
            (value.to_owned(), title.to_owned(), means.to_owned())
        };
        let keeps = |id: &ResourceId| intents::keeps_by_default(&state.snapshot, *id);
        let default = match (resources.iter().any(keeps), resources.iter().all(keeps)) {
            (false, _) => NOTHING,
            (_, true) => USE,
            _ => "some let former owners go on using them, some do not",
        };
        let keep = Choice::new(vec![
            option("default", "as the environment says", default),
            option("no", "nothing", NOTHING),
            option("yes", "use", USE),
        ]);
        let platform = |id: &ResourceId| facts::platform(&state.snapshot, *id);
        let platforms: BTreeSet<Platform> = resources.iter().filter_map(platform).collect();
        let platforms = platforms.into_iter().collect();
        let mut panel = Self {
            resources,
            field: Field::To,
            to: Picker::suggesting(&state.snapshot, suggestions)
                .meant_for(&state.snapshot, Purpose::Owning(platforms)),
            from,
            keep,
            reason: Input::default(),
            foreseen: Foreseen::default(),
            clean: Vec::new(),
        };
        panel.clean = panel.filled();
        panel
    }

    /// What stands in the fields.
    fn filled(&self) -> Vec<String> {
        let from = self.from.value().unwrap_or_default();
        let keep = self.keep.value().unwrap_or_default();
        let fields = [self.to.input.text(), from, keep, self.reason.text()];
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
        self.field = ORDER.get(next).copied().unwrap_or(Field::To);
    }

    /// Turns the choice.
    fn turn_value(&mut self, forward: bool) {
        match self.field {
            Field::From => self.from.turn(forward),
            Field::Keep => self.keep.turn(forward),
            Field::To | Field::Reason => {}
        }
    }

    /// The intent, as far as it is filled in.
    fn intent(&self, snapshot: &Snapshot) -> Option<Intent> {
        let to = self.to.chosen?;
        let id = |r: &ResourceId| snapshot.target_id(Target::Resource(*r));
        let keep = match self.keep.value() {
            Some("yes") => Some(true),
            Some("no") => Some(false),
            _ => None,
        };
        let reason = self.reason.text().trim();
        let reassign = intents::Reassign {
            models: self.resources.iter().map(id).collect(),
            to: snapshot.reference(to),
            from: self
                .from
                .value()
                .filter(|v| !v.is_empty())
                .map(str::to_owned),
            keep,
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
        };
        Some(reassign.into())
    }

    /// Brings what it would do up to what is filled in. A reason makes no difference to anybody.
    fn foresee(&mut self, state: &mut State) {
        let mut intent = self.intent(&state.snapshot);
        if let Some(Intent::Reassign(reassign)) = &mut intent {
            reassign.reason = None;
        }
        self.foreseen
            .follow(state, intent.map(|intent| vec![intent]));
    }

    /// Takes what is chosen; when somebody is chosen, the next enter asks for the plan.
    fn accept(&mut self, snapshot: &Arc<Snapshot>) -> Option<Result<Vec<Intent>, String>> {
        if self.to.chosen.is_none() {
            let seen = self.field == Field::To;
            self.field = Field::To;
            if !seen {
                return Some(Err(
                    "Choose first to whom: enter takes who is under the cursor.".to_owned(),
                ));
            }
            return match self.to.choose(snapshot) {
                Some(_) => {
                    let several = self.from.options.len() > 1;
                    self.field = if several { Field::From } else { Field::Keep };
                    None
                }
                None => Some(Err("Type a name and choose the new owner.".to_owned())),
            };
        }
        self.intent(snapshot).map(|intent| Ok(vec![intent]))
    }
}

impl Screen for Reassign {
    fn place(&self) -> Place {
        Place::Reassign
    }

    fn crumb(&self, _: &State) -> String {
        "Reassign".to_owned()
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, _: bool) {
        draw(state, self, frame, area);
    }

    fn refresh(&mut self, state: &mut State) -> bool {
        self.foresee(state);
        true
    }

    fn perform(&mut self, state: &mut State, command: CommandId) -> Reply {
        match command {
            CommandId::NextField | CommandId::PreviousField => {
                let forward = command == CommandId::NextField;
                if forward && self.field == Field::To && self.to.leave(&state.snapshot) {
                    self.foresee(state);
                }
                self.turn_field(forward);
            }
            CommandId::TurnRight | CommandId::TurnLeft => {
                self.turn_value(command == CommandId::TurnRight);
                self.foresee(state);
            }
            CommandId::Accept => {
                let answer = self.accept(&state.snapshot);
                let acts = form::asked(state, &mut self.foreseen, answer, "Reassign");
                self.foresee(state);
                return Some(acts);
            }
            _ => return None,
        }
        Some(Vec::new())
    }

    fn called(&self, command: CommandId) -> Option<String> {
        let name = if self.to.is_settled() {
            "review"
        } else {
            "choose"
        };
        (command == CommandId::Accept).then(|| name.to_owned())
    }

    fn step(&mut self, _: &State, step: Step) {
        if self.field == Field::To && self.to.chosen.is_none() {
            self.to.step(step.is_down());
        } else {
            self.turn_field(step.is_down());
        }
    }

    fn unsaved(&self) -> Option<String> {
        let changed = self.filled() != self.clean;
        changed.then(|| form::discards("this reassignment"))
    }

    fn point(&mut self, state: &mut State, spot: Spot) -> Option<CommandId> {
        if let Spot::Offered(place) = spot {
            self.to.row = Some(place);
        }
        if let Some(name) = spot.field() {
            self.to.leave(&state.snapshot);
            self.field = form::named(&ORDER, name).unwrap_or(self.field);
            self.foresee(state);
        }
        spot.command()
    }

    fn edits_text(&self) -> bool {
        !matches!(self.field, Field::From | Field::Keep)
    }

    fn edit(&mut self, state: &mut State, key: KeyEvent) -> bool {
        let taken = match self.field {
            Field::To => self.to.key(key, &state.snapshot),
            Field::Reason => self.reason.key(key).is_taken(),
            Field::From | Field::Keep => false,
        };
        self.foresee(state);
        taken
    }

    fn paste(&mut self, state: &mut State, text: &str) {
        match self.field {
            Field::To => self.to.paste(text, &state.snapshot),
            Field::Reason => self.reason.paste(text),
            Field::From | Field::Keep => {}
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

/// Whose ownership can end: every owner's, or that of one who owns all of them. Somebody who has left
/// comes first, and then whoever reassigns, so that the others do not lose what is theirs.
fn leaving(state: &State, resources: &[ResourceId]) -> Choice {
    let snapshot = &state.snapshot;
    let sets: Vec<Vec<PrincipalId>> = resources
        .iter()
        .filter_map(|id| snapshot.resource(*id))
        .map(|r| owners(snapshot, r, state.now))
        .collect();
    // One owner alone is named; several are "every owner".
    let sole = sets
        .first()
        .filter(|first| first.len() == 1 && sets.iter().all(|s| s == *first));
    let every = match sole.and_then(|s| s.first()) {
        Some(owner) => (
            String::new(),
            snapshot.label(*owner),
            "stops being owner".to_owned(),
        ),
        None => (
            String::new(),
            "every owner".to_owned(),
            "all present owners stop".to_owned(),
        ),
    };
    let shared = sets.first().filter(|_| sole.is_none()).map(|first| {
        let everywhere = |o: &&PrincipalId| sets.iter().all(|set| set.contains(o));
        first.iter().filter(everywhere).copied().collect::<Vec<_>>()
    });
    let gone = |id: &PrincipalId| {
        snapshot
            .principal(*id)
            .is_none_or(|p| p.status() != Status::Active)
    };
    let mut owners = shared.unwrap_or_default();
    let own = |id: &PrincipalId| *id == state.viewer();
    owners.sort_by_key(|o| (!gone(o), !own(o)));
    let named = owners.first().is_some_and(|o| gone(o) || own(o));
    let mut options: Vec<(String, String, String)> = owners
        .iter()
        .map(|o| {
            (
                snapshot.reference(*o),
                snapshot.label(*o),
                "the others stay owners".to_owned(),
            )
        })
        .collect();
    options.insert(if named { options.len() } else { 0 }, every);
    Choice::new(options)
}

/// Suggested at most.
const SUGGESTED: usize = 6;

/// Models whose likely successors are asked for: of more, the first ones speak for the rest.
const ASKED: usize = 20;

/// Likely successors as offboarding finds them, each with why; who fits for the most models first.
fn suggestions(
    snapshot: &Snapshot,
    resources: &[ResourceId],
    now: Timestamp,
) -> Vec<(PrincipalId, String)> {
    let mut found: Vec<(PrincipalId, Because, usize)> = Vec::new();
    for id in resources.iter().take(ASKED) {
        let Some(resource) = snapshot.resource(*id) else {
            continue;
        };
        let owners = owners(snapshot, resource, now);
        for leaver in &owners {
            let likely = successors(snapshot, *leaver, Target::Resource(*id), now, SUGGESTED);
            for Successor { principal, because } in likely {
                match found.iter_mut().find(|(known, ..)| *known == principal) {
                    Some((.., times)) => *times += 1,
                    None => found.push((principal, because, 1)),
                }
            }
        }
    }
    found.sort_by_key(|(.., times)| std::cmp::Reverse(*times));
    let worded = found.into_iter().take(SUGGESTED);
    worded
        .map(|(id, because, _)| (id, because.words(snapshot)))
        .collect()
}

/// ```text
/// ┌ Reassign Invoices ──────────────────────┐
/// │ ▸ To      car▏                          │
/// │   Keeps   ‹ nothing ›                   │
/// │   Reason                                │
/// │ ── effect ──                            │
/// └─────────────────────────────────────────┘
/// ```
fn draw(state: &State, panel: &Reassign, frame: &mut Frame<'_>, area: Rect) {
    let title = match panel.resources.as_slice() {
        [one] => format!(" Reassign {} ", state.name_of(*one)),
        many => format!(" Reassign {} models ", many.len()),
    };
    let mut sheet = form::panel(state, frame, area, &title);
    // The three fields below.
    sheet.keep(3);
    let on = |field| panel.field == field;
    form::draw_who(
        state,
        &mut sheet,
        frame,
        (Field::To.into(), &panel.to, "the new owner"),
        on(Field::To),
    );
    form::draw_choice(
        state,
        &mut sheet,
        frame,
        (Field::From.into(), &panel.from),
        on(Field::From),
    );
    form::draw_choice(
        state,
        &mut sheet,
        frame,
        (Field::Keep.into(), &panel.keep),
        on(Field::Keep),
    );
    form::draw_text(
        state,
        &mut sheet,
        frame,
        (Field::Reason.into(), &panel.reason, "for the journal"),
        on(Field::Reason),
    );
    sheet.gap();
    if panel.to.chosen.is_some() {
        panel.foreseen.draw(state, &mut sheet, frame, "enter");
        sheet.gap();
    }
    if panel.resources.len() > 1 {
        form::models(state, &mut sheet, frame, &panel.resources);
    }
}
