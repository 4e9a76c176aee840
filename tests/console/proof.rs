//! What proof-readers of the console tripped over: each of these was wrong once.

use std::collections::BTreeSet;

use deedbox::authz::lists::owners;
use deedbox::authz::{who_can, wording};
use deedbox::domain::{Capability, PrincipalId, ResourceKind, Target, Timestamp, Window};
use deedbox::registry::offboarding::successors;
use deedbox::tui::screens::standing::{Asked, Source};
use deedbox::tui::theme::Theme;

use crate::harness::{Console, clock, sample};

macro_rules! screen {
    ($name:expr, $console:expr) => {
        insta::assert_snapshot!($name, $console.styled())
    };
}

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (60, 16)];

fn named(name: &str, (columns, rows): (u16, u16)) -> String {
    format!("{name}_{columns}x{rows}")
}

fn at(who: &str, size: (u16, u16)) -> Console {
    Console::open_as(who, size, Theme::default())
}

const ALICE: &str = "user:alice@acme.test";
const DAN: &str = "user:dan@acme.test";

// --- texts are read to their ends ------------------------------------------------------------

#[test]
fn the_end_of_a_plan_is_read_before_it_is_confirmed() {
    for size in SIZES {
        let mut console = at(ALICE, size);
        console.press(", / \"search\" enter a \"setting\" enter right tab \"false\" ctrl-s");
        console.shows("more below");
        console.press("end");
        console.hides("more below");
        screen!(named("plan_at_its_end", size), console);
        let end = console.text();
        console.press("down");
        assert_eq!(console.text(), end, "there is nothing further down");
        console.press("up");
        console.shows("more below");
        console.press("home");
        console.shows("Set model");
    }
}

#[test]
fn what_the_platform_needs_is_read_before_an_offboarding() {
    let mut console = Console::open();
    console.press("5 / \"bob\" enter O ctrl-s");
    console.hides("done on the platform");
    console.press("end");
    console.hides("more below");
    screen!("offboarding_at_its_end", console);
    for _ in 0..9 {
        console.press("pageup");
    }
    console.shows("Offboard Bob Reyes");
    let mut seen = String::new();
    while console.text().contains("more below") {
        seen.push_str(&console.text());
        console.press("pagedown");
    }
    assert!(seen.contains("done on the platform"), "{seen}");
}

#[test]
fn every_text_answers_the_first_step_back_from_its_end() {
    for (open, size) in [
        ("J enter", (60, 16)),
        ("5 / \"carol\" enter enter", (60, 16)),
        ("/ \"fraud score\" enter enter", (60, 16)),
        ("7 space down space c", (60, 16)),
    ] {
        let mut console = at(ALICE, size);
        console.press(open);
        console.shows("more below");
        let top = console.text();
        console.press("end");
        console.hides("more below");
        let end = console.text();
        console.press("up");
        assert_ne!(console.text(), end, "{open}");
        console.press("home");
        assert_eq!(console.text(), top, "{open}");
    }
}

// --- who has access is what the core says ----------------------------------------------------

/// Every row that is said to give something does, and nobody who may see or run is left out.
#[test]
fn what_the_share_panel_lists_is_who_has_access() {
    let registry = sample();
    let snapshot = registry.snapshot();
    let viewer = snapshot.find_principal(ALICE).unwrap();
    let mut rows = 0;
    for (environment, _) in snapshot.places() {
        for resource in snapshot.resources_in(environment, ResourceKind::Model) {
            let asked = Asked {
                resource,
                viewer,
                now: clock(),
            };
            if !asked.sees_all(&snapshot) {
                continue;
            }
            let on = Target::Resource(resource);
            let reached: BTreeSet<PrincipalId> = [Capability::See, Capability::Run]
                .into_iter()
                .flat_map(|c| who_can(&snapshot, c.into(), on, clock()))
                .map(|h| h.principal)
                .filter(|p| *p != PrincipalId::ANONYMOUS)
                .collect();
            let listed = asked.answer(&snapshot);
            let giving: Vec<_> = listed.iter().filter(|s| !s.idle).collect();
            for row in giving.iter().filter(|s| s.from != Source::Itself) {
                let within = snapshot.actors_within(row.member);
                let uses = within.iter().any(|w| reached.contains(w));
                let special = snapshot
                    .principal(row.member)
                    .is_some_and(|p| p.is_everybody());
                assert!(uses || special, "{row:?} on {}", snapshot.target_id(on));
                rows += 1;
            }
            for who in reached {
                let closure = snapshot.closure(who);
                let owner = snapshot.resource(resource).and_then(|r| r.owner);
                let found = giving.iter().any(|s| closure.contains(&s.member));
                let owns = owner.is_some_and(|o| closure.contains(&o));
                let id = snapshot.target_id(on);
                assert!(found || owns, "{} on {id}", snapshot.label(who));
            }
        }
    }
    assert!(rows > 50, "{rows}");
}

#[test]
fn the_share_panel_leaves_out_what_gives_nothing() {
    let mut console = at(ALICE, (120, 45));
    console.press("/ \"fraud score\" enter s");
    console.shows("Petra Novotná");
    console.shows("Model auditor inherited from above");
    for not in [
        "Frank Oyelaran",
        "batch-runner",
        "Credit team",
        "logging.viewer",
    ] {
        console.hides(not);
    }
    console.press("esc 3 / \"card velocity\" enter s");
    console.shows("Samuel Osei");
    console.shows("ended 2026-06-01");
}

#[test]
fn what_comes_from_the_workspace_says_so_before_anybody_tries() {
    for size in SIZES {
        let mut console = at(ALICE, size);
        console.press("/ \"price elasticity\" enter s shift-tab end");
        console.shows("can't be taken away");
        screen!(named("inherited_share", size), console);
        let before = console.revision();
        console.press("delete");
        console.shows("can't be taken away");
        assert_eq!(console.revision(), before);
    }
    let mut console = at(ALICE, (80, 24));
    console.press("/ \"price elasticity\" enter s shift-tab end enter");
    console.shows("Roles held");
    console.shows("sales-lab");
}

#[test]
fn whoever_may_not_view_access_is_shown_their_own() {
    for size in SIZES {
        let mut dan = at(DAN, size);
        dan.press("2 / \"contract clauses\" enter enter tab");
        dan.shows("You can't see who has access to this.");
        dan.shows("Your own access");
        dan.shows("You can see, run");
        dan.shows("• User");
        dan.hides("neither owned");
    }
    // Whoever may share, but not see who has access: only on Fabric, with Reshare on the item.
    let mut dan = at(DAN, (80, 24));
    dan.press("2 / \"price elasticity\" enter s");
    dan.shows("You can't see who else has access; this is your own access.");
    dan.shows("Dan Okafor");
    dan.hides("Data science  ");
    screen!("own_shares", dan);
}

#[test]
fn activity_tells_of_this_model_only() {
    let mut console = Console::open();
    console.press("/ \"fraud score\" enter enter shift-tab");
    console.shows("Import acme.yaml, by account:setup.");
    console.hides("open to everybody");
    console.press("esc s \"credit\" enter enter y enter shift-tab");
    console.shows("Share Fraud score with Credit team as Model User, by Alice Ng. +");
}

// --- roles -----------------------------------------------------------------------------------

#[test]
fn roles_that_come_by_a_mapping_are_held() {
    let mut console = at(ALICE, (120, 40));
    console.press("7 / \"all access\" enter");
    console.shows("Alice Ng +1");
    console.press("enter tab tab");
    console.shows("Ștefan Ionescu");
    console.shows("mapped to the backend role");
    screen!("role_by_mapping", console);
    console.press("esc , / \"search\" enter enter tab");
    console.hides("Nobody holds a role here.");
    console.shows("mapped to the backend role");
    screen!("roles_held_in_a_cluster", console);
}

#[test]
fn times_are_told_as_they_stand_now() {
    let mut console = at(ALICE, (120, 40));
    console.press(", / \"risk-prod\" enter enter tab / \"batch\" enter");
    console.shows("begins 2026-12-28, until 2027-01-05");
}

#[test]
fn groups_are_named_on_environments_too() {
    let mut console = at(ALICE, (120, 40));
    console.press("6 / \"ml platform\" enter enter tab tab");
    console.shows("ML platform is named on");
    console.shows("Risk, production");
    console.shows("Admin");
    screen!("group_named_on", console);
    console.press("enter");
    console.shows("Roles held");
}

#[test]
fn what_nobody_can_share_does_not_hang_on_its_owner() {
    let mut console = at(ALICE, (120, 40));
    console.press("8 / \"operation\" enter");
    console.hides("not shared");
    console.shows("cannot be shared");
}

// --- what is dangerous -----------------------------------------------------------------------

#[test]
fn what_opens_something_to_everybody_takes_a_word() {
    for size in SIZES {
        let mut console = at(ALICE, size);
        let before = console.revision();
        console.press("/ \"ticket reranker\" enter s left tab tab \"a fair\" enter");
        console.shows("Type everybody to go on");
        screen!(named("opens_to_everybody", size), console);
        console.press("y enter");
        assert_eq!(console.revision(), before, "y is a letter of the word");
        console.press("backspace \"everybody\" enter");
        let entry = console.newest();
        assert_eq!(entry.stamp.intent, "update-model-group");
        assert_eq!(entry.stamp.reason.as_deref(), Some("a fair"));
        // Closing it again takes no word.
        console.press("u y");
        assert_eq!(console.newest().stamp.intent, "undo");
        // Undoing that opens it again.
        console.press("ctrl-r");
        console.shows("Type everybody to go on");
    }
}

// --- what one is told ------------------------------------------------------------------------

#[test]
fn suggested_successors_say_why() {
    let mut console = Console::open();
    console.press("3 / \"early repayment\" enter o");
    console.shows("co-owner");
    screen!("reassign_co_owner", console);
}

#[test]
fn the_header_says_where_one_stands() {
    for size in SIZES {
        let mut console = at(ALICE, size);
        console.press("E \"risk\" enter");
        if size.0 > 60 {
            console.shows("Risk, production (Google");
        }
        console.shows("Basic Owner +2");
        screen!(named("in_one_environment", size), console);
    }
    let mut dan = at(DAN, (120, 40));
    dan.press("E \"sales\" enter");
    dan.shows("Sales lab (Microsoft Fabric)");
}

#[test]
fn with_borrowed_eyes_it_is_their_name() {
    let mut console = at(ALICE, (120, 40));
    console.press("5 / \"dan okafor\" enter S 2");
    console.shows("shared with Dan Okafor as");
    console.hides("shared with you");
    console.press("/ \"contract clauses\" enter enter");
    console.shows("Dan Okafor can  see run");
    console.hides("You can");
    screen!("seeing_as_detail", console);
    console.press("tab");
    console.shows("Dan Okafor can't see who has access to this.");
    console.shows("Dan Okafor's own access");
    console.press("esc 1");
    console.shows("Dan Okafor owns no models");
}

#[test]
fn versions_of_a_model_group_say_what_is_known() {
    let mut console = Console::open();
    console.press("/ \"transaction emb\" enter enter tab tab");
    console.shows("version 1");
    screen!("versions_of_a_group", console);
}

#[test]
fn empty_places_name_the_key_that_fills_them() {
    let mut console = at("user:samuel@acme.test", (80, 24));
    console.shows("n makes one");
    console.press("esc 6 / \"interns\" enter enter tab tab");
    console.shows("s on a model shares it with them");
}

#[test]
fn likely_successors_are_the_same_however_many_are_asked_for() {
    let registry = sample();
    let snapshot = registry.snapshot();
    let mut suggested = 0;
    for (environment, _) in snapshot.places() {
        for id in snapshot.resources_in(environment, ResourceKind::Model) {
            let resource = snapshot.resource(id).unwrap();
            for leaver in owners(&snapshot, resource, clock()) {
                let ask =
                    |limit| successors(&snapshot, leaver, Target::Resource(id), clock(), limit);
                let many = ask(6);
                assert!(many.len() <= 6);
                assert_eq!(ask(1), many.iter().take(1).cloned().collect::<Vec<_>>());
                let who: BTreeSet<PrincipalId> = many.iter().map(|s| s.principal).collect();
                assert_eq!(who.len(), many.len(), "nobody is suggested twice");
                assert!(!who.contains(&leaver));
                suggested += many.len();
            }
        }
    }
    assert!(suggested > 20, "{suggested}");
}

#[test]
fn when_a_grant_holds_is_told_from_today() {
    let day = |text: &str| Timestamp::parse(text);
    let window = |start: Option<&str>, end: Option<&str>| {
        Some(Window {
            start: start.map(|t| day(t).unwrap()),
            end: end.map(|t| day(t).unwrap()),
        })
    };
    let (past, future, later) = (
        "2026-06-01T00:00:00Z",
        "2026-12-28T00:00:00Z",
        "2027-01-05T00:00:00Z",
    );
    for (window, told) in [
        (window(None, None), ""),
        (window(Some(past), None), ""),
        (window(None, Some(past)), "ended 2026-06-01"),
        (window(Some(past), Some(later)), "until 2027-01-05"),
        (window(Some(future), None), "begins 2026-12-28"),
        (
            window(Some(future), Some(later)),
            "begins 2026-12-28, until 2027-01-05",
        ),
        (None, "never: its condition can't be evaluated"),
    ] {
        assert_eq!(wording::time(window, clock()), told);
    }
}
