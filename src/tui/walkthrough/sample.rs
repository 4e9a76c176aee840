//! The sample organization in a store, and somebody of it in front of the console.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use color_eyre::eyre::{OptionExt as _, eyre};

use crate::domain::{Login, Timestamp};
use crate::interop::document;
use crate::registry::intents::{Share, Unshare};
use crate::registry::{Actor, Draft, Intent, Registry, plan_import};

/// The sample organization.
const ACME: &str = include_str!("../../../assets/acme.yaml");

/// Whom the demo signs in as; she administers the store.
pub const ALICE: &str = "user:alice@acme.test";

/// The day that walkthroughs are written for, in seconds: 2026-11-21T09:00:00Z. On any other day
/// ends that are still to come would have come.
const DAY: i64 = 1_795_251_600;

/// The moment at which the sample's day begins. It stands still: what is recorded is the same every
/// time.
pub const fn morning() -> Timestamp {
    Timestamp(DAY)
}

/// The sample's day as it goes by, from when it was first asked for.
pub fn clock() -> Timestamp {
    static BEGIN: OnceLock<Instant> = OnceLock::new();
    let gone = BEGIN.get_or_init(Instant::now).elapsed().as_secs();
    Timestamp(DAY.saturating_add_unsigned(gone))
}

/// Puts the sample organization into an empty store; an operating-system account signs in as one
/// of its people.
///
/// # Errors
/// When the store can't be written, or the sample has nobody of that name.
pub fn fill(
    registry: &Registry,
    account: &str,
    persona: &str,
    now: Timestamp,
) -> color_eyre::Result<Actor> {
    let founder = Actor::store_administrator(account);
    let mut draft = Draft::new(&registry.snapshot());
    let sample = document::read(ACME, "acme.yaml").map_err(|e| eyre!("{e}"))?;
    document::apply(&sample, &mut draft).map_err(|e| eyre!("{e}"))?;
    let at_first = Timestamp(now.0.saturating_sub(9 * DAYS));
    let plan = plan_import(draft, &founder, "the sample organization", at_first)
        .map_err(|refusal| eyre!("{}", refusal.lines().join(" ")))?;
    registry.commit(plan)?;
    let principal = registry
        .snapshot()
        .find_principal(persona)
        .ok_or_eyre("the sample organization has nobody of that name")?;
    let login = Login {
        user: Some(principal),
        store_administrator: true,
    };
    registry.set_login(&founder, account, Some(login), at_first)?;
    remember(registry, &founder, now)?;
    Ok(Actor {
        principal: Some(principal),
        store_administrator: persona == ALICE,
        ..founder
    })
}

/// Seconds of a day.
const DAYS: i64 = 86_400;

/// What was done since: a share for a pilot, and its end. The organization is what the document says
/// again, and the journal has a yesterday.
fn remember(registry: &Registry, founder: &Actor, now: Timestamp) -> color_eyre::Result<()> {
    let alice = registry.snapshot().find_principal(ALICE);
    let alice = Actor {
        principal: alice,
        ..founder.clone()
    };
    let (model, with) = (
        "risk-prod/models/card-velocity".to_owned(),
        "user:mei@acme.test".to_owned(),
    );
    let share = Share {
        model: model.clone(),
        with: with.clone(),
        reason: Some("pilot of the new rules".to_owned()),
        ..Share::default()
    };
    let unshare = Unshare {
        model,
        with,
        role: None,
    };
    // Yesterday, whatever the hour is now.
    let midnight = now.0.div_euclid(DAYS) * DAYS;
    let (begun, ended) = (now.0.saturating_sub(6 * DAYS), midnight - DAYS / 3);
    let done: [(Intent, i64); 2] = [(share.into(), begun), (unshare.into(), ended)];
    for (intent, at) in done {
        let at = Timestamp(at);
        let came = registry.carry_out(&alice, &intent, at);
        came.map_err(|e| eyre!("{e}"))?;
    }
    Ok(())
}

/// The sample organization in a store in memory, for a walkthrough: nothing that was done before
/// stands in its way.
///
/// # Errors
/// As [`fill`].
pub fn fresh(
    account: &str,
    persona: &str,
    now: Timestamp,
) -> color_eyre::Result<(Arc<Registry>, Actor)> {
    let registry = Registry::in_memory()?;
    let actor = fill(&registry, account, persona, now)?;
    Ok((Arc::new(registry), actor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_the_one_that_the_sample_names() {
        assert_eq!(morning().to_string(), "2026-11-21T09:00:00Z");
        assert!(clock() >= morning());
    }
}
