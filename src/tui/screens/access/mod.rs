//! The access explorer: who can, what can, why and why not, in one question.

mod ask;
pub mod explained;
pub mod fields;
pub mod known;
pub mod offers;
pub mod question;
pub mod rows;
mod screen;
pub mod targets;
pub mod words;

use crate::authz::ActionId;
use crate::domain::{Action, Capability, PrincipalId, Target};

use super::super::commands::denied;
use super::super::screen::{Act, Screen};
use super::super::state::{Place, State};
use super::list::ListScreen;
use explained::Explained;
use fields::{Field, Fields};
use known::may_know;
use question::{Asked, Whole, usual};
use rows::{Holders, Reached};

pub use screen::draw_list;

/// What was found out.
#[derive(Debug)]
enum Answer {
    /// What is missing, or why there is no answer.
    Text(String),
    /// Why, or why not.
    Explained(Box<Explained>),
    /// Who can.
    Who(Box<ListScreen<Holders>>),
    /// What can.
    What(Box<ListScreen<Reached>>),
}

/// The explorer.
#[derive(Debug)]
pub struct Explorer {
    fields: Fields,
    answer: Answer,
    /// The question that the answer is to.
    asked: Option<Asked>,
}

/// Rows that the details of the chosen row of a list take.
pub const DETAILS: u16 = 5;

impl Explorer {
    /// An empty question.
    pub fn new() -> Self {
        Self {
            fields: Fields::default(),
            answer: Answer::Text(String::new()),
            asked: None,
        }
    }

    /// A question that is filled in, its answer to be read.
    pub fn asking(
        state: &State,
        who: Option<PrincipalId>,
        action: ActionId,
        on: Option<Target>,
    ) -> Self {
        let environment = on.and_then(|on| state.snapshot.environment_of(on));
        let place = environment.and_then(|e| state.snapshot.place(e));
        let action = match (action, place) {
            (ActionId::Capability(capability), _) => capability.into(),
            (other, Some(place)) => Action::parse(other.name(place.platform())),
            (_, None) => Capability::Run.into(),
        };
        Self {
            fields: Fields::filled(state, who, action, on),
            ..Self::new()
        }
    }

    /// What one most likely asks about who and what is at hand. Whoever may know about others is
    /// asked for whom; one's own answer stands below meanwhile.
    pub fn at_hand(state: &State, who: Option<PrincipalId>, on: Option<Target>) -> Self {
        let action = on.map_or(Capability::Run, |on| usual(&state.snapshot, on, state.now));
        let asked = who.or_else(|| on.map(|_| state.viewer()));
        let mut explorer = Self::asking(state, asked, action.into(), on);
        let others = on.is_some_and(|on| may_know(&state.lens(), PrincipalId::ANONYMOUS, on));
        if who.is_none() && others {
            explorer.fields.at = Field::Who;
        }
        explorer
    }

    /// Answers what is asked, as far as that changed or the state did.
    fn answer(&mut self, state: &mut State, anew: bool) {
        let asked = match self.fields.asked(state) {
            Ok(asked) => asked,
            Err(why) => {
                self.asked = None;
                self.answer = Answer::Text(why);
                return;
            }
        };
        if !anew && self.asked.as_ref() == Some(&asked) {
            return;
        }
        self.answer = match (asked.who, asked.on) {
            (None, None) => Answer::Text(HOW_TO_ASK.to_owned()),
            (Some(who), Some(on)) => self.explain(state, &asked, who, on),
            (None, Some(on)) => match asked.action_on(&state.snapshot, on) {
                None => unknown(state, &asked, on),
                Some(action) => {
                    let rows = Holders {
                        action,
                        on,
                        at: asked.at,
                        place: Place::Answer,
                    };
                    let mut list = listed(rows);
                    list.refresh(state);
                    Answer::Who(list)
                }
            },
            (Some(who), None) => {
                let rows = Reached {
                    who,
                    action: asked.action.clone(),
                    at: asked.at,
                };
                let mut list = listed(rows);
                list.refresh(state);
                Answer::What(list)
            }
        };
        self.asked = Some(asked);
    }

    fn explain(
        &mut self,
        state: &mut State,
        asked: &Asked,
        who: PrincipalId,
        on: Target,
    ) -> Answer {
        if !may_know(&state.lens(), who, on) {
            return Answer::Text(not_to_know(state, on));
        }
        let Some(action) = asked.action_on(&state.snapshot, on) else {
            return unknown(state, asked, on);
        };
        let at = asked.at.unwrap_or(state.now);
        let whole = Whole {
            who,
            action,
            on,
            at,
        };
        let before = std::mem::replace(&mut self.answer, Answer::Text(String::new()));
        if let Answer::Explained(mut explained) = before {
            explained.refresh(state, asked, whole);
            return Answer::Explained(explained);
        }
        Answer::Explained(Box::new(Explained::new(state, asked, whole)))
    }

    /// The answer as a screen, when it is a list.
    fn list(&self) -> Option<&dyn Screen> {
        match &self.answer {
            Answer::Who(list) => Some(list.as_ref()),
            Answer::What(list) => Some(list.as_ref()),
            Answer::Text(_) | Answer::Explained(_) => None,
        }
    }

    fn list_mut(&mut self) -> Option<&mut dyn Screen> {
        match &mut self.answer {
            Answer::Who(list) => Some(list.as_mut()),
            Answer::What(list) => Some(list.as_mut()),
            Answer::Text(_) | Answer::Explained(_) => None,
        }
    }

    fn in_answer(&self) -> bool {
        self.fields.at == Field::Answer
    }

    /// Takes what stands in the field, and goes on to what is still missing.
    fn accept(&mut self, state: &mut State) -> Vec<Act> {
        if self.in_answer() {
            return self.open(state);
        }
        if let Err(why) = self.fields.accept(state) {
            return vec![Act::Warn(why)];
        }
        self.answer(state, false);
        if self.in_answer() && matches!(self.answer, Answer::Text(_)) {
            self.fields.to_missing(state);
        }
        Vec::new()
    }

    /// What enter does on a row: of a list, it asks about that row.
    fn open(&mut self, state: &mut State) -> Vec<Act> {
        match &self.answer {
            Answer::Text(_) => {
                self.fields.to_missing(state);
                return Vec::new();
            }
            Answer::Explained(explained) => return explained.open(state),
            Answer::Who(list) => {
                let Some(who) = list.list.selected else {
                    return Vec::new();
                };
                self.fields.set_who(state, who);
            }
            Answer::What(list) => {
                let Some(on) = list.list.selected else {
                    return Vec::new();
                };
                self.fields.what.set(state, on);
            }
        }
        self.answer(state, false);
        Vec::new()
    }
}

impl Default for Explorer {
    fn default() -> Self {
        Self::new()
    }
}

const HOW_TO_ASK: &str = "Fill in who and what to learn why or why not. Only what: everybody who can. Only who: all that they can. Left and right turn what they would do.";

fn listed<R: super::list::Rows>(rows: R) -> Box<ListScreen<R>> {
    let mut list = ListScreen::new(rows);
    // The question above, its frame, and the details below.
    list.inset = usize::from(DETAILS) + 3;
    Box::new(list)
}

fn unknown(state: &State, asked: &Asked, on: Target) -> Answer {
    let environment = state.snapshot.environment_of(on);
    let place = environment.and_then(|e| state.snapshot.place(e));
    let title = place.map_or("This platform", |p| p.platform().title());
    let name = asked.action.name();
    Answer::Text(format!(
        "{title} knows no permission or method {name}. Choose another with tab, by typing."
    ))
}

fn not_to_know(state: &State, on: Target) -> String {
    let own = "You may ask about yourself, and about others where you may view access.";
    let why = on
        .resource()
        .and_then(|id| denied(state, id, Capability::ViewAccess));
    why.map_or_else(|| own.to_owned(), |why| format!("{why} {own}"))
}
