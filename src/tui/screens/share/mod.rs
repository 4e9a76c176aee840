//! The share panel: with whom, how far, until when, why; what it does before it is done; and who
//! holds what now.

mod draw;
mod screen;
mod shares;

use std::sync::Arc;

use strum::IntoStaticStr;

use crate::authz::platforms::{self, ShareLevel};
use crate::authz::{Snapshot, wording};
use crate::domain::{Platform, PrincipalId, ResourceId, Target, Timestamp};
use crate::registry::{Intent, intents};

use super::super::facts;
use super::super::parts::choice::Choice;
use super::super::parts::input::Input;
use super::super::parts::picker::{Picker, Purpose};
use super::super::parts::when::When;
use super::super::state::State;
use super::foreseen::Foreseen;
use shares::Shares;

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
            shares.follow(holder, None);
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
