//! What a remedy costs does not depend on how many people and models there are.

use std::time::{Duration, Instant};

use deedbox::authz::{Request, Snapshot, remedies};
use deedbox::domain::{
    AccessMode, Account, AiBuilderEdition, AiBuilderSettings, Binding, Body, Capability, Counters,
    Environment, EnvironmentId, FabricEdition, GoogleEdition, GroupKind, Key, Model, ModelState,
    OpenSearchEdition, OpenSearchSettings, Policy, Principal, PrincipalId, PrincipalKind, Record,
    Resource, ResourceId, RoleMapping, Specifics, Target, Timestamp,
};
use deedbox::registry::{self, Actor, Question};

use crate::rng::Rng;

const NOW: Timestamp = Timestamp(1_795_219_200);
const ENVIRONMENTS: u32 = 10;

/// Models in ten environments, a tenth as many users, each in five groups inside others; every model
/// with an owner and three shares; one user in a hundred and sixty groups with a
/// role.
struct Company {
    snapshot: Snapshot,
    users: u32,
    models: u32,
}

impl Company {
    fn new(models: u32) -> Self {
        let mut company = Self {
            snapshot: Snapshot::default(),
            users: models / 10,
            models,
        };
        let mut rng = Rng::new(7);
        company.people(&mut rng);
        for number in 0..ENVIRONMENTS {
            company.environment(number, &mut rng);
        }
        for number in 0..models {
            company.model(number, &mut rng);
        }
        company
    }

    fn put(&mut self, key: &Key, record: Record) {
        self.snapshot.put(key, Some(record));
    }

    fn user(&self, rng: &mut Rng) -> PrincipalId {
        let place = rng.below(self.users as usize);
        PrincipalId(PrincipalId::FIRST.0 + u32::try_from(place).unwrap())
    }

    const fn groups(&self) -> u32 {
        self.users / 20
    }

    fn group(&self, rng: &mut Rng) -> PrincipalId {
        let place = rng.below(self.groups() as usize);
        self.group_at(u32::try_from(place).unwrap())
    }

    const fn group_at(&self, place: u32) -> PrincipalId {
        PrincipalId(PrincipalId::FIRST.0 + self.users + place)
    }

    fn people(&mut self, rng: &mut Rng) {
        let count = self.groups();
        let mut members = vec![Vec::new(); count as usize];
        for number in 0..self.users {
            let id = PrincipalId(PrincipalId::FIRST.0 + number);
            for _ in 0..5 {
                members[rng.below(count as usize)].push(id);
            }
        }
        // A tenth of the groups hold ten others each.
        for number in count / 10..count {
            members[(number % (count / 10).max(1)) as usize].push(self.group_at(number));
        }
        for (number, mut members) in (0..).zip(members) {
            members.dedup();
            let kind = PrincipalKind::Group {
                kind: GroupKind::Team,
                members,
                deleted: false,
            };
            let group = Principal {
                kind,
                ..Principal::user(format!("g{number}@acme.test"), "")
            };
            let id = self.group_at(number);
            self.put(&Key::Principal(id), Record::Principal(group));
        }
        for number in 0..self.users {
            let user = Principal::user(format!("u{number}@acme.test"), "");
            let id = PrincipalId(PrincipalId::FIRST.0 + number);
            self.put(&Key::Principal(id), Record::Principal(user));
        }
        let counters = Counters {
            principal: PrincipalId::FIRST.0 + self.users + count,
            environment: ENVIRONMENTS,
            resource: self.models,
        };
        self.put(&Key::Counters, Record::Counters(counters));
    }

    fn environment(&mut self, number: u32, rng: &mut Rng) {
        let (specifics, roles): (Specifics, &[&str]) = match number % 4 {
            0 => (
                Specifics::Google {
                    edition: GoogleEdition::Documented,
                    inherited: Vec::new(),
                },
                &["roles/ml.viewer", "roles/ml.developer", "roles/ml.admin"],
            ),
            1 => (
                Specifics::OpenSearch {
                    edition: OpenSearchEdition::Documented,
                    settings: OpenSearchSettings::default(),
                    mappings: vec![RoleMapping {
                        role: "ml_full_access".into(),
                        backend_roles: vec!["br1".into(), "br2".into()],
                        ..RoleMapping::default()
                    }],
                },
                &["ml_full_access"],
            ),
            2 => (
                Specifics::Fabric {
                    edition: FabricEdition::Y2026,
                },
                &["Viewer", "Contributor", "Member"],
            ),
            _ => (
                Specifics::AiBuilder {
                    edition: AiBuilderEdition::Y2023,
                    settings: AiBuilderSettings::default(),
                    business_units: Vec::new(),
                },
                &["Basic User", "Environment Maker", "System Customizer"],
            ),
        };
        let mut policy = Policy::default();
        for _ in 0..self.users / 100 {
            let role = *rng.pick(roles);
            policy.grant(Binding::new(role, self.user(rng)));
        }
        for number in 0..60 {
            let role = roles[number % roles.len()];
            policy.grant(Binding::new(role, self.group(rng)));
        }
        let environment = Environment {
            id: format!("e{number}"),
            name: String::new(),
            specifics,
            policy,
            roles: Vec::new(),
        };
        let id = EnvironmentId(number);
        let cluster = number % 4 == 1;
        self.put(&Key::Environment(id), Record::Environment(environment));
        for user in (0..self.users).filter(|_| cluster) {
            let account = Account {
                name: Some(format!("u{user}")),
                backend_roles: vec![format!("br{}", rng.below(50))],
                ..Account::default()
            };
            let key = Key::Account(id, PrincipalId(PrincipalId::FIRST.0 + user));
            self.put(&key, Record::Account(account));
        }
    }

    fn model(&mut self, number: u32, rng: &mut Rng) {
        let place = number % ENVIRONMENTS;
        let owner = self.user(rng);
        let mut policy = Policy::default();
        let roles = match place % 4 {
            0 => ["roles/ml.modelOwner", "roles/ml.modelUser"],
            2 => ["Read, Write", "Read"],
            _ => ["Co-owner", "User"],
        };
        if place % 4 != 1 {
            policy.grant(Binding::new(roles[0], owner));
            policy.grant(Binding::new(roles[1], self.user(rng)));
            policy.grant(Binding::new(roles[1], self.group(rng)));
        }
        let body = if place % 4 == 1 {
            Body::ModelGroup {
                access: Some(*rng.pick(&[AccessMode::Restricted, AccessMode::Private])),
                backend_roles: vec![format!("br{}", rng.below(50))],
            }
        } else {
            Body::Model(Model {
                state: Some(ModelState::Published),
                ..Model::default()
            })
        };
        let resource = Resource {
            environment: EnvironmentId(place),
            id: format!("m{number}"),
            name: String::new(),
            description: None,
            owner: (!place.is_multiple_of(4)).then_some(owner),
            policy,
            body,
        };
        let key = Key::Resource(EnvironmentId(place), ResourceId(number));
        self.put(&key, Record::Resource(resource));
    }
}

/// Random questions: every other one about somebody who is named on the resource.
fn questions(company: &Company, count: usize) -> Vec<Request<'static>> {
    let mut rng = Rng::new(11);
    let question = |number: usize| {
        let model = u32::try_from(rng.below(company.models as usize)).unwrap();
        let resource = company.snapshot.resource(ResourceId(model)).unwrap();
        let named: Vec<PrincipalId> = resource.policy.grants().map(|(_, _, m)| m).collect();
        let who = match named.get(number % 3) {
            Some(id) if number.is_multiple_of(2) => {
                let first = company.snapshot.principal(*id).unwrap().members().first();
                first.copied().unwrap_or(*id)
            }
            _ => company.user(&mut rng),
        };
        let capability = *rng.pick(&[Capability::Run, Capability::Edit, Capability::Share]);
        let target = Target::Resource(ResourceId(model));
        Request::new(who, capability.into(), target, NOW)
    };
    (0..count).map(question).collect()
}

/// Times something for every question: prints the mean and the slowest, and returns that.
fn timed(what: &str, asked: &[Request<'_>], run: impl Fn(&Request<'_>)) -> Duration {
    let mut times: Vec<Duration> = asked
        .iter()
        .map(|request| {
            let start = Instant::now();
            run(request);
            start.elapsed()
        })
        .collect();
    times.sort();
    let total: Duration = times.iter().sum();
    let slowest = *times.last().unwrap();
    let mean = total / u32::try_from(times.len()).unwrap();
    eprintln!("{what}: mean {mean:?}, slowest {slowest:?}");
    slowest
}

/// `cargo test --release --test remedy -- --ignored --nocapture million`
#[test]
#[ignore = "builds a million models"]
fn a_million_models() {
    let models = std::env::var("DEEDBOX_MODELS").ok();
    let models = models.and_then(|m| m.parse().ok()).unwrap_or(1_000_000);
    let start = Instant::now();
    let company = Company::new(models);
    eprintln!("built in {:?}", start.elapsed());
    let asked = questions(&company, 400);
    let snapshot = &company.snapshot;
    let slowest = timed("remedies", &asked, |request| {
        assert!(remedies(snapshot, request).remedies.len() <= 3);
    });
    if !cfg!(debug_assertions) {
        assert!(slowest < Duration::from_millis(50), "{slowest:?}");
    }
    let actor = Actor::store_administrator("test");
    timed("remedies as intents", &asked[..40], |request| {
        let principal = snapshot.reference(request.principal);
        let question = Question {
            principal: &principal,
            action: request.action,
            target: request.target,
            model: None,
            at: NOW,
        };
        let found = registry::remedies(snapshot, &actor, &question, NOW).unwrap();
        assert!(found.offers.len() <= 3);
    });
}
