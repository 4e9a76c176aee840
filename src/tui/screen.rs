//! What a screen is: state, update and view of one place, together in one file under
//! [`screens`](super::screens).
//!
//! A screen sees the shared [`State`] and changes only itself (in the state it may say a line, and have
//! something computed outside); what has to happen beyond itself it
//! asks for as [`Act`]s. The [`Console`](super::console::Console) keeps the screens, carries the acts
//! out and gives every command first to the screen on top.

use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::authz::ActionId;
use crate::domain::{EnvironmentId, PrincipalId, ResourceId, Revision, Target, Timestamp};
use crate::registry::watch::Reached;
use crate::registry::{Intent, Plan, Refusal};

use super::commands::CommandId;
use super::message::Effect;
use super::parts::planning::{Outcome, Then, Wanted};
use super::parts::scroll::Step;
use super::parts::spots::Spot;
use super::screens::foreseen::Foreseen;
use super::state::{Place, State, View};
use super::theme::Theme;

/// What a screen asks for beyond itself.
#[derive(Debug)]
pub enum Act {
    /// Another screen on top.
    Open(Box<dyn Screen>),
    /// This screen is done.
    Close,
    /// Another view, at home.
    Show(View),
    /// The detail of a resource, wherever one is.
    Visit(ResourceId),
    /// The page of a person, group or service account.
    Meet(PrincipalId),
    /// Why somebody may, or may not, do something.
    Explain(PrincipalId, ActionId, Target),
    /// Something to work out as one change; its plan is shown before it is made to last.
    Plan(Wanted, Then),
    /// What came of working something out: its plan to show, or a refusal to read.
    Planned {
        /// What it came to.
        outcome: Outcome,
        /// How it goes on.
        then: Then,
    },
    /// A plan to make last, now.
    Commit(Box<Plan>),
    /// A refusal to read.
    Refuse(Box<Refusal>),
    /// Take the marks from some resources.
    Unmark(Vec<ResourceId>),
    /// One line that says what was done.
    Say(String),
    /// One line that says what is wrong.
    Warn(String),
    /// A command, as if its key had been pressed.
    Run(CommandId),
    /// Go on acting as somebody.
    ActFor(PrincipalId),
    /// See with somebody's eyes, changing nothing; `None` for one's own again.
    SeeAs(Option<PrincipalId>),
    /// See one environment only, or all again.
    Scope(Option<EnvironmentId>),
    /// See the store as it was; `None` for now again.
    AsOf(Option<Revision>),
    /// See the store as it was at a moment.
    AsOfMoment(Timestamp),
    /// Other looks, for this session.
    Look(Theme),
    /// Listen to the mouse, or leave it to the terminal, for this session.
    Mouse(bool),
    /// Something to be done outside.
    Outside(Effect),
}

impl Act {
    /// Works an intent out under a verb.
    pub fn propose(intent: impl Into<Intent>, verb: &'static str) -> Self {
        Self::propose_all(vec![intent.into()], verb)
    }

    /// Works several intents out as one change, under a verb.
    pub fn propose_all(intents: Vec<Intent>, verb: &'static str) -> Self {
        let then = Then {
            verb,
            ..Then::default()
        };
        Self::Plan(Wanted::Intents(Arc::new(intents)), then)
    }

    /// A screen on top.
    pub fn open(screen: impl Screen + 'static) -> Self {
        Self::Open(Box::new(screen))
    }
}

/// What a command led to: `None` when it is not this screen's, so that the console's general meaning
/// applies.
pub type Reply = Option<Vec<Act>>;

/// What a job that ran outside brought back; whoever asked for it knows its type.
pub type Answer = Box<dyn Any + Send>;

/// The number of a job that runs outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ticket(pub u64);

/// One place of the console.
pub trait Screen: Debug {
    /// Where keys go while it is on top.
    fn place(&self) -> Place;

    /// Its name in the line that says where one is.
    fn crumb(&self, state: &State) -> String;

    /// Draws it; `focused` while keys go there.
    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool);

    /// The part of the main area that it covers.
    fn area(&self, _state: &State, whole: Rect) -> Rect {
        whole
    }

    /// The screen inside that takes what this one does not answer itself.
    fn inner(&self) -> Option<&dyn Screen> {
        None
    }

    /// The same, to be changed.
    fn inner_mut(&mut self) -> Option<&mut dyn Screen> {
        None
    }

    /// Brings it up to the state's revision, viewer and time; `false` when what it shows is gone.
    fn refresh(&mut self, _state: &mut State) -> bool {
        true
    }

    /// Everything that came in is done: what follows from where one is now is worked out.
    fn settle(&mut self, _state: &mut State) {}

    /// Takes a command.
    fn perform(&mut self, state: &mut State, command: CommandId) -> Reply {
        self.inner_mut()?.perform(state, command)
    }

    /// Why a command does not apply here; `None` when this screen has nothing against it.
    fn disabled(&self, state: &State, command: CommandId) -> Option<String> {
        self.inner()?.disabled(state, command)
    }

    /// What a command is called in the hints here, where the table's word would mislead; empty where
    /// it is not to be hinted at. `None` for the table's word.
    fn called(&self, command: CommandId) -> Option<String> {
        self.inner()?.called(command)
    }

    /// Moves the cursor, or scrolls.
    fn step(&mut self, state: &State, step: Step) {
        if let Some(inner) = self.inner_mut() {
            inner.step(state, step);
        }
    }

    /// Whether a line of text has the focus.
    fn edits_text(&self) -> bool {
        self.inner().is_some_and(Screen::edits_text)
    }

    /// What would be lost if one went elsewhere now, and what to do about it.
    fn unsaved(&self) -> Option<String> {
        None
    }

    /// Takes an editing key; says whether it was one.
    fn edit(&mut self, state: &mut State, key: KeyEvent) -> bool {
        self.inner_mut().is_some_and(|s| s.edit(state, key))
    }

    /// What was looked for here in vain, to be looked for elsewhere.
    fn sought(&self) -> Option<String> {
        self.inner()?.sought()
    }

    /// Takes pasted text.
    fn paste(&mut self, state: &mut State, text: &str) {
        if let Some(inner) = self.inner_mut() {
            inner.paste(state, text);
        }
    }

    /// A click elsewhere inside the area it was drawn in; says whether something was hit that a second click
    /// opens.
    fn click(&mut self, _state: &mut State, _area: Rect, _column: u16, _row: u16) -> bool {
        false
    }

    /// A click on something that it drew with a spot: the cursor goes there; the command that follows.
    fn point(&mut self, _state: &mut State, _spot: Spot) -> Option<CommandId> {
        None
    }

    /// The resource that commands are about.
    fn subject(&self) -> Option<ResourceId> {
        self.inner()?.subject()
    }

    /// Resources marked for commands that take several.
    fn marked(&self) -> Vec<ResourceId> {
        self.inner().map(Screen::marked).unwrap_or_default()
    }

    /// People marked for commands that take several.
    fn marked_people(&self) -> Vec<PrincipalId> {
        self.inner().map(Screen::marked_people).unwrap_or_default()
    }

    /// Takes the marks from some resources.
    fn unmark(&mut self, resources: &[ResourceId]) {
        if let Some(inner) = self.inner_mut() {
            inner.unmark(resources);
        }
    }

    /// How many rows are marked, whatever they are.
    fn marks(&self) -> usize {
        self.inner().map_or(0, Screen::marks)
    }

    /// The principal that commands are about.
    fn person(&self) -> Option<PrincipalId> {
        self.inner()?.person()
    }

    /// The environment that commands are about.
    fn environment(&self) -> Option<EnvironmentId> {
        self.inner()?.environment()
    }

    /// A change was made to last; `false` closes the screen, because it asked for the change.
    fn committed(&mut self) -> bool {
        self.inner_mut().is_none_or(Screen::committed)
    }

    /// The preview of what is filled in, on a panel that has one: answers to it go there.
    fn foreseen(&mut self) -> Option<&mut Foreseen> {
        None
    }

    /// Whether it has use for older journal entries than those that were read.
    fn looks_back(&self, state: &State) -> bool {
        self.inner().is_some_and(|s| s.looks_back(state))
    }

    /// A job that ran outside came back; says whether it was this screen's. It has no answer when
    /// it failed: then the screen is to be fit for trying it again at the next
    /// [`refresh`](Self::refresh), and what went wrong is said elsewhere.
    fn answered(&mut self, state: &mut State, ticket: Ticket, answer: &mut Option<Answer>) -> bool {
        let foreseen = self.foreseen();
        foreseen.is_some_and(|foreseen| foreseen.answered(ticket, answer))
            || self
                .inner_mut()
                .is_some_and(|s| s.answered(state, ticket, answer))
    }

    /// A job that runs outside is so far; says whether it is this screen's.
    fn reached(&mut self, ticket: Ticket, reached: Reached) -> bool {
        let foreseen = self.foreseen();
        foreseen.is_some_and(|foreseen| foreseen.reached(ticket, reached))
            || self.inner_mut().is_some_and(|s| s.reached(ticket, reached))
    }

    /// What an answer that came back led to, beyond this screen; asked for after each.
    fn due(&mut self) -> Vec<Act> {
        let foreseen = self.foreseen();
        foreseen.map(Foreseen::due).unwrap_or_default()
    }

    /// What stands in the sidebar beside the view's name, when it is known.
    fn count(&self) -> Option<usize> {
        self.inner()?.count()
    }

    /// Another view was gone to: work under way for this one may end.
    fn left(&mut self) {
        if let Some(inner) = self.inner_mut() {
            inner.left();
        }
    }

    /// Puts the cursor on a resource, where it is shown.
    fn select(&mut self, _state: &State, _resource: ResourceId) {}
}
