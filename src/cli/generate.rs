//! `generate`: a store full of invented people and models.

use crate::registry::generate::{Recipe, generate};

use super::Outcome;
use super::args::Generate;
use super::failure::exit;
use super::os_account;
use super::print::Output;
use super::progress::Progress;
use super::session::Globals;

/// Makes it, all of it or nothing; the account that does signs in as one of its people.
pub fn run(globals: &Globals, command: &Generate) -> Outcome {
    let directory = globals.directory()?;
    let usual = Recipe::new(command.models, command.seed);
    let recipe = Recipe {
        users: command.users.unwrap_or(usual.users),
        groups: command.groups.unwrap_or(usual.groups),
        environments: command.environments.unwrap_or(usual.environments),
        ..usual
    };
    let account = os_account::name();
    let mut progress = Progress::begin("writing", recipe.records())?;
    let generated = generate(&directory, &recipe, &account, &mut |written| {
        progress.reached(written)
    });
    progress.end();
    let generated = generated?;
    let snapshot = generated.registry.snapshot();
    let mut out = Output::of_change();
    out.line(&format!("made a store at {}", directory.display()))?;
    out.line(&format!(
        "{} models with {} shares, {} people and programs, {} groups, {} environments: {} records in {:.1} s",
        recipe.models,
        generated.shares,
        recipe.users,
        recipe.groups,
        recipe.environments,
        generated.records,
        progress.elapsed().as_secs_f64()
    ))?;
    out.line(&format!(
        "`{account}` signs in as {} and is its store administrator",
        snapshot.label(generated.user)
    ))?;
    out.line(&format!("revision {}", snapshot.revision()))?;
    out.finish()?;
    Ok(exit::YES)
}
