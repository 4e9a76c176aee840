//! Files from outside: the deedbox document, and what the platforms themselves print.
//!
//! Every format reads text into a value ([`Sourced`]), and puts the value into a
//! [`Draft`]. Both can fail with a [`Problem`] that names file, line and
//! field; a failed import leaves the draft as it was. What a file says and deedbox does not keep
//! stands in the notes of the [`Summary`].

mod blame;
pub mod bulk;
pub mod cedar;
mod desk;
pub mod detect;
pub mod document;
mod entries;
pub mod google_policy;
pub mod google_role;
mod leftovers;
pub mod opensearch_groups;
pub mod opensearch_mappings;
pub mod opensearch_roles;
pub mod opensearch_settings;
pub mod opensearch_users;
mod people;
pub mod policy_text;
pub mod problem;
mod put;
pub mod source;
pub mod summary;
pub mod text_file;
mod tree;
mod typed;
pub mod words;
pub mod yaml;

pub use detect::{Format, detect};
pub use document::Document;
pub use problem::Problem;
pub use source::{Source, Sourced};
pub use summary::{Count, Kind, Summary};

use crate::domain::Target;
use crate::registry::Draft;

/// Reads a text in a format and puts what it says into a draft. Every format but the deedbox
/// document goes into a `target`: an environment, or for a Google policy also a model or job.
pub fn import(
    text: &str,
    file: &str,
    format: Format,
    target: Option<Target>,
    draft: &mut Draft,
) -> Result<Summary, Problem> {
    match format {
        Format::Deedbox => document::apply(&document::read(text, file)?, draft),
        Format::GooglePolicy => {
            google_policy::apply(&google_policy::parse(text, file)?, draft, target)
        }
        Format::GoogleRole => google_role::apply(&google_role::parse(text, file)?, draft, target),
        Format::OpenSearchUsers => {
            opensearch_users::apply(&opensearch_users::parse(text, file)?, draft, target)
        }
        Format::OpenSearchMappings => {
            opensearch_mappings::apply(&opensearch_mappings::parse(text, file)?, draft, target)
        }
        Format::OpenSearchRoles => {
            opensearch_roles::apply(&opensearch_roles::parse(text, file)?, draft, target)
        }
        Format::OpenSearchGroups => {
            opensearch_groups::apply(&opensearch_groups::parse(text, file)?, draft, target)
        }
        Format::OpenSearchSettings => {
            opensearch_settings::apply(&opensearch_settings::parse(text, file)?, draft, target)
        }
    }
}
