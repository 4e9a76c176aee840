//! The console: the shared state, a screen for each view, and the screens on top of it.

use std::fmt::Debug;

use strum::IntoEnumIterator;

use crate::domain::{PrincipalId, ResourceId, Target};
use crate::registry::watch::Reached;

use super::message::Effect;
use super::screen::{Act, Answer, Screen, Ticket};
use super::screens;
use super::screens::actions::Subject;
use super::state::{Place, State, View};
use super::walkthrough::tour::Tour;

/// Views gone through that esc at home returns to.
const BACK: usize = 50;

/// Everything there is while the console runs.
#[derive(Debug)]
pub struct Console {
    /// What every screen may look at.
    pub state: State,
    /// The view under everything.
    pub view: View,
    /// The views, each as it was left.
    views: Vec<(View, Box<dyn Screen>)>,
    /// What lies over the view, the last on top. Esc peels one.
    layers: Vec<Box<dyn Screen>>,
    /// Views that were left for this one.
    back: Vec<View>,
    /// The guided tour that is on.
    pub tour: Option<Tour>,
}

impl Console {
    /// The console as it starts.
    pub fn new(state: State) -> Self {
        let mut console = Self {
            state,
            view: View::MyModels,
            views: View::iter().map(|v| (v, screens::of(v))).collect(),
            layers: Vec::new(),
            back: Vec::new(),
            tour: None,
        };
        console.refresh();
        console
    }

    /// The screen that keys go to.
    pub fn top(&self) -> &dyn Screen {
        match self.layers.last() {
            Some(layer) => layer.as_ref(),
            None => self.shown(self.view),
        }
    }

    /// The screen that keys go to, and the state beside it.
    pub(super) fn top_mut(&mut self) -> (&mut dyn Screen, &mut State) {
        let view = self.view;
        let screen = match self.layers.last_mut() {
            Some(layer) => layer,
            None => shown_mut(&mut self.views, view),
        };
        (screen.as_mut(), &mut self.state)
    }

    /// The screen of a view.
    pub fn shown(&self, view: View) -> &dyn Screen {
        let found = self.views.iter().find(|(v, _)| *v == view);
        // Every view has its screen from the start; the first stands in for what can't be.
        found
            .or(self.views.first())
            .map_or(&screens::Nothing, |(_, s)| s.as_ref())
    }

    /// What lies over the view, the last on top.
    pub fn layers(&self) -> &[Box<dyn Screen>] {
        &self.layers
    }

    /// Where keys go.
    pub fn place(&self) -> Place {
        self.top().place()
    }

    /// Screens from the top down to the view.
    fn downwards(&self) -> impl Iterator<Item = &dyn Screen> {
        let layers = self.layers.iter().rev().map(AsRef::as_ref);
        layers.chain(std::iter::once(self.shown(self.view)))
    }

    /// The resource that commands are about: what is open, else what is under the cursor.
    pub fn subject(&self) -> Option<ResourceId> {
        self.downwards().find_map(Screen::subject)
    }

    /// What has a policy to be edited: the environment that is open or under the cursor, else the
    /// resource.
    pub fn policy_of(&self) -> Option<Target> {
        self.downwards().find_map(|screen| {
            let environment = screen.environment().map(Target::Environment);
            environment.or_else(|| screen.subject().map(Target::Resource))
        })
    }

    /// The resources that commands for several are about: the marked ones, else the subject.
    pub fn subjects(&self) -> Vec<ResourceId> {
        let marked = self.top().marked();
        if marked.is_empty() {
            self.subject().into_iter().collect()
        } else {
            marked
        }
    }

    /// The principal that commands are about.
    pub fn person(&self) -> Option<PrincipalId> {
        self.downwards().find_map(Screen::person)
    }

    /// What actions would be about: the environment, resource or principal at hand.
    pub fn thing(&self) -> Option<Subject> {
        let state = &self.state;
        self.downwards().find_map(|screen| {
            let environment = screen.environment();
            let resource = screen.subject();
            let principal = screen.person();
            environment
                .and_then(|id| Subject::environment(state, id))
                .or_else(|| Subject::resource(state, resource?))
                .or_else(|| Subject::principal(state, principal?))
        })
    }

    /// Puts a screen on top.
    pub fn open(&mut self, mut screen: Box<dyn Screen>) {
        screen.refresh(&mut self.state);
        self.layers.push(screen);
    }

    /// Takes the screen on top away; `false` at home.
    pub fn close(&mut self) -> bool {
        self.layers.pop().is_some()
    }

    /// Goes to a view, at home.
    pub fn show(&mut self, view: View) {
        if view == View::MyModels {
            // Home: esc leads no further.
            self.back.clear();
        } else if view != self.view {
            self.back.retain(|v| *v != view);
            self.back.push(self.view);
            if self.back.len() > BACK {
                self.back.remove(0);
            }
        }
        self.layers.clear();
        self.leave_for(view);
    }

    fn leave_for(&mut self, view: View) {
        if view != self.view {
            shown_mut(&mut self.views, self.view).left();
        }
        self.view = view;
        self.refresh();
    }

    /// Returns to the view that this one was reached from; `false` where there is none.
    pub fn go_back(&mut self) -> bool {
        let Some(view) = self.back.pop() else {
            return false;
        };
        self.leave_for(view);
        true
    }

    /// Begins every view afresh: there is something else to show.
    pub fn reset(&mut self) {
        self.views = View::iter().map(|v| (v, screens::of(v))).collect();
        self.refresh();
    }

    /// Forgets every place that was about somebody else's eyes, another time or another scope.
    pub fn start_over(&mut self, view: View) {
        self.layers.clear();
        self.back.clear();
        self.view = view;
        self.views = View::iter().map(|v| (v, screens::of(v))).collect();
        self.refresh();
    }

    /// Brings what is shown up to the state. In a small organization the counts of the lists and
    /// of findings are kept too.
    pub fn refresh(&mut self) {
        let small = !self.state.is_large();
        for (view, screen) in &mut self.views {
            let counted = view.list().is_some() || *view == View::Findings;
            if *view == self.view || (small && counted) {
                screen.refresh(&mut self.state);
            }
        }
        let state = &mut self.state;
        let before = self.layers.len();
        self.layers.retain_mut(|layer| layer.refresh(state));
        // Whoever took it away themselves was told so.
        if self.layers.len() < before && state.toast.is_none() {
            state.say("What was open here is gone: somebody took it away.", true);
        }
        self.settle();
    }

    /// Has what is in sight follow what was done: the view, and what lies over it.
    pub(super) fn settle(&mut self) {
        let state = &mut self.state;
        shown_mut(&mut self.views, self.view).settle(state);
        if let Some(layer) = self.layers.last_mut() {
            layer.settle(state);
        }
        let wanted = self.state.reads_older() && !self.state.history_reading;
        if wanted && self.top().looks_back(&self.state) {
            self.state.history_reading = true;
            let before = self.state.history_from;
            self.state.outbox.push(Effect::LoadOlder(before));
        }
    }

    /// A change was made to last: panels that asked for it are done, and everything is shown anew.
    pub fn committed(&mut self) {
        while self.layers.last_mut().is_some_and(|l| !l.committed()) {
            self.layers.pop();
        }
        let view = self.view;
        shown_mut(&mut self.views, view).committed();
        self.refresh();
    }

    /// Every screen: the views, then what lies over them.
    fn all_screens(&mut self) -> (impl Iterator<Item = &mut Box<dyn Screen>>, &mut State) {
        let views = self.views.iter_mut().map(|(_, screen)| screen);
        (views.chain(&mut self.layers), &mut self.state)
    }

    /// Gives a job's answer to whoever asked for it; it is dropped when they are gone.
    pub(super) fn answered(&mut self, ticket: Ticket, answer: Answer) {
        self.give(ticket, &mut Some(answer));
    }

    /// Tells whoever asked for a job that it failed, and the user why.
    pub(super) fn failed(&mut self, ticket: Ticket, why: &str) {
        if self.give(ticket, &mut None) {
            let text = format!("A bug in deedbox stopped this, and nothing was changed: {why}");
            self.state.say(text, true);
        }
    }

    fn give(&mut self, ticket: Ticket, answer: &mut Option<Answer>) -> bool {
        let (mut screens, state) = self.all_screens();
        screens.any(|screen| screen.answered(state, ticket, answer))
    }

    /// What the screen on top has come to beyond itself.
    pub(super) fn act_on_what_is_due(&mut self) -> Vec<Effect> {
        // What is due comes from the screen on top, which is the one that waits.
        let due = self.layers.last_mut().map(|layer| layer.due());
        self.act(due.unwrap_or_default())
    }

    /// Tells whoever asked for a job how far it is.
    pub(super) fn reached(&mut self, ticket: Ticket, reached: Reached) {
        let (mut screens, _) = self.all_screens();
        screens.any(|screen| screen.reached(ticket, reached));
    }

    /// Takes away what said that a change is being saved.
    pub(super) fn saved(&mut self) {
        self.state.saving = false;
        self.layers.retain(|l| l.place() != Place::Working);
    }

    /// Carries acts out, one after the other.
    pub fn act(&mut self, acts: impl IntoIterator<Item = Act>) -> Vec<Effect> {
        let acts = acts.into_iter();
        acts.flat_map(|act| super::acts::act(self, act)).collect()
    }
}

fn shown_mut(views: &mut [(View, Box<dyn Screen>)], view: View) -> &mut Box<dyn Screen> {
    let at = views.iter().position(|(v, _)| *v == view).unwrap_or(0);
    // There is one screen for each view, from the start on.
    #[allow(clippy::indexing_slicing, reason = "the position was just found")]
    &mut views[at].1
}
