//! What somebody else does meanwhile, what is refused, and what is dangerous: nothing of it happens
//! unseen.

use deedbox::registry::{Actor, Intent, intents, plan};
use deedbox::tui::theme::Theme;

use crate::harness::{Console, clock};

macro_rules! screen {
    ($name:expr, $console:expr) => {
        insta::assert_snapshot!($name, $console.text())
    };
}

/// Somebody else makes a change; the console learns of it when it looks next.
fn meanwhile(console: &Console, intent: impl Into<Intent>) {
    let registry = &console.registry;
    let actor = Actor {
        principal: registry.snapshot().find_principal("user:alice@acme.test"),
        ..Actor::store_administrator("other")
    };
    let plan = plan(&registry.snapshot(), &actor, &intent.into(), clock()).unwrap();
    registry.commit(plan).unwrap();
}

fn look(console: &mut Console) {
    console.runtime.console.state.snapshot = console.registry.snapshot();
    console.runtime.console.refresh();
    console.press("");
}

fn shared_with_samuel() -> intents::Share {
    intents::Share {
        model: "risk-prod/models/fraud-score".into(),
        with: "user:samuel@acme.test".into(),
        ..intents::Share::default()
    }
}

#[test]
fn a_plan_that_went_stale_is_not_made_to_last() {
    let mut console = Console::open();
    console.press(r#"/ "device trust" enter s "credit" enter enter"#);
    meanwhile(&console, shared_with_samuel());
    let before = console.revision();
    console.press("y");
    assert_eq!(console.revision(), before, "{}", console.text());
    screen!("stale_plan", console);
}

#[test]
fn what_changed_since_can_t_be_undone() {
    let mut console = Console::open();
    console.press(r#"/ "fraud score" enter s "credit" enter enter y"#);
    meanwhile(&console, shared_with_samuel());
    look(&mut console);
    console.press("J G up enter u");
    console.shows("has changed since");
    screen!("undo_conflict", console);
}

#[test]
fn a_model_that_went_closes_its_detail() {
    let mut console = Console::open();
    console.press(r#"/ "device trust" enter enter tab"#);
    meanwhile(
        &console,
        intents::DeleteModel {
            model: "risk-prod/models/device-trust".into(),
        },
    );
    look(&mut console);
    console.hides("┌ Device trust");
    console.shows("Nothing fits the filter");
}

#[test]
fn what_opens_to_everybody_says_so_where_it_is_confirmed() {
    let mut console = Console::open();
    console.press(r#"/ "ticket reranker" enter s right right enter"#);
    console.shows("becomes open to everybody");
    screen!("opens_to_everybody", console);
}

#[test]
fn a_word_that_was_typed_gives_the_button_that_goes_on_the_focus() {
    let mut console = Console::open();
    console.press(r#"/ "device trust" enter X"#);
    console.shows("▸[ Cancel ]");
    console.press(r#""device-trust""#);
    console.shows("▸[ Delete ]");
    screen!("word_typed", console);
}

#[test]
fn whoever_may_not_is_told_why() {
    let mut dan = Console::open_as("user:dan@acme.test", (80, 24), Theme::default());
    dan.press(r#"5 n enter "xena@acme.test" ctrl-s"#);
    dan.shows("Not allowed");
    screen!("not_allowed", dan);
    let mut console = Console::open();
    console.runtime.console.state.read_only = true;
    console.press(r#"/ "device trust" enter s"#);
    console.shows("read-only");
    screen!("read_only", console);
}
