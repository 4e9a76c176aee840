//! What somebody who is here for the first time stumbles over: marks, mistyped names, undoing twice,
//! words to be typed, half-filled panels.

use deedbox::authz::{Request, check};
use deedbox::domain::{Capability, ResourceRef};
use deedbox::registry::undo::taken_back_by;
use deedbox::tui::state::View;
use deedbox::tui::theme::Theme;
use deedbox::tui::walkthrough::{find, tour::Tour};

use crate::harness::{Console, clock};

/// Shares one's own model with a team.
fn share(console: &mut Console, model: &str, team: &str) {
    console.press(&format!("1 / \"{model}\" enter s \"{team}\" enter enter y"));
    console.shows("Done: share");
    console.press("esc esc");
}

fn may_run(console: &Console, who: &str, what: &str) -> bool {
    let snapshot = console.registry.snapshot();
    let principal = snapshot.find_principal(who).unwrap();
    let target = snapshot.find(&ResourceRef::parse(what).unwrap()).unwrap();
    let run = Request::new(principal, Capability::Run.into(), target, clock());
    check(&snapshot, &run).is_allowed()
}

// --- undo -----------------------------------------------------------------------------------

#[test]
fn all_marked_changes_are_taken_back_together() {
    let mut console = Console::open();
    let model = "risk-prod/models/device-trust";
    share(&mut console, "device trust", "credit");
    share(&mut console, "device trust", "interns");
    let before = console.revision();
    assert!(may_run(&console, "user:samuel@acme.test", model));
    console.press("J space space g u");
    console.shows("Undo revisions 3 and 2: share Device trust with Interns");
    console.press("y");
    assert_eq!(console.revision(), before.next(), "one change");
    assert!(!may_run(&console, "user:samuel@acme.test", model));
    let entry = console.newest();
    assert_eq!(entry.stamp.intent, "undo");
    assert_eq!(entry.stamp.arguments, r#"{"undo":{"revisions":[3,2]}}"#);
    // Marks are gone, what was undone says so, and taking that back does it again.
    console.hides("marked");
    console.shows("undone by 4");
    console.press("g enter");
    console.shows("Undoes   revisions 3, 2");
    console.press("u");
    console.shows("Redo revisions 3 and 2: share");
    console.shows("Redo?");
    console.press("y");
    assert!(may_run(&console, "user:samuel@acme.test", model));
    let history = console.registry.newest(9).unwrap();
    for (done, by) in [(2, None), (3, None), (4, Some(5))] {
        let by = by.map(deedbox::domain::Revision);
        assert_eq!(taken_back_by(&history, deedbox::domain::Revision(done)), by);
    }
    console.press("esc J");
    console.hides("undone by 4");
    console.shows("undone by 5");
}

#[test]
fn what_was_taken_back_already_says_by_what() {
    let mut console = Console::open();
    share(&mut console, "device trust", "credit");
    console.press("J u y");
    // In the journal the key is about the entry under the cursor, not about the line.
    console.shows("Done: undo revision 2");
    console.hides("u undo  \n");
    assert!(
        !console
            .text()
            .lines()
            .any(|l| l.contains("Done: undo revision 2") && l.contains("u undo"))
    );
    console.press("g down u");
    console.shows("Revision 2 is already taken back, by 3. Undo 3 to do it again.");
    assert!(
        !console.text().contains("│                                                                      │\n│   │                                                                      │"),
        "no two empty lines"
    );
    console.press("esc");
    share(&mut console, "card velocity", "interns");
    console.press("1 / \"card velocity\" enter s shift-tab");
    console.press("esc esc");
    share(&mut console, "card velocity", "credit");
    console.press("J g down u");
    console.shows("Revision 4 can't be taken back: 5 changed the same since");
    console.shows("Take both back");
}

#[test]
fn an_offboarding_that_was_undone_keeps_its_receipt_and_says_so() {
    let mut console = Console::open();
    console.press("5 / \"bob reyes\" enter O ctrl-s");
    if console.text().contains("successor") {
        console.press("tab shift-tab");
    }
    console.press("esc esc");
    console.press("5 / \"bob reyes\" enter O tab \"carol\" enter ctrl-s \"bob@acme.test\" enter");
    console.shows("Nothing is left");
    assert_eq!(console.newest().stamp.intent, "offboard");
    // Whoever is let in again is let in knowingly.
    console.press("esc esc J u y enter");
    console.shows("Type undo to go on");
    console.press("backspace \"undo\" enter g down enter");
    console.shows("Undone   by revision 3");
    console.shows("Nothing is left: Bob Reyes owns and holds nothing");
    console.hides("Left to Bob Reyes");
}

// --- marks ----------------------------------------------------------------------------------

#[test]
fn a_command_that_takes_one_says_so_when_several_are_marked() {
    let mut console = Console::open();
    console.press("5 space space O");
    console.shows("! 2 are marked, and offboard takes one: esc unmarks them.");
    console.press("a");
    console.shows("! 2 are marked, and actions takes one: esc unmarks them.");
    console.press("S");
    console.shows("! 2 are marked, and see as takes one");
    // Two can be compared, three can't; all marked ids are copied.
    console.press("y");
    assert_eq!(console.copied.last().unwrap().lines().count(), 2);
    console.press("space c");
    console.shows("! 3 are marked, and compare takes two");
    console.press("1 space space e");
    console.shows("! 2 are marked, and explain takes one");
    console.press("esc");
    share(&mut console, "device trust", "credit");
    console.press("J space space t");
    console.shows("2 are marked, and as of takes one");
}

// --- names ----------------------------------------------------------------------------------

#[test]
fn a_mistyped_address_is_nobody_else() {
    let mut console = Console::open();
    console.press("/ \"device trust\" enter s \"dann@acme.test\"");
    console.hides("Dan Okafor");
    console.shows("as written: user:dann@acme.test, not in the directory");
    console.press("backspace backspace backspace backspace backspace backspace backspace backspace backspace backspace backspace");
    console.shows("Dan Okafor");
    // Among several, who is under the cursor is meant; while nothing was typed, nobody is.
    console.press("backspace");
    console.shows("Data science");
    console.press("ctrl-u tab tab tab enter");
    console.shows("! Choose first with whom");
    console.press("\"da\" tab");
    console.shows("user:dan@acme.test");
    // Where nobody but the directory is known, the nearest is named.
    console.press("esc");
    console.shows("Discard this share? esc again does");
    console.press("esc 3 / \"invoices\" enter s \"dann@acme.test\"");
    console.shows("nobody fits (nearest: user:dan@acme.test)");
}

#[test]
fn an_outsider_is_shared_with_as_written_and_with_a_warning() {
    let mut console = Console::open();
    console.press("/ \"device trust\" enter s \"pat@gmail.com\" enter");
    console.shows("as written; the directory does not know them");
    console.press("enter");
    console.shows("! The directory does not know user:pat@gmail.com; the grant is kept");
    // What is open to everybody was open to them before.
    console.hides("Address match");
    console.press("y");
    assert_eq!(
        console.newest().stamp.summary,
        "share Device trust with pat@gmail.com as Model User"
    );
}

#[test]
fn the_policy_editor_carries_its_warning_into_the_plan() {
    let mut console = Console::open();
    console.press("/ \"device trust\" enter P");
    // A new line begins where the one before it does.
    console.press("down down end enter \"- user:nobody@acme.test\"");
    console.shows("the directory does not know `user:nobody@acme.test`");
    console.press("ctrl-s");
    console.shows("! The directory does not know user:nobody@acme.test");
    console.hides("Address match");
}

// --- findings -------------------------------------------------------------------------------

#[test]
fn the_grant_of_a_deleted_owner_is_handed_over_not_taken_away() {
    let mut console = Console::open();
    console.press("F / \"oyelaran\" enter");
    console.shows("enter: choose a new owner");
    while !console.text().contains("deleted principal") {
        console.press("down");
    }
    console.press("enter");
    console.shows("Reassign Scorecard 2019");
    console.press("esc / \"oyelaran scorecard deleted principal\" enter enter");
    console.shows("Reassign Scorecard 2019");
}

#[test]
fn what_a_small_finding_is_about_stands_below_what_to_do() {
    let mut console = Console::open_as("user:alice@acme.test", (60, 16), Theme::default());
    console.press("F");
    console.shows("enter: ");
}

// --- confirmations --------------------------------------------------------------------------

#[test]
fn a_word_to_be_typed_takes_letters_as_letters() {
    let mut console = Console::open();
    let before = console.revision();
    console.press("/ \"device trust\" enter X");
    console.shows("Type device-trust to go on:");
    console.shows("type it, then enter");
    console.shows("enter cancel");
    console.hides("y yes, do it");
    console.press("y enter");
    console.shows("! Type device-trust to go on");
    console.shows("Delete?");
    console.press("backspace \"device-trust\"");
    console.shows("enter delete");
    console.press("enter");
    assert_eq!(console.revision(), before.next());
}

#[test]
fn an_answer_that_nothing_turns_is_no_success() {
    let mut console = Console::open();
    console.press("/ \"churn forecast\" enter e \"dan@acme.test\" enter enter");
    console.press("enter");
    console.hides("Choose one of the changes below");
}

// --- acting for others ----------------------------------------------------------------------

#[test]
fn acting_for_somebody_begins_at_hand_and_ends_at_home() {
    let mut console = Console::open();
    console.press("5 / \"mei\" enter p");
    console.shows("Act for");
    let line = console.text();
    let line = line
        .lines()
        .find(|l| l.contains('▸') && l.contains("mei@acme.test"));
    assert!(line.is_some(), "{}", console.text());
    console.press("enter");
    console.shows("You now act as Mei-Ling Zhou. esc at home ends that");
    console.shows("(by Alice Ng)");
    console.press("1 esc");
    console.shows("You act as yourself: Alice Ng.");
    console.hides("(by Alice Ng)");
    console.press("esc");
    console.shows("You are at home.");
}

// --- menus ----------------------------------------------------------------------------------

#[test]
fn the_menu_has_everything_and_says_what_does_not_apply() {
    let mut console = Console::open();
    console.press("/ \"device trust\" enter a");
    for title in [
        "share (s)",
        "reassign (o)",
        "delete (X)",
        "rename or describe",
    ] {
        console.shows(title);
    }
    insta::assert_snapshot!("newcomer__menu_80", console.styled());
    console.press("\"share\" enter");
    console.shows("Share Device trust");
    console.press("esc 5 / \"bob reyes\" enter a");
    console.shows("offboard (O)");
    console.shows("compare (c)");
    console.press("\"suspend\"");
    console.shows("already");
    console.press("esc J a");
    console.shows("as of (t)");
    console.press("esc enter a");
    console.shows("undo (u)");
    console.resize(60, 16);
    insta::assert_snapshot!("newcomer__menu_60", console.styled());
}

#[test]
fn the_palette_knows_what_other_places_do() {
    let mut console = Console::open();
    console.press(": \"offboard\"");
    console.shows("In people, person.");
    console.press("enter");
    console.shows("! offboard works in people, person.");
    console.press(": \"zzzz\"");
    console.shows("Nothing fits what you typed.");
    console.press("enter");
    console.shows("! Nothing fits what you typed.");
}

#[test]
fn help_writes_out_what_the_cursor_is_on() {
    let mut console = Console::open_as("user:dan@acme.test", (60, 16), Theme::default());
    console.press("3 / \"fraud score\" enter ?");
    insta::assert_snapshot!("newcomer__help_60", console.styled());
    console.shows("can't share Fraud score");
    console.shows("its owner, Alice Ng.)");
}

// --- half-filled work -----------------------------------------------------------------------

#[test]
fn chosen_successors_are_not_dropped_without_a_word() {
    let mut console = Console::open();
    console.press("5 / \"bob reyes\" enter O tab \"carol\" enter esc");
    console.shows("Discard the chosen successors?");
    console.shows("Offboard Bob Reyes");
    // Any other key goes on; then it is asked again.
    console.press("down esc");
    console.shows("Discard the chosen successors?");
    console.press("down ctrl-c");
    assert!(!console.runtime.console.state.quit);
    console.press("ctrl-c");
    assert!(console.runtime.console.state.quit);
    let mut console = Console::open();
    console.press("5 / \"bob reyes\" enter O tab \"carol\" enter esc esc");
    assert_eq!(console.runtime.console.view, View::People);
    console.hides("Offboard Bob Reyes");
}

#[test]
fn ctrl_c_asks_once_over_an_unsaved_policy() {
    let mut console = Console::open();
    console.press("/ \"device trust\" enter P x ctrl-c");
    assert!(!console.runtime.console.state.quit);
    console.shows("ctrl-c again leaves without it");
    console.press("x ctrl-c");
    assert!(!console.runtime.console.state.quit, "a key in between");
    console.press("esc esc");
    console.hides("Policy of");
    console.press("ctrl-c");
    assert!(console.runtime.console.state.quit);
}

// --- small terminals, tours, times ----------------------------------------------------------

#[test]
fn the_list_of_an_offboarding_keeps_three_rows() {
    let mut console = Console::open_as("user:alice@acme.test", (60, 16), Theme::default());
    console.press("5 / \"bob reyes\" enter O");
    Tour::begin(&mut console.runtime.console, find("offboard").unwrap());
    console.press("");
    let text = console.text();
    let rows = text
        .lines()
        .filter(|l| l.contains("Carol Diaz") || l.contains("- "))
        .count();
    assert!(rows >= 3, "{text}");
    insta::assert_snapshot!("newcomer__offboard_in_a_tour", console.styled());
}

#[test]
fn a_tour_that_begins_afresh_asks_before_it_drops_changes() {
    let mut console = Console::open();
    share(&mut console, "device trust", "credit");
    console.press("T enter");
    console.shows("enter again begins the tour");
    console.press("down enter");
    console.shows("enter again begins the tour");
}

#[test]
fn days_are_called_by_their_names() {
    let mut console = Console::open();
    share(&mut console, "device trust", "credit");
    console.press("J / \"today\" enter");
    console.shows("Journal 2");
    console
        .press("esc 1 / \"card velocity\" enter s \"credit\" enter tab tab \"in 2 weeks\" enter");
    console.shows("From 2026-12-05 09:00 UTC on it is as if");
    console.press("y");
    assert!(
        console
            .newest()
            .stamp
            .arguments
            .contains("2026-12-05T09:00:00Z")
    );
    console.press("esc 1 / \"card velocity\" enter s \"interns\" enter tab tab \"soon\" enter");
    console.shows("This is not a time. Write 2027-03-01, +2 months, tomorrow 14:00.");
}

#[test]
fn tab_takes_the_name_that_was_begun() {
    let mut console = Console::open();
    console.press("/ \"device trust\" enter s \"credit\" tab");
    console.shows("Credit team  security group, 3 people  group:credit@acme.test");
    console.shows("▸ Level");
    console.press("esc esc o \"carol\" tab");
    console.shows("Carol Diaz");
    console.hides("nobody chosen yet");
    console.press("esc esc 0 \"emma\" tab");
    console.shows("Emma Nilsson");
    console.hides("nobody chosen yet");
}

#[test]
fn a_group_that_is_asked_about_does_nothing_itself() {
    let mut console = Console::open();
    console.press("0 \"fraud team\" enter");
    console.shows("stands for others and does nothing itself");
}
