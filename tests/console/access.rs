//! Asking about access, mending what the answer shows, comparing people, findings.

use deedbox::authz::{Request, check};
use deedbox::domain::{Capability, ResourceRef};
use deedbox::tui::state::{Place, View};
use deedbox::tui::theme::Theme;

use crate::harness::{Console, clock};

fn can(console: &Console, who: &str, capability: Capability, what: &str) -> bool {
    let snapshot = console.registry.snapshot();
    let principal = snapshot.find_principal(who).unwrap();
    let target = snapshot.find(&ResourceRef::parse(what).unwrap()).unwrap();
    let request = Request::new(principal, capability.into(), target, clock());
    check(&snapshot, &request).is_allowed()
}

/// How many keys a script presses.
fn keys(script: &str) -> usize {
    let parts = script.split('"').enumerate();
    parts
        .map(|(i, part)| match i % 2 {
            1 => part.chars().count(),
            _ => part.split_whitespace().count(),
        })
        .sum()
}

macro_rules! screen {
    ($name:expr, $console:expr) => {
        insta::assert_snapshot!($name, $console.styled())
    };
}

#[test]
fn why_not_and_mending_it_take_at_most_twelve_keys() {
    let model = "sales-lab/models/churn-risk";
    let script = "0 \"dan\" enter \"chur\" enter enter y";
    assert!(keys(script) <= 12, "{}", keys(script));
    let mut console = Console::open();
    assert!(!can(&console, "user:dan@acme.test", Capability::Run, model));
    let before = console.revision();
    console.press("0 \"dan\"");
    console.shows("Dan Okafor can run");
    console.press("enter \"chur\"");
    console.shows("No. Dan Okafor can't run");
    console.press("enter");
    console.shows("May Dan Okafor run Churn risk?");
    console.shows("What would allow it");
    console.press("enter");
    console.shows("[ Cancel ]");
    assert_eq!(console.revision(), before, "not yet");
    console.press("y");
    console.shows("Yes. Dan Okafor may run Churn risk.");
    console.shows("What would end it");
    assert!(can(&console, "user:dan@acme.test", Capability::Run, model));
    assert_eq!(console.revision(), before.next());
    assert_eq!(
        console.newest().stamp.author.actor,
        "user:alice@acme.test",
        "{script}"
    );
}

#[test]
fn from_a_model_it_is_one_key_and_a_name() {
    let script = "/ \"chu\" enter e \"dan\" enter enter y";
    assert!(keys(script) <= 12, "{}", keys(script));
    let mut console = Console::open();
    console.press("3 / \"churn risk\" enter e");
    console.shows("Alice Ng");
    console.press("\"dan\" enter");
    console.shows("May Dan Okafor run Churn risk?");
    console.press("esc");
    assert_eq!(console.runtime.console.view, View::AllModels);
}

#[test]
fn who_can_lists_everybody_with_their_routes() {
    let mut console = Console::open_as("user:alice@acme.test", (120, 40), Theme::default());
    console.press("0 enter \"fraud score\" enter");
    console.shows("Who may run Fraud score?");
    console.shows("Model User, through Fraud team");
    // The filter and the order are those of every list; enter asks about the row.
    console.press("/ \"erin\" enter");
    console.hides("Nadia Haddad");
    console.press("enter");
    console.shows("May Erin Walsh run Fraud score?");
    console.shows("through Fraud team");
    console.press("left");
    console.shows("May Erin Walsh view Fraud score?");
    console.press("w");
    console.shows("Who may view Fraud score?");
}

#[test]
fn what_can_lists_what_somebody_can() {
    let mut console = Console::open();
    console.press("0 \"dan\" enter enter");
    console.shows("What may Dan Okafor run?");
    console.shows("Dan Okafor can run");
    console.press("/ \"fraud\" enter enter");
    console.shows("May Dan Okafor run Fraud score?");
    console.shows("Yes.");
}

#[test]
fn the_platforms_own_words_and_dates_can_be_asked_about() {
    let mut console = Console::open();
    console.press("0 \"dan\" enter \"chargeback\" enter");
    console.shows("Yes. Dan Okafor may run Chargeback risk.");
    // Until spring.
    console.press("shift-tab \"2027-04-01\"");
    console.shows("No. Dan Okafor can't run Chargeback risk");
    console.press("enter");
    console.shows("a grant has ended");
    console.shows("on 2027-04-01?");
    console.press("tab tab \"versions.list\"");
    console.shows("ml.versions.list");
    console.press("enter");
    console.shows("use ml.versions.list on");
    console.press("shift-tab \"soon\"");
    console.shows("Write when as a date");
}

#[test]
fn whoever_may_not_see_why_and_whom_to_ask() {
    let mut console = Console::open_as("user:dan@acme.test", (80, 24), Theme::default());
    let before = console.revision();
    console.press("3 / \"churn risk\" enter e");
    console.shows("No. Dan Okafor can't run Churn risk");
    console.shows("Ask ");
    console.press("enter");
    assert_eq!(console.revision(), before);
    assert_eq!(console.runtime.console.place(), Place::Notice);
    console.press("esc tab \"erin\"");
    console.shows("You may ask about yourself");
    console.hides("Erin Walsh may");
}

#[test]
fn an_allowed_answer_offers_the_cuts() {
    let mut console = Console::open();
    console.press("0 \"nadia\" enter \"fraud score\" enter end");
    console.shows("What would end it");
    console.press("enter");
    console.shows("[ Take away ]");
    console.press("y");
    assert!(!can(
        &console,
        "user:nadia@acme.test",
        Capability::Run,
        "risk-prod/models/fraud-score"
    ));
    console.press("u y");
    assert!(can(
        &console,
        "user:nadia@acme.test",
        Capability::Run,
        "risk-prod/models/fraud-score"
    ));
}

#[test]
fn the_access_tab_explains_the_row_under_the_cursor() {
    let mut console = Console::open();
    console.press("/ \"fraud score\" enter w");
    console.shows("Who");
    let first = console.runtime.console.person();
    console.press("down");
    assert_ne!(console.runtime.console.person(), first);
    console.press("enter");
    console.shows("run Fraud score?");
    console.press("esc");
    assert_eq!(console.runtime.console.place(), Place::Detail);
}

#[test]
fn two_people_side_by_side() {
    let mut console = Console::open();
    console.press("5 / \"dan\" enter c \"nadia\" enter");
    console.shows("first: Dan Okafor");
    console.shows("second: Nadia Haddad");
    assert_eq!(console.runtime.console.place(), Place::Compare);
    let on = console.runtime.console.subject();
    console.press("e");
    console.shows("No. ");
    console.press("esc enter");
    assert_eq!(console.runtime.console.place(), Place::Detail);
    assert_eq!(console.runtime.console.subject(), on);
    // Two that are marked need no choosing.
    console.press("5 esc esc 5 / \"acme\" enter space space c");
    assert_eq!(console.runtime.console.place(), Place::Compare);
}

#[test]
fn a_finding_leads_to_its_remedy() {
    let mut console = Console::open();
    console.press("F");
    console.shows("owner gone");
    let before = console.runtime.console.top().count().unwrap();
    console.press("/ \"credit limit\" enter");
    console.shows("Credit limit is owned by Bob Reyes");
    console.press("enter");
    assert_eq!(console.runtime.console.place(), Place::Reassign);
    console.press("\"carol\" enter enter y");
    console.press("F");
    assert_eq!(console.runtime.console.top().count().unwrap(), before - 1);
    console.press("u y F");
    assert_eq!(console.runtime.console.top().count().unwrap(), before);
}

#[test]
fn a_grant_that_does_nothing_is_taken_away_from_its_finding() {
    let mut console = Console::open();
    console.press("F / \"deleted oyelaran viewer\" enter");
    console.shows("Frank Oyelaran, deleted, still holds Viewer");
    console.shows("enter: plan taking it away");
    console.press("enter");
    console.shows("[ Take away ]");
    console.press("y");
    assert_eq!(console.newest().stamp.intent, "revoke-role");
    console.hides("still holds Viewer");
    // A dormant share is explained, with what would wake it.
    console.press("/ \"dormant\" enter enter");
    console.shows("No. Tomasz Wójcik can't see Complaint topics");
    console.shows("What would allow it");
}

#[test]
fn findings_are_counted_in_the_sidebar_for_whoever_may_read_them() {
    let console = Console::open_as("user:alice@acme.test", (120, 40), Theme::default());
    let shown = console.runtime.console.shown(View::Findings).count();
    console.shows(&format!("F Findings         {}", shown.unwrap()));
    // What stands in a policy is for those who may view access there.
    let mut julia = Console::open_as("user:julia@acme.test", (80, 24), Theme::default());
    julia.press("F");
    julia.shows("Sparse encoder has no owner");
    julia.hides("Credit limit");
    let mut diego = Console::open_as("user:diego@acme.test", (80, 24), Theme::default());
    diego.press("F");
    diego.shows("Nothing wants your attention");
}

#[test]
fn screens() {
    for (name, size) in [("80", (80, 24)), ("120", (120, 40)), ("60", (60, 16))] {
        let open = || Console::open_as("user:alice@acme.test", size, Theme::default());
        let mut console = open();
        console.press("0 enter \"fraud score\" enter enter");
        screen!(format!("why_{name}"), console);
        let mut console = open();
        console.press("/ \"fraud score\" enter w down");
        screen!(format!("tab_{name}"), console);
    }
}

/// So many models that what looks at all of them runs outside, in passes.
#[test]
fn in_a_large_organization_answers_come_from_outside() {
    use deedbox::domain::{
        Body, Counters, Key, Model, Policy, Record, Resource, ResourceId, Timestamp,
    };
    use deedbox::registry::findings::findings;
    use std::sync::Arc;

    let mut console = Console::open();
    console.press("F");
    let state = &mut console.runtime.console.state;
    let mut snapshot = (*state.snapshot).clone();
    let place = snapshot.find_environment("sales-lab").unwrap();
    let counters = snapshot.counters();
    let more = 20_000;
    for number in counters.resource..counters.resource + more {
        let model = Resource {
            environment: place,
            id: format!("filler-{number}"),
            name: String::new(),
            description: None,
            owner: None,
            policy: Policy::default(),
            body: Body::Model(Model::default()),
        };
        let key = Key::Resource(place, ResourceId(number));
        snapshot.put(&key, Some(Record::Resource(model)));
    }
    let resource = counters.resource + more;
    let counters = Counters {
        resource,
        ..counters
    };
    snapshot.put(&Key::Counters, Some(Record::Counters(counters)));
    let all = findings(&snapshot, Timestamp(clock().0)).len();
    state.snapshot = Arc::new(snapshot);
    assert!(state.is_large());
    // Another viewer's findings are another question, so they are searched anew.
    console.press("p \"stefan\" enter F");
    let found = console.runtime.console.top().count().unwrap();
    assert!(found > more as usize && found <= all, "{found} of {all}");
    console.press("0 \"dan\" enter \"filler-20000\" enter");
    console.shows("May Dan Okafor run filler-20000?");
    console.shows("What would allow it");
    console.press("w");
    console.shows("Who may run filler-20000?");
    console.press("down");
    assert!(console.runtime.console.person().is_some());
}
