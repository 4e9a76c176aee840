//! What Cedar does not get, collected and said once.

use std::collections::BTreeSet;

use super::super::summary::list_note;

/// Names of what was left out or grants nothing, by reason.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// Environments on platforms that Cedar can't carry.
    pub environments: Vec<String>,
    /// Bindings whose condition can't be evaluated.
    pub conditions: Vec<String>,
    /// Bindings whose role holds nothing.
    pub roles: Vec<String>,
    /// Members of bindings that never match anybody.
    pub strangers: BTreeSet<String>,
    /// Members of groups that are neither people nor groups.
    pub members: Vec<String>,
    /// Resources with a policy that the platform does not have.
    pub policies: Vec<String>,
}

impl Left {
    /// A sentence a reason, and one for what no export holds.
    pub fn into_notes(self) -> Vec<String> {
        let reasons = [
            (
                self.environments,
                "was left out: on its platform a grant is not enough to be let in, and Cedar gets Google AI Platform and Microsoft Fabric only",
                "were left out: on their platforms a grant is not enough to be let in, and Cedar gets Google AI Platform and Microsoft Fabric only",
            ),
            (
                self.conditions,
                "has a condition that can't be evaluated and never holds; it stands in the policies as a comment",
                "have conditions that can't be evaluated and never hold; they stand in the policies as comments",
            ),
            (
                self.roles,
                "names a role that is unknown, disabled or empty and grants nothing; it stands in the policies as a comment",
                "name roles that are unknown, disabled or empty and grant nothing; they stand in the policies as comments",
            ),
            (
                self.strangers.into_iter().collect(),
                "never matches anybody; it stands in the policies as a comment",
                "never match anybody; they stand in the policies as comments",
            ),
            (
                self.members,
                "was left out: groups hold users, service accounts and groups, and nobody counts through another member",
                "were left out: groups hold users, service accounts and groups, and nobody counts through other members",
            ),
            (
                self.policies,
                "has bindings that were left out: an operation has just its automatic owner",
                "have bindings that were left out: an operation has just its automatic owner",
            ),
        ];
        let said = reasons
            .into_iter()
            .filter(|(names, _, _)| !names.is_empty())
            .map(|(names, one, many)| list_note(&names, one, many) + ".");
        let always = "Cedar decides on the platforms' own permissions: capabilities such as `run`, and Google's \
             methods, are not among its actions."
            .to_owned();
        said.chain([always]).collect()
    }
}
