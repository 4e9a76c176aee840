//! casbin: attributes in the request (what its documents call ABAC), one matcher that calls a
//! function, no policy lines.
//!
//! Policy lines, casbin's other form, are tried one after the other, so that a check costs more the
//! more of them there are. Attributes are prepared once and shared: as arrays and maps of the
//! engine's script language they are copied for every check, which takes twice as long.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use casbin::function_map::OperatorFunction;
use casbin::rhai::Dynamic;
use casbin::{CoreApi as _, DefaultModel, Enforcer, MemoryAdapter};

use super::holders::{self, LEVELS};
use super::world::{FIRST_USER, Level, NEEDS, Principal, Question, World};

const MODEL: &str = "
[request_definition]
r = sub, obj, act

[policy_definition]
p = sub, obj, act

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = holds(r.sub, r.obj, r.act)
";

/// What a user counts as.
type Subject = Arc<Vec<Principal>>;
/// The holders on a model, by level.
type Object = Arc<[Vec<Principal>; LEVELS.len()]>;

pub struct Casbin {
    enforcer: Enforcer,
    subjects: Vec<Subject>,
    objects: Vec<Object>,
}

impl Casbin {
    pub fn new(world: &World) -> Self {
        let mut enforcer = at_once(async {
            let model = DefaultModel::from_str(MODEL).await?;
            Enforcer::new(model, MemoryAdapter::default()).await
        })
        .expect("a model");
        enforcer.add_function("holds", OperatorFunction::Arg3(holds));
        let users = FIRST_USER..world.first_group();
        let models = world.models.iter();
        Self {
            enforcer,
            subjects: users
                .map(|user| Arc::new(holders::counts_as(world, user)))
                .collect(),
            objects: models
                .map(|model| Arc::new(LEVELS.map(|level| holders::of(world, model, level))))
                .collect(),
        }
    }

    pub fn check(&self, question: &Question) -> bool {
        let subject = &self.subjects[(question.user - FIRST_USER) as usize];
        let object = &self.objects[question.model as usize];
        let request = vec![
            Dynamic::from(Arc::clone(subject)),
            Dynamic::from(Arc::clone(object)),
            Dynamic::from(NEEDS[usize::from(question.permission)]),
        ];
        self.enforcer.enforce(request).unwrap_or_default()
    }
}

/// Whether a subject counts as one of the holders at a level.
fn holds(subject: Dynamic, object: Dynamic, level: Dynamic) -> Dynamic {
    let (subject, object) = (subject.cast::<Subject>(), object.cast::<Object>());
    let holders = &object[level.cast::<Level>() as usize];
    let held = holders.iter().any(|holder| subject.contains(holder));
    held.into()
}

/// Runs a future that has nothing to wait for.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}
