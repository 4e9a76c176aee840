//! regorus: a Rego policy compiled for its virtual machine, over arrays and sets by number.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine, Rc, Value};

use super::holders::{self, LEVELS, word};
use super::world::{FIRST_USER, NEEDS, Principal, Question, World};

const POLICY: &str = "
package access

default allow := false

allow if data.counts_as[input.user] & data.models[input.model][input.level] != set()
";

pub struct Regorus(RegoVM);

impl Regorus {
    pub fn new(world: &World) -> Self {
        let entry_point = "data.access.allow";
        let mut engine = Engine::new();
        engine
            .add_policy("access.rego".to_owned(), POLICY.to_owned())
            .expect("a policy");
        let policy = engine
            .compile_with_entrypoint(&Rc::from(entry_point))
            .expect("a rule");
        let program = Compiler::compile_from_policy(&policy, &[entry_point]).expect("a program");
        let mut machine = RegoVM::new();
        machine.load_program(Arc::clone(&program));
        machine.set_data(data(world)).expect("no rule of this name");
        Self(machine)
    }

    /// A question in the engine's own form; not timed.
    pub fn request(question: &Question) -> Value {
        let needed = NEEDS[usize::from(question.permission)];
        object([
            ("user", Value::from(question.user - FIRST_USER)),
            ("model", Value::from(question.model)),
            ("level", Value::from(word(needed))),
        ])
    }

    pub fn check(&mut self, request: &Value) -> bool {
        self.0.set_input(request.clone());
        let answer = self.0.execute();
        answer.is_ok_and(|answer| answer == Value::from(true))
    }
}

fn data(world: &World) -> Value {
    let users = FIRST_USER..world.first_group();
    let counts_as = users.map(|user| set(holders::counts_as(world, user)));
    let models = world.models.iter().map(|model| {
        let held = |level| (word(level), set(holders::of(world, model, level)));
        object(LEVELS.map(held))
    });
    object([
        ("counts_as", Value::from(counts_as.collect::<Vec<_>>())),
        ("models", Value::from(models.collect::<Vec<_>>())),
    ])
}

fn set(numbers: Vec<Principal>) -> Value {
    let numbers = numbers.into_iter().map(Value::from);
    Value::from(numbers.collect::<BTreeSet<_>>())
}

fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let fields = fields.map(|(name, value)| (Value::from(name), value));
    Value::from(BTreeMap::from(fields))
}
