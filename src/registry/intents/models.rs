//! Models: make, change, publish, move, delete.

use serde::{Deserialize, Serialize};

use crate::authz::platforms::ai_builder::WITH_CONTAINER;
use crate::authz::platforms::google::MODEL_OWNER;
use crate::authz::platforms::{Doing, permission_to};
use crate::domain::text::is_clean;
use crate::domain::{
    Action, Binding, Body, Capability, DatasetsContainer, EnvironmentId, GroupLink, Model,
    ModelState, Platform, Policy, PrincipalId, Resource, ResourceId, ResourceKind, Target, Version,
};

use super::super::desk::Desk;
use super::super::refusal::{Refusal, RefusalKey};
use super::{CarryOut, CreateModelGroup, model_types};

/// Makes a model; its creator becomes its owner.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CreateModel {
    /// Where.
    pub environment: String,
    /// The id, unique among the environment's models.
    pub id: String,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A longer text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// AI Builder: the type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// OpenSearch: the group; without one the name decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
}

/// Changes a model's name, description or type.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UpdateModel {
    /// Which model.
    pub model: String,
    /// The new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The new text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The new state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// Removes a model with everything that was granted on it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeleteModel {
    /// Which model.
    pub model: String,
}

/// Puts an OpenSearch model into another group.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MoveModel {
    /// Which model.
    pub model: String,
    /// The id of the group, in the same cluster, or `ENV/groups/ID`.
    pub group: String,
}

/// Lets a model be run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Publish {
    /// Which model.
    pub model: String,
}

/// Takes a model out of use.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Unpublish {
    /// Which model.
    pub model: String,
}

/// Ids and names from people must be printable.
pub(super) fn check_text(what: &str, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::rule(
            RefusalKey::Malformed,
            format!("The {what} is empty."),
        ));
    }
    if !is_clean(text) || (what == "id" && text.contains('/')) {
        return Err(Refusal::rule(
            RefusalKey::Malformed,
            format!("The {what} has characters that can't be used in one."),
        ));
    }
    Ok(())
}

impl CarryOut for CreateModel {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let environment = desk.environment(&self.environment)?;
        let here = Target::Environment(environment);
        let creator = desk.principal()?;
        check_text("id", &self.id)?;
        let platform = desk.platform(here);
        let action = platform.and_then(|p| permission_to(p, Doing::CreateModel));
        desk.require_native(action.unwrap_or_default(), here, "create models in")?;
        if desk
            .now()
            .find_resource(environment, ResourceKind::Model, &self.id)
            .is_some()
        {
            return Err(Refusal::rule(
                RefusalKey::NameTaken,
                format!(
                    "There is already a model `{}` in `{}`.",
                    self.id, self.environment
                ),
            ));
        }
        model_types::refuse_retired(desk, environment, self.kind.as_deref())?;
        if self.group.is_some() && platform != Some(Platform::OpenSearch) {
            return Err(Refusal::rule(
                RefusalKey::NotOnThisPlatform,
                "Only OpenSearch has model groups.",
            ));
        }
        let mut resource = self.resource(environment, creator, platform);
        if platform == Some(Platform::OpenSearch) {
            let group = self.group(desk, environment)?;
            let number = next_number(desk, group);
            if let Some(model) = resource.model_mut() {
                model.group = Some(GroupLink::Known(group));
                model.number = Some(number);
            }
        }
        let id = desk.draft.add_resource(resource);
        if platform == Some(Platform::Google) {
            start_operation(desk, environment, id, creator, "create");
        }
        Ok(format!(
            "create model {}",
            desk.now().target_label(Target::Resource(id))
        ))
    }
}

impl CreateModel {
    fn resource(
        &self,
        environment: EnvironmentId,
        creator: PrincipalId,
        platform: Option<Platform>,
    ) -> Resource {
        let mut policy = Policy::default();
        if platform == Some(Platform::Google) {
            policy.bindings.push(Binding::new(MODEL_OWNER, creator));
        }
        let owned = matches!(platform, Some(Platform::Fabric | Platform::AiBuilder));
        let builder = platform == Some(Platform::AiBuilder);
        let with_container = builder
            && self
                .kind
                .as_deref()
                .is_some_and(|k| WITH_CONTAINER.contains(&k));
        let container = with_container.then(|| DatasetsContainer {
            id: format!("{}-datasets", self.id),
            owner: creator,
        });
        let state = match platform {
            Some(Platform::AiBuilder) => Some(ModelState::Draft),
            Some(Platform::OpenSearch) => Some(ModelState::Registered),
            _ => None,
        };
        Resource {
            environment,
            id: self.id.clone(),
            name: self.name.clone().unwrap_or_default(),
            description: self.description.clone(),
            owner: owned.then_some(creator),
            policy,
            body: Body::Model(Model {
                kind: self.kind.clone(),
                state,
                container,
                ..Model::default()
            }),
        }
    }

    /// The group of a new OpenSearch model: the named one, else the one of the model's name, else a
    /// new one.
    fn group(
        &self,
        desk: &mut Desk<'_>,
        environment: EnvironmentId,
    ) -> Result<ResourceId, Refusal> {
        let named = if let Some(group) = &self.group {
            Some(find_group(desk, environment, group)?)
        } else {
            let name = self.name.as_deref().unwrap_or(&self.id);
            let mut groups = desk
                .now()
                .resources_in(environment, ResourceKind::ModelGroup);
            groups.find(|id| desk.now().resource(*id).is_some_and(|r| r.label() == name))
        };
        if let Some(group) = named {
            let action = permission_to(Platform::OpenSearch, Doing::AddVersion).unwrap_or_default();
            let admitted = desk.require_native(action, Target::Resource(group), "add a model to");
            // Nobody asked for this group: its name is just taken.
            return match (&self.group, admitted) {
                (None, Err(_)) => Err(Refusal::rule(
                    RefusalKey::NameTaken,
                    "There is already a model group of this name, which you can't add to; choose another name.",
                )),
                (_, admitted) => admitted.map(|()| group),
            };
        }
        let name = self.name.clone().unwrap_or_else(|| self.id.clone());
        let register = CreateModelGroup {
            environment: self.environment.clone(),
            name,
            ..CreateModelGroup::default()
        };
        register.register(desk, environment)
    }
}

/// The number after the highest in a group; numbers of deleted models are not given out again while
/// a later one is there.
fn next_number(desk: &Desk<'_>, group: ResourceId) -> u32 {
    let numbers = desk
        .now()
        .models_in(group)
        .filter_map(|id| desk.now().resource(id)?.model()?.number);
    numbers.max().unwrap_or(0).saturating_add(1)
}

/// A group by its id in the cluster, or by its full id.
pub(super) fn find_group(
    desk: &Desk<'_>,
    environment: EnvironmentId,
    group: &str,
) -> Result<ResourceId, Refusal> {
    let missing = || {
        Refusal::rule(
            RefusalKey::GroupNotFound,
            format!("There is no model group `{group}`."),
        )
    };
    if group.contains('/') {
        let (id, resource) = desk.resource(group).map_err(|_| missing())?;
        let fits =
            resource.kind() == ResourceKind::ModelGroup && resource.environment == environment;
        return fits.then_some(id).ok_or_else(missing);
    }
    desk.now()
        .find_resource(environment, ResourceKind::ModelGroup, group)
        .ok_or_else(missing)
}

/// Creating a model or version starts an operation, which its caller owns.
pub(super) fn start_operation(
    desk: &mut Desk<'_>,
    environment: EnvironmentId,
    model: ResourceId,
    caller: PrincipalId,
    verb: &str,
) {
    let Some(name) = desk.now().resource(model).map(|r| r.id.clone()) else {
        return;
    };
    let mut id = format!("{verb}-{name}");
    let mut count = 1;
    while desk
        .now()
        .find_resource(environment, ResourceKind::Operation, &id)
        .is_some()
    {
        count += 1;
        id = format!("{verb}-{name}-{count}");
    }
    desk.draft.add_resource(Resource {
        environment,
        id,
        name: String::new(),
        description: None,
        owner: Some(caller),
        policy: Policy::default(),
        body: Body::Operation {
            model: Some(model),
            state: None,
        },
    });
}

/// A resource that has to be a model.
pub(super) fn model_of(desk: &Desk<'_>, id: &str) -> Result<ResourceId, Refusal> {
    match desk.resource(id)? {
        (number, resource) if resource.kind() == ResourceKind::Model => Ok(number),
        (_, resource) => Err(Refusal::rule(
            RefusalKey::NotOnThisPlatform,
            format!("`{id}` is a {}, not a model.", resource.kind().noun()),
        )),
    }
}

impl CarryOut for UpdateModel {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let id = model_of(desk, &self.model)?;
        desk.require_capability(Capability::Edit, id, "edit")?;
        if let Some(name) = &self.name {
            check_text("name", name)?;
        }
        let state = match &self.state {
            None => None,
            Some(text) => Some(text.parse::<ModelState>().map_err(|_| {
                Refusal::rule(
                    RefusalKey::Malformed,
                    format!("`{text}` is no state of a model."),
                )
            })?),
        };
        desk.draft.edit_resource(id, |r| {
            if let Some(name) = &self.name {
                r.name.clone_from(name);
            }
            if let Some(description) = &self.description {
                r.description = Some(description.clone());
            }
            if let (Some(state), Some(model)) = (state, r.model_mut()) {
                model.state = Some(state);
            }
        });
        Ok(format!(
            "update {}",
            desk.now().target_label(Target::Resource(id))
        ))
    }
}

impl CarryOut for DeleteModel {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let id = model_of(desk, &self.model)?;
        desk.require_capability(Capability::Delete, id, "delete")?;
        let name = desk.now().target_label(Target::Resource(id));
        if let Some(container) = desk
            .now()
            .resource(id)
            .and_then(|r| r.model()?.container.clone())
        {
            desk.companions.push(format!(
                "datasets container {} of {name} goes too",
                container.id
            ));
        }
        desk.draft.remove_resource(id);
        Ok(format!("delete {name}"))
    }
}

impl CarryOut for MoveModel {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let id = model_of(desk, &self.model)?;
        let target = Target::Resource(id);
        if desk.platform(target) != Some(Platform::OpenSearch) {
            return Err(Refusal::rule(
                RefusalKey::NotOnThisPlatform,
                "Only OpenSearch has model groups.",
            ));
        }
        desk.require_capability(Capability::Edit, id, "move")?;
        let environment = desk
            .now()
            .environment_of(target)
            .unwrap_or(EnvironmentId(u32::MAX));
        let group = find_group(desk, environment, &self.group)?;
        let edit = Action::Capability(Capability::Edit);
        let name = desk.now().target_label(Target::Resource(group));
        desk.require(
            &edit,
            Target::Resource(group),
            &format!("move a model into {name}"),
        )?;
        let number = next_number(desk, group);
        desk.draft.edit_resource(id, |r| {
            if let Some(model) = r.model_mut() {
                model.group = Some(GroupLink::Known(group));
                model.number = Some(number);
            }
        });
        Ok(format!(
            "move {} into {name}",
            desk.now().target_label(target)
        ))
    }
}

fn set_state(desk: &mut Desk<'_>, model: &str, state: ModelState) -> Result<String, Refusal> {
    let id = model_of(desk, model)?;
    desk.require_capability(Capability::Edit, id, "publish")?;
    if desk.platform(Target::Resource(id)) != Some(Platform::AiBuilder) {
        return Err(Refusal::rule(
            RefusalKey::NotOnThisPlatform,
            "Only AI Builder models are published; on this platform versions are deployed.",
        ));
    }
    desk.draft.edit_resource(id, |r| {
        if let Some(model) = r.model_mut() {
            model.state = Some(state);
            if state != ModelState::Published {
                let published = |v: &&mut Version| v.state == Some(ModelState::Published);
                model
                    .versions
                    .iter_mut()
                    .filter(published)
                    .for_each(|v| v.state = Some(state));
            }
        }
    });
    Ok(desk.now().target_label(Target::Resource(id)))
}

impl CarryOut for Publish {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        set_state(desk, &self.model, ModelState::Published).map(|name| format!("publish {name}"))
    }
}

impl CarryOut for Unpublish {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        set_state(desk, &self.model, ModelState::Trained).map(|name| format!("unpublish {name}"))
    }
}
