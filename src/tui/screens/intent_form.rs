//! The form of one action: its fields, and what it would do.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::Platform;
use crate::registry::plan::capitalized;
use crate::registry::{Intent, plan};

use super::super::commands::CommandId;
use super::super::parts::choice::Choice;
use super::super::parts::input::Input;
use super::super::parts::picker::Picker;
use super::super::parts::prose::Tone;
use super::super::parts::scroll::Step;
use super::super::parts::spots::Spot;
use super::super::parts::tabs;
use super::super::parts::when::When;
use super::super::screen::{Act, Reply, Screen};
use super::super::state::{Place, State};
use super::actions::{Action, Answers, Field, Kind, Subject};
use super::foreseen::Foreseen;
use super::form;

/// What a field holds.
#[derive(Debug)]
enum Value {
    Text(Box<Input>),
    When(Box<When>),
    Who(Box<Picker>),
    Choice(Choice),
}

/// The form.
#[derive(Debug)]
pub struct IntentForm {
    action: &'static Action,
    subject: Subject,
    values: Vec<(Field, Value)>,
    at: usize,
    /// What it would do.
    foreseen: Foreseen,
    /// What stood in the fields before anybody touched them.
    clean: Vec<String>,
}

/// Opens the form of an action; one that asks for nothing is worked out at once.
pub fn begin(state: &State, action: &'static Action, subject: Subject) -> Act {
    let form = IntentForm::new(state, action, subject);
    if form.values.is_empty() {
        form.proposal(state)
    } else {
        Act::open(form)
    }
}

/// Why an action would come to nothing, as far as that is known before anything is filled in: there
/// is none of what it asks for, or it asks for nothing and is refused. Planning all of them would
/// take too long in a large organization.
pub fn why_not(state: &State, action: &'static Action, subject: &Subject) -> Option<String> {
    let empty = action.fields.iter().find_map(|f| match f.kind {
        Kind::Choice(options) => options(state, subject.target).is_empty().then_some(f.label),
        _ => None,
    });
    if let Some(label) = empty {
        return Some(format!("There is no {} to choose.", label.to_lowercase()));
    }
    if !action.fields.is_empty() || state.plans_outside(1) {
        return None;
    }
    let intent = IntentForm::new(state, action, subject.clone()).intent(state);
    let refused = plan(&state.snapshot, &state.actor, &intent, state.now).err()?;
    Some(refused.lines().join(" "))
}

impl IntentForm {
    fn new(state: &State, action: &'static Action, subject: Subject) -> Self {
        let value = |field: &Field| match field.kind {
            // What depends on another value is filled in once all are there.
            Kind::Text | Kind::List | Kind::Of(..) => Value::Text(Box::default()),
            Kind::Time => Value::When(Box::default()),
            Kind::Who => {
                let picker = Picker::new(&state.snapshot, Vec::new(), false);
                Value::Who(Box::new(
                    picker.with_outsiders(takes_outsiders(state, &subject)),
                ))
            }
            Kind::Person => Value::Who(Box::new(Picker::new(&state.snapshot, Vec::new(), true))),
            Kind::Choice(options) => Value::Choice(Choice::new(options(state, subject.target))),
        };
        let values = action.fields.iter().map(|f| (*f, value(f))).collect();
        let mut form = Self {
            action,
            subject,
            values,
            at: 0,
            foreseen: Foreseen::default(),
            clean: Vec::new(),
        };
        form.follow(state);
        form.clean = form.filled();
        form
    }

    /// What stands in the fields.
    fn filled(&self) -> Vec<String> {
        let text = |value: &Value| match value {
            Value::Text(input) => input.text().to_owned(),
            Value::When(when) => when.text().to_owned(),
            Value::Who(picker) => picker.input.text().to_owned(),
            Value::Choice(choice) => choice.value().unwrap_or_default().to_owned(),
        };
        self.values.iter().map(|(_, value)| text(value)).collect()
    }

    /// Offers anew what depends on the value of another field.
    fn follow(&mut self, state: &State) {
        let answers = self.answers(state).values;
        for (field, value) in &mut self.values {
            let Kind::Of(other, options) = field.kind else {
                continue;
            };
            let of = answers.iter().find(|(label, _)| *label == other);
            let of = of.map_or("", |(_, value)| value.as_str());
            let options = options(state, self.subject.target, of);
            *value = if options.is_empty() {
                Value::Text(Box::default())
            } else {
                Value::Choice(Choice::new(options))
            };
        }
    }

    fn answers(&self, state: &State) -> Answers {
        let text = |value: &Value| match value {
            Value::Text(input) => input.text().trim().to_owned(),
            Value::When(when) => when.written_out(state.now).unwrap_or_default(),
            Value::Who(picker) => picker.reference(&state.snapshot).unwrap_or_default(),
            Value::Choice(choice) => choice.value().unwrap_or_default().to_owned(),
        };
        let values = self.values.iter().map(|(f, v)| (f.label, text(v)));
        Answers {
            subject: self.subject.reference.clone(),
            values: values.filter(|(_, v)| !v.is_empty()).collect(),
        }
    }

    fn intent(&self, state: &State) -> Intent {
        (self.action.build)(&self.answers(state))
    }

    fn proposal(&self, state: &State) -> Act {
        Act::propose(self.intent(state), self.action.verb)
    }

    /// Brings what it would do up to what is filled in.
    fn foresee(&mut self, state: &mut State) {
        let intents = self.begun(state).then(|| vec![self.intent(state)]);
        self.foreseen.follow(state, intents);
    }

    /// Whether anything was filled in, so that there is something to preview.
    fn begun(&self, state: &State) -> bool {
        let typed = |value: &Value| match value {
            Value::Text(input) => !input.text().trim().is_empty(),
            Value::When(when) => !when.text().is_empty(),
            Value::Who(picker) => picker.is_settled(),
            Value::Choice(_) => false,
        };
        let only_choices = self
            .values
            .iter()
            .all(|(_, v)| matches!(v, Value::Choice(_)));
        (only_choices || self.values.iter().any(|(_, v)| typed(v)))
            && !self.answers(state).values.is_empty()
    }

    fn current(&mut self) -> Option<&mut Value> {
        self.values.get_mut(self.at).map(|(_, v)| v)
    }

    /// Enter takes what is chosen and goes on to the next field; at the last it shows the effect.
    fn accept(&mut self, state: &State) -> Vec<Act> {
        if let Some(Value::Who(picker)) = self.current()
            && picker.is_open()
            && !picker.take(&state.snapshot)
        {
            return vec![Act::Warn("Nobody fits what you typed.".to_owned())];
        }
        if self.at + 1 < self.values.len() {
            self.at += 1;
            return Vec::new();
        }
        self.propose(state)
    }

    /// The plan; a name of which nobody was chosen is asked about first.
    fn propose(&mut self, state: &State) -> Vec<Act> {
        let open = |(_, value): &(Field, Value)| match value {
            Value::Who(picker) => picker.is_open(),
            _ => false,
        };
        if let Some(place) = self.values.iter().position(open) {
            self.at = place;
            let text = "Choose first whom you mean: enter takes who is under the cursor.";
            return vec![Act::Warn(text.to_owned())];
        }
        if let Some((place, why)) = self.wrong_time(state) {
            self.at = place;
            return vec![Act::Warn(why)];
        }
        vec![self.proposal(state)]
    }

    /// The first time that is none, and why.
    fn wrong_time(&self, state: &State) -> Option<(usize, String)> {
        let each = self.values.iter().enumerate();
        let mut times = each.filter_map(|(place, (_, value))| match value {
            Value::When(when) => Some((place, when.wrong(state.now)?)),
            _ => None,
        });
        times.next()
    }
}

/// Whether a policy there takes names that the directory does not know.
fn takes_outsiders(state: &State, subject: &Subject) -> bool {
    let environment = subject
        .target
        .and_then(|t| state.snapshot.environment_of(t));
    let place = environment.and_then(|e| state.snapshot.place(e));
    place.is_some_and(|p| p.platform() == Platform::Google)
}

impl Screen for IntentForm {
    fn place(&self) -> Place {
        Place::Form
    }

    fn crumb(&self, _: &State) -> String {
        capitalized(self.action.title)
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, _: bool) {
        let title = capitalized(self.action.title);
        let title = if self.subject.title.is_empty() {
            format!(" {title} ")
        } else {
            format!(" {title}: {} ", self.subject.title)
        };
        let mut sheet = form::panel(state, frame, area, &title);
        sheet.toned(
            state,
            frame,
            &[(Tone::Dim, format!("{}.", self.action.means))],
        );
        sheet.gap();
        for (place, (field, value)) in self.values.iter().enumerate() {
            let here = place == self.at;
            let after = self.values.len() - place - 1;
            sheet.keep(u16::try_from(after).unwrap_or(0));
            match value {
                Value::When(when) => {
                    let field = (field.label, when.as_ref(), field.hint);
                    form::draw_time(state, &mut sheet, frame, field, here);
                }
                Value::Text(input) => {
                    let field = (field.label, input.as_ref(), field.hint);
                    form::draw_text(state, &mut sheet, frame, field, here);
                }
                Value::Who(picker) => {
                    let field = (field.label, picker.as_ref(), field.hint);
                    form::draw_who(state, &mut sheet, frame, field, here);
                }
                Value::Choice(choice) => {
                    form::draw_choice(state, &mut sheet, frame, (field.label, choice), here);
                }
            }
        }
        if self.begun(state) && self.wrong_time(state).is_none() {
            sheet.gap();
            self.foreseen.draw(state, &mut sheet, frame, "ctrl-s");
        }
    }

    fn refresh(&mut self, state: &mut State) -> bool {
        self.foresee(state);
        true
    }

    fn perform(&mut self, state: &mut State, command: CommandId) -> Reply {
        match command {
            CommandId::NextField | CommandId::PreviousField => {
                let forward = command == CommandId::NextField;
                self.at = tabs::turn(self.at, self.values.len(), forward);
            }
            CommandId::TurnRight | CommandId::TurnLeft => {
                let label = self.values.get(self.at).map_or("", |(f, _)| f.label);
                if let Some(Value::Choice(choice)) = self.current() {
                    choice.turn(command == CommandId::TurnRight);
                    let depends =
                        |(f, _): &(Field, Value)| matches!(f.kind, Kind::Of(of, _) if of == label);
                    if self.values.iter().any(depends) {
                        self.follow(state);
                    }
                }
                self.foresee(state);
            }
            CommandId::Accept => {
                let acts = self.accept(state);
                self.foresee(state);
                return Some(acts);
            }
            CommandId::Preview => return Some(self.propose(state)),
            _ => return None,
        }
        Some(Vec::new())
    }

    fn step(&mut self, _: &State, step: Step) {
        match self.current() {
            Some(Value::Who(picker)) if !picker.is_settled() && !picker.candidates.is_empty() => {
                picker.step(step.is_down());
            }
            _ => self.at = tabs::turn(self.at, self.values.len(), step.is_down()),
        }
    }

    fn point(&mut self, state: &mut State, spot: Spot) -> Option<CommandId> {
        if let (Spot::Offered(place), Some(Value::Who(picker))) = (spot, self.current()) {
            picker.row = Some(place);
        }
        if let Some(name) = spot.field() {
            if let Some(Value::Who(picker)) = self.current() {
                picker.leave(&state.snapshot);
            }
            let at = self.values.iter().position(|(f, _)| f.label == name);
            self.at = at.unwrap_or(self.at);
            self.foresee(state);
        }
        spot.command()
    }

    fn unsaved(&self) -> Option<String> {
        let changed = self.filled() != self.clean;
        changed.then(|| form::discards("what is filled in"))
    }

    fn edits_text(&self) -> bool {
        let here = self.values.get(self.at);
        here.is_some_and(|(_, v)| !matches!(v, Value::Choice(_)))
    }

    fn edit(&mut self, state: &mut State, key: KeyEvent) -> bool {
        let now = state.now;
        let taken = match self.current() {
            Some(Value::Text(input)) => input.key(key).is_taken(),
            Some(Value::When(when)) => when.key(key, now).is_taken(),
            Some(Value::Who(picker)) => picker.key(key, &state.snapshot),
            _ => false,
        };
        self.foresee(state);
        taken
    }

    fn paste(&mut self, state: &mut State, text: &str) {
        match self.current() {
            Some(Value::Text(input)) => input.paste(text),
            Some(Value::When(when)) => when.paste(text, state.now),
            Some(Value::Who(picker)) => picker.paste(text, &state.snapshot),
            _ => {}
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
