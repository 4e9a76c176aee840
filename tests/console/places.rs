//! People, groups, settings, forms; one environment, somebody's eyes, the past; mouse and keys of
//! one's own.

use std::sync::Arc;

use crossterm::event::{KeyModifiers, MouseEvent, MouseEventKind};
use deedbox::authz::{Request, check};
use deedbox::domain::{Capability, ResourceRef};
use deedbox::tui::commands::CommandId;
use deedbox::tui::config::Config;
use deedbox::tui::message::Message;
use deedbox::tui::theme::{Scheme, Theme};

use crate::harness::{Console, clock};

macro_rules! screen {
    ($name:expr, $console:expr) => {
        insta::assert_snapshot!($name, $console.styled())
    };
}

#[test]
fn settings() {
    let mut console = Console::open();
    screen!("settings_environment", console.press(", enter"));
    screen!("settings_roles_held", console.press("tab"));
}

#[test]
fn looks_change_for_the_session() {
    let mut console = Console::open();
    console.press(", tab tab enter");
    console.shows("light");
    assert_eq!(console.runtime.console.state.theme.scheme, Scheme::Light);
}

#[test]
fn a_user_is_added_and_put_into_a_group() {
    let mut console = Console::open();
    console.press("5 n");
    console.press("enter \"xena@acme.test\" tab \"Xena Adler\" tab \"carol\" enter");
    console.shows("Add Xena Adler.");
    screen!("new_user_confirm", console);
    console.press("y");
    assert_eq!(console.newest().stamp.intent, "create-user");
    console.press("/ \"xena\" enter a \"group\" enter \"fraud\"");
    screen!("add_to_group_form", console);
    console.press("enter");
    screen!("add_to_group_confirm", console);
    console.press("y");
    let entry = console.newest();
    assert_eq!(entry.stamp.intent, "set-membership");
    let snapshot = console.registry.snapshot();
    let zara = snapshot.find_principal("user:xena@acme.test").unwrap();
    let fraud = snapshot.find_principal("group:fraud@acme.test").unwrap();
    assert!(snapshot.groups_of(zara).any(|g| g == fraud));
}

#[test]
fn a_member_is_removed_where_members_are_listed() {
    let mut console = Console::open();
    console.press("6 / \"fraud team\" enter enter tab / \"erin\" enter delete");
    console.shows("Effect:");
    console.press("y");
    assert_eq!(console.newest().stamp.intent, "set-membership");
    console.hides("Erin Walsh  ");
}

#[test]
fn a_setting_is_changed_with_its_effect_in_sight() {
    let mut console = Console::open();
    console.press(", / \"search\" enter a \"setting\" enter right tab");
    console.shows("‹ false ›");
    console.shows("Change a setting");
    console.shows("people");
    let before = console.revision();
    console.press("ctrl-s");
    console.shows("Type everybody to go on");
    console.press("y enter");
    assert_eq!(console.revision(), before, "it opens groups to everybody");
    console.press("backspace \"everybody\" enter");
    assert_eq!(console.newest().stamp.intent, "set-setting");
}

#[test]
fn whoever_may_not_sees_why_before_anything_is_asked() {
    let mut dan = Console::open_as("user:dan@acme.test", (80, 24), Theme::default());
    dan.press("5 n enter \"xena@acme.test\" ctrl-s");
    dan.shows("Not allowed");
    let before = dan.revision();
    dan.press("esc esc esc");
    assert_eq!(dan.revision(), before);
}

#[test]
fn one_environment_only() {
    let mut console = Console::open();
    console.press("3 E \"search\" enter");
    console.hides("risk-prod");
    console.press("E enter");
    console.shows("risk-prod");
}

#[test]
fn seeing_as_somebody_changes_nothing_but_the_view() {
    let mut console = Console::open();
    console.press("5 / \"dan okafor\" enter S");
    console.shows("seeing as Dan Okafor");
    console.press("2 s");
    console.shows("can be changed");
    console.press("esc esc esc esc esc");
    console.hides("seeing as");
}

#[test]
fn the_past_is_shown_on_every_screen_and_can_be_left() {
    let mut console = Console::open();
    let model = "risk-prod/models/device-trust";
    let may = |console: &Console| {
        let snapshot = &console.runtime.console.state.snapshot;
        let samuel = snapshot.find_principal("user:samuel@acme.test").unwrap();
        let target = snapshot.find(&ResourceRef::parse(model).unwrap()).unwrap();
        let run = Request::new(samuel, Capability::Run.into(), target, clock());
        check(snapshot, &run).is_allowed()
    };
    console.press("/ \"device trust\" enter s \"credit\" enter enter y");
    assert!(may(&console));
    console.press("J down t");
    console.shows("AS OF");
    screen!("as_of", console);
    assert!(!may(&console), "the share had not been made then");
    console.press("/ \"device trust\" enter s");
    console.shows("can be changed");
    console.press("esc esc esc");
    console.hides("AS OF");
    assert!(may(&console));
}

#[test]
fn nothing_is_changed_in_a_console_that_only_looks() {
    let mut console = Console::open();
    console.runtime.console.state.read_only = true;
    console.press("s");
    console.shows("--read-only");
    console.press("esc 5 n");
    console.shows("--read-only");
}

#[test]
fn the_mouse_chooses_opens_and_runs_hints() {
    for size in [(80, 24), (120, 40), (160, 45)] {
        let mut console = Console::open_as("user:alice@acme.test", size, Theme::default());
        console.click("Device trust");
        console.shows("▸   Device trust");
        console.click("Device trust");
        console.shows("risk-prod/models/device-trust");
        console.click("s share");
        console.shows("Share Device trust");
        console.press("esc esc");
        console.click("2 Shared");
        console.shows("Why it is here");
        console.click_at(0, 0);
    }
}

#[test]
fn the_wheel_moves_the_cursor() {
    let mut console = Console::open();
    let first = console.runtime.console.subject();
    console.send(Message::Mouse(MouseEvent {
        kind: MouseEventKind::ScrollDown,
        column: 5,
        row: 5,
        modifiers: KeyModifiers::NONE,
    }));
    assert_ne!(console.runtime.console.subject(), first);
}

#[test]
fn keys_of_ones_own() {
    let text = "keys:\n  share: [ctrl-x]\n  help: f1\n";
    let config = Config::read(text, "config.yaml", Theme::default()).unwrap();
    let mut console = Console::open();
    console.runtime.console.state.keymap = Arc::new(config.keymap);
    console.press("");
    console.shows("ctrl-x share");
    console.press("s");
    console.hides("Share Account takeover");
    console.press("ctrl-x");
    console.shows("Share Account takeover");
}

#[test]
fn a_wrong_configuration_names_the_line() {
    for (text, part) in [
        (
            "theme: dark\nkeys:\n  share: o\n",
            "c.yaml:3: keys.share: `o` already means reassign",
        ),
        (
            "theme: dark\nkeys:\n  dance: o\n",
            "c.yaml:3: keys.dance: there is no such command",
        ),
        (
            "mouse: false\ntheme: pink\n",
            "c.yaml:2: theme: `pink` is none of dark, light",
        ),
        (
            "# mine\ntheme: light\n\ncolour: red\n",
            "c.yaml:4: colour: there is no such field here",
        ),
        ("theme: light\nkeys: [s]\n", "c.yaml:2: keys: "),
    ] {
        let error = Config::read(text, "c.yaml", Theme::default()).unwrap_err();
        assert!(error.starts_with(part), "{error}");
    }
    // A digit is a key; a file of notes says nothing.
    for text in [
        "keys:\n  share: [s, ctrl-x]\n  view-my-models: 1\n",
        "# nothing yet\n",
    ] {
        Config::read(text, "c.yaml", Theme::default()).unwrap();
    }
}

#[test]
fn themes_and_accessible_mode() {
    for (name, theme) in [
        (
            "light",
            Theme {
                scheme: Scheme::Light,
                ..Theme::default()
            },
        ),
        (
            "high_contrast",
            Theme {
                scheme: Scheme::HighContrast,
                ..Theme::default()
            },
        ),
        (
            "accessible",
            Theme {
                accessible: true,
                ..Theme::default()
            },
        ),
    ] {
        let mut console = Console::open_as("user:alice@acme.test", (80, 24), theme);
        console.press("down down");
        insta::assert_snapshot!(format!("theme_{name}"), console.styled());
    }
}

#[test]
fn marks_ranges_and_all() {
    let mut console = Console::open();
    console.press("space down down v");
    console.shows("4 marked");
    console.press("A");
    console.shows("12 marked");
    console.press("A");
    console.hides("marked");
    console.press("A y");
    assert_eq!(console.copied.last().unwrap().lines().count(), 12);
}

#[test]
fn every_column_sorts_both_ways() {
    let mut console = Console::open();
    console.press("3");
    for _ in 0..6 {
        console.press("z");
        let text = console.text();
        assert!(text.contains('↓'), "{text}");
    }
    console.press("Z");
    console.shows("↑");
}

#[test]
fn every_command_of_the_table_can_be_pressed_anywhere_without_harm() {
    let mut console = Console::open();
    for command in deedbox::tui::commands::COMMANDS {
        if matches!(command.id, CommandId::Quit | CommandId::Suspend) {
            continue;
        }
        for key in command.keys {
            console.press(key);
        }
        console.press("esc esc esc esc esc esc");
    }
}
