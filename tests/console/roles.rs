//! Roles by keys: the catalogue, one role, two roles, custom ones.

use deedbox::tui::theme::Theme;

use crate::harness::Console;

macro_rules! screen {
    ($name:expr, $console:expr) => {
        insta::assert_snapshot!($name, $console.styled())
    };
}

#[test]
fn the_catalogue_and_a_role() {
    let mut console = Console::open();
    console.press("7 / \"ml.modelUser\" enter enter");
    console.shows("Whoever holds it in the environment");
    screen!("roles__gives", console);
    screen!("roles__permissions", console.press("tab"));
    console.press("tab");
    console.shows("Dan Okafor");
    screen!("roles__held_by", console);
    console.press("enter");
    console.shows("Is  ");
}

#[test]
fn wide_and_small() {
    let mut console = Console::open_as("user:alice@acme.test", (120, 40), Theme::default());
    console.press("7");
    screen!("roles__small", console.resize(60, 16));
}

#[test]
fn two_roles_compared() {
    let mut console = Console::open();
    console.press("7 / \"risk-prod developer\" enter c \"viewer\" enter");
    console.shows("Only ");
    screen!("roles__compare", console);
    console.press("esc esc space down space c");
    console.shows("What holders can do");
}

#[test]
fn a_custom_role_is_made_changed_and_deleted() {
    let mut console = Console::open();
    let roles = |console: &Console| {
        let snapshot = console.registry.snapshot();
        let id = snapshot.find_environment("risk-prod").unwrap();
        snapshot.place(id).unwrap().environment.roles.clone()
    };
    let count = roles(&console).len();
    console
        .press("7 / \"scorer\" enter n \"tester\" tab \"Tester\" tab tab \"versions.get\" space");
    console.press("enter");
    console.shows("Define?");
    console.press("y");
    let made = roles(&console);
    assert_eq!(made.len(), count + 1);
    let tester = made
        .iter()
        .find(|r| r.id.ends_with("/tester"))
        .unwrap()
        .clone();
    assert_eq!(tester.title.as_deref(), Some("Tester"));

    console.press("esc / \"tester\" enter e \"models.predict\" space");
    screen!("roles__edit", console);
    console.press("enter y");
    let changed = roles(&console);
    let now = changed.iter().find(|r| r.id == tester.id).unwrap();
    assert_ne!(now.rights, tester.rights);
    assert_eq!(console.newest().stamp.intent, "update-role");

    console.press("X");
    console.shows("Type projects/risk-prod/roles/tester to go on");
    console.press("\"projects/risk-prod/roles/tester\" enter");
    assert_eq!(roles(&console).len(), count);
    assert_eq!(console.newest().stamp.intent, "delete-role");
}

#[test]
fn what_the_platform_defines_stays_and_says_so() {
    let mut console = Console::open();
    console.press("7 / \"ml.admin\" enter e");
    console.shows("The platform defines this role");
    console.press("/ \"contributor\" enter e");
    console.shows("Fabric has just its four workspace roles");
}
