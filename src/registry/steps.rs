//! What a change means for the real platforms: commands to run, requests to send, or, where there
//! is no interface, steps by hand. Derived from the change set alone, so that sharing, taking back,
//! reassigning and undoing all say what is to be done.

use crate::authz::platforms::ai_builder::WITH_CONTAINER;
use crate::authz::{Snapshot, wording};
use crate::domain::{
    AccessMode, Binding, Body, Change, ChangeSet, Environment, Key, Platform, PrincipalId, Record,
    Resource, Target, Timestamp,
};

/// The steps of a change set, in the order of its records. `after` names principals; resources that
/// went are named by their records.
pub fn derive(
    before: &Snapshot,
    after: &Snapshot,
    changes: &ChangeSet,
    now: Timestamp,
) -> Vec<String> {
    let steps = Steps { before, after, now };
    changes
        .0
        .iter()
        .flat_map(|change| steps.of(change))
        .collect()
}

struct Steps<'a> {
    before: &'a Snapshot,
    after: &'a Snapshot,
    now: Timestamp,
}

impl Steps<'_> {
    fn of(&self, change: &Change) -> Vec<String> {
        match (&change.key, &change.before, &change.after) {
            (_, Some(Record::Resource(was)), Some(Record::Resource(is))) => self.resource(was, is),
            (_, Some(Record::Resource(was)), None) => self.deleted(was).into_iter().collect(),
            (
                Key::Environment(_),
                Some(Record::Environment(was)),
                Some(Record::Environment(is)),
            ) => self.environment(was, is),
            _ => Vec::new(),
        }
    }

    fn place(&self, resource: &Resource) -> Option<(Platform, String)> {
        let place = self.after.place(resource.environment);
        let place = place.or_else(|| self.before.place(resource.environment))?;
        Some((place.platform(), place.environment.id.clone()))
    }

    fn reference(&self, id: PrincipalId) -> String {
        let known = self
            .after
            .principal(id)
            .or_else(|| self.before.principal(id));
        known.map_or_else(String::new, |p| p.reference())
    }

    fn label(&self, id: PrincipalId) -> String {
        let known = self
            .after
            .principal(id)
            .or_else(|| self.before.principal(id));
        known.map_or_else(String::new, |p| p.label().to_owned())
    }

    fn resource(&self, was: &Resource, is: &Resource) -> Vec<String> {
        let Some((platform, place)) = self.place(is) else {
            return Vec::new();
        };
        match platform {
            Platform::Google => self.bindings(&was.policy.bindings, &is.policy.bindings, &|verb| {
                let id = &is.id;
                match is.body {
                    // There is no command for the policy of a job.
                    Body::Job { .. } => {
                        format!("projects.jobs.setIamPolicy of projects/{place}/jobs/{id}: {verb}")
                    }
                    _ => format!(
                        "gcloud ai-platform models {verb}-iam-policy-binding {id} --project={place}"
                    ),
                }
            }),
            Platform::OpenSearch => group(was, is).into_iter().collect(),
            Platform::Fabric => self.item(was, is, &place),
            Platform::AiBuilder => self.row(was, is),
        }
    }

    /// One command for every member and role that came or went. The platform takes no condition on
    /// a model's policy, so a grant with an end is two commands, each with its time.
    fn bindings(
        &self,
        was: &[Binding],
        is: &[Binding],
        command: &dyn Fn(&str) -> String,
    ) -> Vec<String> {
        let flat = |bindings: &[Binding]| -> Vec<(String, PrincipalId, Binding)> {
            let each = bindings.iter().flat_map(|b| {
                b.members
                    .iter()
                    .map(move |m| (b.role.clone(), *m, b.clone()))
            });
            each.collect()
        };
        let (old, new) = (flat(was), flat(is));
        let same = |a: &(String, PrincipalId, Binding), list: &[(String, PrincipalId, Binding)]| {
            list.iter()
                .any(|b| a.0 == b.0 && a.1 == b.1 && a.2.condition == b.2.condition)
        };
        let line = |verb: &str, role: &str, member: PrincipalId, at: Option<Timestamp>| {
            let member = self.reference(member);
            let at = at.map_or_else(String::new, |at| format!(" (run on {at})"));
            format!("{} --member='{member}' --role='{role}'{at}", command(verb))
        };
        let mut lines = Vec::new();
        for (role, member, _) in old.iter().filter(|g| !same(g, &new)) {
            // One that goes on under another condition is not taken away in between.
            if !new.iter().any(|(r, m, _)| r == role && m == member) {
                lines.push(line("remove", role, *member, None));
            }
        }
        for (role, member, binding) in new.iter().filter(|g| !same(g, &old)) {
            let Some(window) = binding.window() else {
                continue;
            };
            let start = window.start.filter(|s| *s > self.now);
            lines.push(line("add", role, *member, start));
            if window.end.is_some() {
                lines.push(line("remove", role, *member, window.end));
            }
        }
        lines
    }

    fn environment(&self, was: &Environment, is: &Environment) -> Vec<String> {
        let (old, new) = (&was.policy.bindings, &is.policy.bindings);
        match is.platform() {
            Platform::Google => self.bindings(old, new, &|verb| {
                format!("gcloud projects {verb}-iam-policy-binding {}", is.id)
            }),
            _ if old != new => {
                let place = is.label();
                vec![format!(
                    "Change the roles of {place} on the platform in the same way."
                )]
            }
            _ => Vec::new(),
        }
    }

    /// Fabric has no request that shares a single item or changes its owner.
    fn item(&self, was: &Resource, is: &Resource, place: &str) -> Vec<String> {
        let name = is.label();
        let mut lines = Vec::new();
        if was.owner != is.owner
            && let Some(owner) = is.owner
        {
            lines.push(format!("In the workspace {place}, make {} the owner of {name} (they take it over in its settings).", self.label(owner)));
        }
        lines.extend(self.by_hand(
            was,
            is,
            &format!("In the workspace {place}, {name} › Share"),
        ));
        lines
    }

    /// A row and its datasets container are assigned one after the other; shares go by the panel.
    fn row(&self, was: &Resource, is: &Resource) -> Vec<String> {
        let name = is.label();
        let mut lines = Vec::new();
        if was.owner != is.owner
            && let Some(owner) = is.owner
        {
            let owner = self.label(owner);
            lines.push(format!(
                "Assign the AI Model {name} to {owner} (Advanced Find › AI Models › Assign)."
            ));
            let model = is.model();
            let kind = model.and_then(|m| m.kind.as_deref());
            match model.and_then(|m| m.container.as_ref()) {
                Some(container) => lines.push(format!("Assign the AI Builder Datasets Container {} to {owner}; it does not follow the model by itself.", container.id)),
                None if kind.is_some_and(|k| WITH_CONTAINER.contains(&k)) => {}
                None => lines.push(format!("Give {owner} access to the training data of {name} by hand.")),
            }
        }
        lines.extend(self.by_hand(was, is, &format!("In AI Builder, {name} › Share")));
        lines
    }

    /// Shares that came or went, as entries of a share dialog.
    fn by_hand(&self, was: &Resource, is: &Resource, dialog: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for (_, binding, member) in was.policy.grants() {
            if !is.policy.grants().any(|(_, _, m)| m == member) {
                lines.push(format!("{dialog}: remove {}.", self.label(member)));
            } else if !is
                .policy
                .grants()
                .any(|(_, b, m)| m == member && b == binding)
            {
                lines.push(format!("{dialog}: change what {} has.", self.label(member)));
            }
        }
        for (_, binding, member) in is.policy.grants() {
            if !was.policy.grants().any(|(_, _, m)| m == member) {
                let end = binding.window().and_then(|w| w.end);
                let end = end.map_or_else(String::new, |e| {
                    format!("; remove it again on {}", e.date())
                });
                let on = Target::Environment(is.environment);
                lines.push(format!(
                    "{dialog}: add {} with {}{end}.",
                    self.label(member),
                    wording::role_title(self.after, on, &binding.role)
                ));
            }
        }
        lines
    }

    fn deleted(&self, was: &Resource) -> Option<String> {
        let (platform, place) = self.place(was)?;
        let name = was.label();
        match (platform, &was.body) {
            (Platform::Google, Body::Model(_)) => Some(format!(
                "gcloud ai-platform models delete {} --project={place}",
                was.id
            )),
            (Platform::OpenSearch, Body::ModelGroup { .. }) => {
                Some(format!("DELETE /_plugins/_ml/model_groups/{}", was.id))
            }
            (Platform::OpenSearch, Body::Model(_)) => {
                Some(format!("DELETE /_plugins/_ml/models/{}", was.id))
            }
            (_, Body::Model(_) | Body::Experiment { .. }) => {
                Some(format!("Delete {name} in {place}."))
            }
            _ => None,
        }
    }
}

/// The request that gives a model group its access; the product has none that changes its owner.
fn group(was: &Resource, is: &Resource) -> Option<String> {
    let group = matches!(is.body, Body::ModelGroup { .. });
    if group && was.owner != is.owner {
        return Some(format!(
            "OpenSearch has no request that changes the owner of a model group: register {} anew as the new owner, or keep this record only.",
            is.label()
        ));
    }
    let Body::ModelGroup {
        access: Some(mode),
        backend_roles,
    } = &is.body
    else {
        return None;
    };
    if was.body == is.body && was.name == is.name && was.description == is.description {
        return None;
    }
    let mut body = serde_json::Map::new();
    if was.name != is.name {
        body.insert("name".into(), is.name.clone().into());
    }
    if was.description != is.description {
        body.insert(
            "description".into(),
            is.description.clone().unwrap_or_default().into(),
        );
    }
    if was.body != is.body {
        body.insert("access_mode".into(), mode.to_string().into());
        if *mode == AccessMode::Restricted {
            body.insert("backend_roles".into(), backend_roles.clone().into());
        }
    }
    let body = serde_json::Value::Object(body);
    Some(format!("PUT /_plugins/_ml/model_groups/{} {body}", is.id))
}
