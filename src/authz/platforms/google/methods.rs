//! Google's API methods and the permissions that calling them needs.

use crate::domain::{Platform, Target};

use super::super::super::decide::Context;
use super::super::super::decision::{Check, Needs, ReasonKey, Trace, Verdict};
use super::super::super::permission::PermissionSet;
use super::super::super::request::Request;
use super::{VOCABULARY, permissions};

/// A method of the API, by its place in the table of methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Method(u8);

/// The methods that can be asked about and the one permission each needs on its resource. The
/// first 17 are the access control page's; the others are read from the API's own description.
/// Prediction is decided by what the request names, see [`Method::decide`].
const METHODS: &[(&str, PermissionSet)] = &[
    ("projects.getConfig", permissions!("ml.projects.getConfig")),
    ("projects.jobs.cancel", permissions!("ml.jobs.cancel")),
    ("projects.jobs.create", permissions!("ml.jobs.create")),
    ("projects.jobs.get", permissions!("ml.jobs.get")),
    ("projects.jobs.list", permissions!("ml.jobs.list")),
    ("projects.models.create", permissions!("ml.models.create")),
    ("projects.models.delete", permissions!("ml.models.delete")),
    ("projects.models.get", permissions!("ml.models.get")),
    ("projects.models.list", permissions!("ml.models.list")),
    (
        "projects.models.versions.create",
        permissions!("ml.versions.create"),
    ),
    (
        "projects.models.versions.delete",
        permissions!("ml.versions.delete"),
    ),
    (
        "projects.models.versions.get",
        permissions!("ml.versions.get"),
    ),
    (
        "projects.models.versions.list",
        permissions!("ml.versions.list"),
    ),
    (
        "projects.models.versions.setDefault",
        permissions!("ml.models.update"),
    ),
    (
        "projects.operations.cancel",
        permissions!("ml.operations.cancel"),
    ),
    ("projects.operations.get", permissions!("ml.operations.get")),
    (
        "projects.operations.list",
        permissions!("ml.operations.list"),
    ),
    (
        "projects.models.getIamPolicy",
        permissions!("ml.models.getIamPolicy"),
    ),
    (
        "projects.models.setIamPolicy",
        permissions!("ml.models.setIamPolicy"),
    ),
    (
        "projects.jobs.getIamPolicy",
        permissions!("ml.jobs.getIamPolicy"),
    ),
    (
        "projects.jobs.setIamPolicy",
        permissions!("ml.jobs.setIamPolicy"),
    ),
    (PREDICT, permissions!("ml.models.predict")),
    (EXPLAIN, permissions!("ml.models.predict")),
];

const PREDICT: &str = "projects.predict";
const EXPLAIN: &str = "projects.explain";
const CREATE_JOB: &str = "projects.jobs.create";

impl Method {
    /// The method with this name.
    pub fn find(name: &str) -> Option<Self> {
        METHODS
            .iter()
            .position(|(n, _)| *n == name)
            .and_then(|i| u8::try_from(i).ok())
            .map(Self)
    }

    /// Every method, in the order of the page.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..).zip(METHODS).map(|(number, _)| Self(number))
    }

    /// The method's name.
    pub fn name(self) -> &'static str {
        self.entry().0
    }

    fn entry(self) -> (&'static str, PermissionSet) {
        METHODS
            .get(usize::from(self.0))
            .copied()
            .unwrap_or(("?", PermissionSet::EMPTY))
    }

    /// Online prediction needs the predict permission of what the request names, model or version.
    /// A batch job on a deployed model needs `ml.jobs.create` where it runs and either predict
    /// permission on the model, which may lie in another project; the page's "either … but not
    /// both" means that one suffices, since every predicting role holds both.
    pub(super) fn decide(self, cx: &Context<'_>, trace: &mut impl Trace) -> Verdict {
        let (name, permission) = self.entry();
        let target = cx.request.target;
        let predicting = matches!(name, PREDICT | EXPLAIN);
        let resource = target.resource();
        let needed = match (predicting, target) {
            (true, Target::Version(..)) => permissions!("ml.versions.predict"),
            (true, Target::Environment(_)) => {
                trace.reason(Check::Restriction, ReasonKey::ModelNeeded, || {
                    Needs::Nothing
                });
                return Verdict::Error;
            }
            _ => permission,
        };
        let mut allowed = cx.find_permission(needed, resource, trace);
        if let (CREATE_JOB, Some(model)) = (name, cx.request.model)
            && (allowed || trace.complete())
        {
            allowed &= may_predict(cx, model, trace);
        }
        if allowed {
            Verdict::Allow
        } else {
            Verdict::Deny
        }
    }
}

fn may_predict(cx: &Context<'_>, model: Target, trace: &mut impl Trace) -> bool {
    let request = Request {
        target: model,
        ..*cx.request
    };
    let there = Context::new(cx.asker, &request);
    let Some(there) = there.filter(|cx| cx.place.platform() == Platform::Google) else {
        trace.reason(Check::Restriction, ReasonKey::NotOffered, || Needs::Nothing);
        return false;
    };
    let either = permissions!("ml.models.predict", "ml.versions.predict");
    there.find_permission(either, model.resource(), trace)
}
