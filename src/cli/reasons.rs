//! `reasons`: every identifier that a refusal or an error goes by, for scenarios and scripts.

use std::fmt::Write as _;

use strum::{EnumMessage, IntoEnumIterator};

use crate::authz::{Check, ReasonKey};
use crate::registry::RefusalKey;

const HEAD: &str = "# Reasons

Written by `deedbox reasons`. Every denial and every error has one of these identifiers: scenarios may expect it
(`expect: {deny: no-grant}`), `check --explain -o json` and refused changes print it. They stay as they are.

A denial may also be expected by the check that failed first: ";

/// All of them as Markdown.
pub fn markdown() -> String {
    let checks: Vec<String> = Check::iter().map(|check| format!("`{check}`")).collect();
    let mut text = format!("{HEAD}{}.\n", checks.join(", "));
    section::<ReasonKey>(&mut text, "Of a question", ReasonKey::as_str);
    section::<RefusalKey>(&mut text, "Of a change", RefusalKey::as_str);
    text
}

fn section<K>(text: &mut String, title: &str, name: impl Fn(K) -> &'static str)
where
    K: IntoEnumIterator + EnumMessage + Copy,
{
    // Writing to a text never fails.
    let _ = write!(
        text,
        "\n## {title}\n\n| identifier | what it says |\n|---|---|\n"
    );
    for key in K::iter() {
        let meaning = key.get_documentation().unwrap_or_default();
        let _ = writeln!(text, "| `{}` | {meaning} |", name(key));
    }
}
