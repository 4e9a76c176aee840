//! The policy editor by keys.

use std::sync::Arc;

use deedbox::domain::{ResourceRef, Target};
use deedbox::registry::{Actor, intents, plan};
use deedbox::tui::message::Message;
use deedbox::tui::theme::Theme;

use crate::harness::{Console, clock};

macro_rules! screen {
    ($name:expr, $console:expr) => {
        insta::assert_snapshot!($name, $console.styled())
    };
}

fn editor(size: (u16, u16)) -> Console {
    let mut console = Console::open_as("user:alice@acme.test", size, Theme::default());
    console.press("/ \"fraud score\" enter P");
    console
}

fn members(console: &Console) -> Vec<String> {
    let snapshot = console.registry.snapshot();
    let on = ResourceRef::parse("risk-prod/models/fraud-score").unwrap();
    let Target::Resource(id) = snapshot.find(&on).unwrap() else {
        panic!()
    };
    let policy = &snapshot.resource(id).unwrap().policy;
    policy
        .grants()
        .map(|(_, b, m)| format!("{} {}", b.role, snapshot.reference(m)))
        .collect()
}

fn paste(console: &mut Console, text: &str) {
    console.send(Message::Paste(text.to_owned()));
    console.press("");
}

#[test]
fn the_text_is_checked_as_one_types() {
    let mut console = editor((80, 24));
    console.shows("Policy of Fraud score");
    console.shows("principals 4/1 500");
    paste(&mut console, "oops: ");
    console.shows("! line 1:");
    let before = console.revision();
    console.press("ctrl-s");
    assert_eq!(console.revision(), before);
    console.press("ctrl-u");
    console.shows("A policy that can be saved");
    console.press("ctrl-r");
    console.shows("! line 1:");
}

#[test]
fn saving_shows_line_by_line_what_changes_and_for_whom() {
    let mut console = editor((80, 24));
    console.press("down down down down");
    paste(
        &mut console,
        "- members:\n  - user:samuel@acme.test\n  role: roles/ml.modelUser\n",
    );
    console.press("ctrl-s");
    console.shows("Save?");
    console.shows("Line by line");
    console.press("y");
    assert!(members(&console).contains(&"roles/ml.modelUser user:samuel@acme.test".to_owned()));
    assert_eq!(console.newest().stamp.intent, "set-policy");
    console.press("u y");
    assert!(!members(&console).contains(&"roles/ml.modelUser user:samuel@acme.test".to_owned()));
}

#[test]
fn unknown_roles_and_members_are_warned_about_with_their_place() {
    let mut console = editor((80, 24));
    console.press("down down down down");
    paste(
        &mut console,
        "- members: [user:stranger@else.test]\n  role: roles/ml.modelUsr\n",
    );
    console.shows("no role `roles/ml.modelUsr` is known here");
}

#[test]
fn somebody_elses_change_is_shown_and_the_text_kept() {
    let mut console = editor((80, 24));
    paste(&mut console, "# mine\n");
    let actor = Actor {
        account: "other".into(),
        principal: console
            .registry
            .snapshot()
            .find_principal("user:alice@acme.test"),
        store_administrator: true,
        on_behalf_by: None,
    };
    let registry = Arc::clone(&console.registry);
    let share = intents::Share {
        model: "risk-prod/models/fraud-score".into(),
        with: "user:samuel@acme.test".into(),
        ..intents::Share::default()
    };
    let plan = plan(&registry.snapshot(), &actor, &share.into(), clock()).unwrap();
    let receipt = registry.commit(plan).unwrap();
    console.runtime.console.state.snapshot = receipt.snapshot;
    console.runtime.console.refresh();
    console.press("");
    console.shows("changed by somebody else meanwhile");
    console.press("ctrl-s");
    console.shows("changed this policy meanwhile");
    console.shows("user:samuel@acme.test");
    screen!("policy__stale", console);
    console.press("enter");
    console.shows("# mine");
    // Saving now would take Samuel away again, and says so.
    console.press("ctrl-s");
    console.shows("− Samuel Osei");
    console.press("y");
    assert!(!members(&console).contains(&"roles/ml.modelUser user:samuel@acme.test".to_owned()));
}

#[test]
fn leaving_with_unsaved_changes_asks() {
    let mut console = editor((80, 24));
    paste(&mut console, "# mine\n");
    console.press("esc");
    console.shows("Discard your changes of the policy?");
    console.press("down esc");
    console.shows("Discard your changes of the policy?");
    console.press("esc");
    console.hides("Policy of");
}

#[test]
fn other_platforms_say_what_to_use_instead() {
    let mut console = Console::open();
    console.press("3 / \"invoices\" enter P");
    console.shows("AI Builder has no policies");
    console.hides("Policy of");
}

#[test]
fn the_project_is_reached_from_its_roles() {
    let mut console = Console::open();
    console.press("7 / \"scorer\" enter P");
    console.shows("Policy of Risk, production");
}

#[test]
fn every_policy_of_the_sample_is_read_back_as_it_is_written() {
    let console = Console::open();
    let snapshot = console.registry.snapshot();
    let mut looked_at = 0;
    for (environment, place) in snapshot.places() {
        if place.platform() != deedbox::domain::Platform::Google {
            continue;
        }
        let kinds = [
            deedbox::domain::ResourceKind::Model,
            deedbox::domain::ResourceKind::Job,
        ];
        let resources = kinds
            .into_iter()
            .flat_map(|k| snapshot.resources_in(environment, k));
        let targets = resources.map(Target::Resource);
        for target in std::iter::once(Target::Environment(environment)).chain(targets) {
            let text = deedbox::interop::policy_text::write(&snapshot, target);
            let checked = deedbox::interop::policy_text::check(&text, &snapshot, target);
            let policy = checked.policy.unwrap_or_else(|r| panic!("{r:?}\n{text}"));
            let stored = snapshot.policy(target).unwrap();
            assert_eq!(policy.etag, stored.etag);
            assert_eq!(policy.bindings.len(), stored.bindings.len());
            for (read, kept) in policy.bindings.iter().zip(&stored.bindings) {
                let members: Vec<String> = kept
                    .members
                    .iter()
                    .map(|m| snapshot.reference(*m))
                    .collect();
                assert_eq!((&read.role, &read.members), (&kept.role, &members));
                assert_eq!(read.condition, kept.condition);
            }
            looked_at += 1;
        }
    }
    assert!(looked_at > 10, "{looked_at}");
}
