//! More people, groups and models than are looked at: what is left out is said.

use std::cell::RefCell;
use std::collections::BTreeSet;

use deedbox::authz::remedy::{MOST_PAIRS, Remedies, acceptable, step};
use deedbox::authz::snapshot::Builder;
use deedbox::authz::{Request, Snapshot, capabilities, remedies};
use deedbox::domain::{
    Binding, Body, Capability, Environment, EnvironmentId, GoogleEdition, GroupKind, Key, Model,
    Policy, Principal, PrincipalId, PrincipalKind, Record, Resource, ResourceId, Revision,
    Specifics, Status, Target,
};

use crate::examples::{NOW, words};

const PROJECT: EnvironmentId = EnvironmentId(0);
const USER: &str = "roles/ml.modelUser";

/// Principals and models of one project that are put together one by one.
struct Crowd {
    principals: Vec<Principal>,
    /// Who may use each model.
    models: Vec<Vec<PrincipalId>>,
}

impl Crowd {
    /// The people of `x.test` by number.
    fn of(people: usize) -> Self {
        let mut crowd = Self {
            principals: Vec::new(),
            models: Vec::new(),
        };
        for number in 0..people {
            crowd.add(Principal::user(format!("u{number}@x.test"), ""));
        }
        crowd
    }

    fn add(&mut self, principal: Principal) -> PrincipalId {
        self.principals.push(principal);
        person(self.principals.len() - 1)
    }

    fn group(&mut self, number: usize, members: Vec<PrincipalId>) -> PrincipalId {
        let kind = PrincipalKind::Group {
            kind: GroupKind::GoogleGroup,
            members,
            deleted: false,
        };
        let id = format!("g{number}@x.test");
        self.add(Principal {
            kind,
            ..Principal::user(id.as_str(), id.as_str())
        })
    }

    fn domain(&mut self) -> PrincipalId {
        self.add(Principal {
            kind: PrincipalKind::Domain,
            ..Principal::user("x.test", "")
        })
    }

    fn snapshot(&self) -> Snapshot {
        let mut builder = Builder::new();
        for (number, principal) in self.principals.iter().enumerate() {
            let record = Record::Principal(principal.clone());
            builder.put(&Key::Principal(person(number)), record);
        }
        let project = Environment {
            id: "p".into(),
            name: "Project".into(),
            specifics: Specifics::Google {
                edition: GoogleEdition::default(),
                inherited: Vec::new(),
            },
            policy: Policy::default(),
            roles: Vec::new(),
        };
        builder.put(&Key::Environment(PROJECT), Record::Environment(project));
        for (number, members) in self.models.iter().enumerate() {
            let binding = Binding {
                role: USER.into(),
                members: members.clone(),
                ..Binding::default()
            };
            let model = Resource {
                environment: PROJECT,
                id: format!("m{number}"),
                name: format!("M{number}"),
                description: None,
                owner: None,
                policy: Policy {
                    bindings: vec![binding],
                    ..Policy::default()
                },
                body: Body::Model(Model::default()),
            };
            builder.put(
                &Key::Resource(PROJECT, resource(number)),
                Record::Resource(model),
            );
        }
        builder.finish(Revision(1))
    }
}

fn person(number: usize) -> PrincipalId {
    PrincipalId(PrincipalId::FIRST.0 + u32::try_from(number).unwrap())
}

fn resource(number: usize) -> ResourceId {
    ResourceId(u32::try_from(number).unwrap())
}

/// Whether the first of all may run the first model.
fn request() -> Request<'static> {
    let target = Target::Resource(resource(0));
    Request::new(person(0), Capability::Run.into(), target, NOW)
}

/// A model for a whole domain, some people of which there are, and as many others as it takes for
/// the directory to have `all` principals.
fn domain_of(people: usize, all: usize) -> (Snapshot, Remedies) {
    let mut crowd = Crowd::of(people);
    let domain = crowd.domain();
    crowd.models.push(vec![domain]);
    let built_in = crowd.snapshot().principals().count() - people - 1;
    for number in people + 1 + built_in..all {
        crowd.add(Principal::user(format!("o{number}@y.test"), ""));
    }
    let snapshot = crowd.snapshot();
    assert_eq!(
        snapshot.principals().count(),
        all.max(people + 1 + built_in)
    );
    let answer = remedies(&snapshot, &request());
    assert_eq!(
        words(&snapshot, &answer),
        ["stop sharing M0 with x.test as Model User"]
    );
    (snapshot, answer)
}

#[test]
fn a_whole_domain_is_counted_as_far_as_it_is_looked_at() {
    let (snapshot, answer) = domain_of(MOST_PAIRS, 0);
    let each = capabilities(&snapshot, person(0), request().target, NOW);
    let others = answer.remedies[0].others;
    assert!(others.complete);
    assert_eq!(others.count, MOST_PAIRS * each.iter().count() - 1);
    let (_, answer) = domain_of(MOST_PAIRS + 1, 0);
    assert!(!answer.remedies[0].others.complete);
}

/// A group is as many as act through it: neither it nor those who left are among them.
#[test]
fn a_group_is_counted_by_those_who_act_through_it() {
    let mut crowd = Crowd::of(MOST_PAIRS);
    let mut members: Vec<PrincipalId> = (0..MOST_PAIRS).map(person).collect();
    let mut left = Principal::user("left@x.test", "");
    left.kind = PrincipalKind::User {
        status: Status::Deleted,
        manager: None,
    };
    members.push(crowd.add(left));
    let group = crowd.group(0, members);
    crowd.models.push(vec![group]);
    let snapshot = crowd.snapshot();
    let answer = remedies(&snapshot, &request());
    assert_eq!(
        words(&snapshot, &answer),
        [
            "take u0@x.test out of g0@x.test",
            "stop sharing M0 with g0@x.test as Model User"
        ]
    );
    assert!(answer.remedies.iter().all(|r| r.others.complete));
}

/// Of more than ten thousand names, some are not looked at: there may be more in the domain.
#[test]
fn a_large_directory_is_read_as_far_as_it_is_looked_at() {
    for (all, complete) in [(10_000, true), (10_001, false)] {
        let (_, answer) = domain_of(3, all);
        assert_eq!(answer.remedies[0].others.complete, complete, "{all}");
    }
}

/// A role in a project of very many models may change more than is counted; it comes last.
#[test]
fn what_cannot_be_counted_to_the_end_says_so() {
    let mut crowd = Crowd::of(2);
    let group = crowd.group(0, vec![person(1)]);
    crowd.models = vec![vec![group]; MOST_PAIRS + 1];
    crowd.models[0].clear();
    let snapshot = crowd.snapshot();
    let answer = remedies(&snapshot, &request());
    assert_eq!(
        words(&snapshot, &answer),
        [
            "share M0 with u0@x.test as Model User",
            "give u0@x.test the role Model User in Project"
        ]
    );
    let complete: Vec<bool> = answer.remedies.iter().map(|r| r.others.complete).collect();
    assert_eq!(complete, [true, false]);
}

/// Everything that is proposed when nothing is accepted, by its steps, with whether it is certain
/// that nothing smaller does it.
fn proposed(snapshot: &Snapshot) -> BTreeSet<(String, bool)> {
    let seen = RefCell::new(BTreeSet::new());
    acceptable(snapshot, &request(), |remedy| {
        let steps: Vec<String> = remedy.moves.iter().map(|m| step(snapshot, m)).collect();
        seen.borrow_mut()
            .insert((steps.join("; "), remedy.smallest));
        false
    });
    seen.into_inner()
}

/// Of twenty groups that could be joined, the sixteen that have least are looked at.
#[test]
fn of_very_many_groups_those_that_have_least_are_looked_at() {
    let mut crowd = Crowd::of(2);
    let groups: Vec<PrincipalId> = (0..20).map(|n| crowd.group(n, vec![person(1)])).collect();
    crowd.models.push(groups.clone());
    crowd.models.push(groups[..17].to_vec());
    let seen = proposed(&crowd.snapshot());
    let joins = (0..13).chain(17..20);
    let expected: BTreeSet<String> = joins
        .map(|n| format!("put u0@x.test into g{n}@x.test"))
        .collect();
    let joined: BTreeSet<String> = seen
        .iter()
        .map(|(steps, _)| steps.clone())
        .filter(|steps| steps.starts_with("put"))
        .collect();
    assert_eq!(joined, expected);
    assert!(seen.iter().all(|(_, smallest)| !smallest), "{seen:?}");
}

/// People who hold a model are no groups, and do not stand in the way of the one that can be joined.
#[test]
fn of_very_many_holders_only_groups_can_be_joined() {
    let mut crowd = Crowd::of(30);
    let group = crowd.group(0, Vec::new());
    let mut members: Vec<PrincipalId> = (1..30).map(person).collect();
    members.push(group);
    crowd.models.push(members.clone());
    crowd.models.push(vec![group]);
    let seen = proposed(&crowd.snapshot());
    assert!(
        seen.contains(&("put u0@x.test into g0@x.test".to_owned(), true)),
        "{seen:?}"
    );
}
