//! The main jobs by keys: what the screen says, and what the journal says afterwards.

use deedbox::authz::{ListKind, Request, check, list};
use deedbox::domain::{Capability, ResourceRef, Target};
use deedbox::tui::message::Message;
use deedbox::tui::theme::Theme;

use crate::harness::{Console, clock};

fn can(console: &Console, who: &str, capability: Capability, what: &str) -> bool {
    let snapshot = console.registry.snapshot();
    let principal = snapshot.find_principal(who).unwrap();
    let target = snapshot.find(&ResourceRef::parse(what).unwrap()).unwrap();
    check(
        &snapshot,
        &Request::new(principal, capability.into(), target, clock()),
    )
    .is_allowed()
}

#[test]
fn share_with_a_team_see_the_effect_and_undo_it() {
    let mut console = Console::open();
    let model = "risk-prod/models/device-trust";
    assert!(!can(
        &console,
        "user:samuel@acme.test",
        Capability::Run,
        model
    ));

    console.press("/ \"device trust\" enter s \"credit\" enter");
    console.shows("Credit team");
    console.shows("people can");
    console.press("enter");
    console.shows("Share Device trust with Credit team as Model User.");
    console.shows("▸[ Cancel ]");
    assert!(
        !can(&console, "user:samuel@acme.test", Capability::Run, model),
        "not yet"
    );

    console.press("y");
    console.shows("u undo");
    assert!(can(
        &console,
        "user:samuel@acme.test",
        Capability::Run,
        model
    ));
    let entry = console.newest();
    assert_eq!(entry.stamp.intent, "share");
    assert_eq!(entry.stamp.author.actor, "user:alice@acme.test");
    assert!(
        entry.stamp.effect.starts_with('+'),
        "{}",
        entry.stamp.effect
    );

    console.press("u");
    console.shows("Undo");
    console.press("y");
    assert!(!can(
        &console,
        "user:samuel@acme.test",
        Capability::Run,
        model
    ));
    let undone = console.newest();
    assert_eq!(undone.stamp.intent, "undo");
    assert_eq!(undone.stamp.undoes, Some(entry.revision));
    console.press("J down enter");
    console.shows("Share Device trust with Credit team as Model User.");
    console.press("esc up enter");
    console.shows("Undoes   revision 2");
}

#[test]
fn enter_on_the_focused_button_changes_nothing() {
    let mut console = Console::open();
    let before = console.revision();
    console.press("/ \"device trust\" enter s \"credit\" enter enter enter");
    assert_eq!(console.revision(), before, "the safe button has the focus");
    console.press("enter tab enter");
    assert_eq!(console.revision(), before.next(), "the other one goes on");
}

#[test]
fn a_share_with_an_end_says_what_happens_then() {
    let mut console = Console::open();
    console.press(
        "/ \"device trust\" enter s \"credit\" enter tab tab \"2027-03-01\" tab \"audit\" enter",
    );
    console.shows("From 2027-03-01 00:00 UTC on it is as if nothing had been done.");
    console.press("y");
    let entry = console.newest();
    assert_eq!(entry.stamp.reason.as_deref(), Some("audit"));
    assert!(
        entry.stamp.summary.ends_with("until 2027-03-01"),
        "{}",
        entry.stamp.summary
    );
}

#[test]
fn reassigning_the_leavers_model_moves_its_container_too() {
    let mut console = Console::open();
    console.press("3 / \"invoices\" enter o \"carol\" enter enter");
    console.shows("Along with it");
    console.shows("datasets container c-invoices");
    console.press("y");
    let snapshot = console.registry.snapshot();
    let carol = snapshot.find_principal("user:carol@acme.test").unwrap();
    let Target::Resource(id) = snapshot
        .find(&ResourceRef::parse("ops/models/invoices").unwrap())
        .unwrap()
    else {
        panic!()
    };
    let model = snapshot.resource(id).unwrap();
    assert_eq!(model.owner, Some(carol));
    assert_eq!(
        model.model().unwrap().container.as_ref().unwrap().owner,
        carol
    );
    console.press("u");
    console.shows("Nobody active owns Invoices after this");
    console.press("y");
    let snapshot = console.registry.snapshot();
    let bob = snapshot.find_principal("user:bob@acme.test").unwrap();
    let model = snapshot.resource(id).unwrap();
    assert_eq!(
        model.model().unwrap().container.as_ref().unwrap().owner,
        bob
    );
}

#[test]
fn a_generic_prediction_model_says_why_it_cannot_be_shared() {
    let mut console = Console::open();
    let before = console.revision();
    console.press("/ \"churn forecast\" enter s");
    console.shows("Generic prediction models can't be shared");
    console.shows("Nothing was changed");
    assert_eq!(console.revision(), before);
    console.press("esc");
    console.shows("My models");
}

#[test]
fn every_row_of_shared_with_me_says_why() {
    let mut console = Console::open_as("user:dan@acme.test", (160, 45), Theme::default());
    console.press("2");
    console.shows("shared with you as");
    console.shows("through");
    let snapshot = console.registry.snapshot();
    let dan = snapshot.find_principal("user:dan@acme.test").unwrap();
    for row in list(&snapshot, ListKind::SharedWithMe, dan, clock()) {
        assert!(!row.because.is_empty());
    }
}

#[test]
fn marked_models_are_reassigned_together() {
    let mut console = Console::open();
    console.press("3 / \"bob reyes sales\" enter space space o \"carol\" enter enter");
    console.shows("Reassign 2 models from Bob Reyes to Carol Diaz");
    console.press("y");
    assert_eq!(console.newest().changes.len(), 2);
}

#[test]
fn a_private_group_is_opened_to_a_backend_role() {
    let mut console = Console::open();
    console.press("/ \"ticket reranker\" enter s right");
    console.shows("restricted");
    console.press("enter \"analyst\" enter");
    console.shows("Restrict model group");
    console.press("y");
    assert_eq!(console.newest().stamp.intent, "update-model-group");
    assert!(can(
        &console,
        "user:dan@acme.test",
        Capability::See,
        "search/groups/ticket-reranker"
    ));
}

#[test]
fn deleting_wants_the_word() {
    let mut console = Console::open();
    let before = console.revision();
    console.press("/ \"device trust\" enter X");
    console.shows("Type device-trust to go on");
    console.press("tab enter");
    assert_eq!(console.revision(), before, "nothing was typed");
    console.press("\"device-trust\" enter");
    assert_eq!(console.newest().stamp.intent, "delete-model");
    console.hides("Type device-trust");
    console.press("u y");
    console.press("/ \"device trust\" enter");
    console.shows("Device trust");
}

#[test]
fn removing_a_share_says_what_stays() {
    let mut console = Console::open();
    console.press("/ \"fraud score\" enter s");
    console.press("shift-tab");
    // The first row is the owner's own grant; go to Dan's.
    console.press("down delete");
    console.shows("Stop sharing Fraud score with Dan Okafor");
    console.press("y");
    assert_eq!(console.newest().stamp.intent, "unshare");
}

#[test]
fn acting_for_somebody_is_in_the_journal() {
    let mut console = Console::open();
    console.press("/ \"churn\" enter p \"erin\" enter");
    console.shows("Erin Walsh (by Alice Ng)");
    console.hides("Nothing fits the filter");
    console.press("/ \"claims triage\" enter s \"dan\" enter enter y");
    let author = console.newest().stamp.author;
    assert_eq!(author.actor, "user:erin@acme.test");
    assert_eq!(author.on_behalf_by.as_deref(), Some("user:alice@acme.test"));
}

#[test]
fn the_cursor_stays_on_its_model() {
    let mut console = Console::open();
    console.press("/ \"fraud score\" enter");
    let selected = console.runtime.console.subject();
    console.press("esc");
    assert_eq!(
        console.runtime.console.subject(),
        selected,
        "after the filter is gone"
    );
    console.press("z");
    assert_eq!(
        console.runtime.console.subject(),
        selected,
        "after another order"
    );
    console.press("s \"credit\" enter enter y");
    assert_eq!(
        console.runtime.console.subject(),
        selected,
        "after a change"
    );
}

#[test]
fn pasted_text_runs_no_commands() {
    let mut console = Console::open();
    console.send(Message::Paste("sXq\ny".into()));
    assert!(console.runtime.console.layers().is_empty());
    console.press("/");
    console.send(Message::Paste("fraud\nscore".into()));
    console.press("enter");
    console.shows("/ fraud score");
}

#[test]
fn help_runs_what_is_under_the_cursor() {
    let mut console = Console::open();
    console.press("? enter");
    console.shows("Share Account takeover");
}

#[test]
fn the_palette_finds_a_model_and_opens_it() {
    let mut console = Console::open();
    console.press(": \"invoices\" enter");
    console.shows("ops/models/invoices");
}

#[test]
fn an_id_is_copied() {
    let mut console = Console::open();
    console.press("y");
    assert_eq!(console.copied, ["risk-prod/models/account-takeover"]);
}

#[test]
fn nothing_is_done_that_cannot_be_seen() {
    let mut console = Console::open();
    let before = console.revision();
    console.press("/ \"device trust\" enter s \"credit\" enter enter");
    console.resize(30, 5).press("y");
    assert_eq!(console.revision(), before);
    console.resize(80, 24).press("y");
    assert_eq!(console.revision(), before.next());
}

#[test]
fn one_owner_of_two_leaves_and_the_other_stays() {
    let mut console = Console::open();
    console.press("3 / \"early repayment\" enter o \"lena\" enter");
    console.shows("‹ Bob Reyes ›  the others stay owners");
    console.press("enter y");
    let snapshot = console.registry.snapshot();
    let model = ResourceRef::parse("risk-prod/models/early-repayment").unwrap();
    let Target::Resource(id) = snapshot.find(&model).unwrap() else {
        panic!()
    };
    let owners = deedbox::authz::lists::owners(&snapshot, snapshot.resource(id).unwrap(), clock());
    let names: Vec<String> = owners.iter().map(|o| snapshot.label(*o)).collect();
    assert_eq!(names, ["Carol Diaz", "Lena Fischer"]);
}

#[test]
fn the_journal_shows_what_one_may_know() {
    let mut console = Console::open();
    console.press("/ \"device trust\" enter s \"credit\" enter enter y");
    console.press("p \"dan\" enter J");
    console.hides("Device trust");
    console.press("p \"alice\" enter J");
    console.shows("share Device trust");
}
