//! The explorer as a screen: keys, drawing, what comes back from outside.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::{PrincipalId, ResourceId, Target};

use super::super::super::commands::CommandId;
use super::super::super::parts::prose::{self, Tone};
use super::super::super::parts::scroll::Step;
use super::super::super::parts::spots::Spot;
use super::super::super::screen::{Answer as Brought, Reply, Screen, Ticket};
use super::super::super::state::{Place, State};
use super::fields::Field;
use super::{Answer, DETAILS, Explorer};

impl Screen for Explorer {
    fn place(&self) -> Place {
        match (self.in_answer(), self.list()) {
            (false, _) => Place::Access,
            (true, Some(list)) => list.place(),
            (true, None) => Place::Answer,
        }
    }

    fn crumb(&self, _: &State) -> String {
        "Access".to_owned()
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        let height = self.fields.height(state, area);
        let top = Rect { height, ..area };
        let sentence = self.asked.as_ref().map(|a| a.sentence(&state.snapshot));
        self.fields.draw(state, frame, top, focused, sentence);
        let rest = Rect {
            y: area.y + height,
            height: area.height.saturating_sub(height),
            ..area
        };
        let focused = focused && self.in_answer();
        match &self.answer {
            // Candidates need the room; a frame without a row says nothing.
            Answer::Who(_) | Answer::What(_) | Answer::Explained(_) if rest.height < 4 => {}
            Answer::Text(text) => draw_text(state, frame, rest, text),
            Answer::Explained(explained) => explained.draw(state, frame, rest, focused),
            Answer::Who(list) => {
                let whole = |id| list.rows.whole(&state.lens(), id);
                draw_list(
                    state,
                    list.as_ref(),
                    list.list.selected.map(whole),
                    frame,
                    rest,
                    focused,
                );
            }
            Answer::What(list) => {
                let whole = |on| list.rows.whole(&state.lens(), on);
                draw_list(
                    state,
                    list.as_ref(),
                    list.list.selected.map(whole),
                    frame,
                    rest,
                    focused,
                );
            }
        }
    }

    fn inner(&self) -> Option<&dyn Screen> {
        self.list()
    }

    fn inner_mut(&mut self) -> Option<&mut dyn Screen> {
        self.list_mut()
    }

    fn refresh(&mut self, state: &mut State) -> bool {
        self.fields.refresh(state);
        self.answer(state, true);
        true
    }

    fn perform(&mut self, state: &mut State, command: CommandId) -> Reply {
        match command {
            CommandId::NextField | CommandId::PreviousField => {
                let forward = command == CommandId::NextField;
                if forward && self.fields.leave(state) {
                    self.answer(state, false);
                }
                self.fields.turn(state, forward);
            }
            CommandId::TurnRight | CommandId::TurnLeft => {
                self.fields.can.turn(command == CommandId::TurnRight);
                self.answer(state, false);
            }
            CommandId::Accept if self.place() != Place::Filter => return Some(self.accept(state)),
            CommandId::Explain if self.in_answer() && self.list().is_some() => {
                return Some(self.open(state));
            }
            CommandId::WhoCan if self.in_answer() => {
                self.fields.clear_who(state);
                self.answer(state, false);
            }
            CommandId::Back if !self.in_answer() => {
                // Out of the question into its answer, when there is one.
                let answered = self.asked.is_some() && !matches!(self.answer, Answer::Text(_));
                if !answered {
                    return None;
                }
                self.fields.at = Field::Answer;
            }
            other => return self.list_mut().and_then(|l| l.perform(state, other)),
        }
        Some(Vec::new())
    }

    fn disabled(&self, state: &State, command: CommandId) -> Option<String> {
        match command {
            CommandId::Filter | CommandId::Sort | CommandId::SortBackwards
                if self.list().is_none() =>
            {
                Some("There is no list here.".to_owned())
            }
            CommandId::Explain if matches!(self.answer, Answer::Explained(_)) => {
                Some("This is the explanation.".to_owned())
            }
            CommandId::Accept => None,
            other => self.list().and_then(|l| l.disabled(state, other)),
        }
    }

    fn step(&mut self, state: &State, step: Step) {
        if !self.in_answer() {
            self.fields.step(step);
            return;
        }
        match &mut self.answer {
            Answer::Explained(explained) => explained.step(step, state.rows()),
            Answer::Who(list) => list.step(state, step),
            Answer::What(list) => list.step(state, step),
            Answer::Text(_) => {}
        }
    }

    fn edits_text(&self) -> bool {
        !self.in_answer() || self.list().is_some_and(Screen::edits_text)
    }

    fn edit(&mut self, state: &mut State, key: KeyEvent) -> bool {
        if self.in_answer() {
            return self.list_mut().is_some_and(|l| l.edit(state, key));
        }
        let taken = self.fields.key(state, key);
        if taken {
            self.answer(state, false);
        }
        taken
    }

    fn paste(&mut self, state: &mut State, text: &str) {
        if self.in_answer() {
            if let Some(list) = self.list_mut() {
                list.paste(state, text);
            }
            return;
        }
        self.fields.paste(state, text);
        self.answer(state, false);
    }

    fn point(&mut self, state: &mut State, spot: Spot) -> Option<CommandId> {
        self.fields.point(state, spot)
    }

    fn click(&mut self, state: &mut State, area: Rect, column: u16, row: u16) -> bool {
        let height = self.fields.height(state, area);
        if row < area.y + height {
            return false;
        }
        self.fields.at = Field::Answer;
        let rest = Rect {
            y: area.y + height,
            height: area.height.saturating_sub(height),
            ..area
        };
        self.list_mut()
            .is_some_and(|l| l.click(state, rest, column, row))
    }

    fn subject(&self) -> Option<ResourceId> {
        let asked = self.asked.as_ref();
        let on = asked.and_then(|a| a.on).and_then(Target::resource);
        on.or_else(|| self.list().and_then(Screen::subject))
    }

    fn person(&self) -> Option<PrincipalId> {
        let who = self.asked.as_ref().and_then(|a| a.who);
        who.or_else(|| self.list().and_then(Screen::person))
    }

    fn answered(
        &mut self,
        state: &mut State,
        ticket: Ticket,
        answer: &mut Option<Brought>,
    ) -> bool {
        if self.fields.what.answered(state, ticket, answer) {
            self.answer(state, false);
            return true;
        }
        match &mut self.answer {
            Answer::Explained(explained) => explained.answered(ticket, answer),
            Answer::Who(list) => list.answered(state, ticket, answer),
            Answer::What(list) => list.answered(state, ticket, answer),
            Answer::Text(_) => false,
        }
    }
}

fn draw_text(state: &State, frame: &mut Frame<'_>, area: Rect, text: &str) {
    let body = prose::margin(Rect {
        y: area.y + area.height.min(1),
        height: area.height.saturating_sub(1),
        ..area
    });
    let lines = [(Tone::Dim, text.to_owned())];
    prose::show(state.theme, &lines, frame, body);
}

/// A list with all that its chosen row says below it, where there is room for both.
pub fn draw_list(
    state: &State,
    list: &dyn Screen,
    chosen: Option<Vec<(Tone, String)>>,
    frame: &mut Frame<'_>,
    area: Rect,
    focused: bool,
) {
    // Where there is little room, the first lines are worth more than a few rows.
    let height = match area.height {
        0..10 => 0,
        10..13 => 3,
        _ => DETAILS,
    };
    let Some(lines) = chosen.filter(|_| height > 0) else {
        list.draw(state, frame, area, focused);
        return;
    };
    let above = Rect {
        height: area.height - height,
        ..area
    };
    list.draw(state, frame, above, focused);
    let below = prose::margin(Rect {
        y: above.y + above.height,
        height,
        ..area
    });
    prose::show(state.theme, &lines, frame, below);
}
