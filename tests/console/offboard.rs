//! Offboarding by keys: what the screen says, what the journal says, and that nothing is left.

use deedbox::domain::Target;
use deedbox::registry::offboarding::holdings;
use deedbox::tui::theme::Theme;

use crate::harness::{Console, clock};

macro_rules! screen {
    ($name:expr, $console:expr) => {
        insta::assert_snapshot!($name, $console.styled())
    };
}

/// Bob's offboarding, opened from the list of people.
fn bob(size: (u16, u16)) -> Console {
    let mut console = Console::open_as("user:alice@acme.test", size, Theme::default());
    console.press("5 / \"bob\" enter O");
    console
}

fn left_to(console: &Console, who: &str) -> usize {
    let snapshot = console.registry.snapshot();
    let user = snapshot.find_principal(who).unwrap();
    let left = holdings(&snapshot, user, clock());
    left.owned.len() + left.held.iter().filter(|h| !h.is_above()).count()
}

#[test]
fn everything_is_in_sight_with_its_successor() {
    let mut console = bob((80, 24));
    console.shows("Offboard Bob Reyes");
    console.shows("Models");
    console.press("G");
    console.shows("Memberships");
    console.shows("taken away");
    console.press("g");
    console.press("down enter esc");
    screen!("offboard__wide", console.resize(120, 40));
    screen!("offboard__small", console.resize(60, 16));
}

#[test]
fn the_leaver_is_handed_over_in_one_change_and_nothing_is_left() {
    let mut console = bob((80, 24));
    assert!(left_to(&console, "user:bob@acme.test") > 5);
    let before = console.revision();
    // Carol takes everything but one model, which goes to Erin.
    console.press("tab \"carol\" enter");
    console.press("down enter \"erin\" enter");
    console.shows("chosen");
    console.shows("takes all");
    console.press("tab tab tab \"left\" enter");
    screen!("offboard__confirm", console);
    console.press("\"wrong\" y");
    assert_eq!(console.revision(), before, "the word was not typed");
    console.press(
        "backspace backspace backspace backspace backspace backspace \"bob@acme.test\" enter",
    );
    assert_eq!(console.revision(), before.next(), "{}", console.text());
    assert_eq!(left_to(&console, "user:bob@acme.test"), 0);
    let entry = console.newest();
    assert_eq!(entry.stamp.intent, "offboard");
    assert_eq!(entry.stamp.reason.as_deref(), Some("left"));
    console.shows("Nothing is left");
    console.shows("Handed over");
    screen!("offboard__receipt", console);

    // The receipt stays on the entry.
    console.press("J enter");
    console.shows("Nothing is left");
    console.press("pagedown");
    console.shows("to Erin Walsh: ");
    console.press("pagedown");
    console.shows("Only on the platform");
    console.press("u \"undo\" enter");
    assert!(left_to(&console, "user:bob@acme.test") > 5, "taken back");
}

#[test]
fn one_successor_for_the_marked_and_back_to_the_suggestion() {
    let mut console = bob((80, 24));
    let plain = console.text();
    console.press("A enter \"erin\" enter");
    let snapshot = console.registry.snapshot();
    let erin = snapshot.find_principal("user:erin@acme.test").unwrap();
    console.shows(&snapshot.label(erin));
    console.hides("marked");
    console.press("A x esc");
    assert_eq!(console.text(), plain, "as suggested again");
}

#[test]
fn groups_fold() {
    let mut console = bob((80, 24));
    let open = console
        .text()
        .lines()
        .filter(|l| l.contains("Carol Diaz"))
        .count();
    console.press("down left");
    console.shows("+ Models");
    let folded = console
        .text()
        .lines()
        .filter(|l| l.contains("Carol Diaz"))
        .count();
    assert!(folded < open);
    console.press("right");
    console.shows("- Models");
}

#[test]
fn who_holds_nothing_and_who_is_deleted() {
    let mut console = Console::open();
    console.press("5 / \"oyelaran\" enter O");
    console.shows("Offboard Frank Oyelaran");
    screen!("offboard__deleted", console);
    console.press("esc esc / \"report-bot\" enter O");
    console.shows("Offboard report-bot@acme.test");
    screen!("offboard__little", console);
}

#[test]
fn the_last_administrator_is_shown_where_it_bites() {
    let mut console = crowded(1);
    console.press("5 / \"boss\" enter O");
    console.shows("refused: the last administrator");
    console.shows("Nobody would administer big any more");
    screen!("offboard__last_administrator", console);
    let before = console.revision();
    console.press("ctrl-s");
    console.shows("Not possible here");
    console.shows("Make somebody else");
    assert_eq!(console.revision(), before);
}

#[test]
fn only_store_administrators_offboard_and_it_says_so() {
    let mut console = Console::open_as("user:dan@acme.test", (80, 24), Theme::default());
    console.press("5 / \"bob\" enter O");
    console.hides("Offboard Bob");
    console.shows("Only store administrators");
}

#[test]
fn what_the_screen_says_is_what_the_plan_does() {
    let mut console = bob((120, 40));
    console.press("down enter \"erin\" enter");
    let screen = console.text();
    console.press("ctrl-s \"bob@acme.test\" enter");
    let snapshot = console.registry.snapshot();
    let mut looked_at = 0;
    for change in &console.newest().changes.0 {
        let deedbox::domain::Key::Resource(_, id) = change.key else {
            continue;
        };
        let resource = snapshot.resource(id).unwrap();
        let name = snapshot.target_label(Target::Resource(id));
        let row = screen
            .lines()
            .find(|l| l.contains(&format!("     {name} ")));
        let owners = deedbox::authz::lists::owners(&snapshot, resource, clock());
        if let (Some(row), Some(owner)) = (row, owners.first()) {
            let shown: String = snapshot.label(*owner).chars().take(8).collect();
            assert!(row.contains(&shown), "{row} but {shown}");
            looked_at += 1;
        }
    }
    assert!(looked_at >= 3, "{looked_at}\n{screen}");
}

/// A project in which somebody without manager and groups owns many models.
fn crowded(models: usize) -> Console {
    use std::fmt::Write as _;
    let mut text = "\
deedbox: 1
directory:
  users:
    - {id: lone@x.test, name: Lone Owner, status: active}
    - {id: boss@x.test, name: Boss, status: active}
environments:
  - id: big
    platform: google-ai-platform
    policy:
      bindings:
        - {role: roles/owner, members: [user:boss@x.test]}
    models:
"
    .to_owned();
    for n in 0..models {
        writeln!(
            text,
            "      - {{id: m{n:04}, policy: {{bindings: [{{role: roles/ml.modelOwner, members: [user:lone@x.test]}}]}}}}"
        )
        .unwrap();
    }
    let registry = deedbox::registry::Registry::in_memory().unwrap();
    let document = deedbox::interop::document::read(&text, "big.yaml").unwrap();
    let mut draft = deedbox::registry::Draft::new(&registry.snapshot());
    deedbox::interop::document::apply(&document, &mut draft).unwrap();
    let setup = deedbox::registry::Actor::store_administrator("setup");
    let plan = deedbox::registry::plan_import(draft, &setup, "big.yaml", clock()).unwrap();
    registry.commit(plan).unwrap();
    let actor = deedbox::registry::Actor {
        principal: registry.snapshot().find_principal("user:boss@x.test"),
        ..setup
    };
    Console::over(
        std::sync::Arc::new(registry),
        actor,
        (80, 24),
        Theme::default(),
    )
}

#[test]
fn a_thousand_things_that_nobody_is_near_enough_to_take_over() {
    let mut console = crowded(1000);
    console.press("5 / \"lone\" enter O");
    console.shows("owns 1 000");
    console.shows("1 000 things have no successor");
    screen!("offboard__thousand", console);
    let before = console.revision();
    console.press("ctrl-s");
    assert_eq!(console.revision(), before);
    console.press("A enter \"boss\" enter");
    console.hides("no successor");
    console.press("ctrl-s");
    console.shows("Type lone@x.test to go on");
    console.press("\"lone@x.test\" enter");
    assert_eq!(left_to(&console, "user:lone@x.test"), 0);
    console.shows("Handed over: 1 000");
}
