//! One model: overview, who has access and how, versions, activity.

mod access;
mod activity;
mod overview;
mod versions;

use ratatui::Frame;
use ratatui::layout::Rect;
use strum::{EnumIter, IntoEnumIterator, IntoStaticStr};

use crate::authz::{Request, explain, wording};
use crate::domain::{Capability, PrincipalId, ResourceId, ResourceKind, Target};
use crate::registry::plan::capitalized;

use super::super::commands::CommandId;
use super::super::parts::prose::{self, Tone};
use super::super::parts::scroll::{Reading, Step};
use super::super::parts::tabs;
use super::super::screen::{Act, Answer, Reply, Screen, Ticket};
use super::super::state::{Place, State};
use super::super::view::{follow, frame_block};
use super::page::only_text;
use super::pane;
use access::Access;

/// The parts of the detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, IntoStaticStr)]
pub enum Tab {
    /// What it is, and what the viewer can do.
    Overview,
    /// Who has access, and how.
    Access,
    /// Its versions.
    Versions,
    /// What was done with it.
    Activity,
}

/// The detail of one model.
#[derive(Debug)]
pub struct Detail {
    /// Which model.
    pub resource: ResourceId,
    /// The part that is shown.
    pub tab: Tab,
    /// How far it is scrolled.
    pub scroll: Reading,
    /// Who has access.
    access: Access,
    /// Whether that was worked out since the last refresh: only while it is in sight.
    listed: bool,
    /// Whether it is what is shown.
    in_list: bool,
    /// Whether it is the pane beside a list.
    beside: bool,
}

impl Detail {
    /// One part of one model.
    pub fn new(resource: ResourceId, tab: Tab) -> Self {
        Self {
            resource,
            tab,
            scroll: Reading::default(),
            access: Access::new(resource),
            listed: false,
            in_list: false,
            beside: false,
        }
    }

    /// One part of one model, in the pane beside a list.
    pub fn beside(resource: ResourceId, tab: Tab) -> Self {
        Self {
            beside: true,
            ..Self::new(resource, tab)
        }
    }

    /// Whether the list of those who have access is what is shown.
    fn lists_access(&self, state: &State) -> bool {
        self.tab == Tab::Access
            && state.may(Capability::ViewAccess, Target::Resource(self.resource))
    }

    /// Goes to the next or previous part.
    fn turn(&mut self, state: &State, forward: bool) {
        let tabs = tabs_of(state, self.resource);
        let at = tabs.iter().position(|t| *t == self.tab).unwrap_or(0);
        let next = tabs.get(tabs::turn(at, tabs.len(), forward));
        self.tab = next.copied().unwrap_or(Tab::Overview);
        self.scroll = Reading::default();
    }
}

impl Screen for Detail {
    fn place(&self) -> Place {
        match self.inner() {
            Some(list) if list.edits_text() => list.place(),
            _ => Place::Detail,
        }
    }

    fn crumb(&self, state: &State) -> String {
        state.name_of(self.resource)
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        draw(state, self, frame, area, focused);
    }

    /// Who has access is a list like any other, while it is what is shown.
    fn inner(&self) -> Option<&dyn Screen> {
        self.in_list.then_some(&self.access.list as &dyn Screen)
    }

    fn inner_mut(&mut self) -> Option<&mut dyn Screen> {
        self.in_list
            .then_some(&mut self.access.list as &mut dyn Screen)
    }

    fn refresh(&mut self, state: &mut State) -> bool {
        self.listed = false;
        if !tabs_of(state, self.resource).contains(&self.tab) {
            self.tab = Tab::Overview;
        }
        self.settle(state);
        state.snapshot.resource(self.resource).is_some()
    }

    fn settle(&mut self, state: &mut State) {
        self.in_list = self.lists_access(state);
        if !self.listed && self.in_list {
            self.listed = true;
            self.access.list.refresh(state);
        }
    }

    fn perform(&mut self, state: &mut State, command: CommandId) -> Reply {
        match command {
            CommandId::NextTab | CommandId::PreviousTab => {
                self.turn(state, command == CommandId::NextTab);
            }
            CommandId::WhoCan => {
                self.tab = Tab::Access;
                self.scroll = Reading::default();
            }
            CommandId::Open if self.person().is_some() => {
                return Some(vec![Act::Run(CommandId::Explain)]);
            }
            other => return self.inner_mut()?.perform(state, other),
        }
        Some(Vec::new())
    }

    fn disabled(&self, state: &State, command: CommandId) -> Option<String> {
        if command == CommandId::Open {
            let nobody = self.person().is_none();
            let why = "There is nothing here to open; w lists who has access.";
            return nobody.then(|| why.to_owned());
        }
        match self.inner() {
            Some(list) => list.disabled(state, command),
            None => only_text(command),
        }
    }

    fn step(&mut self, state: &State, step: Step) {
        if self.lists_access(state) {
            self.access.list.step(state, step);
            return;
        }
        self.scroll.step(step);
    }

    fn click(&mut self, state: &mut State, area: Rect, column: u16, row: u16) -> bool {
        let place = tabs::at(
            &names(state, self.resource),
            column.saturating_sub(area.x + 1),
        );
        let hit = place
            .filter(|_| row == area.y + 1)
            .and_then(|p| tabs_of(state, self.resource).get(p).copied());
        if let Some(tab) = hit {
            self.tab = tab;
            self.scroll = Reading::default();
            // It is turned to, and has nothing to open.
            return false;
        }
        self.lists_access(state) && self.access.list.click(state, body(area), column, row)
    }

    fn looks_back(&self, _: &State) -> bool {
        self.tab == Tab::Activity
    }

    fn person(&self) -> Option<PrincipalId> {
        let listed = self.tab == Tab::Access;
        listed.then(|| self.access.list.person()).flatten()
    }

    fn answered(&mut self, state: &mut State, ticket: Ticket, answer: &mut Option<Answer>) -> bool {
        self.access.list.answered(state, ticket, answer)
    }

    fn subject(&self) -> Option<ResourceId> {
        Some(self.resource)
    }
}

/// ```text
/// ┌ Fraud score ─────────────────────────────┐
/// │ Overview │ Access │ Versions │ Activity  │
/// │ …                                        │
/// └──────────────────────────────────────────┘
/// ```
fn draw(state: &State, detail: &Detail, frame: &mut Frame<'_>, area: Rect, focused: bool) {
    let theme = state.theme;
    let title = format!(" {} ", state.name_of(detail.resource));
    let title = pane::title(theme, &title, focused && detail.beside);
    if focused {
        follow(theme, frame, area);
    }
    let block = frame_block(theme, &title, focused);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let top = Rect {
        height: inner.height.min(1),
        ..inner
    };
    let tabs = tabs_of(state, detail.resource);
    let current = tabs.iter().position(|t| *t == detail.tab).unwrap_or(0);
    frame.render_widget(
        tabs::line(theme, &names(state, detail.resource), current),
        top,
    );
    let body = body(area);
    // What has to be allowed for a part to be shown.
    let needed = match detail.tab {
        Tab::Overview => Capability::See,
        Tab::Versions => Capability::View,
        Tab::Access | Tab::Activity => Capability::ViewAccess,
    };
    let allowed =
        detail.tab == Tab::Overview || state.may(needed, Target::Resource(detail.resource));
    if allowed && detail.tab == Tab::Access {
        detail.access.draw(state, frame, body, focused);
        return;
    }
    let lines = match detail.tab {
        _ if !allowed => refused(state, detail, needed),
        Tab::Overview | Tab::Access => overview::lines(state, detail.resource),
        Tab::Versions => versions::lines(state, detail.resource),
        Tab::Activity => activity::lines(state, detail.resource),
    };
    prose::draw(state.theme, &lines, &detail.scroll, frame, body);
}

/// What the frame and the line of parts leave.
const fn body(area: Rect) -> Rect {
    Rect {
        x: area.x + 2,
        y: area.y + 3,
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(4),
    }
}

fn kind(state: &State, id: ResourceId) -> Option<ResourceKind> {
    state.snapshot.row(id).map(|row| row.kind)
}

/// The parts that there are: jobs and operations have no versions.
fn tabs_of(state: &State, id: ResourceId) -> Vec<Tab> {
    use ResourceKind::{Job, Operation};
    let versioned = !matches!(kind(state, id), Some(Job | Operation));
    Tab::iter()
        .filter(|tab| versioned || *tab != Tab::Versions)
        .collect()
}

/// The parts as they are called here: an experiment has runs.
fn names(state: &State, id: ResourceId) -> Vec<&'static str> {
    let runs = kind(state, id) == Some(ResourceKind::Experiment);
    let name = |tab| match tab {
        Tab::Versions if runs => "Runs",
        tab => tab.into(),
    };
    tabs_of(state, id).into_iter().map(name).collect()
}

/// What the viewer may not see is not shown, and says so. Of who has access they are told their own.
fn refused(state: &State, detail: &Detail, capability: Capability) -> Vec<(Tone, String)> {
    let snapshot = &state.snapshot;
    let (reader, target) = (state.reader(), Target::Resource(detail.resource));
    let request = Request::new(state.viewer(), capability.into(), target, state.now);
    let what = match detail.tab {
        Tab::Activity => "see what was done with this",
        _ => match capability {
            Capability::ViewAccess => "see who has access to this",
            _ => "see the details of this",
        },
    };
    let who = reader.does(snapshot, "can't", "can't");
    let mut lines = vec![(Tone::Strong, capitalized(&format!("{who} {what}.")))];
    let explanation = explain(snapshot, &request);
    lines.extend(explanation.told().map(|r| {
        let reason = wording::reason(snapshot, target, r);
        (Tone::Plain, format!("• {reason}"))
    }));
    if detail.tab == Tab::Access {
        let own = format!("{} access", reader.own_words(snapshot));
        lines.push((Tone::Plain, String::new()));
        lines.push((Tone::Strong, capitalized(&own)));
        lines.extend(detail.access.own(state));
    }
    lines
}
