//! Google: one command for every member and role that came or went.
//!
//! A project's policy takes conditions, and its commands name them: a grant is its role, its member
//! and its condition. A model's policy takes none and its commands know none (`gcloud ai-platform
//! models remove-iam-policy-binding`), so there a grant with an end is two commands, each with its
//! time.

use rustc_hash::FxHashSet;

use crate::domain::{
    Binding, Body, ByMember, Condition, Environment, PrincipalId, Resource, Timestamp,
};

use super::shares::is_open;
use super::{Steps, operand, quoted};

/// A member's grant.
type Grant<'a> = (PrincipalId, &'a Binding);

fn flat(bindings: &[Binding]) -> Vec<Grant<'_>> {
    let each = bindings.iter();
    each.flat_map(|b| b.members.iter().map(move |m| (*m, b)))
        .collect()
}

/// Grants of the same role to the same member, whatever the condition.
fn of_role<'a>(
    policy: &'a ByMember<'_>,
    (member, binding): Grant<'a>,
) -> impl Iterator<Item = &'a Binding> {
    let own = policy.of(member).iter().copied();
    own.filter(|other| other.role == binding.role)
}

/// The commands for a model's or job's policy.
pub(super) fn on_resource(
    steps: &Steps<'_>,
    was: &Resource,
    is: &Resource,
    place: &str,
) -> Vec<String> {
    let id = &is.id;
    let command = |verb: &str, (member, binding): &Grant<'_>, at: Option<Timestamp>| {
        let who = member_and_role(steps, verb, *member, &binding.role);
        let at = at.map_or_else(String::new, |at| format!(" (run on {at})"));
        match is.body {
            // There is no command for the policy of a job.
            Body::Job { .. } => {
                format!(
                    "projects.jobs.setIamPolicy of projects/{place}/jobs/{id}: {verb} {who}{at}"
                )
            }
            _ => format!(
                "gcloud ai-platform models {verb}-iam-policy-binding {} --project={} {who}{at}",
                operand(id),
                operand(place)
            ),
        }
    };
    let (old, new) = (flat(&was.policy.bindings), flat(&is.policy.bindings));
    let (before, after) = (ByMember::new(&was.policy), ByMember::new(&is.policy));
    // Whether the role and member have a grant at a moment, whichever.
    let holds_at = |grant: &Grant<'_>, at: Timestamp, besides: Option<&Binding>| {
        of_role(&after, *grant)
            .filter(|other| besides.is_none_or(|b| !other.grants_same(b)))
            .any(|other| other.window().is_some_and(|w| w.contains(at)))
    };
    let (mut lines, mut taken) = (Vec::new(), FxHashSet::default());
    for grant in old.iter().filter(|g| !after.has(g.0, g.1)) {
        // The platform knows one grant of a role and member. It stays where it goes on under another
        // condition; where it is to begin again later, it is taken away until then.
        let ends_now = is_open(grant.1, steps.now) && !holds_at(grant, steps.now, None);
        let goes = of_role(&after, *grant).next().is_none() || ends_now;
        if goes && taken.insert((grant.0, &grant.1.role)) {
            lines.push(command("remove", grant, None));
        }
    }
    for grant in new.iter().filter(|g| !before.has(g.0, g.1)) {
        let Some(window) = grant.1.window() else {
            continue;
        };
        let start = window.start.filter(|s| *s > steps.now);
        lines.push(command("add", grant, start));
        // Nothing is taken away that another grant of the same role goes on with.
        if let Some(end) = window
            .end
            .filter(|end| !holds_at(grant, *end, Some(grant.1)))
        {
            lines.push(command("remove", grant, Some(end)));
        }
    }
    lines
}

/// The commands for a project's policy. What comes is added before what goes is taken away, so that
/// nobody is without it in between.
pub(super) fn on_project(steps: &Steps<'_>, was: &Environment, is: &Environment) -> Vec<String> {
    let policies = [&was.policy, &is.policy];
    let mut all = policies.iter().flat_map(|p| &p.bindings);
    // Where a policy has conditions, a command without one is asked about, and refused in a script.
    let conditional = all.any(|b| b.condition.is_some());
    let line = |verb: &str, (member, binding): &Grant<'_>| {
        let who = member_and_role(steps, verb, *member, &binding.role);
        let condition = match &binding.condition {
            Some(condition) => format!(" --condition={}", written(condition)),
            None if conditional => " --condition=None".to_owned(),
            None => String::new(),
        };
        format!(
            "gcloud projects {verb}-iam-policy-binding {} {who}{condition}",
            operand(&is.id)
        )
    };
    let (old, new) = (flat(&was.policy.bindings), flat(&is.policy.bindings));
    let (before, after) = (ByMember::new(&was.policy), ByMember::new(&is.policy));
    let gone = old.iter().filter(|g| !after.has(g.0, g.1));
    let goes_on = |grant: &&Grant<'_>| of_role(&after, **grant).next().is_some();
    let (replaced, gone): (Vec<_>, Vec<_>) = gone.partition(goes_on);
    let came = new.iter().filter(|g| !before.has(g.0, g.1));
    let gone = gone.into_iter().map(|g| line("remove", g));
    let came = came.map(|g| line("add", g));
    let replaced = replaced.into_iter().map(|g| line("remove", g));
    gone.chain(came).chain(replaced).collect()
}

fn member_and_role(steps: &Steps<'_>, verb: &str, member: PrincipalId, role: &str) -> String {
    let member = if verb == "remove" {
        steps.former_reference(member)
    } else {
        steps.reference(member)
    };
    format!("--member={} --role={}", quoted(&member), quoted(role))
}

/// A condition as the option takes it: key and value pairs with commas between them, or with
/// another sign where a comma stands inside (`gcloud topic escaping`); quoted for the shell.
fn written(condition: &Condition) -> String {
    let parts = [
        Some(("expression", condition.expression.as_str())),
        // The platform wants a title; what was read without one has its expression for one.
        Some(("title", condition.title.as_deref().unwrap_or("condition"))),
        condition.description.as_deref().map(|d| ("description", d)),
    ];
    let pairs: Vec<String> = parts
        .iter()
        .flatten()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let free = |sign: &&str| !pairs.iter().any(|p| p.contains(*sign));
    let sign = [",", ":", "|", "~", "@@"].into_iter().find(free);
    let sign = sign.unwrap_or("@#@");
    let start = if sign == "," {
        String::new()
    } else {
        format!("^{sign}^")
    };
    let text = format!("{start}{}", pairs.join(sign));
    quoted(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_written_as_the_option_takes_them() {
        let plain = Condition {
            title: Some("until spring".into()),
            description: None,
            expression: "request.time < timestamp(\"2027-03-01T00:00:00Z\")".into(),
        };
        assert_eq!(
            written(&plain),
            "'expression=request.time < timestamp(\"2027-03-01T00:00:00Z\"),title=until spring'"
        );
        let hard = Condition {
            title: Some("a, b".into()),
            description: Some("it's".into()),
            expression: "x: 'y'".into(),
        };
        assert_eq!(
            written(&hard),
            "'^|^expression=x: '\\''y'\\''|title=a, b|description=it'\\''s'"
        );
    }
}
