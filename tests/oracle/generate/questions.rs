//! Random questions about a world.

use deedbox::domain::{
    Action, Body, Capability, EnvironmentId, Platform, PrincipalId, Resource, ResourceId, Target,
};
use strum::IntoEnumIterator;

use super::moment;
use crate::evaluator::google::{METHODS, On};
use crate::evaluator::google_roles::KNOWN;
use crate::evaluator::{ai_builder, fabric, opensearch};
use crate::rng::Rng;
use crate::world::{Question, World};

/// Any question that the rules answer.
pub fn question(world: &World, rng: &mut Rng) -> Question {
    let mut people: Vec<PrincipalId> = world.principals().map(|(id, _)| id).collect();
    people.push(PrincipalId::ANONYMOUS);
    let targets = targets(world);
    let target = *rng.pick(&targets);
    let (_, environment) = world.environment_of(target).unwrap();
    let platform = environment.platform();
    let resource = target.resource().and_then(|id| world.resource(id));
    let mut q = Question {
        who: *rng.pick(&people),
        action: Action::Capability(Capability::See),
        target,
        at: moment(rng),
        model: None,
        address: *rng.pick(&[
            None,
            None,
            Some("127.0.0.1"),
            Some("10.0.0.7"),
            Some("node1"),
        ]),
    };
    let capabilities: Vec<Capability> = Capability::iter().collect();
    let capable = match resource.map(|r| &r.body) {
        Some(Body::Model(_) | Body::ModelGroup { .. } | Body::Experiment { .. }) => {
            !matches!(target, Target::Container(_))
        }
        _ => false,
    };
    if resource.is_none() && rng.chance(40) {
        let managing = [Capability::Share, Capability::ViewAccess, Capability::Edit];
        let offered = if platform == Platform::Google { 2 } else { 3 };
        q.action = (*rng.pick(&managing[..offered])).into();
        return q;
    }
    if rng.chance(1) {
        q.target = *rng.pick(&[
            Target::Resource(ResourceId(99)),
            Target::Environment(EnvironmentId(99)),
            Target::Version(target.resource().unwrap_or(ResourceId(0)), 99),
            Target::Run(target.resource().unwrap_or(ResourceId(0)), 99),
        ]);
        return q;
    }
    if capable && rng.chance(65) {
        q.action = (*rng.pick(&capabilities)).into();
        return q;
    }
    q.action = Action::Native(native(rng, platform, target, resource));
    if q.action.name() == "projects.jobs.create" && rng.chance(70) {
        let is_google = |t: &&Target| {
            let place = world.environment_of(**t);
            place.is_some_and(|(_, e)| e.platform() == Platform::Google)
                && t.resource()
                    .and_then(|id| world.resource(id))
                    .is_some_and(|r| r.model().is_some())
        };
        let models: Vec<Target> = targets.iter().filter(is_google).copied().collect();
        q.model = (!models.is_empty()).then(|| *rng.pick(&models));
    }
    q
}

/// Everything that can be asked about.
pub fn targets(world: &World) -> Vec<Target> {
    let mut targets: Vec<Target> = world
        .environments()
        .map(|(id, _)| Target::Environment(id))
        .collect();
    for (id, resource) in world.resources() {
        // Twice as likely as its parts.
        targets.extend([Target::Resource(id), Target::Resource(id)]);
        match &resource.body {
            Body::Model(model) => {
                let platform = world.environment(resource.environment).unwrap().platform();
                if platform != Platform::OpenSearch {
                    let places = 0..u32::try_from(model.versions.len()).unwrap();
                    targets.extend(places.map(|i| Target::Version(id, i)));
                }
                if model.container.is_some() {
                    targets.push(Target::Container(id));
                }
            }
            Body::Experiment { runs } => {
                let places = 0..u32::try_from(runs.len()).unwrap();
                targets.extend(places.map(|i| Target::Run(id, i)));
            }
            _ => {}
        }
    }
    targets
}

/// A word of the platform that suits the target.
fn native(
    rng: &mut Rng,
    platform: Platform,
    target: Target,
    resource: Option<&Resource>,
) -> String {
    let of = |list: Vec<&str>, rng: &mut Rng| (*rng.pick(&list)).to_owned();
    if rng.chance(2) {
        return "no-such-word".to_owned();
    }
    match platform {
        Platform::Google if rng.chance(50) => {
            let suits = |on: On| {
                matches!(
                    (on, target, resource.map(|r| &r.body)),
                    (On::Project, Target::Environment(_), _)
                        | (On::Version | On::ModelOrVersion, Target::Version(..), _)
                        | (On::Job, _, Some(Body::Job { .. }))
                        | (On::Operation, _, Some(Body::Operation { .. }))
                        | (
                            On::Model | On::ModelOrVersion,
                            Target::Resource(_),
                            Some(Body::Model(_)),
                        )
                )
            };
            let methods = METHODS.iter().filter(|(_, _, on)| suits(*on));
            of(methods.map(|(m, _, _)| *m).collect(), rng)
        }
        Platform::Google => of(KNOWN.split_whitespace().collect(), rng),
        Platform::OpenSearch => {
            let suits = |action: &&&str| match resource.map(|r| &r.body) {
                None => true,
                Some(Body::ModelGroup { .. }) => {
                    action.starts_with("model_groups/")
                        || ["register_model", "update_model_group"].contains(*action)
                }
                Some(Body::Model(_)) => {
                    action.starts_with("models/")
                        || ["deploy_model", "undeploy_model", "predict"].contains(*action)
                }
                _ => action.starts_with("tasks/"),
            };
            of(
                opensearch::ACTIONS.iter().filter(suits).copied().collect(),
                rng,
            )
        }
        Platform::Fabric => {
            let on_item = 8;
            let list = match resource {
                Some(_) => &fabric::WORDS[..on_item],
                None => &fabric::WORDS[on_item..],
            };
            of(list.to_vec(), rng)
        }
        Platform::AiBuilder => match (target, resource) {
            (Target::Container(_), _) => "read-training-data".to_owned(),
            (_, Some(_)) => of(ai_builder::WORDS[1..].to_vec(), rng),
            (_, None) => of(ai_builder::WORDS[..8].to_vec(), rng),
        },
    }
}
