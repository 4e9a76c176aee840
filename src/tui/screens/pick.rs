//! Choosing one of what is offered, by typing: whom to act for, whose eyes to borrow, which
//! environment to look at, what to do with a thing, which tour to take.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::{EnvironmentId, PrincipalId};

use super::super::commands::CommandId;
use super::super::facts;
use super::super::message::Effect;
use super::super::parts::chooser::Chooser;
use super::super::parts::scroll::Step;
use super::super::parts::spots::Spot;
use super::super::parts::table::Column;
use super::super::screen::{Act, Reply, Screen};
use super::super::state::{Place, State};
use super::super::view::centred;
use super::super::walkthrough;
use super::actions::{Action, Subject};
use super::compare::Compare;
use super::intent_form::{begin, why_not};

/// What choosing is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// Acting for somebody.
    Persona,
    /// Seeing as somebody.
    Eyes,
    /// Looking at one environment.
    Environment,
    /// Doing something with a thing, or making a new one.
    Action(Subject),
    /// Taking a guided tour.
    Tour,
    /// Comparing somebody with another.
    Other(PrincipalId),
}

/// What can be chosen.
#[derive(Debug, Clone, Copy)]
enum Choice {
    Person(PrincipalId),
    Environment(Option<EnvironmentId>),
    Action(&'static Action),
    Command(CommandId),
    Tour(&'static str),
}

/// The chooser.
#[derive(Debug)]
pub struct Pick {
    purpose: Purpose,
    chooser: Chooser<Choice>,
    /// Commands that are offered before the actions, as rows; whether each is dimmed.
    commands: Vec<(CommandId, Vec<String>, bool)>,
    /// Whether it was asked to drop what was changed.
    asked: bool,
    /// Whom the cursor begins on.
    first: Option<PrincipalId>,
}

const ACTIONS: &[Column] = &[Column::new("", 26, 0, 0), Column::new("", 26, 1, 0)];

const PEOPLE: &[Column] = &[
    Column::new("Name", 18, 1, 0),
    Column::new("", 18, 1, 1),
    Column::new("", 10, 1, 2),
];

const ENVIRONMENTS: &[Column] = &[
    Column::new("Name", 18, 1, 0),
    Column::new("Id", 12, 1, 1),
    Column::new("Platform", 22, 1, 0),
];

const TOURS: &[Column] = &[Column::new("Tour", 16, 0, 0), Column::new("", 18, 1, 0)];

/// Rows that are in sight.
const SHOWN: u16 = 8;

impl Pick {
    fn new(purpose: Purpose) -> Self {
        Self {
            purpose,
            chooser: Chooser::default(),
            commands: Vec::new(),
            asked: false,
            first: None,
        }
    }

    /// Whom to act for; the cursor begins on who is at hand.
    pub fn persona(at_hand: Option<PrincipalId>) -> Self {
        Self {
            first: at_hand,
            ..Self::new(Purpose::Persona)
        }
    }

    /// Whose eyes to borrow.
    pub fn eyes() -> Self {
        Self::new(Purpose::Eyes)
    }

    /// Whom to compare somebody with.
    pub fn other(than: PrincipalId) -> Self {
        Self::new(Purpose::Other(than))
    }

    /// Which environment to look at.
    pub fn environment() -> Self {
        Self::new(Purpose::Environment)
    }

    /// What to do with a thing: commands that have keys, as rows, and the actions beside them.
    pub fn action(subject: Subject, commands: Vec<(CommandId, Vec<String>, bool)>) -> Self {
        Self {
            commands,
            ..Self::new(Purpose::Action(subject))
        }
    }

    /// Which guided tour to take.
    pub fn tour() -> Self {
        Self::new(Purpose::Tour)
    }
}

/// The login itself, then people with something to see, those with the most first.
fn people(state: &State) -> Vec<(Choice, Vec<String>)> {
    let snapshot = &state.snapshot;
    let own = state.login.principal;
    let active = snapshot.principals().filter(|(_, p)| p.is_active_user());
    let mut others: Vec<PrincipalId> = active.map(|(id, _)| id).collect();
    if !state.is_large() {
        others.sort_by_cached_key(|id| std::cmp::Reverse(snapshot.mentions(*id).count()));
    }
    let others = others.into_iter();
    own.into_iter()
        .chain(others.filter(|id| Some(*id) != own))
        .map(|id| {
            let cells = vec![
                snapshot.label(id),
                snapshot.reference(id),
                facts::describe(snapshot, id),
            ];
            (Choice::Person(id), cells)
        })
        .collect()
}

/// Commands, then actions; one that does not apply says why.
fn actions(
    state: &State,
    subject: &Subject,
    commands: &[(CommandId, Vec<String>, bool)],
) -> Vec<(Choice, Vec<String>, bool)> {
    let commands = commands.iter();
    let commands = commands.map(|(id, cells, dim)| (Choice::Command(*id), cells.clone(), *dim));
    let actions = subject.actions().map(|a| {
        let why_not = why_not(state, a, subject);
        let dim = why_not.is_some();
        let text = why_not.unwrap_or_else(|| a.means.to_owned());
        (Choice::Action(a), vec![a.title.to_owned(), text], dim)
    });
    commands.chain(actions).collect()
}

fn tours() -> Vec<(Choice, Vec<String>)> {
    let each = walkthrough::FILES.iter().filter_map(|(name, text)| {
        let read = walkthrough::parse(name, text).ok()?;
        let cells = vec![(*name).to_owned(), read.title];
        Some((Choice::Tour(name), cells))
    });
    each.collect()
}

fn environments(state: &State) -> Vec<(Choice, Vec<String>)> {
    let all = vec!["All environments".to_owned(), String::new(), String::new()];
    let each = state.snapshot.places().map(|(id, place)| {
        let environment = &place.environment;
        let cells = vec![
            environment.label().to_owned(),
            environment.id.clone(),
            place.platform().title().to_owned(),
        ];
        (Choice::Environment(Some(id)), cells)
    });
    std::iter::once((Choice::Environment(None), all))
        .chain(each)
        .collect()
}

impl Screen for Pick {
    fn place(&self) -> Place {
        Place::Picker
    }

    fn crumb(&self, _: &State) -> String {
        "Choose".to_owned()
    }

    fn area(&self, _: &State, whole: Rect) -> Rect {
        let told = if matches!(self.purpose, Purpose::Action(_)) {
            2
        } else {
            0
        };
        centred(whole, 76, SHOWN + 4 + told)
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        let title = match &self.purpose {
            Purpose::Other(_) => " Compare with ".to_owned(),
            Purpose::Tour => " Guided tours; each begins the demo afresh ".to_owned(),
            Purpose::Persona => " Act for ".to_owned(),
            Purpose::Eyes => " See as ".to_owned(),
            Purpose::Environment => " Environment ".to_owned(),
            Purpose::Action(subject) if subject.title.is_empty() => " New ".to_owned(),
            Purpose::Action(subject) => format!(" {}: what to do ", subject.title),
        };
        let columns = match self.purpose {
            Purpose::Action(_) => ACTIONS,
            Purpose::Tour => TOURS,
            Purpose::Environment => ENVIRONMENTS,
            _ => PEOPLE,
        };
        let line = (focused, "type to find");
        let drawn = (title.as_str(), columns);
        self.chooser.draw(state, frame, area, drawn, line);
    }

    fn refresh(&mut self, state: &mut State) -> bool {
        if let Purpose::Action(subject) = &self.purpose {
            let all = actions(state, subject, &self.commands);
            self.chooser.offer_told(all);
            return true;
        }
        let all = match &self.purpose {
            Purpose::Persona | Purpose::Eyes => people(state),
            Purpose::Environment => environments(state),
            Purpose::Action(_) => Vec::new(),
            Purpose::Tour => tours(),
            Purpose::Other(than) => {
                let mut others = people(state);
                others.retain(|(c, _)| !matches!(c, Choice::Person(id) if id == than));
                others
            }
        };
        self.chooser.offer(all);
        if let Some(first) = self.first.take() {
            let here = |c: &Choice| matches!(c, Choice::Person(id) if *id == first);
            self.chooser.go_to(here, usize::from(SHOWN));
        }
        true
    }

    fn perform(&mut self, state: &mut State, command: CommandId) -> Reply {
        if self.chooser.perform(command) {
            return Some(Vec::new());
        }
        if command != CommandId::Accept {
            return None;
        }
        let Some(choice) = self.chooser.chosen().copied() else {
            return Some(vec![Act::Warn("Nothing fits what you typed.".to_owned())]);
        };
        let act = match (choice, &self.purpose) {
            (Choice::Command(id), _) => Act::Run(id),
            (Choice::Action(action), Purpose::Action(subject)) => {
                if let Some(why) = why_not(state, action, subject) {
                    return Some(vec![Act::Warn(why)]);
                }
                begin(state, action, subject.clone())
            }
            (Choice::Person(id), Purpose::Eyes) => Act::SeeAs(Some(id)),
            (Choice::Person(id), Purpose::Other(than)) => Act::open(Compare::new(*than, id)),
            (Choice::Person(id), _) => Act::ActFor(id),
            (Choice::Environment(id), _) => Act::Scope(id),
            (Choice::Tour(_), _) if state.snapshot.revision() > state.began && !self.asked => {
                self.asked = true;
                let text = "Your changes end here: enter again begins the tour.";
                return Some(vec![Act::Warn(text.to_owned())]);
            }
            (Choice::Tour(name), _) => Act::Outside(Effect::Tour(name)),
            (Choice::Action(_), _) => return None,
        };
        Some(vec![Act::Close, act])
    }

    fn step(&mut self, _: &State, step: Step) {
        self.asked = false;
        self.chooser.step(step, usize::from(SHOWN));
    }

    fn point(&mut self, _: &mut State, spot: Spot) -> Option<CommandId> {
        self.chooser.point(spot)
    }

    fn edits_text(&self) -> bool {
        true
    }

    fn edit(&mut self, _: &mut State, key: KeyEvent) -> bool {
        self.chooser.edit(key)
    }

    fn paste(&mut self, _: &mut State, text: &str) {
        self.chooser.paste(text);
    }
}
