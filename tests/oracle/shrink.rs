//! Makes a failing world small, and prints it.

use deedbox::domain::{Key, PrincipalKind, Record, Specifics};
use deedbox::interop::document;

use super::world::{Question, World};

/// Drops whatever can be dropped while `fails` stays true.
pub fn shrink(world: &World, fails: &dyn Fn(&World) -> bool) -> World {
    let mut best = world.clone();
    while let Some(smaller) = smaller(&best).into_iter().find(|w| fails(w)) {
        best = smaller;
    }
    best
}

/// Worlds with one thing less.
fn smaller(world: &World) -> Vec<World> {
    let mut found = Vec::new();
    for (key, record) in &world.0 {
        let mut without = world.clone();
        without.0.remove(key);
        let resources = |w: &World, e| w.resources().any(|(_, r)| r.environment == e);
        let kept = matches!(key, Key::Environment(e) if resources(world, *e));
        if !kept {
            found.push(without);
        }
        for record in simpler(record) {
            let mut next = world.clone();
            next.0.insert(key.clone(), record);
            found.push(next);
        }
    }
    found
}

/// The record with one part less.
fn simpler(record: &Record) -> Vec<Record> {
    let mut found = Vec::new();
    match record {
        Record::Principal(p) => {
            if let PrincipalKind::Group { members, .. } = &p.kind {
                for i in 0..members.len() {
                    let mut next = p.clone();
                    if let PrincipalKind::Group { members, .. } = &mut next.kind {
                        members.remove(i);
                    }
                    found.push(Record::Principal(next));
                }
            }
        }
        Record::Environment(e) => {
            for policy in fewer(&e.policy) {
                let mut next = e.clone();
                next.policy = policy;
                found.push(Record::Environment(next));
            }
            for i in 0..e.roles.len() {
                let mut next = e.clone();
                next.roles.remove(i);
                found.push(Record::Environment(next));
            }
            let mut next = e.clone();
            match &mut next.specifics {
                Specifics::Google { inherited, .. } => drop(inherited.pop()),
                Specifics::OpenSearch { mappings, .. } => drop(mappings.pop()),
                _ => {}
            }
            if next != *e {
                found.push(Record::Environment(next));
            }
        }
        Record::Account(a) => {
            for i in 0..a.roles.len() {
                let mut next = a.clone();
                next.roles.remove(i);
                found.push(Record::Account(next));
            }
            for i in 0..a.backend_roles.len() {
                let mut next = a.clone();
                next.backend_roles.remove(i);
                found.push(Record::Account(next));
            }
        }
        Record::Resource(r) => {
            for policy in fewer(&r.policy) {
                let mut next = r.clone();
                next.policy = policy;
                found.push(Record::Resource(next));
            }
        }
        Record::Counters(_) | Record::Login(_) => {}
    }
    found
}

/// Policies with one binding, member or condition less.
fn fewer(policy: &deedbox::domain::Policy) -> Vec<deedbox::domain::Policy> {
    let mut found = Vec::new();
    for (i, binding) in policy.bindings.iter().enumerate() {
        let mut next = policy.clone();
        next.bindings.remove(i);
        found.push(next);
        for m in 0..binding.members.len().saturating_sub(1) {
            let mut next = policy.clone();
            next.bindings[i].members.remove(m);
            found.push(next);
        }
        if binding.condition.is_some() {
            let mut next = policy.clone();
            next.bindings[i].condition = None;
            found.push(next);
        }
    }
    found
}

/// A world as a document.
pub fn print(world: &World) -> String {
    document::to_yaml(&document::write(&world.snapshot())).unwrap_or_else(|e| e)
}

/// A question in words.
pub fn words(world: &World, q: &Question) -> String {
    let snapshot = world.snapshot();
    let model = q.model.map(|m| format!(" with {}", snapshot.target_id(m)));
    format!(
        "may {} (#{}) {} {}{} at {} from {:?}?",
        snapshot.reference(q.who),
        q.who.0,
        q.action.name(),
        snapshot.target_id(q.target),
        model.unwrap_or_default(),
        q.at,
        q.address,
    )
}
