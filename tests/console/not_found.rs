//! A filter that nothing fits says what it looked at and what else may find it; and *Shared with me* of
//! an administrator begins with what was shared.

use deedbox::authz::{Evidence, ListKind, list};
use deedbox::domain::Target;
use deedbox::tui::theme::Theme;

use crate::harness::{Console, clock};

#[test]
fn a_typing_error_is_mended_with_one_key() {
    let mut console = Console::open();
    console.press("/ \"fruad\"");
    console.shows("My models 0 of 12");
    console.shows("Nothing fits `fruad`: looked at names, ids, environments and owners.");
    console.shows("tab  looks for `fraud` instead");
    // enter leaves what is offered at hand.
    console.press("enter tab");
    console.shows("My models 1 of 12");
    console.press("enter enter");
    console.shows("[Overview]");
}

#[test]
fn letters_far_apart_are_no_find_and_short_forms_say_so() {
    let mut console = Console::open();
    // c…h…s…k stand in many rows in this order, and mean nothing.
    console.press("3 / \"chsk\"");
    console.shows("All models 0 of 55");
    console.press("esc / \"dvc\"");
    console.shows("no such word; by its letters");
    console.shows("Device trust");
    console.press("esc / \"trust\"");
    console.hides("by its letters");
}

#[test]
fn a_day_without_changes_leads_to_the_past_and_the_palette() {
    let mut console = Console::open();
    console.press("J / \"yesterday\"");
    console.shows("Journal 0 of 1");
    console.shows("ctrl-t  shows every screen as of 2026-11-20");
    console.press("ctrl-t");
    console.shows("See everything as of");
    console.shows("As of 2026-11-20 (midnight UTC).");
    console.press("esc esc / \"dan okafor\" ctrl-p");
    console.shows("Commands, models, people and groups");
    console.press("enter");
    console.shows("Dan Okafor");
    console.press("esc");
    console.shows("Nothing fits `dan okafor`");
    console.press("esc");
    console.shows("Journal 1");
}

#[test]
fn what_it_looks_like() {
    for size in [(60, 16), (80, 24), (120, 40)] {
        let name = |what: &str| format!("{what}_{}x{}", size.0, size.1);
        let open = || Console::open_as("user:alice@acme.test", size, Theme::default());
        insta::assert_snapshot!(name("typo"), open().press("/ \"fruad\"").text());
        insta::assert_snapshot!(name("day"), open().press("J / \"yesterday\"").text());
        insta::assert_snapshot!(name("short"), open().press("/ \"dvc\"").text());
    }
}

/// Everything that RULES.md puts there is there, and nobody's grant stands below a role that shows
/// everything, however the list is sorted.
#[test]
fn what_was_granted_comes_before_what_a_role_shows() {
    let mut console = Console::open_as("user:alice@acme.test", (120, 60), Theme::default());
    let snapshot = console.registry.snapshot();
    let alice = snapshot.find_principal("user:alice@acme.test").unwrap();
    let rows = list(&snapshot, ListKind::SharedWithMe, alice, clock());
    let by_role = |because: &[Evidence]| {
        because.iter().all(|e| match e {
            Evidence::Administrator { .. } => true,
            Evidence::Grant { on, .. } => matches!(on, Target::Environment(_)),
            _ => false,
        })
    };
    let name = |r: &deedbox::authz::ListRow| snapshot.target_label(Target::Resource(r.resource));
    let (apart, granted): (Vec<_>, Vec<_>) = rows.iter().partition(|r| by_role(&r.because));
    assert!(!apart.is_empty() && !granted.is_empty());
    let title = format!(
        "Shared with me {} · {} only as administrator",
        rows.len(),
        apart.len()
    );
    for sort in ["2", "z", "z", "Z", "z"] {
        console.press(sort);
        console.shows(&title);
        let shown = console.text();
        let line = |name: &str| shown.lines().position(|l| l.contains(&format!(" {name} ")));
        let last = granted
            .iter()
            .map(|r| line(&name(r)).unwrap())
            .max()
            .unwrap();
        let first = apart.iter().filter_map(|r| line(&name(r))).min().unwrap();
        assert!(last < first, "{sort}\n{shown}");
        assert_eq!(
            apart.iter().filter(|r| line(&name(r)).is_some()).count(),
            apart.len()
        );
    }
}
