//! Everything the console shows is in here.

use std::sync::Arc;

use strum::{Display, EnumIter, IntoStaticStr};

use crate::authz::{ListKind, Snapshot};
use crate::domain::{JournalEntry, PrincipalId, ResourceId, Target, Timestamp};
use crate::registry::{Actor, Refusal};

use super::parts::confirm::Confirm;
use super::screens::access_mode::AccessMode;
use super::screens::detail::Detail;
use super::screens::entry::Entry;
use super::screens::help::Help;
use super::screens::journal::Journal;
use super::screens::models::ModelList;
use super::screens::notice::Notice;
use super::screens::palette::Palette;
use super::screens::persona::Persona;
use super::screens::reassign::Reassign;
use super::screens::share::SharePanel;
use super::theme::Theme;

/// The smallest terminal that the console draws in: columns and rows.
pub const SMALLEST: (u16, u16) = (60, 16);

/// The views of the sidebar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, IntoStaticStr, Display)]
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
    /// What was done.
    #[strum(serialize = "Journal")]
    Journal,
}

impl View {
    /// The name where there is little room.
    pub const fn short(self) -> &'static str {
        match self {
            Self::MyModels => "Mine",
            Self::SharedWithMe => "Shared",
            Self::AllModels => "All",
            Self::Journal => "Journal",
        }
    }

    /// The list that the view shows, for the views that are lists.
    pub const fn list(self) -> Option<ListKind> {
        match self {
            Self::MyModels => Some(ListKind::MyModels),
            Self::SharedWithMe => Some(ListKind::SharedWithMe),
            Self::AllModels => Some(ListKind::AllModels),
            Self::Journal => None,
        }
    }
}

/// What lies over the view, the last on top. Esc peels one.
#[derive(Debug)]
pub enum Layer {
    /// One model.
    Detail(Box<Detail>),
    /// Sharing one model.
    Share(Box<SharePanel>),
    /// Who may use a model group.
    AccessMode(Box<AccessMode>),
    /// Giving models to another owner.
    Reassign(Box<Reassign>),
    /// A plan, before it is made to last.
    Confirm(Box<Confirm>),
    /// One journal entry.
    Entry(Box<Entry>),
    /// The keys of this place.
    Help(Help),
    /// Every command, model and person by name.
    Palette(Box<Palette>),
    /// Whom to act for.
    Persona(Box<Persona>),
    /// Something that has to be read: a refusal, an error.
    Notice(Notice),
}

/// Where keys go: what is on top decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, IntoStaticStr, Display)]
pub enum Place {
    /// A list of models.
    #[strum(serialize = "list of models")]
    List,
    /// The filter line of a list.
    #[strum(serialize = "filter")]
    Filter,
    /// The journal.
    #[strum(serialize = "journal")]
    Journal,
    /// One model.
    #[strum(serialize = "model")]
    Detail,
    /// The share panel.
    #[strum(serialize = "share panel")]
    Share,
    /// Access mode of a model group.
    #[strum(serialize = "access mode")]
    AccessMode,
    /// Reassignment.
    #[strum(serialize = "reassignment")]
    Reassign,
    /// A plan to confirm.
    #[strum(serialize = "confirmation")]
    Confirm,
    /// A journal entry.
    #[strum(serialize = "journal entry")]
    Entry,
    /// Help.
    #[strum(serialize = "help")]
    Help,
    /// The palette.
    #[strum(serialize = "palette")]
    Palette,
    /// The persona switcher.
    #[strum(serialize = "personas")]
    Persona,
    /// A notice.
    #[strum(serialize = "notice")]
    Notice,
}

/// One line that says what was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// The line.
    pub text: String,
    /// Whether it tells of something that went wrong.
    pub bad: bool,
    /// Whether `u` takes it back.
    pub undo: bool,
}

/// The console's whole state.
#[derive(Debug)]
pub struct State {
    /// The organization at one revision.
    pub snapshot: Arc<Snapshot>,
    /// Who signed in.
    pub login: Actor,
    /// Who acts: the login, or somebody the login acts for.
    pub actor: Actor,
    /// Whether this is the throw-away sample.
    pub demo: bool,
    /// The time of the last turn.
    pub now: Timestamp,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Looks.
    pub theme: Theme,
    /// The view under everything.
    pub view: View,
    /// The three lists, in the order of [`View`].
    pub lists: [ModelList; 3],
    /// The journal view.
    pub journal: Journal,
    /// What lies over the view.
    pub layers: Vec<Layer>,
    /// What was done last.
    pub toast: Option<Toast>,
    /// Whether a commit is under way.
    pub committing: bool,
    /// Whether to end.
    pub quit: bool,
}

impl State {
    /// The console as it starts.
    pub fn new(
        snapshot: Arc<Snapshot>,
        actor: Actor,
        demo: bool,
        theme: Theme,
        size: (u16, u16),
        now: Timestamp,
    ) -> Self {
        let lists = [
            ListKind::MyModels,
            ListKind::SharedWithMe,
            ListKind::AllModels,
        ]
        .map(ModelList::new);
        let mut state = Self {
            snapshot,
            login: actor.clone(),
            actor,
            demo,
            now,
            size,
            theme,
            view: View::MyModels,
            lists,
            journal: Journal::default(),
            layers: Vec::new(),
            toast: None,
            committing: false,
            quit: false,
        };
        state.refresh();
        state
    }

    /// Whose eyes the lists are seen with; an account without a user sees nothing.
    pub fn viewer(&self) -> PrincipalId {
        self.actor.principal.unwrap_or(PrincipalId::ANONYMOUS)
    }

    /// Where keys go.
    pub fn place(&self) -> Place {
        match self.layers.last() {
            None => match self.list() {
                None => Place::Journal,
                Some(list) if list.filtering => Place::Filter,
                Some(_) => Place::List,
            },
            Some(Layer::Detail(_)) => Place::Detail,
            Some(Layer::Share(_)) => Place::Share,
            Some(Layer::AccessMode(_)) => Place::AccessMode,
            Some(Layer::Reassign(_)) => Place::Reassign,
            Some(Layer::Confirm(_)) => Place::Confirm,
            Some(Layer::Entry(_)) => Place::Entry,
            Some(Layer::Help(_)) => Place::Help,
            Some(Layer::Palette(_)) => Place::Palette,
            Some(Layer::Persona(_)) => Place::Persona,
            Some(Layer::Notice(_)) => Place::Notice,
        }
    }

    /// The list that is shown, when one is.
    pub fn list(&self) -> Option<&ModelList> {
        self.lists.iter().find(|l| Some(l.kind) == self.view.list())
    }

    /// The list that is shown, to change it.
    pub fn list_mut(&mut self) -> Option<&mut ModelList> {
        let kind = self.view.list();
        self.lists.iter_mut().find(|l| Some(l.kind) == kind)
    }

    /// The model that commands are about: the open one, else the one under the cursor.
    pub fn subject(&self) -> Option<ResourceId> {
        for layer in self.layers.iter().rev() {
            if let Layer::Detail(detail) = layer {
                return Some(detail.resource);
            }
        }
        self.list().and_then(|l| l.selected)
    }

    /// The models that bulk commands are about: the marked ones, else the subject.
    pub fn subjects(&self) -> Vec<ResourceId> {
        let marked: Vec<ResourceId> = match self.layers.last() {
            None => self
                .list()
                .map(|l| l.marks.iter().copied().collect())
                .unwrap_or_default(),
            Some(_) => Vec::new(),
        };
        if marked.is_empty() {
            self.subject().into_iter().collect()
        } else {
            marked
        }
    }

    /// The id that intents take.
    pub fn id_of(&self, resource: ResourceId) -> String {
        self.snapshot.target_id(Target::Resource(resource))
    }

    /// The name to show.
    pub fn name_of(&self, resource: ResourceId) -> String {
        self.snapshot.target_label(Target::Resource(resource))
    }

    /// Brings everything that depends on the snapshot, the viewer or the time up to date.
    pub fn refresh(&mut self) {
        let (viewer, now, height) = (self.viewer(), self.now, self.list_height());
        for list in &mut self.lists {
            list.refresh(&self.snapshot, viewer, now, height);
        }
        let snapshot = Arc::clone(&self.snapshot);
        self.layers.retain_mut(|layer| match layer {
            Layer::Detail(detail) => detail.refresh(&snapshot),
            Layer::Share(panel) => snapshot.resource(panel.resource).is_some(),
            _ => true,
        });
    }

    /// Rows of the shown list that are visible: what the header, the line of views on narrow
    /// terminals, frame, column titles, filter line, toast and hints leave.
    pub fn list_height(&self) -> usize {
        let views = usize::from(self.size.0 < super::view::MEDIUM);
        let filter = usize::from(self.list().is_some_and(ModelList::shows_filter));
        usize::from(self.size.1)
            .saturating_sub(6 + views + filter)
            .max(1)
    }

    /// Whether there is too little room to draw; keys that do something would do it unseen.
    pub const fn too_small(&self) -> bool {
        self.size.0 < SMALLEST.0 || self.size.1 < SMALLEST.1
    }

    /// Shows a refusal.
    pub fn refuse(&mut self, refusal: &Refusal) {
        self.layers.push(Layer::Notice(Notice::refusal(refusal)));
    }

    /// Says what was done, or went wrong, in one line.
    pub fn say(&mut self, text: impl Into<String>, bad: bool) {
        self.toast = Some(Toast {
            text: text.into(),
            bad,
            undo: false,
        });
    }

    /// The journal entries that are loaded, newest first.
    pub fn entries(&self) -> &[JournalEntry] {
        &self.journal.entries
    }
}
