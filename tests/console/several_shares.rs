//! Several shares in a row: the panel stays while one takes shares away and changes them.

use deedbox::domain::{ResourceRef, Target};
use deedbox::tui::theme::Theme;

use crate::harness::Console;

const MODEL: &str = "risk-prod/models/fraud-score";

/// Who holds what on a resource itself, as `role member`.
fn held(console: &Console, what: &str) -> Vec<String> {
    let snapshot = console.registry.snapshot();
    let Target::Resource(id) = snapshot.find(&ResourceRef::parse(what).unwrap()).unwrap() else {
        panic!("no resource");
    };
    let resource = snapshot.resource(id).unwrap();
    let grants = resource.policy.grants();
    grants
        .map(|(_, b, m)| format!("{} {}", b.role, snapshot.reference(m)))
        .collect()
}

fn holds(console: &Console, what: &str, grant: &str) -> bool {
    held(console, what).iter().any(|h| h == grant)
}

#[test]
fn after_one_is_taken_away_the_next_is_under_the_cursor_and_u_undoes() {
    let mut console = Console::open();
    console.press("/ \"fraud score\" enter s shift-tab down delete");
    console.shows("Stop sharing Fraud score with Dan Okafor as Model User.");
    console.press("y");
    assert_eq!(console.newest().stamp.intent, "unshare");
    assert!(!holds(
        &console,
        MODEL,
        "roles/ml.modelUser user:dan@acme.test"
    ));
    console.shows("Share Fraud score");
    console.shows("Done: stop sharing Fraud score with Dan Okafor");
    console.shows("u undo");
    console.shows("▸   Rajesh");
    insta::assert_snapshot!("removed_80x24", console.text());
    console.press("delete y");
    assert!(!holds(
        &console,
        MODEL,
        "roles/ml.modelUser user:raj@acme.test"
    ));
    console.press("u y");
    assert!(holds(
        &console,
        MODEL,
        "roles/ml.modelUser user:raj@acme.test"
    ));
    console.shows("Share Fraud score");
    // Nothing is filled in: one esc closes.
    console.press("esc");
    console.hides("With");
}

#[test]
fn a_level_is_changed_from_its_row_and_the_panel_stays() {
    let mut console = Console::open();
    console.press("/ \"fraud score\" enter s shift-tab down");
    console.shows("enter change");
    console.press("enter");
    console.shows("▸ Level");
    console.shows("Dan Okafor");
    console.press("right enter");
    console.shows("Share Fraud score with Dan Okafor as Model Owner");
    insta::assert_snapshot!("change_80x24", console.text());
    let before = console.revision();
    console.press("y");
    assert_eq!(console.revision(), before.next(), "one change");
    // Roles add up there: the former one went with it.
    assert!(holds(
        &console,
        MODEL,
        "roles/ml.modelOwner user:dan@acme.test"
    ));
    assert!(!holds(
        &console,
        MODEL,
        "roles/ml.modelUser user:dan@acme.test"
    ));
    console.shows("▸   Dan Okafor");
    console.shows("u undo");
    console.press("u y");
    assert!(holds(
        &console,
        MODEL,
        "roles/ml.modelUser user:dan@acme.test"
    ));
    assert!(!holds(
        &console,
        MODEL,
        "roles/ml.modelOwner user:dan@acme.test"
    ));
    console.shows("Share Fraud score");
}

#[test]
fn an_end_stays_when_the_level_changes() {
    let mut console = Console::open();
    console.press("/ \"device trust\" enter s \"credit\" enter tab tab \"2027-03-01\" enter y");
    console.hides("With");
    console.press("s shift-tab down enter");
    console.shows("2027-03-01");
    console.press("right enter y");
    let arguments = console.newest().stamp.arguments;
    assert!(arguments.contains("2027-03-01"), "{arguments}");
}

#[test]
fn sharing_with_somebody_new_closes_the_panel_as_before() {
    let mut console = Console::open();
    console.press("/ \"fraud score\" enter s \"credit\" enter enter y");
    console.shows("Done: share Fraud score with Credit team");
    console.hides("Until");
    // Whoever holds a share already is changed, and others may follow.
    console.press("s \"credit\" enter right enter y");
    console.shows("Until");
    console.shows("▸   Credit team");
}

#[test]
fn other_sizes() {
    for size in [(60, 16), (120, 40)] {
        let mut console = Console::open_as("user:alice@acme.test", size, Theme::default());
        console.press("/ \"fraud score\" enter s shift-tab down delete y");
        insta::assert_snapshot!(format!("removed_{}x{}", size.0, size.1), console.text());
    }
}
