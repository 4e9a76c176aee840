//! What happens when the store, or what is allowed, is not what somebody believes it is: somebody
//! else commits meanwhile, a change can't be taken back, what is open goes away, nothing may be
//! changed.

use deedbox::domain::ResourceRef;
use deedbox::registry::{Actor, intents, plan};
use deedbox::tui::config::Config;
use deedbox::tui::message::Message;
use deedbox::tui::screens::notice::Notice;
use deedbox::tui::theme::Theme;

use crate::harness::{Console, clock};

/// The same screen at three sizes.
macro_rules! screen {
    ($name:expr, $console:expr) => {
        for (columns, rows) in [(60, 16), (120, 40), (80, 24)] {
            $console.resize(columns, rows);
            insta::assert_snapshot!(format!("{}_{columns}x{rows}", $name), $console.styled());
        }
    };
}

/// Somebody else, on the same store.
fn elsewhere(console: &Console, who: &str, intent: impl Into<deedbox::registry::Intent>) {
    let snapshot = console.registry.snapshot();
    let actor = Actor::user(snapshot.find_principal(who).unwrap());
    let plan = plan(&snapshot, &actor, &intent.into(), clock()).unwrap();
    console.registry.commit(plan).unwrap();
}

fn rename(model: &str, name: &str) -> intents::UpdateModel {
    intents::UpdateModel {
        model: model.to_owned(),
        name: Some(name.to_owned()),
        ..intents::UpdateModel::default()
    }
}

#[test]
fn a_plan_that_somebody_was_faster_than_is_not_saved_and_the_next_one_is() {
    let mut console = Console::open();
    console.press("/ \"device trust\" enter s \"credit\" enter enter");
    console.shows("Share Device trust with Credit team");
    elsewhere(
        &console,
        "user:alice@acme.test",
        rename("risk-prod/models/fraud-score", "Fraud score 2"),
    );
    let theirs = console.revision();
    console.press("y");
    assert_eq!(console.revision(), theirs, "nothing was saved");
    console.shows("Nothing was saved.");
    console.shows("look at what changed and try again");
    screen!("stale_plan", console);

    // The panel still stands, on what they left.
    console.press("esc");
    console.shows("Share Device trust");
    console.shows("rev 2");
    console.press("enter y");
    assert_eq!(console.newest().stamp.intent, "share");
    assert_eq!(console.revision(), theirs.next());
    console.press("esc esc 3 / \"fraud score 2\" enter");
    console.shows("Fraud score 2");
}

#[test]
fn a_change_that_later_ones_stand_on_is_not_taken_back() {
    let mut console = Console::open();
    console.press("/ \"device trust\" enter s \"credit\" enter enter y");
    elsewhere(
        &console,
        "user:alice@acme.test",
        rename("risk-prod/models/device-trust", "Device trust 2"),
    );
    let before = console.revision();
    console.send(Message::Now(console.registry.snapshot()));
    // The newest entry is theirs; the one below it is the share.
    console.press("J down u");
    console.shows("That does not fit");
    console.shows("undo-conflict");
    screen!("undo_conflict", console);
    assert_eq!(console.revision(), before);
}

#[test]
fn what_is_open_and_goes_away_says_so() {
    let mut console = Console::open();
    console.press("/ \"device trust\" enter enter");
    console.shows("risk-prod/models/device-trust");
    elsewhere(
        &console,
        "user:alice@acme.test",
        intents::DeleteModel {
            model: "risk-prod/models/device-trust".to_owned(),
        },
    );
    console.send(Message::Now(console.registry.snapshot()));
    console.press("");
    console.shows("What was open here is gone");
    screen!("gone_meanwhile", console);
    let snapshot = console.registry.snapshot();
    let gone = ResourceRef::parse("risk-prod/models/device-trust").unwrap();
    assert!(snapshot.find(&gone).is_err());
}

#[test]
fn a_console_to_look_only_changes_nothing_and_says_so() {
    let mut console = Console::open();
    console.runtime.console.state.read_only = true;
    let before = console.revision();
    console.press("/ \"device trust\" enter");
    console.shows("read-only");
    for keys in ["s", "o", "X", "u", "a", "n"] {
        console.press(keys);
        console.shows("--read-only");
        assert!(console.runtime.console.layers().is_empty(), "{keys}");
    }
    screen!("read_only", console);
    console.press("enter");
    console.shows("risk-prod/models/device-trust");
    assert_eq!(console.revision(), before);
}

#[test]
fn whoever_may_not_is_told_what_it_takes() {
    let mut dan = Console::open_as("user:dan@acme.test", (80, 24), Theme::default());
    let before = dan.revision();
    dan.press("5 n enter \"xena@acme.test\" ctrl-s");
    dan.shows("Not allowed");
    assert_eq!(dan.revision(), before);
}

#[test]
fn a_problem_in_the_configuration_is_said_at_the_start() {
    let text = "theme: dark\nkeys:\n  share: ctrl-nope\n";
    let problem = Config::read(
        text,
        "/home/ann/.config/deedbox/config.yaml",
        Theme::default(),
    );
    let problem = problem.unwrap_err();
    let mut console = Console::open();
    console
        .runtime
        .console
        .open(Box::new(Notice::problem(&problem)));
    console.press("");
    console.shows("The configuration can't be read.");
    console.shows("config.yaml:3");
    console.shows("The console started with its defaults.");
    screen!("configuration_problem", console);
    console.press("esc s");
    console.shows("Share Account takeover");
}

#[test]
fn what_somebody_else_does_shows_by_itself_and_nobodys_cursor_moves() {
    let mut console = Console::open();
    console.press("3 down down down");
    let before = console.runtime.console.subject();
    elsewhere(
        &console,
        "user:alice@acme.test",
        rename("risk-prod/models/address-match", "Aardvark match"),
    );
    console.hear();
    console.shows("Aardvark match");
    console.hides("Address match");
    assert_eq!(console.runtime.console.subject(), before);
    console.shows("rev 2");
    // The journal tells of it without being asked.
    console.press("J");
    console.shows("Aardvark match");
}

#[test]
fn a_plan_says_by_itself_that_it_was_overtaken() {
    let mut console = Console::open();
    console.press("/ \"device trust\" enter s \"credit\" enter enter");
    elsewhere(
        &console,
        "user:alice@acme.test",
        rename("risk-prod/models/fraud-score", "Fraud score 2"),
    );
    let theirs = console.revision();
    console.hear();
    console.shows("! Something else was changed since this was worked out");
    console.press("y tab enter");
    assert_eq!(console.revision(), theirs, "nothing was saved");
    // The panel has followed.
    console.press("esc enter");
    console.hides("was changed since");
    console.press("y");
    assert_eq!(console.newest().stamp.intent, "share");
    console.hear();
    console.shows("Done: share Device trust");
}

#[test]
fn what_comes_while_something_is_saved_is_seen_after_it() {
    let mut console = Console::open();
    console.press("/ \"device trust\" enter s \"credit\" enter enter");
    console.holds = true;
    console.press("y");
    console.release();
    elsewhere(
        &console,
        "user:alice@acme.test",
        rename("risk-prod/models/fraud-score", "Fraud score 2"),
    );
    console.hear();
    console.shows("rev 3");
}
