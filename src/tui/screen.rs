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
use crate::domain::{EnvironmentId, PrincipalId, ResourceId, Revision, Target};
use crate::registry::watch::Reached;
use crate::registry::{Intent, Plan, Refusal};

use super::commands::CommandId;
use super::message::Effect;
use super::parts::planning::{Outcome, Then, Wanted};
use super::parts::scroll::Step;
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

    /// Brings it up to the state's revision, viewer and time; `false` when what it shows is gone.
    fn refresh(&mut self, _state: &mut State) -> bool {
        true
    }

    /// Everything that came in is done: what follows from where one is now is worked out.
    fn settle(&mut self, _state: &mut State) {}

    /// Takes a command.
    fn perform(&mut self, _state: &mut State, _command: CommandId) -> Reply {
        None
    }

    /// Why a command does not apply here; `None` when this screen has nothing against it.
    fn disabled(&self, _state: &State, _command: CommandId) -> Option<String> {
        None
    }

    /// What a command is called in the hints here, where the table's word would mislead; empty where
    /// it is not to be hinted at. `None` for the table's word.
    fn called(&self, _command: CommandId) -> Option<String> {
        None
    }

    /// Moves the cursor, or scrolls.
    fn step(&mut self, _state: &State, _step: Step) {}

    /// Whether a line of text has the focus.
    fn edits_text(&self) -> bool {
        false
    }

    /// What would be lost if one went elsewhere now, and what to do about it.
    fn unsaved(&self) -> Option<String> {
        None
    }

    /// Takes an editing key; says whether it was one.
    fn edit(&mut self, _state: &mut State, _key: KeyEvent) -> bool {
        false
    }

    /// What was looked for here in vain, to be looked for elsewhere.
    fn sought(&self) -> Option<String> {
        None
    }

    /// Takes pasted text.
    fn paste(&mut self, _state: &mut State, _text: &str) {}

    /// A click at a place inside the area it was drawn in; says whether something was hit.
    fn click(&mut self, _state: &mut State, _area: Rect, _column: u16, _row: u16) -> bool {
        false
    }

    /// The resource that commands are about.
    fn subject(&self) -> Option<ResourceId> {
        None
    }

    /// Resources marked for commands that take several.
    fn marked(&self) -> Vec<ResourceId> {
        Vec::new()
    }

    /// People marked for commands that take several.
    fn marked_people(&self) -> Vec<PrincipalId> {
        Vec::new()
    }

    /// Takes the marks from some resources.
    fn unmark(&mut self, _resources: &[ResourceId]) {}

    /// How many rows are marked, whatever they are.
    fn marks(&self) -> usize {
        0
    }

    /// The principal that commands are about.
    fn person(&self) -> Option<PrincipalId> {
        None
    }

    /// The environment that commands are about.
    fn environment(&self) -> Option<EnvironmentId> {
        None
    }

    /// A change was made to last; `false` closes the screen, because it asked for the change.
    fn committed(&mut self) -> bool {
        true
    }

    /// The preview of what is filled in, on a panel that has one: answers to it go there.
    fn foreseen(&mut self) -> Option<&mut Foreseen> {
        None
    }

    /// A job that ran outside came back; says whether it was this screen's. It has no answer when
    /// it failed: then the screen is to be fit for trying it again at the next
    /// [`refresh`](Self::refresh), and what went wrong is said elsewhere.
    fn answered(
        &mut self,
        _state: &mut State,
        ticket: Ticket,
        answer: &mut Option<Answer>,
    ) -> bool {
        let foreseen = self.foreseen();
        foreseen.is_some_and(|foreseen| foreseen.answered(ticket, answer))
    }

    /// A job that runs outside is so far; says whether it is this screen's.
    fn reached(&mut self, ticket: Ticket, reached: Reached) -> bool {
        let foreseen = self.foreseen();
        foreseen.is_some_and(|foreseen| foreseen.reached(ticket, reached))
    }

    /// What an answer that came back led to, beyond this screen; asked for after each.
    fn due(&mut self) -> Vec<Act> {
        let foreseen = self.foreseen();
        foreseen.map(Foreseen::due).unwrap_or_default()
    }

    /// What stands in the sidebar beside the view's name, when it is known.
    fn count(&self) -> Option<usize> {
        None
    }

    /// Another view was gone to: work under way for this one may end.
    fn left(&mut self) {}

    /// Puts the cursor on a resource, where it is shown.
    fn select(&mut self, _state: &State, _resource: ResourceId) {}
}
