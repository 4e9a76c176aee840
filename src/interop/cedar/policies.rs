//! Grants as policies: one `permit` a member of a binding.

use std::fmt;

use crate::authz::Snapshot;
use crate::authz::platforms::google::OPERATION_OWNER;
use crate::domain::{Binding, Body, Environment, PrincipalId, Resource, Specifics, Target, Window};

use super::left::Left;
use super::people::People;
use super::resources::Node;
use super::rights::{Roles, has_policy};
use super::uid::Uid;

/// What a reader has to know, and the one restriction.
pub(super) fn head(snapshot: &Snapshot) -> String {
    format!(
        r#"// The access of a deedbox store at revision {}, as Cedar policies.
//
// principal  Directory::User::"alice@acme.test", Directory::ServiceAccount::"…" or
//            Directory::Anonymous::"anonymous"; e-mail style ids in lower case
// action     the platform's own permission: Google::Action::"ml.models.predict"
// resource   the id that deedbox writes: Google::Model::"my-project/models/my-model"
// context    {{"now": 1780000000}}: the moment that is asked about, in whole seconds since 1970

@id("only-active")
forbid (principal, action, resource)
unless {{ principal has status && principal.status == "active" }};
"#,
        snapshot.revision()
    )
}

/// One grant that Cedar can carry.
struct Permit<'a> {
    /// Names the binding, the member and where they stand, once in an export.
    id: String,
    role: &'a str,
    member: &'a Uid,
    namespace: &'static str,
    permissions: &'a [&'static str],
    on: &'a Uid,
    window: Window,
}

impl fmt::Display for Permit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, role, .. } = self;
        writeln!(f, "\n@id({id:?})\n@role({role:?})\npermit (")?;
        writeln!(f, "  principal in {},", self.member)?;
        let actions = self.permissions.iter();
        let actions = actions.map(|name| format!("    {}::Action::{name:?}", self.namespace));
        let actions: Vec<String> = actions.collect();
        writeln!(f, "  action in [\n{}\n  ],", actions.join(",\n"))?;
        write!(f, "  resource in {}\n)", self.on)?;
        let Window { start, end } = self.window;
        let start = start.map(|s| format!("context.now >= {}", s.0));
        let end = end.map(|e| format!("context.now < {}", e.0));
        let clauses: Vec<String> = start.into_iter().chain(end).collect();
        if !clauses.is_empty() {
            write!(f, "\nwhen {{ {} }}", clauses.join(" && "))?;
        }
        f.write_str(";\n")
    }
}

/// The policies of one environment, being written.
pub(super) struct Sheet<'a> {
    snapshot: &'a Snapshot,
    people: &'a People,
    environment: &'a Environment,
    roles: Roles<'a>,
    namespace: &'static str,
    left: &'a mut Left,
    text: String,
}

impl<'a> Sheet<'a> {
    pub fn new(
        snapshot: &'a Snapshot,
        people: &'a People,
        environment: &'a Environment,
        namespace: &'static str,
        left: &'a mut Left,
    ) -> Self {
        let (id, edition) = (&environment.id, environment.edition());
        let platform = environment.platform().title();
        Self {
            snapshot,
            people,
            environment,
            roles: Roles::new(environment),
            namespace,
            left,
            text: format!("\n// {id:?}: {platform}, edition {edition}\n"),
        }
    }

    /// Writes the policies of the environment and of everything in it.
    pub fn write(mut self, nodes: &[Node]) -> String {
        for node in nodes {
            match node.target {
                Target::Environment(_) => self.environment(node),
                Target::Resource(id) => {
                    if let Some(resource) = self.snapshot.resource(id) {
                        self.resource(node, resource);
                    }
                }
                // Versions and runs inherit.
                _ => {}
            }
        }
        self.text
    }

    fn environment(&mut self, node: &Node) {
        let environment = self.environment;
        self.bindings(node, None, "bindings", &environment.policy.bindings);
        if let Specifics::Google { inherited, .. } = &environment.specifics {
            self.bindings(node, None, "inherited_bindings", inherited);
        }
    }

    fn resource(&mut self, node: &Node, resource: &Resource) {
        let bindings = &resource.policy.bindings;
        if has_policy(resource) {
            self.bindings(node, Some(resource), "bindings", bindings);
        } else if !bindings.is_empty() {
            self.left.policies.push(node.uid.id.clone());
        }
        if let (Body::Operation { .. }, Some(owner)) = (&resource.body, resource.owner) {
            let automatic = Binding::new(OPERATION_OWNER, owner);
            let permissions = self.roles.permissions(&automatic, Some(resource));
            let id = format!("{}/owner", node.uid.id);
            self.permit(node, &automatic, id, owner, &permissions, Window::ALWAYS);
        }
    }

    fn bindings(&mut self, node: &Node, on: Option<&Resource>, field: &str, bindings: &[Binding]) {
        for (i, binding) in bindings.iter().enumerate() {
            let at = format!("{}/{field}[{i}]", node.uid.id);
            let role = &binding.role;
            let permissions = self.roles.permissions(binding, on);
            if permissions.is_empty() {
                self.comment(&format!("{at:?}: the role {role:?} grants nothing"));
                self.left.roles.push(at);
            } else if let Some(window) = binding.window() {
                for (j, member) in binding.members.iter().enumerate() {
                    let id = format!("{at}.members[{j}]");
                    self.permit(node, binding, id, *member, &permissions, window);
                }
            } else {
                let condition = binding.condition.as_ref().map(|c| c.expression.as_str());
                self.comment(&format!(
                    "{at:?}: the role {role:?} under the condition {:?}, which can't be evaluated and never holds",
                    condition.unwrap_or_default()
                ));
                self.left.conditions.push(at);
            }
        }
    }

    fn permit(
        &mut self,
        node: &Node,
        binding: &Binding,
        id: String,
        member: PrincipalId,
        permissions: &[&'static str],
        window: Window,
    ) {
        let Some(member) = self.people.name(member) else {
            let reference = self.snapshot.reference(member);
            self.comment(&format!("{id:?}: {reference:?} never matches anybody"));
            self.left.strangers.insert(reference);
            return;
        };
        let permit = Permit {
            id,
            role: &binding.role,
            member,
            namespace: self.namespace,
            permissions,
            on: &node.uid,
            window,
        };
        self.text.push_str(&permit.to_string());
    }

    /// Names in it are quoted and escaped, so that none of them ends the line.
    fn comment(&mut self, text: &str) {
        self.text.extend(["\n// ", text, "\n"]);
    }
}
