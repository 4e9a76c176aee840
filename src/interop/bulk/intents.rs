//! What a row asks for, by the state at that row.

use crate::authz::Snapshot;
use crate::authz::lists::owners;
use crate::authz::platforms::role_called;
use crate::domain::{PrincipalId, Resource, ResourceRef, Target, Timestamp, Window};
use crate::registry::intents::{Reassign, SetMembership, Share, Unshare};
use crate::registry::rows;
use crate::registry::{Intent, Refusal, RefusalKey};

use super::{Kind, Row};

fn malformed(message: impl Into<String>) -> Refusal {
    Refusal::rule(RefusalKey::Malformed, message)
}

impl rows::Row for Row {
    fn intent(&self, now: &Snapshot, at: Timestamp) -> Result<Option<Intent>, Refusal> {
        if self.cells.is_none() {
            return Err(malformed("The row has not as many cells as the header."));
        }
        for name in self.kind.needed() {
            if self.cell(name).is_empty() && *name != "role" {
                return Err(malformed(format!("Nothing stands under `{name}`.")));
            }
        }
        match self.kind {
            Kind::Shares => self.share(now),
            Kind::Owners => self.owner(now, at),
            Kind::Memberships => self.membership(now),
        }
    }
}

/// A grant that is there.
struct Granted {
    /// When it holds; `None` when nobody can tell.
    window: Option<Window>,
    reason: Option<String>,
}

impl Row {
    /// Whether what the row names is to be there.
    fn adds(&self) -> Result<bool, Refusal> {
        match self.cell("do").to_lowercase().as_str() {
            "" | "add" => Ok(true),
            "remove" => Ok(false),
            other => Err(malformed(format!(
                "`{other}` is nothing to do: leave `do` empty, or write add or remove."
            ))),
        }
    }

    fn share(&self, now: &Snapshot) -> Result<Option<Intent>, Refusal> {
        let (model, with) = (self.cell("resource"), self.cell("member"));
        let granted = self.granted(now);
        if !self.adds()? {
            let role = self.given("role");
            let there = resource(now, model).is_some() && granted.is_empty();
            return Ok((!there).then(|| {
                Unshare {
                    model: model.to_owned(),
                    with: with.to_owned(),
                    role,
                }
                .into()
            }));
        }
        let window = self.window()?;
        let reason = self.given("reason");
        // The same role, for the same time, and for the same reason where one is given.
        let same = |found: &Granted| {
            found.window == Some(window) && (reason.is_none() || found.reason == reason)
        };
        if !self.cell("role").is_empty() && granted.iter().any(same) {
            return Ok(None);
        }
        let share = Share {
            model: model.to_owned(),
            with: with.to_owned(),
            role: self.given("role"),
            starts: self.given("starts"),
            ends: self.given("ends"),
            reason,
            ..Share::default()
        };
        Ok(Some(share.into()))
    }

    /// When the member holds the row's role on the resource, and why; any role when it names none.
    fn granted(&self, now: &Snapshot) -> Vec<Granted> {
        let member = now.find_principal(self.cell("member"));
        let on = resource(now, self.cell("resource"));
        let (Some(member), Some(on)) = (member, on) else {
            return Vec::new();
        };
        let place = now.place(on.environment);
        let role = self.cell("role");
        let role = place.map_or_else(|| role.to_owned(), |p| role_called(&p.environment, role));
        let named = on.policy.grants().filter(|(_, b, m)| {
            *m == member && (role.is_empty() || b.role.eq_ignore_ascii_case(&role))
        });
        named
            .map(|(_, b, _)| Granted {
                window: b.window(),
                reason: b.reason.clone(),
            })
            .collect()
    }

    fn window(&self) -> Result<Window, Refusal> {
        let moment = |name: &str| {
            let text = self.given(name);
            text.map(|t| Timestamp::parse(&t)).transpose()
        };
        Ok(Window {
            start: moment("starts").map_err(malformed)?,
            end: moment("ends").map_err(malformed)?,
        })
    }

    fn owner(&self, now: &Snapshot, at: Timestamp) -> Result<Option<Intent>, Refusal> {
        let (model, to) = (self.cell("resource"), self.cell("owner"));
        let keep = match self.cell("keep").to_lowercase().as_str() {
            "" => None,
            "yes" | "true" => Some(true),
            "no" | "false" => Some(false),
            other => {
                return Err(malformed(format!(
                    "`{other}` under `keep`: leave it empty, or write yes or no."
                )));
            }
        };
        let from = self.given("from");
        let present = resource(now, model).map(|r| owners(now, r, at));
        let owns = |who: Option<PrincipalId>| {
            let present = present.as_deref().unwrap_or_default();
            who.is_some_and(|id| present.contains(&id))
        };
        let former = from.as_ref().and_then(|f| now.find_principal(f));
        // An owner who stays one takes nothing from the others unless the row says from whom.
        if owns(now.find_principal(to)) && !owns(former) {
            return Ok(None);
        }
        let reassign = Reassign {
            models: vec![model.to_owned()],
            to: to.to_owned(),
            from,
            keep,
            reason: self.given("reason"),
        };
        Ok(Some(reassign.into()))
    }

    fn membership(&self, now: &Snapshot) -> Result<Option<Intent>, Refusal> {
        let (group, member) = (self.cell("group"), self.cell("member"));
        let adds = self.adds()?;
        let found = now.find_principal(group).and_then(|g| now.principal(g));
        let id = now.find_principal(member);
        let is_in = found.is_some_and(|g| id.is_some_and(|id| g.members().contains(&id)));
        if found.is_some() && is_in == adds {
            return Ok(None);
        }
        let who = vec![member.to_owned()];
        let (add, remove) = if adds {
            (who, Vec::new())
        } else {
            (Vec::new(), who)
        };
        let change = SetMembership {
            group: group.to_owned(),
            add,
            remove,
        };
        Ok(Some(change.into()))
    }
}

fn resource<'a>(now: &'a Snapshot, id: &str) -> Option<&'a Resource> {
    match now.find(&ResourceRef::parse(id).ok()?).ok()? {
        Target::Resource(id) => now.resource(id),
        _ => None,
    }
}
