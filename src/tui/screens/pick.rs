//! Choosing one of what is offered, by typing: whom to act for, whose eyes to borrow, which
//! environment to look at.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::{EnvironmentId, PrincipalId};

use super::super::commands::CommandId;
use super::super::facts;
use super::super::parts::find::ranked;
use super::super::parts::input::Input;
use super::super::parts::scroll::{Cursor, Step};
use super::super::parts::table::{self, Column, TableRow};
use super::super::screen::{Act, Reply, Screen};
use super::super::state::{Place, State};
use super::super::view::{centred, frame_block};

/// What choosing is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Acting for somebody.
    Persona,
    /// Seeing as somebody.
    Eyes,
    /// Looking at one environment.
    Environment,
}

/// What can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Person(PrincipalId),
    Environment(Option<EnvironmentId>),
}

/// The chooser.
#[derive(Debug)]
pub struct Pick {
    purpose: Purpose,
    input: Input,
    cursor: Cursor,
    all: Vec<(Choice, Vec<String>)>,
    fitting: Vec<usize>,
}

const PEOPLE: &[Column] = &[
    Column::new("Name", 18, 1, 0),
    Column::new("", 18, 1, 1),
    Column::new("", 10, 1, 2),
];

/// Rows that are in sight.
const SHOWN: u16 = 8;

impl Pick {
    fn new(purpose: Purpose) -> Self {
        Self {
            purpose,
            input: Input::default(),
            cursor: Cursor::default(),
            all: Vec::new(),
            fitting: Vec::new(),
        }
    }

    /// Whom to act for.
    pub fn persona() -> Self {
        Self::new(Purpose::Persona)
    }

    /// Whose eyes to borrow.
    pub fn eyes() -> Self {
        Self::new(Purpose::Eyes)
    }

    /// Which environment to look at.
    pub fn environment() -> Self {
        Self::new(Purpose::Environment)
    }

    fn find(&mut self) {
        let texts = self.all.iter().enumerate();
        self.fitting = ranked(
            self.input.text(),
            texts.map(|(i, (_, cells))| (i, cells.join(" "))),
        );
        self.cursor = Cursor::default();
    }

    fn chosen(&self) -> Option<Choice> {
        let place = self.fitting.get(self.cursor.row)?;
        self.all.get(*place).map(|(choice, _)| *choice)
    }
}

/// The login itself, then people with something to see, those with the most first.
fn people(state: &State) -> Vec<(Choice, Vec<String>)> {
    let snapshot = &state.snapshot;
    let own = state.login.principal;
    let active = snapshot.principals().filter(|(_, p)| p.is_active_user());
    let mut by_grants: Vec<(usize, PrincipalId)> = active
        .map(|(id, _)| (snapshot.mentions(id).count(), id))
        .collect();
    by_grants.sort_by_key(|(count, id)| (std::cmp::Reverse(*count), *id));
    let others = by_grants.into_iter().map(|(_, id)| id);
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
        centred(whole, 76, SHOWN + 4)
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        let title = match self.purpose {
            Purpose::Persona if state.demo => " Be somebody else ",
            Purpose::Persona => " Act for ",
            Purpose::Eyes => " See as ",
            Purpose::Environment => " Environment ",
        };
        let block = frame_block(state.theme, title, focused);
        let inner = block.inner(area);
        frame.render_widget(block, area);
        let line = Rect {
            x: inner.x + 1,
            width: inner.width.saturating_sub(2),
            height: inner.height.min(1),
            ..inner
        };
        self.input.draw(frame, line, focused, "type a name");
        let body = Rect {
            y: inner.y + 1,
            height: inner.height.saturating_sub(1),
            ..inner
        };
        let height = usize::from(body.height).saturating_sub(1);
        let mut cursor = self.cursor;
        cursor.keep_visible(self.fitting.len(), height);
        let rows: Vec<TableRow> = self
            .fitting
            .iter()
            .enumerate()
            .skip(cursor.top)
            .take(height)
            .filter_map(|(place, at)| {
                Some(TableRow {
                    cells: self.all.get(*at)?.1.clone(),
                    selected: place == cursor.row,
                    ..TableRow::default()
                })
            })
            .collect();
        table::draw(frame, body, state.theme, PEOPLE, &rows, None);
    }

    fn refresh(&mut self, state: &mut State) -> bool {
        self.all = match self.purpose {
            Purpose::Persona | Purpose::Eyes => people(state),
            Purpose::Environment => environments(state),
        };
        self.find();
        true
    }

    fn perform(&mut self, _: &mut State, command: CommandId) -> Reply {
        if command != CommandId::Accept {
            return None;
        }
        let act = self.chosen().map(|choice| match (choice, self.purpose) {
            (Choice::Person(id), Purpose::Eyes) => Act::SeeAs(Some(id)),
            (Choice::Person(id), _) => Act::ActFor(id),
            (Choice::Environment(id), _) => Act::Scope(id),
        });
        Some(std::iter::once(Act::Close).chain(act).collect())
    }

    fn step(&mut self, _: &State, step: Step) {
        let height = usize::from(SHOWN);
        self.cursor.step(step, self.fitting.len(), height);
    }

    fn edits_text(&self) -> bool {
        true
    }

    fn edit(&mut self, _: &mut State, key: KeyEvent) -> bool {
        let taken = self.input.key(key);
        if taken {
            self.find();
        }
        taken
    }

    fn paste(&mut self, _: &mut State, text: &str) {
        self.input.paste(text);
        self.find();
    }
}
