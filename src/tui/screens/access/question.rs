//! A question about access, in data and in words.

use crate::authz::decision::Needs;
use crate::authz::{ActionId, ReasonKey, Request, Snapshot, explain, wording};
use crate::domain::{Action, Capability, PrincipalId, Target, Timestamp};

/// What is asked, as far as it is filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Who; `None` asks who can.
    pub who: Option<PrincipalId>,
    /// What they would do, in words that each platform may or may not know.
    pub action: Action,
    /// To what; `None` asks what can.
    pub on: Option<Target>,
    /// When; `None` for now.
    pub at: Option<Timestamp>,
}

/// A question with everything in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Whole {
    /// Who.
    pub who: PrincipalId,
    /// What.
    pub action: ActionId,
    /// To what.
    pub on: Target,
    /// When.
    pub at: Timestamp,
}

impl Whole {
    /// As the core is asked.
    pub const fn request(&self) -> Request<'static> {
        Request::new(self.who, self.action, self.on, self.at)
    }
}

impl Asked {
    /// The action on the platform of the target.
    pub fn action_on(&self, snapshot: &Snapshot, on: Target) -> Option<ActionId> {
        let place = snapshot.place(snapshot.environment_of(on)?)?;
        ActionId::resolve(place.platform(), &self.action).ok()
    }

    /// The question as a sentence.
    pub fn sentence(&self, snapshot: &Snapshot) -> String {
        let verb = verb(&self.action);
        let when = self
            .at
            .map_or_else(String::new, |at| format!(" on {}", wording::moment(at)));
        match (self.who, self.on) {
            (Some(who), Some(on)) => {
                let (who, on) = (snapshot.label(who), snapshot.target_label(on));
                format!("May {who} {verb} {on}{when}?")
            }
            (None, Some(on)) => format!("Who may {verb} {}{when}?", snapshot.target_label(on)),
            (Some(who), None) => format!("What may {} {verb}{when}?", snapshot.label(who)),
            (None, None) => format!("Who may {verb} what{when}?"),
        }
    }
}

/// An action as the verb of a sentence.
pub fn verb(action: &Action) -> String {
    match action {
        Action::Capability(Capability::ViewAccess) => "see who has access to".to_owned(),
        Action::Capability(capability) => capability.to_string(),
        Action::Native(name) => format!("use {name} on"),
    }
}

/// What a capability means on no platform in particular.
pub const fn meaning(capability: Capability) -> &'static str {
    match capability {
        Capability::See => "be shown it in lists",
        Capability::View => "details, versions, metrics",
        Capability::Run => "predict or score with it",
        Capability::Download => "fetch its files",
        Capability::Edit => "change it, add versions, publish",
        Capability::ViewAccess => "see who else has access",
        Capability::Share => "give others access",
        Capability::Reassign => "give it to another owner",
        Capability::Delete => "remove it",
    }
}

/// What a capability is in the words of a target's platform, as far as the core looks for words
/// there: what somebody without anything would need.
pub fn native_words(
    snapshot: &Snapshot,
    on: Target,
    capability: Capability,
    at: Timestamp,
) -> Option<String> {
    let place = snapshot.place(snapshot.environment_of(on)?)?;
    let nobody = Request::new(PrincipalId::ANONYMOUS, capability.into(), on, at);
    let explanation = explain(snapshot, &nobody);
    if explanation.key() == Some(ReasonKey::NotOffered) {
        return Some("not offered here".to_owned());
    }
    let mut names: Vec<String> = Vec::new();
    for reason in &explanation.reasons {
        let found: Vec<String> = match &reason.needs {
            Needs::Permission { any, .. } | Needs::Role { any, .. } if any.len() <= 3 => {
                let names = any.iter().map(|p| p.name(place.platform()).to_owned());
                names.collect()
            }
            Needs::Privilege { privilege, .. } => vec![privilege.to_string()],
            _ => Vec::new(),
        };
        names.extend(found);
    }
    names.sort();
    names.dedup();
    (!names.is_empty()).then(|| names.join(" or "))
}

/// What one most likely wants to know about a target: whether it runs, where anything does.
pub fn usual(snapshot: &Snapshot, on: Target, at: Timestamp) -> Capability {
    let run = native_words(snapshot, on, Capability::Run, at);
    match run.as_deref() {
        Some("not offered here") => Capability::View,
        _ => Capability::Run,
    }
}
