//! Sign-in accounts: who signs in as whom is changed in the settings, as on the command line.

use std::sync::Arc;

use deedbox::domain::Login;
use deedbox::registry::Actor;
use deedbox::tui::theme::Theme;

use crate::harness::{Console, clock, sample};

/// The sample with one account that manages the store, as somebody.
fn console(who: &str, size: (u16, u16)) -> Console {
    let registry = Arc::new(sample());
    let root = Actor::store_administrator("setup");
    let snapshot = registry.snapshot();
    let alice = snapshot.find_principal("user:alice@acme.test");
    let login = Login {
        user: alice,
        store_administrator: true,
    };
    registry
        .set_login(&root, "alice", Some(login), clock())
        .unwrap();
    let actor = Actor {
        account: who.to_owned(),
        principal: snapshot.find_principal(&format!("user:{who}@acme.test")),
        store_administrator: who == "alice",
        on_behalf_by: None,
    };
    Console::over(registry, actor, size, Theme::default())
}

fn login(console: &Console, account: &str) -> Option<(String, bool)> {
    let snapshot = console.registry.snapshot();
    let login = snapshot.logins().get(account)?;
    let user = login
        .user
        .map_or_else(String::new, |id| snapshot.reference(id));
    Some((user, login.store_administrator))
}

#[test]
fn an_account_is_added_changed_and_removed_and_each_is_undone() {
    let mut console = console("alice", (80, 24));
    console.press(", tab");
    console.shows("Sign-in accounts 1");
    console.press("n \"carol\" enter \"carol\" enter");
    console.shows("no change for anybody");
    console.press("ctrl-s");
    console.shows("Let carol sign in as Carol Diaz.");
    console.press("y");
    console.shows("Sign-in accounts 2");
    assert_eq!(
        login(&console, "carol"),
        Some(("user:carol@acme.test".into(), false))
    );
    assert_eq!(console.newest().stamp.intent, "set-login");
    assert_eq!(console.newest().stamp.author.actor, "user:alice@acme.test");

    console.press("down enter \"make it\" enter y");
    assert_eq!(
        login(&console, "carol"),
        Some(("user:carol@acme.test".into(), true))
    );
    console.press("a \"any more\" enter");
    console.shows("Make carol store administrator no more.");
    console.press("y");
    assert_eq!(
        login(&console, "carol"),
        Some(("user:carol@acme.test".into(), false))
    );

    console.press("a \"somebody else\" enter \"dan okafor\" enter");
    console.shows("So far carol signs in as Carol Diaz.");
    console.press("y");
    assert_eq!(
        login(&console, "carol"),
        Some(("user:dan@acme.test".into(), false))
    );
    console.press("u y");
    assert_eq!(
        login(&console, "carol"),
        Some(("user:carol@acme.test".into(), false))
    );

    console.press("a \"remove\" enter y");
    assert_eq!(login(&console, "carol"), None);
    assert_eq!(console.newest().stamp.intent, "remove-login");
    console.press("u y");
    assert_eq!(
        login(&console, "carol"),
        Some(("user:carol@acme.test".into(), false))
    );
    assert_eq!(console.newest().stamp.intent, "undo");
}

#[test]
fn who_can_sign_in_is_checked() {
    let mut console = console("alice", (80, 24));
    let before = console.revision();
    // The last one that manages the store stays, and nobody signs in as who is gone.
    console.press(", tab enter \"remove\" enter");
    console.shows("Nobody would administer this store any more");
    console.press("esc esc n \"bob\" enter \"bob reyes\" enter ctrl-s");
    console.shows("Bob Reyes is suspended: choose somebody active.");
    console.press("esc esc esc n \"team\" enter \"credit team\" enter ctrl-s");
    console.shows("Credit team is no user and no service account");
    assert_eq!(console.revision(), before);
}

#[test]
fn whoever_gives_the_store_away_manages_it_no_more_from_then_on() {
    let mut console = console("alice", (80, 24));
    console.press(", tab n \"root\" enter enter right ctrl-s y");
    assert_eq!(login(&console, "root"), Some((String::new(), true)));
    console.press("g enter \"any more\" enter");
    console.shows("you give away administering");
    console.press("y");
    assert_eq!(login(&console, "alice").map(|l| l.1), Some(false));
    let before = console.revision();
    console.hides("store administrator · rev");
    console.press("n \"eve\" enter \"dan okafor\" enter");
    console.shows("Only store administrators can change logins");
    console.press("esc esc J u");
    console.shows("Only store administrators can undo this");
    assert_eq!(console.revision(), before);
}

#[test]
fn whoever_does_not_manage_the_store_is_told_so() {
    let mut console = console("dan", (80, 24));
    let before = console.revision();
    console.press(", tab n \"eve\" enter \"dan okafor\" enter");
    console.shows("Only store administrators can change logins");
    console.press("ctrl-s y");
    assert_eq!(console.revision(), before);
}

#[test]
fn what_it_looks_like() {
    for size in [(60, 16), (80, 24), (120, 40)] {
        let name = |what: &str| format!("{what}_{}x{}", size.0, size.1);
        let mut console = console("alice", size);
        insta::assert_snapshot!(name("list"), console.press(", tab").text());
        insta::assert_snapshot!(name("menu"), console.press("enter").text());
        console.press("esc n \"carol\" enter \"carol\" enter");
        insta::assert_snapshot!(name("new"), console.text());
    }
}
