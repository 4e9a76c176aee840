//! What every import needs: names checked, principals found, problems placed.

use std::collections::HashSet;

use crate::domain::text::is_clean;
use crate::domain::{
    Environment, EnvironmentId, GroupKind, Platform, Principal, PrincipalId, PrincipalKind, Target,
};
use crate::registry::Draft;

use super::problem::{At, Problem};
use super::source::Source;

/// An import at work.
pub(super) struct Desk<'a> {
    pub source: &'a Source,
    pub draft: &'a mut Draft,
    pub notes: &'a mut Vec<String>,
}

impl Desk<'_> {
    /// A problem at a field.
    pub fn problem(&self, at: &At<'_>, message: impl Into<String>) -> Problem {
        self.source.problem(at, message)
    }

    /// An id: some text that can be drawn and asked for again.
    pub fn id(&self, at: &At<'_>, text: &str) -> Result<String, Problem> {
        if text.is_empty() {
            return Err(self.problem(at, "an id can't be empty"));
        }
        self.clean(at, text)
    }

    /// The id of something that stands in paths such as `ENV/models/ID`.
    pub fn segment(&self, at: &At<'_>, text: &str) -> Result<String, Problem> {
        if text.contains('/') {
            let message = format!("`{text}` can't be an id: `/` separates ids from one another");
            return Err(self.problem(at, message));
        }
        self.id(at, text)
    }

    /// A name as it may be kept.
    pub fn clean(&self, at: &At<'_>, text: &str) -> Result<String, Problem> {
        if is_clean(text) {
            return Ok(text.to_owned());
        }
        Err(self.problem(
            at,
            "it holds control or text-direction characters, which could make it look like \
             another: take them out",
        ))
    }

    /// A list of names.
    pub fn all_clean(&self, at: &At<'_>, texts: &[String]) -> Result<Vec<String>, Problem> {
        texts
            .iter()
            .enumerate()
            .map(|(i, text)| self.clean(&at.index(i), text))
            .collect()
    }

    /// Somebody that a grant names; a name nobody knows joins as external.
    pub fn member(&mut self, at: &At<'_>, reference: &str) -> Result<PrincipalId, Problem> {
        self.clean(at, reference)?;
        if reference == "anonymous" {
            let message = "`anonymous` can be asked about, not granted to: write allUsers";
            return Err(self.problem(at, message));
        }
        self.draft
            .principal(reference)
            .map_err(|message| self.source.problem(at, message))
    }

    /// A list of members.
    pub fn members(&mut self, at: &At<'_>, list: &[String]) -> Result<Vec<PrincipalId>, Problem> {
        list.iter()
            .enumerate()
            .map(|(i, text)| self.member(&at.index(i), text))
            .collect()
    }

    /// Somebody who has to be in the directory.
    pub fn known(&self, at: &At<'_>, reference: &str) -> Result<PrincipalId, Problem> {
        let now = self.draft.now();
        let found = now.find_principal(reference);
        if let Some(id) = found.filter(|id| now.principal(*id).is_some_and(|p| p.is_known())) {
            return Ok(id);
        }
        let message = match reference.split_once(':') {
            Some(_) => format!(
                "there is no {reference} in the directory: add it there, or name somebody who is"
            ),
            None => {
                format!("`{reference}` is no principal: write user:…, group:… or serviceAccount:…")
            }
        };
        Err(self.problem(at, message))
    }

    /// Somebody who can own something.
    pub fn owner(&self, at: &At<'_>, reference: &str) -> Result<PrincipalId, Problem> {
        let id = self.known(at, reference)?;
        let access_team = |p: &Principal| {
            matches!(
                p.kind,
                PrincipalKind::Group {
                    kind: GroupKind::AccessTeam,
                    ..
                }
            )
        };
        if self
            .draft
            .now()
            .principal(id)
            .is_some_and(|p| access_team(p))
        {
            let message =
                format!("{reference} is an access team, which can own nothing: name another owner");
            return Err(self.problem(at, message));
        }
        Ok(id)
    }

    /// The record of an environment.
    pub fn environment(&self, id: EnvironmentId) -> Option<&Environment> {
        let place = self.draft.now().place(id)?;
        Some(&place.environment)
    }

    /// The environment that a native file goes into.
    pub fn target(
        &self,
        target: Option<Target>,
        platform: Platform,
        what: &str,
    ) -> Result<EnvironmentId, Problem> {
        let whole = |message: String| Problem::whole(self.source.file(), message);
        let now = self.draft.now();
        let id = target.and_then(|t| now.environment_of(t)).ok_or_else(|| {
            let title = platform.title();
            whole(format!(
                "{what} needs a place to go: name an environment of {title}"
            ))
        })?;
        let place = now
            .place(id)
            .ok_or_else(|| whole("the environment is not there".into()))?;
        if place.platform() == platform {
            return Ok(id);
        }
        Err(whole(format!(
            "{what} belongs to {}, and `{}` is on {}: name another environment",
            platform.title(),
            place.environment.id,
            place.platform().title(),
        )))
    }
}

/// Finds ids that are there twice.
#[derive(Default)]
pub(super) struct Seen(HashSet<String>);

impl Seen {
    /// Notes an id; the second time is an error.
    pub fn once(
        &mut self,
        desk: &Desk<'_>,
        at: &At<'_>,
        id: &str,
        what: &str,
    ) -> Result<(), Problem> {
        if self.0.insert(id.to_owned()) {
            return Ok(());
        }
        Err(desk.problem(
            at,
            format!("there is a second {what} `{id}`: ids have to differ"),
        ))
    }
}
