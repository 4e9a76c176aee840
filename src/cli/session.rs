//! An open store and who uses it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use etcetera::BaseStrategy as _;

use crate::authz::Snapshot;
use crate::domain::ResourceRef;
use crate::domain::{Login, PrincipalId, Revision, Status, Target, Timestamp};
use crate::registry::oversight::{Oversight, why_not};
use crate::registry::{Actor, Opening, Registry, nearest};
use crate::store::StoreError;

use super::answering;
use super::failure::Failure;
use super::os_account;
use super::print;

/// Names the store when the command line does not.
const STORE_VARIABLE: &str = "DEEDBOX_STORE";

/// How often somebody is told how far the opening is.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// A command that has the store for a moment is waited for; whoever has it longer is told of.
const PATIENCE: Duration = Duration::from_secs(2);
/// Many such commands, one after the other, are waited for no longer than this.
const PATIENCE_WITH_ALL: Duration = Duration::from_secs(20);
/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(10);

/// What every command may be told.
#[derive(Debug)]
pub struct Globals {
    /// The store, when this process holds it already.
    pub held: Option<Arc<Registry>>,
    /// Whether a process that holds the store may answer instead.
    pub ask_holder: bool,
    /// What that process is asked, where it is not what this one was asked.
    pub asked: Option<Vec<String>>,
    /// Where the store lies, when it is not the default one.
    pub store: Option<PathBuf>,
    /// For whom a store administrator acts.
    pub on_behalf: Option<String>,
    /// The moment or revision whose state is asked about, when it is not the present one.
    pub as_of: Option<String>,
    /// Whether the console may change nothing.
    pub read_only: bool,
}

/// A store, its state, and the actor.
#[derive(Debug)]
pub struct Session {
    /// The store.
    pub registry: Arc<Registry>,
    /// The state at the last revision when it was opened.
    pub snapshot: Arc<Snapshot>,
    /// Who acts.
    pub actor: Actor,
    /// The moment that the command counts as now.
    pub now: Timestamp,
}

impl Globals {
    /// Where the store lies.
    pub fn directory(&self) -> Result<PathBuf, Failure> {
        if let Some(directory) = &self.store {
            return Ok(directory.clone());
        }
        if let Some(directory) = std::env::var_os(STORE_VARIABLE).filter(|d| !d.is_empty()) {
            return Ok(directory.into());
        }
        let base = etcetera::choose_base_strategy().map_err(|_| {
            Failure::usage("there is no home directory to keep a store in: name one with --store")
        })?;
        Ok(base.data_dir().join("deedbox").join("store"))
    }

    fn open_store(&self) -> Result<Arc<Registry>, Failure> {
        let directory = self.directory()?;
        match patiently(&directory, || open(&directory)) {
            Ok(registry) => Ok(Arc::new(registry)),
            Err(error @ StoreError::Locked { .. }) if self.ask_holder => {
                Err(answering::ask(&directory, self.asked.clone()).unwrap_or_else(|| error.into()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Signs in.
    pub fn actor(&self, snapshot: &Snapshot) -> Result<Actor, Failure> {
        let own = sign_in(snapshot, os_account::name())?;
        match &self.on_behalf {
            Some(reference) => on_behalf(snapshot, &own, reference),
            None => Ok(own),
        }
    }

    /// Opens the store and signs in.
    pub fn open(&self) -> Result<Session, Failure> {
        let registry = match &self.held {
            Some(held) => Arc::clone(held),
            None => self.open_store()?,
        };
        let snapshot = registry.snapshot();
        let actor = self.actor(&snapshot)?;
        let now = Timestamp::now();
        let (snapshot, now) = match &self.as_of {
            Some(text) => past(&registry, text, now)?,
            None => (snapshot, now),
        };
        Ok(Session {
            registry,
            snapshot,
            actor,
            now,
        })
    }
}

/// Tries to get at a store until whoever has it for a moment lets go. Who answers questions has it for
/// longer.
pub fn patiently<T>(
    directory: &Path,
    mut attempt: impl FnMut() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let begin = Instant::now();
    let (mut last, mut since) = (None, begin);
    loop {
        let (error, holder) = match attempt() {
            Err(error @ StoreError::Locked { pid, .. }) => (error, pid),
            other => return other,
        };
        if holder != last {
            (last, since) = (holder, Instant::now());
        }
        let enough = since.elapsed() > PATIENCE || begin.elapsed() > PATIENCE_WITH_ALL;
        if enough || answering::is_there(directory) {
            return Err(error);
        }
        thread::sleep(PAUSE);
    }
}

/// Opens a store; says how far it is where that takes a while.
fn open(directory: &Path) -> Result<Registry, StoreError> {
    let opening = Opening::begin(directory)?;
    let mut said = false;
    while opening.is_long() && !opening.is_ready() {
        let (done, all) = opening.progress();
        if done > 0 {
            print::status(&format!("opening: {done} of {all} records"));
            said = true;
        }
        thread::sleep(LOOK_AGAIN);
    }
    if said {
        print::status("");
    }
    opening.finish()
}

/// The state at a revision or moment, and the moment at which it is asked about. A revision was
/// the present one until the next, so it is asked about when it was made.
pub fn past(
    registry: &Registry,
    text: &str,
    now: Timestamp,
) -> Result<(Arc<Snapshot>, Timestamp), Failure> {
    let last = registry.snapshot().revision();
    let (revision, at) = match text.parse::<u64>() {
        Ok(number) if Revision(number) > last => {
            return Err(Failure::data(format!(
                "there is no revision {number} yet: the last one is {last}"
            )));
        }
        Ok(number) => {
            let made = registry.entries(Revision(number), Revision(number))?;
            let made = made.first().map_or(now, |entry| entry.stamp.time);
            (Revision(number), made)
        }
        Err(_) => {
            let at = Timestamp::read(text, now).map_err(|why| {
                let why = why.replace(
                    " is no time: write ",
                    " is neither a revision nor a time: write 12, ",
                );
                Failure::data(why)
            })?;
            (registry.revision_at(at)?, at)
        }
    };
    Ok((registry.at_revision(revision)?, at))
}

/// Who an operating-system account is in this store.
fn sign_in(snapshot: &Snapshot, account: String) -> Result<Actor, Failure> {
    let Some(login) = snapshot.logins().get(&account) else {
        return Err(Failure::refused(format!(
            "the operating-system account `{account}` is nobody in this store: ask a store administrator to run `deedbox login set {account} user:…`"
        )));
    };
    let Login {
        user,
        store_administrator,
    } = *login;
    let status = user
        .and_then(|id| snapshot.principal(id))
        .map(|p| p.status());
    // A store administrator can still put things right; the platforms' own checks stay closed.
    if let Some(status @ (Status::Suspended | Status::Deleted)) = status
        && !store_administrator
    {
        let who = user.map_or_else(String::new, |id| snapshot.label(id));
        return Err(Failure::refused(format!(
            "the operating-system account `{account}` signs in as {who}, who is {status}: ask a store administrator"
        )));
    }
    Ok(Actor {
        account,
        principal: user,
        store_administrator,
        on_behalf_by: None,
    })
}

/// A store administrator who acts for somebody may do what that person may, and nothing else.
pub fn on_behalf(snapshot: &Snapshot, own: &Actor, reference: &str) -> Result<Actor, Failure> {
    if why_not(own, Oversight::ActFor).is_some() {
        return Err(Failure::refused(
            "only store administrators act for somebody else: leave --as out, or ask one",
        ));
    }
    let principal = known_actor(snapshot, reference)?;
    Ok(Actor {
        account: own.account.clone(),
        principal: Some(principal),
        store_administrator: false,
        on_behalf_by: own.principal,
    })
}

/// A user or service account of the directory.
pub fn known_actor(snapshot: &Snapshot, reference: &str) -> Result<PrincipalId, Failure> {
    let found = snapshot.find_principal(reference);
    let actor = |id: &PrincipalId| {
        snapshot
            .principal(*id)
            .is_some_and(|p| p.is_known() && p.is_actor())
    };
    found.filter(actor).ok_or_else(|| {
        let otherwise = format!(
            "the directory knows no user or service account `{reference}`: write user:… or serviceAccount:…"
        );
        Failure::data(nearest::nobody(snapshot, reference, &otherwise))
    })
}

/// Looks up what an id names.
pub fn target(snapshot: &Snapshot, id: &str) -> Result<Target, Failure> {
    let id = ResourceRef::parse(id).map_err(Failure::data)?;
    // Whoever asks here reads the store itself.
    nearest::find(snapshot, &id, true).map_err(Failure::data)
}

/// Reads a moment; now when none is given.
pub fn moment(text: Option<&String>, now: Timestamp) -> Result<Timestamp, Failure> {
    text.map_or(Ok(now), |t| Timestamp::read(t, now).map_err(Failure::data))
}
