//! The share panel: with whom, how far, until when, why; what it does before it is done; and who
//! holds what now.

use std::sync::Arc;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::authz::Snapshot;
use crate::authz::platforms::{self, ShareLevel};
use crate::domain::{Platform, ResourceId, Target, Timestamp};
use crate::registry::watch::Reached;
use crate::registry::{Intent, intents};

use super::super::commands::CommandId;
use super::super::facts;
use super::super::parts::choice::Choice;
use super::super::parts::input::Input;
use super::super::parts::picker::Picker;
use super::super::parts::scroll::Step;
use super::super::screen::{Act, Answer, Reply, Screen, Ticket};
use super::super::state::{Place, State};
use super::foreseen::Foreseen;
use super::form;
use super::shares::{self, Shares};

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
    /// Who holds what now.
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

/// The panel.
#[derive(Debug)]
pub struct SharePanel {
    /// What is shared: one model, or several of which each is shared alike.
    pub resources: Vec<ResourceId>,
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
    /// Who holds what on it now.
    /// Of several models there are too many to show.
    pub shares: Option<Shares>,
    /// What it would do.
    foreseen: Foreseen,
}

impl SharePanel {
    /// The panel for one resource or several.
    ///
    /// # Errors
    /// Why several can't be shared together.
    pub fn new(state: &State, resources: Vec<ResourceId>) -> Result<Self, String> {
        let snapshot = &state.snapshot;
        let levels = levels(snapshot, &resources)?;
        let options = levels
            .into_iter()
            .map(|l| (l.role, l.title.to_owned(), l.means.to_owned()))
            .collect();
        let shares = resources.first().filter(|_| resources.len() == 1);
        let platform = |id: &ResourceId| facts::platform(snapshot, *id);
        let google = resources
            .iter()
            .all(|id| platform(id) == Some(Platform::Google));
        Ok(Self {
            field: Field::With,
            with: Picker::new(
                snapshot,
                snapshot.groups_of(state.viewer()).collect(),
                false,
            )
            .with_outsiders(google),
            level: Choice::new(options),
            from: Input::default(),
            until: Input::default(),
            reason: Input::default(),
            shares: shares.map(|one| Shares::new(*one)),
            foreseen: Foreseen::default(),
            resources,
        })
    }

    /// Goes to another field.
    fn turn_field(&mut self, forward: bool) {
        let fields = ORDER.iter().copied();
        let fields: Vec<Field> = fields
            .filter(|f| *f != Field::Shares || self.shares.is_some())
            .collect();
        let at = fields.iter().position(|f| *f == self.field).unwrap_or(0);
        let next = if forward {
            at + 1
        } else {
            at + fields.len() - 1
        } % fields.len();
        self.field = fields.get(next).copied().unwrap_or(Field::With);
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

    /// The intents, one for each model, as far as they are filled in.
    fn intents(&self, snapshot: &Snapshot, now: Timestamp) -> Option<Vec<Intent>> {
        let with = self.with.reference(snapshot)?;
        let text = |input: &Input| {
            let text = input.text().trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        let time = |input: &Input| text(input).map(|t| Timestamp::written_out(&t, now));
        let share = intents::Share {
            with,
            role: self.level.value().map(str::to_owned),
            starts: time(&self.from),
            ends: time(&self.until),
            reason: text(&self.reason),
            ..intents::Share::default()
        };
        let models = self.resources.iter().map(|id| {
            let model = snapshot.target_id(Target::Resource(*id));
            intents::Share {
                model,
                ..share.clone()
            }
            .into()
        });
        Some(models.collect())
    }

    /// Brings what it would do up to what is filled in. A reason makes no difference to anybody.
    fn foresee(&mut self, state: &mut State) {
        let mut intents = self.intents(&state.snapshot, state.now);
        for intent in intents.iter_mut().flatten() {
            if let Intent::Share(share) = intent {
                share.reason = None;
            }
        }
        self.foreseen.follow(state, intents);
    }

    /// Takes what is chosen. When somebody is chosen, the next enter asks for the plan.
    fn accept(
        &mut self,
        snapshot: &Arc<Snapshot>,
        now: Timestamp,
    ) -> Option<Result<Vec<Intent>, String>> {
        if !self.with.is_settled() {
            // Nobody is chosen behind one's back: only where the candidates are in sight.
            let seen = self.field == Field::With;
            self.field = Field::With;
            if !seen {
                return Some(Err(
                    "Choose first with whom: enter takes who is under the cursor.".to_owned(),
                ));
            }
            if !self.with.take(snapshot) {
                return Some(Err(
                    "Type a name and choose somebody to share with.".to_owned()
                ));
            }
            self.field = Field::Level;
            return None;
        }
        self.intents(snapshot, now).map(Ok)
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
        if let Some(shares) = &mut self.shares {
            shares.refresh(state);
        }
        let snapshot = &state.snapshot;
        let mut resources = self.resources.iter();
        let there = resources.all(|id| snapshot.resource(*id).is_some());
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
            CommandId::Remove => {
                let shares = self.shares.as_ref();
                let acts = shares
                    .and_then(|shares| shares.removal(state))
                    .map(|intent| Act::propose(intent, "Stop sharing"));
                return Some(acts.into_iter().collect());
            }
            CommandId::Accept if self.field == Field::Shares => {
                return self.shares.as_ref().map(|shares| shares.open(state));
            }
            CommandId::Accept => {
                let answer = self.accept(&state.snapshot, state.now);
                let acts = form::asked(state, &self.foreseen, answer, "Share");
                self.foresee(state);
                return Some(acts);
            }
            _ => return None,
        }
        Some(Vec::new())
    }

    fn disabled(&self, state: &State, command: CommandId) -> Option<String> {
        match (command, self.field) {
            (CommandId::Remove, _) if self.shares.is_none() => {
                Some("Shares are taken away from one model at a time.".to_owned())
            }
            (CommandId::Remove, Field::Shares) => self.shares.as_ref()?.fixed(state),
            (CommandId::Remove, _) => {
                Some("Go to the shares with shift-tab, and choose one to remove.".to_owned())
            }
            _ => None,
        }
    }

    fn step(&mut self, _: &State, step: Step) {
        let down = step.is_down();
        match self.field {
            Field::With if !self.with.is_settled() => self.with.step(down),
            Field::Shares => {
                if let Some(shares) = &mut self.shares {
                    shares.step(step);
                }
            }
            _ if matches!(step, Step::Up | Step::Down) => self.turn_field(down),
            _ => {}
        }
    }

    fn edits_text(&self) -> bool {
        !matches!(self.field, Field::Level | Field::Shares)
    }

    fn edit(&mut self, state: &mut State, key: KeyEvent) -> bool {
        let taken = match self.field {
            Field::With => self.with.key(key, &state.snapshot),
            _ => self.input().is_some_and(|input| input.key(key)),
        };
        self.foresee(state);
        taken
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
        self.foresee(state);
    }

    fn committed(&mut self) -> bool {
        false
    }

    fn answered(&mut self, _: &mut State, ticket: Ticket, answer: &mut Option<Answer>) -> bool {
        let shares = self.shares.as_mut();
        shares.is_some_and(|shares| shares.answered(ticket, answer))
            || self.foreseen.answered(ticket, answer)
    }

    fn reached(&mut self, ticket: Ticket, reached: Reached) -> bool {
        self.foreseen.reached(ticket, reached)
    }
}

/// The levels that all of some models can be shared at.
fn levels(snapshot: &Snapshot, resources: &[ResourceId]) -> Result<Vec<ShareLevel>, String> {
    let each = resources.iter().map(|id| {
        let environment = snapshot.environment_of(Target::Resource(*id));
        let place = environment.and_then(|e| snapshot.place(e));
        place.map(|p| platforms::share_levels(&p.environment))
    });
    let mut each = each.map(Option::unwrap_or_default);
    let first = each.next().unwrap_or_default();
    if each.all(|levels| levels == first) {
        return Ok(first);
    }
    Err(
        "The marked models are shared at different levels, because they are on different \
         platforms or editions: mark models of one, or share them one at a time."
            .to_owned(),
    )
}

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
fn draw(state: &State, panel: &SharePanel, frame: &mut Frame<'_>, area: Rect) {
    let title = match panel.resources.as_slice() {
        [one] => format!(" Share {} ", state.name_of(*one)),
        many => format!(" Share {} models ", many.len()),
    };
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
    if panel.field != Field::Shares {
        panel.foreseen.draw(state, &mut sheet, frame, "enter");
    }
    sheet.gap();
    match &panel.shares {
        Some(shares) => shares::draw(state, shares, frame, sheet.rest(), on(Field::Shares)),
        None => form::models(state, &mut sheet, frame, &panel.resources),
    }
}
