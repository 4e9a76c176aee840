//! From names to numbers, without keeping the names a second time.

use std::hash::{Hash, Hasher as _};

use imbl::GenericHashMap;
use imbl::shared_ptr::DefaultSharedPtr;
use rustc_hash::{FxBuildHasher, FxHasher};

use super::ids::Ids;

/// Which ids a name may stand for, by the name's hash. Whoever asks compares the few candidates
/// with the name itself, so two names with one hash are never mistaken for each other.
#[derive(Debug, Clone)]
pub struct Names<T: Copy + Ord>(GenericHashMap<u64, Ids<T>, FxBuildHasher, DefaultSharedPtr>);

impl<T: Copy + Ord> Default for Names<T> {
    fn default() -> Self {
        Self(GenericHashMap::default())
    }
}

impl<T: Copy + Ord> Names<T> {
    /// The ids that may have this name.
    pub fn candidates(&self, name: impl Hash) -> impl Iterator<Item = T> + '_ {
        self.0.get(&hash(name)).into_iter().flat_map(Ids::iter)
    }

    /// Takes a name in.
    pub fn insert(&mut self, name: impl Hash, id: T) {
        self.0.entry(hash(name)).or_default().insert(id);
    }

    /// Takes a name out.
    pub fn remove(&mut self, name: impl Hash, id: T) {
        let hash = hash(name);
        if let Some(ids) = self.0.get_mut(&hash) {
            ids.remove(id);
            if ids.is_empty() {
                self.0.remove(&hash);
            }
        }
    }
}

fn hash(name: impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    name.hash(&mut hasher);
    hasher.finish()
}
