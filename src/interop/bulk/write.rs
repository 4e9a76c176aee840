//! The store's shares, owners and memberships under the headers that are read back.

use crate::authz::Snapshot;
use crate::authz::lists::owners;
use crate::authz::platforms::google::MODEL_OWNER;
use crate::domain::{
    EnvironmentId, PrincipalId, PrincipalKind, Resource, ResourceId, ResourceKind, Status, Target,
    Timestamp,
};

use super::Kind;
use super::cells::escape;

/// A file, and what of the store it can't say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The CSV.
    pub text: String,
    /// Sentences about what is left out.
    pub notes: Vec<String>,
}

/// Writes all rows of a kind, of one environment where one is named.
///
/// # Errors
/// When the text can't be put together, which is a bug.
pub fn write(
    snapshot: &Snapshot,
    kind: Kind,
    scope: Option<EnvironmentId>,
    at: Timestamp,
) -> Result<Written, csv::Error> {
    let mut sheet = Sheet {
        out: csv::Writer::from_writer(Vec::new()),
        snapshot,
        unsaid: 0,
    };
    sheet.out.write_record(kind.header())?;
    match kind {
        Kind::Shares => sheet.shares(scope)?,
        Kind::Owners => sheet.owners(scope, at)?,
        Kind::Memberships => sheet.memberships()?,
    }
    let bytes = sheet
        .out
        .into_inner()
        .map_err(csv::IntoInnerError::into_error)?;
    let unsaid = sheet.unsaid;
    let notes = (unsaid > 0).then(|| {
        let shares = if unsaid == 1 {
            "share has"
        } else {
            "shares have"
        };
        format!("{unsaid} {shares} a condition that is more than a start and an end: left out")
    });
    Ok(Written {
        text: String::from_utf8_lossy(&bytes).into_owned(),
        notes: notes.into_iter().collect(),
    })
}

struct Sheet<'a> {
    out: csv::Writer<Vec<u8>>,
    snapshot: &'a Snapshot,
    unsaid: usize,
}

/// Resources that can be shared or owned, in order of their numbers.
fn resources(
    snapshot: &Snapshot,
    scope: Option<EnvironmentId>,
) -> impl Iterator<Item = (ResourceId, &Resource)> {
    let kinds = [
        ResourceKind::ModelGroup,
        ResourceKind::Model,
        ResourceKind::Experiment,
    ];
    let places = snapshot.places().map(|(id, _)| id);
    let places = places.filter(move |id| scope.is_none_or(|s| s == *id));
    let all = places.flat_map(move |place| {
        let each = kinds.into_iter();
        each.flat_map(move |kind| snapshot.resources_in(place, kind))
    });
    all.filter_map(|id| Some((id, snapshot.resource(id)?)))
}

impl Sheet<'_> {
    fn push(&mut self, cells: &[&str]) -> Result<(), csv::Error> {
        let cells = cells.iter().map(|cell| escape(cell).into_owned());
        self.out.write_record(cells.collect::<Vec<_>>())
    }

    fn shares(&mut self, scope: Option<EnvironmentId>) -> Result<(), csv::Error> {
        let snapshot = self.snapshot;
        for (id, resource) in resources(snapshot, scope) {
            let on = snapshot.target_id(Target::Resource(id));
            // Who owns a model stands in the other file.
            let shares = resource.policy.grants();
            for (_, binding, member) in shares.filter(|(_, b, _)| b.role != MODEL_OWNER) {
                let Some(window) = binding.window() else {
                    self.unsaid += 1;
                    continue;
                };
                let moment = |at: Option<Timestamp>| at.map_or_else(String::new, |t| t.to_string());
                self.push(&[
                    &on,
                    &snapshot.reference(member),
                    &binding.role,
                    &moment(window.start),
                    &moment(window.end),
                    binding.reason.as_deref().unwrap_or_default(),
                    "",
                ])?;
            }
        }
        Ok(())
    }

    fn owners(&mut self, scope: Option<EnvironmentId>, at: Timestamp) -> Result<(), csv::Error> {
        let snapshot = self.snapshot;
        for (id, resource) in resources(snapshot, scope) {
            let on = snapshot.target_id(Target::Resource(id));
            for owner in owners(snapshot, resource, at) {
                self.push(&[&on, &snapshot.reference(owner), "", "", ""])?;
            }
        }
        Ok(())
    }

    fn memberships(&mut self) -> Result<(), csv::Error> {
        let snapshot = self.snapshot;
        let groups = snapshot.principals().filter(|(_, p)| {
            matches!(p.kind, PrincipalKind::Group { .. }) && p.status() != Status::Deleted
        });
        for (id, group) in groups {
            let name = snapshot.reference(id);
            let members: Vec<PrincipalId> = group.members().to_vec();
            for member in members {
                self.push(&[&name, &snapshot.reference(member), ""])?;
            }
        }
        Ok(())
    }
}
