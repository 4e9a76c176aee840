//! What lies further back or takes longer: the journal to its beginning, rows that are tried while one
//! waits, the past that is left again, who has access as a list like others.

use std::sync::Arc;

use deedbox::registry::watch::{Reached, Stage};
use deedbox::registry::{Actor, Registry, intents, plan};
use deedbox::tui::effects::JOURNAL_PAGE;
use deedbox::tui::message::{Effect, Message};
use deedbox::tui::theme::Theme;

use crate::harness::{Console, clock, sample};

/// The sample after so many renamings of one model, with what somebody else did before them.
fn renamed(times: u64) -> Arc<Registry> {
    let registry = sample();
    for number in 0..times {
        let snapshot = registry.snapshot();
        let alice = snapshot.find_principal("user:alice@acme.test").unwrap();
        let rename = intents::UpdateModel {
            model: "risk-prod/models/device-trust".to_owned(),
            name: Some(format!("Device trust {number}")),
            ..intents::UpdateModel::default()
        };
        let plan = plan(&snapshot, &Actor::user(alice), &rename.into(), clock()).unwrap();
        registry.commit(plan).unwrap();
    }
    Arc::new(registry)
}

fn over(registry: Arc<Registry>) -> Console {
    let principal = registry.snapshot().find_principal("user:alice@acme.test");
    let actor = Actor {
        account: "tester".into(),
        principal,
        store_administrator: true,
        on_behalf_by: None,
    };
    Console::over(registry, actor, (80, 24), Theme::default())
}

#[test]
fn the_journal_is_read_to_its_beginning() {
    let times = 2 * JOURNAL_PAGE + 20;
    let registry = renamed(times);
    // Whoever filters looks through all of it.
    let mut console = over(Arc::clone(&registry));
    console.press("J").shows("Journal, newest 500");
    console.press("/ \"acme.yaml\"").shows("import acme.yaml");
    console.press("esc").shows(&format!(
        "Journal {} {:03}",
        (times + 1) / 1_000,
        (times + 1) % 1_000
    ));
    // Whoever goes to the end comes to older ones, page by page.
    let mut console = over(Arc::clone(&registry));
    console.press("J end").shows("Journal, newest 1 000");
    console.press("end end").hides("newest");
    console.press("end").shows("▸   1 ");
    // What was done with a model is looked for as far back as it was done.
    let mut console = over(registry);
    console.press("3 / \"address match\" enter enter tab tab tab");
    console.shows("Import acme.yaml");
    console.hides("Nothing has been done");
}

#[test]
fn rows_are_tried_with_a_number_and_stopped() {
    let mut console = Console::open();
    console.holds = true;
    let rows = "resource,member,role\nrisk-prod/models/device-trust,group:credit@acme.test,roles/ml.modelUser\n";
    console.press("B");
    console.release();
    console.holds = true;
    console.message([Message::Paste(rows.into())]);
    console.shows("Trying the rows");
    let Some(Effect::Compute(ticket, _)) = console.held.back() else {
        panic!("nothing is tried");
    };
    let reached = Reached {
        stage: Stage::Changes,
        done: 1_200,
        all: 20_000,
    };
    console.message([Message::Reached(*ticket, reached)]);
    console.shows("1 200 of 20 000 changes planned; esc stops it");
    // What was pasted is nowhere else: esc asks, and then the work is wanted no more.
    console.press("esc").shows("Discard the pasted rows?");
    console.press("esc").hides("Trying the rows");
    let before = console.revision();
    console.release();
    console.message([]);
    assert_eq!(console.revision(), before);
}

#[test]
fn going_back_in_time_is_left_again() {
    let mut console = over(renamed(2));
    console.press("J");
    let effects = console.later("down t");
    console.shows("Going back in time");
    console.press("esc").shows("You stay where you are.");
    console.finish(effects);
    console.hides("AS OF");
    console.press("t").shows("AS OF");
}

#[test]
fn who_has_access_is_a_list_like_others() {
    let mut console = Console::open();
    console.press("/ \"fraud score\" enter w");
    let all = console.text();
    console.press("/ \"priya\" enter").shows("Priya Raman");
    console.hides("Alice Ng   ");
    // Backwards, and by another column.
    console.press("esc Z");
    assert_ne!(console.text(), all);
    console.press("esc").shows("My models");
    console
        .press("enter /")
        .shows("This is text to read: there are no rows here.");
}

#[test]
fn numbers_are_sorted_by_their_size() {
    let mut console = Console::open_as("user:alice@acme.test", (120, 40), Theme::default());
    console.press("7 z z z z");
    let screen = console.text();
    let at = |text: &str| {
        screen
            .find(text)
            .unwrap_or_else(|| panic!("{text}:\n{screen}"))
    };
    assert!(
        at(" 2 permissions") < at(" 5 permissions") && at(" 5 permissions") < at(" 16 permissions")
    );
}

#[test]
fn names_are_found_however_their_accents_are_stored() {
    for typed in ["zoë", "zoe", "Zoe\u{308}"] {
        let mut console = Console::open();
        console.press("5 /");
        console.message([Message::Paste(typed.into())]);
        console.shows("zoe@acme.test");
        console.shows("People 1 of");
    }
}

#[test]
fn the_journal_says_who_was_granted_what() {
    let mut console = Console::open();
    console.press("/ \"device trust\" enter s \"credit\" enter tab tab \"2027-03-01\" enter y");
    console
        .press("J enter end")
        .shows("+ Credit team: Model User, until 2027-03-01");
    console.press("esc 1 s shift-tab down delete y esc J home enter end");
    console.shows("− Credit team: Model User, until 2027-03-01");
}

#[test]
fn the_environment_that_is_open_has_its_policy() {
    let mut console = Console::open();
    console
        .press(", / \"risk\" enter enter P")
        .shows("Policy of Risk, production");
    console.press("esc esc esc 1 / \"device trust\" enter P");
    console.shows("Policy of Device trust");
}

#[test]
fn two_names_in_one_are_no_name() {
    let mut console = Console::open();
    console.press("/ \"device trust\" enter s");
    console.message([Message::Paste("erin@acme.test, mei@acme.test".into())]);
    console.press("enter").shows("is not one name");
    let before = console.revision();
    console.press("enter");
    assert_eq!(console.revision(), before);
}
