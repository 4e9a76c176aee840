//! The share panel as a screen: keys, clicks, what comes back from outside.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::super::super::commands::CommandId;
use super::super::super::parts::scroll::Step;
use super::super::super::parts::spots::Spot;
use super::super::super::screen::{Act, Answer, Reply, Screen, Ticket};
use super::super::super::state::{Place, State};
use super::super::foreseen::Foreseen;
use super::super::form;
use super::{Field, ORDER, SharePanel, draw};

impl Screen for SharePanel {
    fn place(&self) -> Place {
        Place::Share
    }

    fn crumb(&self, _: &State) -> String {
        "Share".to_owned()
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, _: bool) {
        draw::draw(state, self, frame, area);
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
            CommandId::Accept if self.field == Field::Shares && self.change(&state.snapshot) => {
                self.foresee(state);
            }
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
            Spot::Command(_) | Spot::View(_) => {}
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
            Some(_) => "open where it is from",
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
            shares.follow(id, self.level.value().map(str::to_owned));
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
