//! What a change means for the real platforms: commands to run, requests to send, or, where there
//! is no interface, steps by hand. Derived from the change set alone, so that sharing, taking back,
//! reassigning and undoing all say what is to be done.

mod google;
mod roles;
mod shares;

use crate::authz::platforms::ai_builder::WITH_CONTAINER;
use crate::authz::{Snapshot, wording};
use crate::domain::{
    AccessMode, Account, Binding, Body, ByMember, Change, ChangeSet, Environment, EnvironmentId,
    Key, Platform, PrincipalId, Record, Resource, Target, Timestamp,
};

/// The steps of a change set, in the order of its records; an account goes last, when nothing names it
/// any more. The snapshots name principals, each as the change set found and left it; resources that
/// went are named by their records.
pub fn derive(
    before: &Snapshot,
    after: &Snapshot,
    changes: &ChangeSet,
    now: Timestamp,
) -> Vec<String> {
    let steps = Steps {
        before,
        after,
        changes,
        now,
    };
    let closes = |c: &&Change| matches!((&c.key, &c.after), (Key::Account(..), None));
    let (last, first): (Vec<&Change>, Vec<&Change>) = changes.0.iter().partition(closes);
    let ordered = first.into_iter().chain(last);
    ordered.flat_map(|change| steps.of(change)).collect()
}

/// An operand as a shell takes it: quoted, unless nothing in it means anything to a shell.
fn operand(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._/@:-".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    quoted(text)
}

/// A text in quotes for a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

struct Steps<'a> {
    before: &'a Snapshot,
    after: &'a Snapshot,
    changes: &'a ChangeSet,
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
            (Key::Account(environment, who), was, is) => {
                let account = |record: &Option<Record>| match record {
                    Some(Record::Account(account)) => Some(account.clone()),
                    _ => None,
                };
                let (was, is) = (account(was), account(is));
                self.account(*environment, *who, was.as_ref(), is.as_ref())
            }
            _ => Vec::new(),
        }
    }

    fn place(&self, resource: &Resource) -> Option<(Platform, String)> {
        let place = self.after.place(resource.environment);
        let place = place.or_else(|| self.before.place(resource.environment))?;
        Some((place.platform(), place.environment.id.clone()))
    }

    /// The name that grants are given to.
    fn reference(&self, id: PrincipalId) -> String {
        let changed = self.changed(id).and_then(|c| c.after.as_ref());
        written(changed, [self.after, self.before], id)
    }

    /// The name that grants were given to: what the platform finds them by as long as the change is
    /// not carried out there. Somebody who is deleted has another one afterwards.
    fn former_reference(&self, id: PrincipalId) -> String {
        let changed = self.changed(id).and_then(|c| c.before.as_ref());
        written(changed, [self.before, self.after], id)
    }

    /// What the change set does to a principal. Its changes stand in order of their keys.
    fn changed(&self, id: PrincipalId) -> Option<&Change> {
        let key = Key::Principal(id);
        let changes = &self.changes.0;
        let place = changes.binary_search_by(|c| c.key.cmp(&key)).ok()?;
        changes.get(place)
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
            Platform::Google => google::on_resource(self, was, is, &place),
            Platform::OpenSearch => group(was, is).into_iter().collect(),
            Platform::Fabric => self.item(was, is, &place),
            Platform::AiBuilder => self.row(was, is),
        }
    }

    fn environment(&self, was: &Environment, is: &Environment) -> Vec<String> {
        let granted = if is.platform() == Platform::Google {
            google::on_project(self, was, is)
        } else {
            self.roles_by_hand(was, is)
        };
        let (defined, gone) = roles::steps(was, is);
        defined.into_iter().chain(granted).chain(gone).collect()
    }

    /// Roles in a whole environment that came or went, each with whom it concerns.
    fn roles_by_hand(&self, was: &Environment, is: &Environment) -> Vec<String> {
        let place = is.label();
        let (before, after) = (ByMember::new(&was.policy), ByMember::new(&is.policy));
        let gone = was.policy.grants();
        let gone = gone.filter(|(_, b, m)| !after.has(*m, b)).map(|(_, b, m)| {
            let name = self.label(m);
            format!("In {place}, take the role {} from {name}.", b.role)
        });
        let came = is.policy.grants();
        let came = came.filter(|(_, b, m)| !before.has(*m, b));
        let came = came.map(|(_, b, m)| {
            let times = shares::times(b, self.now, "take it away");
            let who = self.label(m);
            format!("In {place}, give {who} the role {}{times}.", b.role)
        });
        gone.chain(came).collect()
    }

    /// Whether another account has this one's name afterwards.
    fn is_shared(&self, environment: EnvironmentId, was: Option<&Account>) -> bool {
        let name = was.and_then(|a| a.name.as_ref());
        let mut left = self.after.accounts(environment);
        name.is_some() && left.any(|(_, account)| account.name.as_ref() == name)
    }

    /// What somebody is in an environment: on OpenSearch a request, else by hand.
    fn account(
        &self,
        id: EnvironmentId,
        who: PrincipalId,
        was: Option<&Account>,
        is: Option<&Account>,
    ) -> Vec<String> {
        let place = self.after.place(id).or_else(|| self.before.place(id));
        let Some(place) = place else {
            return Vec::new();
        };
        match place.platform() {
            // An internal user that somebody else goes by too is theirs as well.
            Platform::OpenSearch if is.is_none() && self.is_shared(id, was) => Vec::new(),
            Platform::OpenSearch => account_request(was, is).into_iter().collect(),
            Platform::AiBuilder => {
                let unit = |a: Option<&Account>| a.and_then(|a| a.business_unit.clone());
                let moved = unit(is).filter(|unit| unit_of(was) != Some(unit));
                let name = place.environment.label();
                moved
                    .map(|unit| {
                        let who = self.label(who);
                        format!("In {name}, move {who} to the business unit {unit}.")
                    })
                    .into_iter()
                    .collect()
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
        let on = Target::Environment(is.environment);
        let (before, after) = (ByMember::new(&was.policy), ByMember::new(&is.policy));
        let mut lines = Vec::new();
        for member in shares::touched((&was.policy, &before), (&is.policy, &after)) {
            let who = self.label(member);
            let (old, new) = (before.of(member), after.of(member));
            let now = |list: &[&Binding]| list.iter().any(|b| shares::is_open(b, self.now));
            if new.is_empty() || now(old) && !now(new) {
                lines.push(format!("{dialog}: remove {who}."));
            }
            let given = |b: &Binding| {
                let title = wording::role_title(self.after, on, &b.role);
                format!("{title}{}", shares::times(b, self.now, "remove it"))
            };
            // A dialog changes what is there; what is not there now is added when its time comes.
            if now(old) && now(new) {
                let all: Vec<String> = new.iter().map(|b| given(b)).collect();
                lines.push(format!(
                    "{dialog}: change what {who} has to {}.",
                    all.join(" and ")
                ));
                continue;
            }
            let came = new.iter().filter(|b| !before.has(member, b));
            let came = came.map(|b| given(b));
            lines.extend(came.map(|what| format!("{dialog}: add {who} with {what}.")));
        }
        lines
    }

    fn deleted(&self, was: &Resource) -> Option<String> {
        let (platform, place) = self.place(was)?;
        let name = was.label();
        match (platform, &was.body) {
            (Platform::Google, Body::Model(_)) => Some(format!(
                "gcloud ai-platform models delete {} --project={}",
                operand(&was.id),
                operand(&place)
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

/// The reference of somebody as a change says, else of whoever knows them first.
fn written(changed: Option<&Record>, known: [&Snapshot; 2], id: PrincipalId) -> String {
    if let Some(Record::Principal(principal)) = changed {
        return principal.reference();
    }
    let mut known = known.into_iter().filter_map(|s| s.principal(id));
    known.next().map_or_else(String::new, |p| p.reference())
}

fn unit_of(account: Option<&Account>) -> Option<&String> {
    account.and_then(|a| a.business_unit.as_ref())
}

/// The request that gives an internal user their backend roles and roles. The product's own `PUT`
/// wants the password too, which deedbox never knows.
fn account_request(was: Option<&Account>, is: Option<&Account>) -> Option<String> {
    let path = "/_plugins/_security/api/internalusers";
    let Some(is) = is else {
        let name = was?.name.as_ref()?;
        return Some(format!("DELETE {path}/{name}"));
    };
    let name = is.name.as_ref()?;
    let Some(was) = was else {
        let body = serde_json::json!({
            "backend_roles": is.backend_roles,
            "opendistro_security_roles": is.roles,
        });
        return Some(format!("PUT {path}/{name} {body} with a password"));
    };
    let replaced = |field: &str, value: &[String]| serde_json::json!({ "op": "replace", "path": format!("/{field}"), "value": value });
    let mut operations = Vec::new();
    if was.backend_roles != is.backend_roles {
        operations.push(replaced("backend_roles", &is.backend_roles));
    }
    if was.roles != is.roles {
        operations.push(replaced("opendistro_security_roles", &is.roles));
    }
    let body = serde_json::Value::Array(operations);
    (body != serde_json::json!([])).then(|| format!("PATCH {path}/{name} {body}"))
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
