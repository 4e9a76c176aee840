//! What every screen may look at.

use std::sync::Arc;

use strum::{Display, EnumIter, IntoStaticStr};

use crate::authz::{ListKind, Reader, Request, Snapshot, check};
use crate::domain::{
    Capability, EnvironmentId, JournalEntry, PrincipalId, ResourceId, Revision, Target, Timestamp,
};
use crate::registry::Actor;
use crate::registry::oversight::{self, Oversight};

use super::commands::{CommandId, Keymap};
use super::message::{Effect, Job, Tell};
use super::parts::spots::Spots;
use super::screen::{Answer, Ticket};
use super::theme::Theme;

/// The smallest terminal that the console draws in: columns and rows.
pub const SMALLEST: (u16, u16) = (60, 16);

/// From so many resources on, what looks at all of them runs on a thread of its own.
pub const MANY: usize = 20_000;

/// From so many pairs of a principal and a resource on, a plan is made on a thread of its own: it
/// compares what people can do, and there may be as many comparisons.
pub const PAIRS: u64 = 10_000;

/// A plan for so many things is made on a thread of its own, however small the organization.
pub const TARGETS: usize = 100;

/// Changes of journal entries that are kept: the entries of an import come to gigabytes.
const CHANGES_KEPT: usize = 200_000;

/// The views of the sidebar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, IntoStaticStr, Display)]
pub enum View {
    /// What the viewer owns.
    #[strum(serialize = "My models")]
    MyModels,
    /// What others granted.
    #[strum(serialize = "Shared with me")]
    SharedWithMe,
    /// All that the viewer may see.
    #[strum(serialize = "All models")]
    AllModels,
    /// OpenSearch model groups with their access mode.
    #[strum(serialize = "Model groups")]
    ModelGroups,
    /// Users and service accounts.
    #[strum(serialize = "People")]
    People,
    /// Groups and teams.
    #[strum(serialize = "Groups")]
    Groups,
    /// Roles of every environment.
    #[strum(serialize = "Roles")]
    Roles,
    /// Training and batch jobs, long-running operations.
    #[strum(serialize = "Jobs & operations")]
    Jobs,
    /// Experiments and their runs.
    #[strum(serialize = "Experiments")]
    Experiments,
    /// Who can, what can, why and why not.
    #[strum(serialize = "Access")]
    Access,
    /// What wants an administrator's attention.
    #[strum(serialize = "Findings")]
    Findings,
    /// What was done.
    #[strum(serialize = "Journal")]
    Journal,
    /// Settings of environments, sign-in accounts, looks and keys.
    #[strum(serialize = "Settings")]
    Settings,
}

impl View {
    /// The name where there is little room.
    pub const fn short(self) -> &'static str {
        match self {
            Self::MyModels => "Mine",
            Self::SharedWithMe => "Shared",
            Self::AllModels => "All",
            Self::ModelGroups => "M.groups",
            Self::People => "People",
            Self::Groups => "Groups",
            Self::Roles => "Roles",
            Self::Jobs => "Jobs",
            Self::Experiments => "Exp.",
            Self::Access => "Access",
            Self::Findings => "Findings",
            Self::Journal => "Journal",
            Self::Settings => "Settings",
        }
    }

    /// The list that the view shows, for the views that are lists of models.
    pub const fn list(self) -> Option<ListKind> {
        match self {
            Self::MyModels => Some(ListKind::MyModels),
            Self::SharedWithMe => Some(ListKind::SharedWithMe),
            Self::AllModels => Some(ListKind::AllModels),
            _ => None,
        }
    }
}

/// Where keys go: what is on top decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, IntoStaticStr, Display)]
#[strum(serialize_all = "lowercase")]
#[allow(missing_docs, reason = "the names say it, and help shows them")]
pub enum Place {
    #[strum(serialize = "list of models")]
    Models,
    #[strum(serialize = "model groups")]
    ModelGroups,
    People,
    Groups,
    Roles,
    #[strum(serialize = "jobs and operations")]
    Jobs,
    Experiments,
    Access,
    /// What was found out, below the question.
    #[strum(serialize = "answer")]
    Answer,
    Findings,
    Journal,
    Settings,
    /// The filter line of a list.
    Filter,
    #[strum(serialize = "model")]
    Detail,
    /// The pane beside a list.
    #[strum(serialize = "preview")]
    Preview,
    #[strum(serialize = "person")]
    Person,
    #[strum(serialize = "group")]
    Group,
    #[strum(serialize = "role")]
    Role,
    #[strum(serialize = "share panel")]
    Share,
    #[strum(serialize = "access mode")]
    AccessMode,
    #[strum(serialize = "reassignment")]
    Reassign,
    #[strum(serialize = "offboarding")]
    Offboard,
    #[strum(serialize = "policy editor")]
    Policy,
    #[strum(serialize = "comparison")]
    Compare,
    /// Rows of a file, tried.
    #[strum(serialize = "bulk changes")]
    Bulk,
    #[strum(serialize = "form")]
    Form,
    #[strum(serialize = "choice")]
    Picker,
    #[strum(serialize = "confirmation")]
    Confirm,
    #[strum(serialize = "journal entry")]
    Entry,
    Help,
    #[strum(serialize = "palette")]
    Palette,
    Notice,
    /// A plan that is worked out, or a change that is being saved.
    #[strum(serialize = "work under way")]
    Working,
}

/// One line that says what was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// The line.
    pub text: String,
    /// Whether it tells of something that went wrong.
    pub bad: bool,
    /// The command that takes back what the line tells of, and its revision.
    pub offers: Option<(CommandId, Revision)>,
    /// Whether anybody could see it: a key that came before that does not wipe it away.
    pub drawn: bool,
}

/// A moment of the past that is looked at.
#[derive(Debug, Clone)]
pub struct Past {
    /// The moment, which the time conditions are evaluated at.
    pub at: Timestamp,
    /// What is true now.
    pub present: Arc<Snapshot>,
}

/// With which eyes rows are computed: all that a thread of its own needs.
#[derive(Debug, Clone)]
pub struct Lens {
    /// The organization at one revision.
    pub snapshot: Arc<Snapshot>,
    /// Who looks.
    pub viewer: PrincipalId,
    /// Whether somebody else reads what is written for the viewer.
    pub borrowed: bool,
    /// When.
    pub now: Timestamp,
    /// The one environment that is looked at; `None` for all.
    pub scope: Option<EnvironmentId>,
    /// The newest journal entries that the viewer may read, newest first.
    pub history: Arc<Vec<JournalEntry>>,
    /// Looks.
    pub theme: Theme,
    /// Whether the mouse is listened to.
    pub mouse: bool,
    /// Keys.
    pub keymap: Arc<Keymap>,
}

/// Entries, newest first, as they were at a revision.
fn until(history: &[JournalEntry], revision: Revision) -> &[JournalEntry] {
    let later = history.partition_point(|e| e.revision > revision);
    history.get(later..).unwrap_or_default()
}

impl Lens {
    /// Whom texts are about.
    pub const fn reader(&self) -> Reader {
        Reader {
            principal: self.viewer,
            named: self.borrowed,
        }
    }

    /// The journal entries that are loaded, newest first; in the past, what had been done then.
    pub fn entries(&self) -> &[JournalEntry] {
        until(&self.history, self.snapshot.revision())
    }

    /// Whether a resource lies in what is looked at.
    pub fn covers(&self, id: ResourceId) -> bool {
        self.scope.is_none_or(|scope| {
            let row = self.snapshot.row(id);
            row.is_some_and(|r| r.environment == scope)
        })
    }
}

/// The console's state but for its screens.
#[derive(Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "unrelated facts, not a state in disguise"
)]
pub struct State {
    /// The organization at one revision.
    pub snapshot: Arc<Snapshot>,
    /// Who signed in.
    pub login: Actor,
    /// Who acts: the login, or somebody the login acts for.
    pub actor: Actor,
    /// Whose eyes are borrowed; nothing can be changed meanwhile.
    pub eyes: Option<PrincipalId>,
    /// The moment of the past that is shown; nothing can be changed meanwhile.
    pub past: Option<Past>,
    /// Whether a moment of the past is being worked out.
    pub going_back: bool,
    /// So many that are being worked out are wanted no more.
    pub unwanted: usize,
    /// Whether the console was started to look only.
    pub read_only: bool,
    /// The one environment that is shown; `None` for all.
    pub scope: Option<EnvironmentId>,
    /// Whether the store is still being opened; nothing but leaving is possible meanwhile.
    pub opening: bool,
    /// Whether this is the throw-away sample.
    pub demo: bool,
    /// The time of the last turn; in the past, the moment that is looked at.
    pub now: Timestamp,
    /// Columns and rows that the console has.
    pub size: (u16, u16),
    /// Rows of the terminal below it, which a tour's caption takes.
    pub panel: u16,
    /// Looks.
    pub theme: Theme,
    /// Whether the mouse is listened to.
    pub mouse: bool,
    /// Keys.
    pub keymap: Arc<Keymap>,
    /// The newest journal entries that the viewer may read, newest first.
    pub history: Arc<Vec<JournalEntry>>,
    /// Whether they were read.
    pub history_read: bool,
    /// The oldest revision that was read; none is older than the first.
    pub history_from: Revision,
    /// Whether older ones are being read.
    pub history_reading: bool,
    /// What was done last.
    pub toast: Option<Toast>,
    /// What is being done outside, in a few words.
    pub busy: Option<String>,
    /// Whether a change that was confirmed is being saved.
    pub saving: bool,
    /// Whether there was news of the store meanwhile.
    pub missed: bool,
    /// From so many pairs of a principal and a resource on plans are made outside.
    pub pairs: u64,
    /// Beyond so many resources what looks at all of them runs outside.
    pub many: usize,
    /// The revision that the console began with.
    pub began: Revision,
    /// Whether it was asked to leave something that is not saved; the next time it is left.
    pub leaving: bool,
    /// Whether to end.
    pub quit: bool,
    /// Whether that is because somebody outside wants it.
    pub interrupted: bool,
    /// Where what can be clicked was drawn.
    pub spots: Spots,
    /// Jobs that screens want to have run; the console takes them after every turn.
    pub outbox: Vec<Effect>,
    tickets: u64,
}

impl State {
    /// The state at the start.
    pub fn new(
        snapshot: Arc<Snapshot>,
        actor: Actor,
        demo: bool,
        theme: Theme,
        size: (u16, u16),
        now: Timestamp,
    ) -> Self {
        Self {
            began: snapshot.revision(),
            snapshot,
            login: actor.clone(),
            actor,
            eyes: None,
            past: None,
            going_back: false,
            unwanted: 0,
            read_only: false,
            scope: None,
            opening: false,
            demo,
            now,
            size,
            panel: 0,
            theme,
            mouse: true,
            keymap: Arc::default(),
            history: Arc::default(),
            history_read: false,
            history_from: Revision(1),
            history_reading: false,
            toast: None,
            busy: None,
            saving: false,
            missed: false,
            pairs: PAIRS,
            many: MANY,
            leaving: false,
            quit: false,
            interrupted: false,
            spots: Spots::default(),
            outbox: Vec::new(),
            tickets: 0,
        }
    }

    /// The state before there is anything to show.
    pub fn opening(demo: bool, theme: Theme, size: (u16, u16), now: Timestamp) -> Self {
        let nobody = Actor::user(PrincipalId::ANONYMOUS);
        Self {
            opening: true,
            busy: Some("Opening the store".to_owned()),
            ..Self::new(Arc::default(), nobody, demo, theme, size, now)
        }
    }

    /// Whose eyes the lists are seen with; an account without a user sees nothing.
    pub fn viewer(&self) -> PrincipalId {
        self.eyes
            .or(self.actor.principal)
            .unwrap_or(PrincipalId::ANONYMOUS)
    }

    /// Whom texts are about: addressed as `you`, or named while their eyes are borrowed.
    pub fn reader(&self) -> Reader {
        Reader {
            principal: self.viewer(),
            named: self.eyes.is_some(),
        }
    }

    /// What rows are computed from.
    pub fn lens(&self) -> Lens {
        Lens {
            snapshot: Arc::clone(&self.snapshot),
            viewer: self.viewer(),
            borrowed: self.eyes.is_some(),
            now: self.now,
            scope: self.scope,
            history: Arc::clone(&self.history),
            theme: self.theme,
            mouse: self.mouse,
            keymap: Arc::clone(&self.keymap),
        }
    }

    /// Whether the viewer may do something now, as the core decides it.
    pub fn may(&self, capability: Capability, on: Target) -> bool {
        let request = Request::new(self.viewer(), capability.into(), on, self.now);
        check(&self.snapshot, &request).is_allowed()
    }

    /// Why nothing can be changed now; `None` when it can.
    pub fn frozen(&self) -> Option<String> {
        if self.saving {
            return Some("Still saving what was confirmed last; wait a moment.".into());
        }
        if let Some(past) = &self.past {
            let when = crate::authz::wording::moment(past.at);
            return Some(format!(
                "This is the past, as of {when}: nothing can be changed. esc at home returns."
            ));
        }
        if let Some(eyes) = self.eyes {
            let name = self.snapshot.label(eyes);
            return Some(format!(
                "You see what {name} sees: nothing can be changed. esc at home returns."
            ));
        }
        self.read_only
            .then(|| "The console was started to look only (--read-only).".to_owned())
    }

    /// Whether there are so many resources that looking at all of them takes a thread of its own.
    pub fn is_large(&self) -> bool {
        self.snapshot.counters().resource as usize > self.many
    }

    /// Whether there are older journal entries than those that were read.
    pub const fn has_older(&self) -> bool {
        self.history_from.0 > 1
    }

    /// Whether older journal entries are read as they are asked for: not beyond what there is room for.
    pub fn reads_older(&self) -> bool {
        let changes = self.history.iter().map(|e| e.changes.len());
        self.history_read && self.has_older() && changes.sum::<usize>() < CHANGES_KEPT
    }

    /// Why something is not for whoever signed in. In the demo everybody may look round.
    pub fn withheld(&self, what: Oversight) -> Option<String> {
        let why = oversight::why_not(&self.login, what).filter(|_| !self.demo);
        why.map(str::to_owned)
    }

    /// Whether a plan for so many things may take so long that it is made on a thread of its own.
    pub fn plans_outside(&self, targets: usize) -> bool {
        let counters = self.snapshot.counters();
        let pairs = u64::from(counters.principal) * u64::from(counters.resource);
        pairs >= self.pairs || targets >= TARGETS
    }

    /// The id that intents take.
    pub fn id_of(&self, resource: ResourceId) -> String {
        self.snapshot.target_id(Target::Resource(resource))
    }

    /// The name to show.
    pub fn name_of(&self, resource: ResourceId) -> String {
        self.snapshot.target_label(Target::Resource(resource))
    }

    /// Rows inside the frame of the main area: what the header, the line of views on narrow
    /// terminals, frame, toast and hints leave.
    pub fn rows(&self) -> usize {
        let views = usize::from(self.size.0 < super::view::MEDIUM);
        usize::from(self.size.1).saturating_sub(5 + views).max(1)
    }

    /// Whether there is too little room to draw; keys that do something would do it unseen.
    pub const fn too_small(&self) -> bool {
        self.size.0 < SMALLEST.0 || self.size.1 + self.panel < SMALLEST.1
    }

    /// Says what was done, or went wrong, in one line.
    pub fn say(&mut self, text: impl Into<String>, bad: bool) {
        self.toast = Some(Toast {
            text: text.into(),
            bad,
            offers: None,
            drawn: false,
        });
    }

    /// Wipes away the line, once it was there to be seen.
    pub fn wipe(&mut self) {
        self.toast.take_if(|toast| toast.drawn);
    }

    /// The journal entries that are loaded, newest first; in the past, what had been done then.
    pub fn entries(&self) -> &[JournalEntry] {
        until(&self.history, self.snapshot.revision())
    }

    /// Has something worked out on a thread of its own; the answer comes to
    /// [`Screen::answered`](super::screen::Screen::answered) under the ticket.
    pub fn compute<T: Send + 'static>(
        &mut self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Ticket {
        self.compute_telling(move |_| work())
    }

    /// As [`Self::compute`], for work that tells how far it is; that comes to
    /// [`Screen::reached`](super::screen::Screen::reached).
    pub fn compute_telling<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&Tell<'_>) -> T + Send + 'static,
    ) -> Ticket {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        let job = Job(Box::new(move |tell| Box::new(work(tell)) as Answer));
        self.outbox.push(Effect::Compute(ticket, job));
        ticket
    }
}
