//! The question line: who, can, what, when.

use crossterm::event::{KeyCode, KeyEvent};
use strum::IntoStaticStr;

use crate::domain::{Action, Capability, PrincipalId, Target, Timestamp};

use super::super::super::commands::CommandId;
use super::super::super::parts::input::Input;
use super::super::super::parts::picker::Picker;
use super::super::super::parts::scroll::Step;
use super::super::super::parts::spots::Spot;
use super::super::super::state::State;
use super::super::form;
use super::question::Asked;
use super::targets::Targets;
use super::words::Words;

/// Where keys go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, IntoStaticStr)]
pub enum Field {
    /// Who.
    #[default]
    Who,
    /// What they would do.
    Can,
    /// To what.
    What,
    /// When.
    When,
    /// The answer below.
    Answer,
}

const ORDER: [Field; 5] = [
    Field::Who,
    Field::Can,
    Field::What,
    Field::When,
    Field::Answer,
];

/// All fields.
#[derive(Debug)]
pub struct Fields {
    /// Where keys go.
    pub at: Field,
    /// Who.
    pub who: Picker,
    /// What they would do.
    pub can: Words,
    /// To what.
    pub what: Targets,
    /// When.
    pub when: Input,
}

impl Default for Fields {
    fn default() -> Self {
        Self {
            at: Field::Who,
            who: Picker::default(),
            can: Words::choosing(Capability::Run.into()),
            what: Targets::default(),
            when: Input::default(),
        }
    }
}

impl Fields {
    /// Filled in, with the answer to be read.
    pub fn filled(
        state: &State,
        who: Option<PrincipalId>,
        action: Action,
        on: Option<Target>,
    ) -> Self {
        let mut fields = Self {
            at: Field::Answer,
            can: Words::choosing(action),
            what: Targets::choosing(state, on),
            ..Self::default()
        };
        if let Some(who) = who {
            fields.set_who(state, who);
        }
        fields
    }

    /// Chooses who.
    pub fn set_who(&mut self, state: &State, who: PrincipalId) {
        self.who.chosen = Some(who);
        self.who.input = Input::new(&state.snapshot.label(who));
    }

    /// Asks about everybody.
    pub fn clear_who(&mut self, state: &State) {
        self.who = Picker::new(&state.snapshot, Vec::new(), false);
    }

    /// What is asked, as far as it is filled in. What stands under the cursor of a line that is
    /// being typed in counts as long as answering is quick.
    ///
    /// # Errors
    /// When the time is none.
    pub fn asked(&self, state: &State) -> Result<Asked, String> {
        let text = self.when.text().trim();
        let at = if text.is_empty() {
            None
        } else {
            let read = Timestamp::read(text, state.now);
            Some(read.map_err(|_| {
                "Write when as a date, such as 2027-03-01, or as yesterday, 7d ago; empty is now."
                    .to_owned()
            })?)
        };
        let small = !state.is_large();
        let who = self.who.chosen.or_else(|| {
            let typed = small && self.at == Field::Who && !self.who.input.text().trim().is_empty();
            let at_cursor = self.who.row.and_then(|row| self.who.candidates.get(row));
            at_cursor.copied().filter(|_| typed)
        });
        let on = self.what.chosen.or_else(|| {
            let typed =
                small && self.at == Field::What && !self.what.input.text().trim().is_empty();
            self.what.at_cursor().filter(|_| typed)
        });
        Ok(Asked {
            who,
            action: self.can.chosen.clone(),
            on,
            at,
        })
    }

    /// Brings candidates up to the state; what is gone is not asked about any more.
    pub fn refresh(&mut self, state: &mut State) {
        if self
            .who
            .chosen
            .is_some_and(|id| state.snapshot.principal(id).is_none())
        {
            self.clear_who(state);
        }
        let gone = |on: Target| state.snapshot.environment_of(on).is_none();
        if self.what.chosen.is_some_and(gone) {
            self.what.clear();
        }
        self.entered(state);
    }

    /// Looks for candidates when a field gets the focus.
    fn entered(&mut self, state: &mut State) {
        match self.at {
            Field::Who if self.who.chosen.is_none() => self.who.refresh(&state.snapshot),
            Field::What if self.what.chosen.is_none() => self.what.look(state),
            _ => {}
        }
    }

    /// Goes to the next or previous field.
    pub fn turn(&mut self, state: &mut State, forward: bool) {
        let at = ORDER.iter().position(|f| *f == self.at).unwrap_or(0);
        let next = if forward {
            at + 1
        } else {
            at + ORDER.len() - 1
        } % ORDER.len();
        self.go(state, ORDER.get(next).copied().unwrap_or_default());
    }

    /// Leaves the field for the next: says whether that chose somebody.
    pub fn leave(&mut self, state: &State) -> bool {
        self.at == Field::Who && self.who.leave(&state.snapshot)
    }

    fn go(&mut self, state: &mut State, field: Field) {
        self.at = field;
        self.entered(state);
    }

    /// Goes to what has to be filled in yet.
    pub fn to_missing(&mut self, state: &mut State) {
        let field = match (self.who.chosen, self.what.chosen) {
            _ if self.asked(state).is_err() => Field::When,
            (Some(_), None) => Field::What,
            _ => Field::Who,
        };
        self.go(state, field);
    }

    /// Takes what stands in the field and goes on: from who to what, from everything else to the
    /// answer.
    ///
    /// # Errors
    /// When what was typed names nothing.
    pub fn accept(&mut self, state: &mut State) -> Result<(), String> {
        let next = match self.at {
            Field::Who => {
                let typed = !self.who.input.text().trim().is_empty();
                if self.who.chosen.is_none() && typed && self.who.choose(&state.snapshot).is_none()
                {
                    return Err("Nobody in the directory has this name.".to_owned());
                }
                if self.what.chosen.is_none() {
                    Field::What
                } else {
                    Field::Answer
                }
            }
            Field::Can => {
                if !self.can.choose() {
                    return Err("No capability, permission or method has this name.".to_owned());
                }
                if self.what.chosen.is_none() {
                    Field::What
                } else {
                    Field::Answer
                }
            }
            Field::What => {
                let typed = !self.what.input.text().trim().is_empty();
                if self.what.chosen.is_none() && typed && self.what.choose(state).is_none() {
                    return Err(if self.what.is_busy() {
                        "Names are still being read; press enter again.".to_owned()
                    } else {
                        "Nothing that you may know of has this name.".to_owned()
                    });
                }
                Field::Answer
            }
            Field::When | Field::Answer => Field::Answer,
        };
        self.go(state, next);
        Ok(())
    }

    /// Moves among candidates; where there are none, between fields.
    pub fn step(&mut self, step: Step) {
        let down = step.is_down();
        match self.at {
            Field::Who if self.who.chosen.is_none() => self.who.step(down),
            Field::Can if self.can.typing => self.can.step(down),
            Field::What if self.what.chosen.is_none() => self.what.step(down),
            _ => {
                let at = ORDER.iter().position(|f| *f == self.at).unwrap_or(0);
                let next = if down { at + 1 } else { at.saturating_sub(1) };
                self.at = ORDER.get(next).copied().unwrap_or(Field::Answer);
            }
        }
    }

    /// Takes an editing key; says whether it was one. What is typed over a choice begins anew.
    pub fn key(&mut self, state: &mut State, key: KeyEvent) -> bool {
        match self.at {
            Field::Who => {
                if self.who.chosen.is_some() && is_typing(key) {
                    self.clear_who(state);
                }
                self.who.key(key, &state.snapshot)
            }
            Field::Can => self.can.key(state, self.what.chosen, key),
            Field::What if self.what.chosen.is_some() && !is_typing(key) => false,
            Field::What => self.what.key(state, key),
            Field::When => self.when.key(key).is_taken(),
            Field::Answer => false,
        }
    }

    /// Takes pasted text.
    pub fn paste(&mut self, state: &mut State, text: &str) {
        match self.at {
            Field::Who => {
                if self.who.chosen.is_some() {
                    self.clear_who(state);
                }
                self.who.paste(text, &state.snapshot);
            }
            Field::Can => self.can.paste(state, self.what.chosen, text),
            Field::What => self.what.paste(state, text),
            Field::When => self.when.paste(text),
            Field::Answer => {}
        }
    }

    /// A click on a field, or on what is offered below it.
    pub fn point(&mut self, state: &mut State, spot: Spot) -> Option<CommandId> {
        match (spot, self.at) {
            (Spot::Offered(place), Field::Who) => self.who.row = Some(place),
            (Spot::Offered(place), Field::Can) => self.can.row = place,
            (Spot::Offered(place), _) => self.what.row = place,
            _ => {}
        }
        let field = spot.field().and_then(|name| form::named(&ORDER, name));
        if let Some(field) = field {
            self.leave(state);
            self.go(state, field);
        }
        spot.command()
    }
}

/// Whether a key would change the text.
const fn is_typing(key: KeyEvent) -> bool {
    matches!(
        key.code,
        KeyCode::Char(_) | KeyCode::Backspace | KeyCode::Delete
    )
}
