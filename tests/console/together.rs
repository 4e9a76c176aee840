//! Several marked models at once: shared, deleted, each as one change.

use deedbox::authz::{Request, check};
use deedbox::domain::{Capability, ResourceRef, Target};
use deedbox::tui::theme::Theme;

use crate::harness::{Console, clock};

macro_rules! screen {
    ($name:expr, $console:expr) => {
        insta::assert_snapshot!($name, $console.styled())
    };
}

fn runs(console: &Console, who: &str, model: &str) -> bool {
    let snapshot = console.registry.snapshot();
    let who = snapshot.find_principal(who).unwrap();
    let on: Target = snapshot.find(&ResourceRef::parse(model).unwrap()).unwrap();
    let run = Request::new(who, Capability::Run.into(), on, clock());
    check(&snapshot, &run).is_allowed()
}

#[test]
fn marked_models_are_shared_together() {
    let mut console = Console::open();
    console.press("/ \"risk-prod you\" enter space space");
    screen!("marked", console);
    console.press("s");
    console.shows("Share 2 models");
    screen!("share_several_80x24", console);
    console.press("\"samuel\" enter tab tab tab \"audit\"");
    console.resize(120, 40);
    screen!("share_several_120x40", console);
    console.resize(60, 16);
    screen!("share_several_60x16", console);
    console.resize(80, 24).press("enter");
    console.shows("Share Card velocity with Samuel Osei");
    console.press("y");
    let entry = console.newest();
    assert_eq!(entry.stamp.intent, "several");
    assert_eq!(entry.stamp.reason.as_deref(), Some("audit"));
    for model in ["account-takeover", "card-velocity"] {
        let model = format!("risk-prod/models/{model}");
        assert!(runs(&console, "user:samuel@acme.test", &model), "{model}");
    }
    // More can be done with them.
    console.shows("2 marked");
    console.press("u y");
    assert!(!runs(
        &console,
        "user:samuel@acme.test",
        "risk-prod/models/account-takeover"
    ));
}

#[test]
fn marked_models_are_deleted_together_and_come_back_together() {
    let mut console = Console::open();
    console.press("/ \"risk-prod you\" enter space space X");
    console.shows("Type delete 2 to go on");
    screen!("delete_several", console);
    let before = console.revision();
    console.press("\"delete 1\" enter");
    assert_eq!(console.revision(), before, "the wrong word does nothing");
    console.press("backspace \"2\" enter");
    assert_eq!(console.revision(), before.next());
    let gone = ResourceRef::parse("risk-prod/models/account-takeover").unwrap();
    assert!(console.registry.snapshot().find(&gone).is_err());
    console.press("u y");
    assert!(console.registry.snapshot().find(&gone).is_ok());
}

#[test]
fn what_cannot_be_done_together_says_why() {
    let mut console = Console::open();
    let before = console.revision();
    // A model of Google's and one of Fabric's know different levels.
    console.press("/ \"account takeover\" enter space / \"upsell\" enter space s");
    console.shows("in another way than the rest");
    console.press("esc esc");
    // Model groups have no shares, but a mode each.
    console.press("esc / \"ticket reranker\" enter space / \"transaction emb\" enter space s");
    console.shows("each has an access mode");
    console.press("esc esc esc");
    assert_eq!(console.revision(), before);
}

#[test]
fn what_can_be_done_with_some_is_offered_for_those() {
    let mut console = Console::open();
    console.press("/ \"churn forecast\" enter space / \"contract cl\" enter space s");
    console.shows("Of the 2 marked, you can share 1 together.");
    console.shows("generic prediction models can't be");
    screen!("share_some", console);
    // esc leaves all marked; enter goes on with the one.
    console.press("esc");
    console.shows("2 marked");
    console.press("s enter");
    console.shows("Share Contract clauses");
    console.press("\"fatima\" enter enter y");
    assert!(
        console.newest().stamp.summary.contains("Contract clauses"),
        "{}",
        console.text()
    );
    // Where it can be done with none, the first says why.
    console.press("esc esc / \"churn forecast\" enter s");
    console.shows("can't be shared");
}

#[test]
fn somebody_who_may_not_share_all_of_them_is_told_of_which() {
    let mut erin = Console::open_as("user:erin@acme.test", (80, 24), Theme::default());
    erin.press("3 / \"claims triage\" enter space / \"fraud score\" enter space s");
    erin.shows("Of the 2 marked, you can share 1 together.");
    erin.shows("You can't share Fraud score");
}
