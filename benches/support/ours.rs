//! deedbox, through its public interface. Everything that the suite asks of the core is in this
//! file, one thin function a question.

use deedbox::authz::lists::{page, reach};
use deedbox::authz::platforms::google::MODEL_USER;
use deedbox::authz::snapshot::Builder;
use deedbox::authz::who_can::holders;
use deedbox::authz::{ActionId, Asker, Effect, ListKind, Request, Snapshot, check as decide};
use deedbox::domain::{
    Binding, Capability, Change, ChangeSet, EnvironmentId, Key, Platform, PrincipalId, Record,
    ResourceId, ResourceKind, Revision, Target, Timestamp,
};
use deedbox::registry::{self, Actor};

use super::records::Records;
use super::world::{FIRST_USER, PERMISSIONS, Principal, Question};

/// When everything is asked.
const NOW: Timestamp = Timestamp(1_795_219_200);
/// The largest world whose lists are measured.
pub const LISTS_AT_MOST: u32 = u32::MAX;
/// The largest world in which who-can is measured.
pub const WHO_CAN_AT_MOST: u32 = u32::MAX;
/// The smallest changes that turn a deny into an allow, each authorized and planned for whoever is
/// entitled to it: how many there are.
pub const REMEDY: Option<fn(&Ours, &Question) -> usize> = Some(Ours::remedy);

/// A snapshot, and the permissions looked up in its vocabulary.
pub struct Ours {
    pub snapshot: Snapshot,
    actions: [ActionId; PERMISSIONS.len()],
}

impl Ours {
    /// Builds the index from records, as it is built from those of a store.
    pub fn new(records: Records) -> Self {
        let mut builder = Builder::new();
        for (id, principal) in (FIRST_USER..).zip(records.principals) {
            let key = Key::Principal(PrincipalId(id));
            builder.put(&key, Record::Principal(principal));
        }
        for (id, environment) in (0..).zip(records.environments) {
            let key = Key::Environment(EnvironmentId(id));
            builder.put(&key, Record::Environment(environment));
        }
        for (id, resource) in (0..).zip(records.resources) {
            let key = Key::Resource(resource.environment, ResourceId(id));
            builder.put(&key, Record::Resource(resource));
        }
        let action = |name| ActionId::find(Platform::Google, name).expect("Google knows all six");
        Self {
            snapshot: builder.finish(Revision(1)),
            actions: PERMISSIONS.map(action),
        }
    }

    fn request(&self, question: &Question) -> Request<'static> {
        Request::new(
            PrincipalId(question.user),
            self.actions[usize::from(question.permission)],
            Target::Resource(ResourceId(question.model)),
            NOW,
        )
    }

    /// Numbers in, yes or no out.
    pub fn check(&self, question: &Question) -> bool {
        decide(&self.snapshot, &self.request(question)).is_allowed()
    }

    /// Words in (`user:…`, permission, project, model), yes or no out.
    pub fn check_names(&self, [user, permission, place, model]: &[String; 4]) -> bool {
        let request = || {
            let principal = self.snapshot.find_principal(user)?;
            let action = ActionId::find(Platform::Google, permission).ok()?;
            let place = self.snapshot.find_environment(place)?;
            let model = self
                .snapshot
                .find_resource(place, ResourceKind::Model, model)?;
            Some(Request::new(
                principal,
                action,
                Target::Resource(model),
                NOW,
            ))
        };
        request().is_some_and(|request| decide(&self.snapshot, &request).is_allowed())
    }

    /// The decision with every route or every reason: how many there are.
    pub fn explain(&self, question: &Question) -> usize {
        let explanation = deedbox::authz::explain(&self.snapshot, &self.request(question));
        explanation.evidence.len() + explanation.reasons.len()
    }

    /// The first 50 rows of *Shared with me*: how many there are.
    pub fn first_page(&self, who: Principal) -> usize {
        let who = PrincipalId(who);
        page(&self.snapshot, ListKind::SharedWithMe, who, NOW, None, 50)
            .rows
            .len()
    }

    /// All that a person may see: how many models.
    pub fn reach(&self, who: Principal) -> usize {
        reach(
            &Asker::new(&self.snapshot, PrincipalId(who)),
            Capability::See,
            NOW,
        )
        .count()
    }

    /// Who may use a permission on a model: how many people.
    pub fn who_can(&self, question: &Question) -> usize {
        let action = self.actions[usize::from(question.permission)];
        let target = Target::Resource(ResourceId(question.model));
        holders(&self.snapshot, action, target, NOW).len()
    }

    fn remedy(&self, question: &Question) -> usize {
        let request = self.request(question);
        let reference = self.snapshot.reference(request.principal);
        let asked = registry::Question {
            principal: &reference,
            action: request.action,
            target: request.target,
            model: None,
            at: NOW,
        };
        let administrator = Actor::store_administrator("bench");
        registry::remedies(&self.snapshot, &administrator, &asked, NOW)
            .map_or(0, |found| found.offers.len())
    }

    /// The change set that shares a model with somebody.
    pub fn share(&self, model: u32, with: Principal) -> ChangeSet {
        let id = ResourceId(model);
        let before = self
            .snapshot
            .resource(id)
            .cloned()
            .expect("the world has it");
        let mut after = before.clone();
        after
            .policy
            .grant(Binding::new(MODEL_USER, PrincipalId(with)));
        ChangeSet(vec![Change {
            key: Key::Resource(before.environment, id),
            before: Some(Record::Resource(before)),
            after: Some(Record::Resource(after)),
        }])
    }

    /// The next snapshot: what a commit publishes, while readers still hold this one.
    pub fn commit(&self, changes: &ChangeSet) -> Snapshot {
        let mut next = self.snapshot.clone();
        next.apply(self.snapshot.revision().next(), changes);
        next
    }

    /// Who gains and loses what by a change set.
    pub fn effect(&self, after: &Snapshot, changes: &ChangeSet) -> Effect {
        deedbox::authz::effect(&self.snapshot, after, changes, NOW)
    }
}
