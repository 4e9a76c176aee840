//! The share panel: with whom, how far, until when, why; what it does before it is done; and who
//! holds what now.

use std::sync::Arc;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use strum::IntoStaticStr;

use crate::authz::platforms::{self, ShareLevel};
use crate::authz::{Snapshot, wording};
use crate::domain::{Platform, PrincipalId, ResourceId, Target, Timestamp};
use crate::registry::{Intent, intents};

use super::super::commands::CommandId;
use super::super::facts;
use super::super::parts::choice::Choice;
use super::super::parts::input::Input;
use super::super::parts::picker::{Picker, Purpose};
use super::super::parts::scroll::Step;
use super::super::parts::spots::Spot;
use super::super::parts::when::When;
use super::super::screen::{Act, Answer, Reply, Screen, Ticket};
use super::super::state::{Place, State};
use super::foreseen::Foreseen;
use super::form;
use super::shares::{self, Shares};

/// The fields, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
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
    pub from: When,
    /// Until when.
    pub until: When,
    /// Why.
    pub reason: Input,
    /// Who holds what on it now.
    /// Of several models there are too many to show.
    pub shares: Option<Shares>,
    /// What it would do.
    foreseen: Foreseen,
    /// Whose share is being changed, and the role that they hold so far.
    changing: Option<(PrincipalId, String)>,
    /// Whether the panel goes on once what was asked for is done: after a change of what somebody
    /// holds already, others' may follow.
    stays: bool,
    /// What stood in the fields before anybody touched them.
    clean: Vec<String>,
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
        let mut panel = Self {
            field: Field::With,
            with: Picker::new(
                snapshot,
                snapshot.groups_of(state.viewer()).collect(),
                false,
            )
            .with_outsiders(google)
            .meant_for(
                snapshot,
                Purpose::Sharing(resources.first().and_then(platform)),
            ),
            level: Choice::new(options),
            from: When::default(),
            until: When::default(),
            reason: Input::default(),
            shares: shares.map(|one| Shares::new(*one)),
            foreseen: Foreseen::default(),
            resources,
            changing: None,
            stays: false,
            clean: Vec::new(),
        };
        panel.clean = panel.filled();
        Ok(panel)
    }

    /// With the cursor on somebody's share.
    #[must_use]
    pub fn on(mut self, holder: PrincipalId) -> Self {
        if let Some(shares) = &mut self.shares {
            shares.follow(holder);
            self.field = Field::Shares;
        }
        self
    }

    /// What stands in the fields.
    fn filled(&self) -> Vec<String> {
        let level = self.level.value().unwrap_or_default();
        let (from, until) = (self.from.text(), self.until.text());
        let fields = [
            self.with.input.text(),
            level,
            from,
            until,
            self.reason.text(),
        ];
        fields.map(str::to_owned).into()
    }

    /// Fills in what the row under the cursor holds, to be changed. Says whether it can be here.
    fn change(&mut self, snapshot: &Snapshot) -> bool {
        let shares = self.shares.as_ref();
        let Some((member, role, window)) = shares.and_then(|s| s.own(snapshot)) else {
            return false;
        };
        let said = |at: Option<Timestamp>| When::new(&at.map_or_else(String::new, wording::moment));
        self.with.settle_on(snapshot, member);
        self.level.select(&role);
        (self.from, self.until) = (said(window.start), said(window.end));
        self.changing = Some((member, role));
        self.field = Field::Level;
        self.clean = self.filled();
        true
    }

    /// Forgets what was filled in, and goes to the shares.
    fn begin_anew(&mut self) {
        self.with.clear();
        self.level.at = 0;
        (self.from, self.until) = (When::default(), When::default());
        self.reason = Input::default();
        (self.changing, self.stays) = (None, false);
        self.field = Field::Shares;
        self.clean = self.filled();
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

    fn when(&mut self) -> Option<&mut When> {
        match self.field {
            Field::From => Some(&mut self.from),
            Field::Until => Some(&mut self.until),
            _ => None,
        }
    }

    /// Goes to a time that is none; why it is none.
    fn wrong_time(&mut self, state: &State) -> Option<String> {
        let times = [(Field::From, &self.from), (Field::Until, &self.until)];
        let mut wrong = times
            .into_iter()
            .filter_map(|(field, input)| Some((field, input.wrong(state.now)?)));
        let (field, why) = wrong.next()?;
        self.field = field;
        Some(why)
    }

    /// The intents, one for each model, as far as they are filled in.
    fn intents(&self, snapshot: &Snapshot, now: Timestamp) -> Option<Vec<Intent>> {
        let with = self.with.reference(snapshot)?;
        let reason = self.reason.text().trim();
        let share = intents::Share {
            with,
            role: self.level.value().map(str::to_owned),
            starts: self.from.written_out(now),
            ends: self.until.written_out(now),
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
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
        Some(models.chain(self.superseded(snapshot)).collect())
    }

    /// Where shares add up, taking the former role away is part of changing it.
    fn superseded(&self, snapshot: &Snapshot) -> Option<Intent> {
        let (member, role) = self.changing.as_ref()?;
        let [one] = self.resources.as_slice() else {
            return None;
        };
        let adds_up = facts::platform(snapshot, *one) == Some(Platform::Google);
        let other = self.with.chosen == Some(*member) && self.level.value() != Some(role);
        (adds_up && other).then(|| {
            intents::Unshare {
                model: snapshot.target_id(Target::Resource(*one)),
                with: snapshot.reference(*member),
                role: Some(role.clone()),
            }
            .into()
        })
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
        let shares = self.shares.as_ref();
        let holder = self.with.chosen;
        self.stays = holder.is_some_and(|id| shares.is_some_and(|s| s.holds(id)));
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
                let forward = command == CommandId::NextField;
                if forward && self.field == Field::With && self.with.leave(&state.snapshot) {
                    self.foresee(state);
                }
                self.turn_field(forward);
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
            CommandId::Accept if self.field == Field::Shares && self.change(&state.snapshot) => {}
            CommandId::Accept if self.field == Field::Shares => {
                return self.shares.as_ref().map(|shares| shares.open(state));
            }
            CommandId::Accept => {
                if let Some(why) = self.wrong_time(state) {
                    return Some(vec![Act::Warn(why)]);
                }
                let verb = if self.changing.is_some() {
                    "Change"
                } else {
                    "Share"
                };
                let answer = self.accept(&state.snapshot, state.now);
                let acts = form::asked(state, &mut self.foreseen, answer, verb);
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

    fn point(&mut self, state: &mut State, spot: Spot) -> Option<CommandId> {
        match spot {
            Spot::Offered(place) => self.with.row = Some(place),
            Spot::Row(place) => {
                self.field = Field::Shares;
                if let Some(shares) = &mut self.shares {
                    shares.cursor.row = place;
                }
            }
            Spot::Field(name) | Spot::Turn(name, _) => {
                self.with.leave(&state.snapshot);
                self.field = form::named(&ORDER, name).unwrap_or(self.field);
                self.foresee(state);
            }
        }
        spot.command()
    }

    fn edits_text(&self) -> bool {
        !matches!(self.field, Field::Level | Field::Shares)
    }

    fn edit(&mut self, state: &mut State, key: KeyEvent) -> bool {
        let now = state.now;
        let taken = match self.field {
            Field::With => self.with.key(key, &state.snapshot),
            Field::Reason => self.reason.key(key).is_taken(),
            _ => self.when().is_some_and(|w| w.key(key, now).is_taken()),
        };
        self.foresee(state);
        taken
    }

    fn paste(&mut self, state: &mut State, text: &str) {
        match self.field {
            Field::With => self.with.paste(text, &state.snapshot),
            Field::Reason => self.reason.paste(text),
            _ => {
                let now = state.now;
                if let Some(when) = self.when() {
                    when.paste(text, now);
                }
            }
        }
        self.foresee(state);
    }

    fn unsaved(&self) -> Option<String> {
        let changed = self.filled() != self.clean;
        changed.then(|| form::discards("this share"))
    }

    fn called(&self, command: CommandId) -> Option<String> {
        if command != CommandId::Accept {
            return None;
        }
        let shares = self.shares.as_ref();
        let name = match shares.filter(|_| self.field == Field::Shares) {
            Some(shares) if shares.is_own() => "change",
            Some(_) => return None,
            None if self.with.is_settled() => "review",
            None => "choose",
        };
        Some(name.to_owned())
    }

    fn committed(&mut self) -> bool {
        // One was taken away, or what was done here was undone.
        if self.field == Field::Shares {
            return true;
        }
        let holder = self.with.chosen.filter(|_| self.stays);
        if let (Some(shares), Some(id)) = (&mut self.shares, holder) {
            shares.follow(id);
            self.begin_anew();
            return true;
        }
        false
    }

    fn answered(&mut self, _: &mut State, ticket: Ticket, answer: &mut Option<Answer>) -> bool {
        let shares = self.shares.as_mut();
        shares.is_some_and(|shares| shares.answered(ticket, answer))
            || self.foreseen.answered(ticket, answer)
    }

    fn foreseen(&mut self) -> Option<&mut Foreseen> {
        Some(&mut self.foreseen)
    }
}

/// The levels that a model can be shared at.
pub fn share_levels_of(snapshot: &Snapshot, id: ResourceId) -> Vec<ShareLevel> {
    let environment = snapshot.environment_of(Target::Resource(id));
    let place = environment.and_then(|e| snapshot.place(e));
    place.map_or_else(Vec::new, |p| platforms::share_levels(&p.environment))
}

/// The levels that all of some models can be shared at.
fn levels(snapshot: &Snapshot, resources: &[ResourceId]) -> Result<Vec<ShareLevel>, String> {
    let mut each = resources.iter().map(|id| share_levels_of(snapshot, *id));
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
