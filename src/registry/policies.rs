//! What holds for every changed policy, on whatever way the change came about: a new etag, and the
//! platform's limits.

use crate::domain::{
    Binding, ChangeSet, Key, Platform, Policy, Record, Revision, Target, Timestamp,
};

use super::desk::Desk;
use super::intents;
use super::refusal::{Refusal, RefusalKey};

impl Desk<'_> {
    /// Every policy that changed gets a new etag, so that an older copy can't be written. An import
    /// brings its own, unless that is the very etag of the policy it replaces.
    pub(super) fn refresh_etags(&mut self, imported: bool) {
        let revision = self.draft.before().revision().next();
        for change in self.draft.changes().0 {
            let (was, is) = (
                policy_of(change.before.as_ref()),
                policy_of(change.after.as_ref()),
            );
            let Some(is) = is else { continue };
            let same_grants = was.is_some_and(|w| w.bindings == is.bindings);
            let brought = imported && was.is_none_or(|w| w.etag != is.etag);
            if same_grants && was.is_some_and(|w| w.etag == is.etag) || brought {
                continue;
            }
            match change.key {
                Key::Environment(id) if self.is_google(Target::Environment(id)) => {
                    let etag = etag(revision, id.0);
                    self.draft
                        .edit_environment(id, |e| e.policy.etag = Some(etag));
                }
                Key::Resource(_, id) if self.is_google(Target::Resource(id)) => {
                    let etag = etag(revision, id.0);
                    self.draft.edit_resource(id, |r| r.policy.etag = Some(etag));
                }
                _ => {}
            }
        }
    }

    fn is_google(&self, target: Target) -> bool {
        self.platform(target) == Some(Platform::Google)
    }

    /// What the platform would not take is refused on whatever way it came about; so is a change of
    /// a policy whose conditions were hidden when it was read.
    pub(super) fn keep_limits(&self) -> Result<(), Refusal> {
        for change in self.draft.changes().0 {
            let target = match change.key {
                Key::Environment(id) => Target::Environment(id),
                Key::Resource(_, id) => Target::Resource(id),
                _ => continue,
            };
            let (was, is) = (
                policy_of(change.before.as_ref()),
                policy_of(change.after.as_ref()),
            );
            let Some(is) = is.filter(|is| was != Some(is) && self.is_google(target)) else {
                continue;
            };
            let hidden = |p: &Policy| p.bindings.iter().any(|b| b.role.contains("_withcond_"));
            if was.is_some_and(hidden) {
                let name = self.now().target_label(target);
                return Err(Refusal::rule(
                    RefusalKey::ConditionsHidden,
                    format!(
                        "The policy of {name} was read as version 1, with its conditions hidden. Import it anew as version 3 before you change it."
                    ),
                ));
            }
            intents::limits::keep(self.now(), is)?;
        }
        Ok(())
    }
}

pub(super) fn policy_of(record: Option<&Record>) -> Option<&Policy> {
    match record {
        Some(Record::Environment(e)) => Some(&e.policy),
        Some(Record::Resource(r)) => Some(&r.policy),
        _ => None,
    }
}

/// Later moments at which a grant in a changed policy begins or ends; at most a handful.
pub(super) fn boundaries(changes: &ChangeSet, now: Timestamp) -> Vec<Timestamp> {
    const MOMENTS: usize = 8;
    let policies = changes
        .0
        .iter()
        .flat_map(|c| [policy_of(c.before.as_ref()), policy_of(c.after.as_ref())]);
    let windows = policies
        .flatten()
        .flat_map(|p| p.bindings.iter().filter_map(Binding::window));
    let mut moments: Vec<Timestamp> = windows
        .flat_map(|w| [w.start, w.end])
        .flatten()
        .filter(|t| *t > now)
        .collect();
    moments.sort_unstable();
    moments.dedup();
    moments.truncate(MOMENTS);
    moments
}

/// Twelve characters in the platform's own shape; never the same for two revisions of a record.
fn etag(revision: Revision, number: u32) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut value = (revision.0 << 20) ^ u64::from(number) ^ 0x0bd5_0000_0000_0000;
    let mut text = String::from("B");
    for _ in 0..10 {
        let place = usize::try_from(value % 64).unwrap_or(0);
        text.push(char::from(ALPHABET.get(place).copied().unwrap_or(b'A')));
        value /= 64;
    }
    text.push('=');
    text
}
