//! What differs between lists.

use std::fmt::Debug;
use std::hash::Hash;

use crate::domain::{EnvironmentId, PrincipalId, ResourceId};

use super::super::super::commands::CommandId;
use super::super::super::parts::find::NAME_END;
use super::super::super::parts::table::Column;
use super::super::super::screen::{Act, Reply};
use super::super::super::state::{Lens, Place, State};
use super::super::super::text::sortable;

/// What a list shows.
pub trait Rows: Debug + Clone + Send + Sync + 'static {
    /// What a row is known by.
    type Key: Copy + Ord + Hash + Debug + Send + Sync + 'static;

    /// Where keys go.
    fn place(&self) -> Place;

    /// What stands on the frame, and in the line that says where one is.
    fn title(&self, state: &State) -> String;

    /// The columns; rows can be sorted by each.
    fn columns(&self) -> &'static [Column];

    /// All rows.
    fn keys(&self, lens: &Lens) -> Vec<Self::Key>;

    /// All rows in two parts: what the list is for, and what is set apart below it.
    fn parts(&self, lens: &Lens) -> [Vec<Self::Key>; 2] {
        [self.keys(lens), Vec::new()]
    }

    /// What the rows of the second part are called after their number.
    fn apart(&self) -> &'static str {
        ""
    }

    /// Some rows to begin with, quickly, while all of them are still worked out.
    fn first(&self, _lens: &Lens, _limit: usize) -> Vec<Self::Key> {
        Vec::new()
    }

    /// Whether the number of rows grows with the organization, so that working them out may have to
    /// happen on a thread of its own.
    fn grows(&self) -> bool {
        false
    }

    /// Another number whenever what is listed became another by itself, not by the organization.
    fn stamp(&self) -> usize {
        0
    }

    /// The texts of a row.
    fn cells(&self, lens: &Lens, key: Self::Key) -> Vec<String>;

    /// What a row is sorted by in a column, numbers in it by their size; rows that are equal there go by
    /// their first column.
    fn order(&self, lens: &Lens, key: Self::Key, column: usize) -> String {
        let cells = self.cells(lens, key);
        let cell = cells.get(column).map_or("", String::as_str);
        let first = cells.first().map_or("", String::as_str);
        sortable(&format!("{cell}\u{1}{first}"))
    }

    /// What the filter looks through.
    fn text(&self, lens: &Lens, key: Self::Key) -> String {
        let cells = self.cells(lens, key);
        match cells.split_first() {
            Some((name, rest)) => format!("{name}{NAME_END}{}", rest.join(" ")),
            None => String::new(),
        }
    }

    /// What [`Rows::text`] holds, in words.
    fn looked_at(&self) -> &'static str {
        "what the columns show"
    }

    /// Whether rows keep the order of [`Rows::keys`] until somebody sorts them.
    fn ordered(&self) -> bool {
        false
    }

    /// Whether there may be older rows that are read as one comes to the end of those that were.
    fn goes_back(&self) -> bool {
        false
    }

    /// Whether a row is secondary.
    fn dim(&self, _lens: &Lens, _key: Self::Key) -> bool {
        false
    }

    /// What would fill the list, and which key does it.
    fn empty(&self, state: &State) -> String;

    /// What enter does.
    fn open(&self, state: &State, key: Self::Key) -> Vec<Act>;

    /// The resource of a row.
    fn resource(&self, _lens: &Lens, _key: Self::Key) -> Option<ResourceId> {
        None
    }

    /// The principal of a row.
    fn person(&self, _lens: &Lens, _key: Self::Key) -> Option<PrincipalId> {
        None
    }

    /// The environment of a row, where rows are environments.
    fn environment(&self, _key: Self::Key) -> Option<EnvironmentId> {
        None
    }

    /// The row of a resource.
    fn key_of(&self, _resource: ResourceId) -> Option<Self::Key> {
        None
    }

    /// Takes a command that is this list's own. `marked` are the marked rows, else the one under the
    /// cursor.
    fn perform(&mut self, _state: &mut State, _marked: &[Self::Key], _command: CommandId) -> Reply {
        None
    }

    /// Why a command does not apply to the row under the cursor.
    fn disabled(
        &self,
        _state: &State,
        _key: Option<Self::Key>,
        _command: CommandId,
    ) -> Option<String> {
        None
    }

    /// What a command is called here; empty where it is not to be hinted at.
    fn called(&self, _command: CommandId) -> Option<String> {
        None
    }

    /// Whether what is marked stays marked after something was done.
    fn keeps_marks(&self) -> bool {
        true
    }

    /// Whether the detail of a row's resource stands beside the list on wide terminals.
    fn previews(&self) -> bool {
        false
    }
}
