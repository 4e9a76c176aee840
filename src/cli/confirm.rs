//! What the console does not do without a typed word, the command line does not do on a terminal
//! either. A script is not asked: nobody is there to answer.

use crate::domain::text::clean;
use crate::registry::Plan;
use crate::store::StoreError;

use super::failure::Failure;
use super::print;

/// Asks for the word that a plan takes, where somebody sits at a terminal and did not say yes
/// beforehand.
pub fn agreed(plan: &Plan, yes: bool) -> Result<(), Failure> {
    let Some(word) = plan.word().filter(|_| !yes) else {
        return Ok(());
    };
    let prompt = clean(&format!("Type {word} to go on: "));
    match print::ask(&prompt)? {
        Some(typed) if typed.trim() != word => Err(StoreError::Cancelled.into()),
        _ => Ok(()),
    }
}
