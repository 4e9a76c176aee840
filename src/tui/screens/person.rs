//! One person or service account: memberships and through what, accounts and backend roles, what
//! they can reach and why. And one group: its members, what it is granted.

use crate::authz::lists::listed;
use crate::authz::{ListKind, Request, capabilities, explain, wording};
use crate::domain::{Capability, PrincipalId, PrincipalKind, ResourceId, Target};
use crate::registry::intents;

use super::super::commands::CommandId;
use super::super::facts;
use super::super::parts::prose::Tone;
use super::super::parts::table::Column;
use super::super::screen::{Act, Reply, Screen};
use super::super::state::{Lens, Place, State};
use super::access::known::may_know;
use super::list::{ListScreen, Rows};
use super::named_on::NamedOn;
use super::page::{About, Page, Prose};

/// The principal that a page is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject {
    id: PrincipalId,
    group: bool,
}

impl About for Subject {
    fn place(&self) -> Place {
        if self.group {
            Place::Group
        } else {
            Place::Person
        }
    }

    fn title(&self, state: &State) -> String {
        state.snapshot.label(self.id)
    }

    fn stands(&self, state: &State) -> bool {
        state.snapshot.principal(self.id).is_some()
    }

    fn person(&self) -> Option<PrincipalId> {
        Some(self.id)
    }
}

/// The page of a principal.
pub fn page(state: &State, id: PrincipalId) -> Page<Subject> {
    let principal = state.snapshot.principal(id);
    let group = principal.is_some_and(|p| p.is_group());
    let name = state.snapshot.label(id);
    let mut parts: Vec<(&'static str, Box<dyn Screen>)> = Vec::new();
    let place = if group { Place::Group } else { Place::Person };
    let overview = Prose::new(name, place, move |state| overview(state, id));
    parts.push(("Overview", Box::new(overview)));
    if group {
        parts.push(("Members", Box::new(ListScreen::new(Members(id)))));
    } else {
        parts.push(("Can reach", Box::new(ListScreen::new(Reach(id)))));
    }
    parts.push(("Named on", Box::new(ListScreen::new(NamedOn(id)))));
    Page::new(Subject { id, group }, parts)
}

fn overview(state: &State, id: PrincipalId) -> Vec<(Tone, String)> {
    let snapshot = &state.snapshot;
    let Some(principal) = snapshot.principal(id) else {
        return Vec::new();
    };
    let field = |name: &str, text: String| (Tone::Plain, format!("{name:<9} {text}"));
    let mut lines = vec![
        (Tone::Dim, principal.reference()),
        field("Name", principal.label().to_owned()),
        field("Is", facts::describe(snapshot, id)),
    ];
    if let PrincipalKind::User { status, manager } = &principal.kind {
        lines.push(field("Status", status.to_string()));
        let manager = manager.map_or_else(|| "nobody".to_owned(), |m| snapshot.label(m));
        lines.push(field("Manager", manager));
    }
    if let PrincipalKind::Group { kind, .. } = &principal.kind {
        lines.push(field("Kind", kind.title().to_owned()));
    }
    lines.extend(memberships(state, id));
    lines.extend(standings(state, id));
    lines
}

/// Groups one is in, directly or through others.
fn memberships(state: &State, id: PrincipalId) -> Vec<(Tone, String)> {
    let snapshot = &state.snapshot;
    let mut lines = vec![
        (Tone::Plain, String::new()),
        (Tone::Strong, "Member of".to_owned()),
    ];
    let known = |id: &PrincipalId| snapshot.principal(*id).is_some_and(|p| p.is_group());
    let within = snapshot.closure(id).iter().copied();
    for group in within.filter(|g| *g != id).filter(known) {
        let path = snapshot.path(id, group);
        let names: Vec<String> = path
            .iter()
            .filter(|step| **step != id && **step != group)
            .map(|step| snapshot.label(*step))
            .collect();
        let through = if names.is_empty() {
            "directly".to_owned()
        } else {
            format!("through {}", names.join(" › "))
        };
        lines.push((
            Tone::Plain,
            format!("• {}, {through}", snapshot.label(group)),
        ));
    }
    if lines.len() == 2 {
        lines.push((Tone::Dim, "no group".to_owned()));
    }
    lines
}

/// What one holds in each environment: roles, account, backend roles.
fn standings(state: &State, id: PrincipalId) -> Vec<(Tone, String)> {
    let snapshot = &state.snapshot;
    let closure = snapshot.closure(id);
    let mut lines = vec![
        (Tone::Plain, String::new()),
        (Tone::Strong, "In environments".to_owned()),
    ];
    for (environment, place) in snapshot.places() {
        let on = Target::Environment(environment);
        let mut words: Vec<String> = Vec::new();
        for (_, binding, member) in place.environment.policy.grants() {
            if closure.contains(&member) {
                let title = wording::role_title(snapshot, on, &binding.role);
                let through = if member == id {
                    String::new()
                } else {
                    format!(" through {}", snapshot.label(member))
                };
                words.push(format!("{title}{through}"));
            }
        }
        if let Some(account) = snapshot.account(environment, id) {
            words.extend(account.name.iter().map(|n| format!("account {n}")));
            if !account.roles.is_empty() {
                words.push(format!("roles {}", account.roles.join(", ")));
            }
            if !account.backend_roles.is_empty() {
                words.push(format!(
                    "backend roles {}",
                    account.backend_roles.join(", ")
                ));
            }
            words.extend(account.business_unit.iter().map(|u| format!("unit {u}")));
        }
        if !words.is_empty() {
            let name = place.environment.label();
            lines.push((Tone::Plain, format!("• {name}: {}", words.join("; "))));
        }
    }
    if lines.len() == 2 {
        lines.push((Tone::Dim, "nothing".to_owned()));
    }
    lines
}

/// What somebody can reach.
#[derive(Debug, Clone, Copy)]
pub struct Reach(pub PrincipalId);

const REACH: &[Column] = &[
    Column::new("Name", 18, 2, 0),
    Column::new("Where", 9, 1, 2),
    Column::new("Can", 16, 2, 0),
    Column::new("How", 24, 4, 1),
];

impl Rows for Reach {
    type Key = ResourceId;

    fn place(&self) -> Place {
        Place::Person
    }

    fn title(&self, state: &State) -> String {
        format!("{} can reach", state.snapshot.label(self.0))
    }

    fn columns(&self) -> &'static [Column] {
        REACH
    }

    fn keys(&self, lens: &Lens) -> Vec<ResourceId> {
        let keys = listed(&lens.snapshot, ListKind::AllModels, self.0, lens.now);
        let keys = keys.into_iter();
        keys.filter(|id| lens.covers(*id) && may_know(lens, self.0, Target::Resource(*id)))
            .collect()
    }

    fn grows(&self) -> bool {
        true
    }

    fn cells(&self, lens: &Lens, id: ResourceId) -> Vec<String> {
        let snapshot = &lens.snapshot;
        let target = Target::Resource(id);
        let Some(resource) = snapshot.read_resource(id) else {
            return Vec::new();
        };
        let can = capabilities(snapshot, self.0, target, lens.now);
        let see = Request::new(self.0, Capability::See.into(), target, lens.now);
        let explanation = explain(snapshot, &see);
        let how: Vec<String> = explanation
            .evidence_for(crate::authz::Check::Reach)
            .map(|e| wording::evidence(snapshot, e))
            .collect();
        vec![
            resource.label().to_owned(),
            facts::place(snapshot, &resource),
            can.words(),
            how.join("; "),
        ]
    }

    fn text(&self, lens: &Lens, id: ResourceId) -> String {
        let target = Target::Resource(id);
        let name = lens.snapshot.target_label(target);
        format!("{name} {}", lens.snapshot.target_id(target))
    }

    fn empty(&self, _: &State) -> String {
        "There is nothing they can reach that you may know of. s on a model shares it with them."
            .to_owned()
    }

    fn open(&self, _: &State, id: ResourceId) -> Vec<Act> {
        vec![Act::Visit(id)]
    }

    fn resource(&self, _: &Lens, id: ResourceId) -> Option<ResourceId> {
        Some(id)
    }
}

/// Who is directly in a group.
#[derive(Debug, Clone, Copy)]
pub struct Members(pub PrincipalId);

const MEMBERS: &[Column] = &[
    Column::new("Name", 18, 2, 0),
    Column::new("Id", 20, 2, 1),
    Column::new("Is", 18, 2, 0),
];

impl Rows for Members {
    type Key = PrincipalId;

    fn place(&self) -> Place {
        Place::Group
    }

    fn title(&self, state: &State) -> String {
        format!("Members of {}", state.snapshot.label(self.0))
    }

    fn columns(&self) -> &'static [Column] {
        MEMBERS
    }

    fn keys(&self, lens: &Lens) -> Vec<PrincipalId> {
        let group = lens.snapshot.principal(self.0);
        group.map(|g| g.members().to_vec()).unwrap_or_default()
    }

    fn cells(&self, lens: &Lens, id: PrincipalId) -> Vec<String> {
        let snapshot = &lens.snapshot;
        vec![
            snapshot.label(id),
            snapshot.reference(id),
            facts::describe(snapshot, id),
        ]
    }

    fn empty(&self, _: &State) -> String {
        "Nobody is in this group yet. a adds one.".to_owned()
    }

    fn open(&self, _: &State, id: PrincipalId) -> Vec<Act> {
        vec![Act::Meet(id)]
    }

    fn perform(&mut self, state: &mut State, marked: &[PrincipalId], command: CommandId) -> Reply {
        if command != CommandId::Remove || marked.is_empty() {
            return None;
        }
        let intent = intents::SetMembership {
            group: state.snapshot.reference(self.0),
            add: Vec::new(),
            remove: marked
                .iter()
                .map(|m| state.snapshot.reference(*m))
                .collect(),
        };
        Some(vec![Act::propose(intent, "Remove")])
    }
}
