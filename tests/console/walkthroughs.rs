//! The walkthroughs of `assets/walkthroughs`, played: what each step must show, what the journal must
//! say, how many keys a job takes; the guided tour over them; and what is made from them and lies in the
//! repository, compared with what is made now.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use deedbox::tui::commands::reference;
use deedbox::tui::keys::Chord;
use deedbox::tui::message::Message;
use deedbox::tui::theme::Theme;
use deedbox::tui::walkthrough::stage::{Stage, told};
use deedbox::tui::walkthrough::tour::Tour;
use deedbox::tui::walkthrough::{FILES, KEYS, Step, Walkthrough, all, cast, find, pictures};

use crate::harness::Console;

macro_rules! screen {
    ($name:expr, $console:expr) => {
        insta::assert_snapshot!($name, $console.styled())
    };
}

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn walkthroughs() -> Vec<Walkthrough> {
    all().unwrap_or_else(|e| panic!("assets/walkthroughs/{e}"))
}

/// Where a step stands, for messages.
fn place(walkthrough: &Walkthrough, step: &Step) -> String {
    format!("assets/walkthroughs/{}.txt:{}", walkthrough.name, step.line)
}

/// What a screen has against a step. How far columns are apart does not matter. That the header names
/// whoever sits in front of it shows nothing.
fn slips(at: &str, step: &Step, stage: &Stage) -> Vec<String> {
    let screen = stage.text();
    let shown = &stage.runtime.console.state;
    let name = shown.snapshot.label(shown.viewer());
    let header = screen.lines().take(1).map(|line| line.replace(&name, ""));
    let below = screen.lines().skip(1).map(str::to_owned);
    let lines: Vec<String> = header.chain(below).map(|line| close(&line)).collect();
    let is_there = |text: &String| lines.iter().any(|l| l.contains(text.as_str()));
    let missing = step.shows.iter().filter(|t| !is_there(t));
    let missing = missing.map(|t| format!("{at}: `{t}` is not on the screen:\n{screen}"));
    let present = step.hides.iter().filter(|t| is_there(t));
    let present = present.map(|t| format!("{at}: `{t}` is on the screen:\n{screen}"));
    missing.chain(present).collect()
}

fn close(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check_screen(at: &str, step: &Step, stage: &Stage) {
    let slips = slips(at, step, stage);
    assert!(slips.is_empty(), "{}", slips.join("\n"));
}

#[test]
fn every_walkthrough_shows_what_it_says_and_changes_what_it_says() {
    let mut wrong = Vec::new();
    for walkthrough in walkthroughs() {
        let mut stage = Stage::open(&walkthrough).unwrap();
        for step in &walkthrough.steps {
            let at = place(&walkthrough, step);
            let before = stage.revision();
            stage.play(step).unwrap();
            wrong.extend(slips(&at, step, &stage));
            let told = match stage.revision() {
                after if after == before => None,
                after if after == before.next() => Some(told(&stage.newest().unwrap())),
                _ => panic!("{at}: one step makes one change"),
            };
            match (&step.journal, told) {
                (None, Some(told)) => wrong.push(format!("{at}: `{told}` is not announced")),
                (Some(_), None) => wrong.push(format!("{at}: nothing was done")),
                (Some(expected), Some(told)) if !told.contains(expected.as_str()) => {
                    wrong.push(format!("{at}: the journal says `{told}`"));
                }
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A step that shows nothing would pass whatever the console does.
#[test]
fn every_step_that_presses_keys_says_what_is_seen_then() {
    for walkthrough in walkthroughs() {
        for step in walkthrough.steps.iter().filter(|s| !s.keys.is_empty()) {
            assert!(!step.shows.is_empty(), "{}", place(&walkthrough, step));
        }
    }
}

#[test]
fn no_job_takes_more_keys_than_it_may() {
    for walkthrough in walkthroughs() {
        let keys = walkthrough.keys_of_the_job();
        assert!(keys <= KEYS, "{} takes {keys} keys", walkthrough.name);
        assert!(keys > 0, "{}", walkthrough.name);
    }
}

#[test]
fn there_is_one_for_each_main_job() {
    let folder = Path::new(ROOT).join("assets/walkthroughs");
    let files: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|f| f.unwrap().file_name().into_string().unwrap())
        .filter_map(|f| f.strip_suffix(".txt").map(str::to_owned))
        .collect();
    let carried: BTreeSet<String> = FILES.iter().map(|(n, _)| (*n).to_owned()).collect();
    assert_eq!(files, carried, "every file is played, and carried");
    for job in [
        "share",
        "shared-with-me",
        "reassign",
        "offboard",
        "explain-and-fix",
        "who-can",
        "access-modes",
        "undo-and-as-of",
    ] {
        assert!(carried.contains(job), "{job}");
    }
}

#[test]
fn an_unknown_one_says_which_there_are() {
    let said = find("shear").unwrap_err();
    assert!(
        said.contains("`shear`") && said.contains("shared-with-me"),
        "{said}"
    );
}

// The guided tour.

fn key(stage: &mut Stage, name: &str) {
    stage.press(Chord::parse(name).unwrap()).unwrap();
}

/// The number of the step that the caption is about; `None` when the tour is over.
fn number(stage: &Stage) -> Option<usize> {
    stage.runtime.console.tour.as_ref().map(Tour::number)
}

/// Has every step pressed by space, in a terminal of a size; the caption must always be whole.
fn take(walkthrough: &Walkthrough, size: (u16, u16), checked: bool) {
    let mut stage = Stage::tour(walkthrough, size).unwrap();
    for (n, step) in (1..).zip(&walkthrough.steps) {
        let at = format!("{} at {}x{}", place(walkthrough, step), size.0, size.1);
        assert_eq!(number(&stage), Some(n), "{at}");
        let screen = stage.text();
        assert!(screen.contains(&format!("step {n} of")), "{at}:\n{screen}");
        let caption: Vec<&str> = screen.lines().rev().skip(1).take(2).collect();
        let caption = format!("{} {}", caption[1].trim(), caption[0].trim());
        assert_eq!(caption.trim(), step.caption, "{at}:\n{screen}");
        key(&mut stage, "space");
        // Where a step waits for a commit, what is left of it is pressed by the next space.
        while number(&stage) == Some(n) {
            key(&mut stage, "space");
        }
        if checked {
            check_screen(&at, step, &stage);
        }
    }
    assert_eq!(number(&stage), None);
    assert!(
        stage.text().contains("That was the tour"),
        "{}",
        stage.text()
    );
}

#[test]
fn a_tour_goes_through_on_space_alone() {
    for walkthrough in walkthroughs() {
        let (columns, rows) = walkthrough.size;
        take(&walkthrough, (columns, rows + 4), true);
        take(&walkthrough, (80, 24), false);
        take(&walkthrough, (60, 16), false);
    }
}

#[test]
fn a_tour_goes_through_on_its_own_keys() {
    for walkthrough in walkthroughs() {
        let mut stage = Stage::captioned(&walkthrough).unwrap();
        for step in &walkthrough.steps {
            stage.play(step).unwrap();
            check_screen(&place(&walkthrough, step), step, &stage);
            if step.keys.is_empty() {
                stage.go_on().unwrap();
            }
        }
        assert_eq!(number(&stage), None, "{}", walkthrough.name);
    }
}

#[test]
fn keys_that_are_not_in_the_step_do_nothing_and_say_so() {
    let share = find("share").unwrap();
    let mut stage = Stage::tour(&share, (80, 24)).unwrap();
    let before = stage.text();
    for name in ["X", "o", "ctrl-p", "down", "4"] {
        key(&mut stage, name);
        assert!(stage.text().contains("not in this step"), "{name}");
    }
    stage.send(Message::Paste("s".to_owned())).unwrap();
    stage
        .send(Message::Mouse(MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column: 3,
            row: 6,
            modifiers: crossterm::event::KeyModifiers::NONE,
        }))
        .unwrap();
    key(&mut stage, "/");
    key(&mut stage, "backspace");
    assert_eq!(number(&stage), Some(1));
    // Only the first key of the step has had an effect: the filter is open.
    let lines = |text: &str| {
        text.lines()
            .skip(3)
            .take(12)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(lines(&before), lines(&stage.text()));
}

/// Has keys pressed by space until the caption is about a step.
fn reach(stage: &mut Stage, step: usize) {
    for _ in 0..9 {
        if number(stage) == Some(step) {
            return;
        }
        key(stage, "space");
    }
    panic!("step {step} is not reached:\n{}", stage.text());
}

#[test]
fn space_presses_one_key_or_text_so_that_each_panel_is_seen() {
    let share = find("share").unwrap();
    let mut stage = Stage::tour(&share, (80, 24)).unwrap();
    reach(&mut stage, 2);
    key(&mut stage, "space");
    assert!(stage.text().contains("Share Device trust"), "the panel");
    assert!(!stage.text().contains("Credit team"));
    key(&mut stage, "space");
    assert!(stage.text().contains("credit"), "the text as one");
    assert_eq!(number(&stage), Some(2));
    key(&mut stage, "space");
    assert_eq!(number(&stage), Some(3));
    // Where esc is the step's own key, the line does not say that it leaves.
    let lists = find("shared-with-me").unwrap();
    let mut stage = Stage::tour(&lists, (80, 24)).unwrap();
    let closes = lists.steps.iter().position(|s| {
        let first = s.keys.first().map(|k| k.chord.to_string());
        first.as_deref() == Some("esc")
    });
    for _ in 0..40 {
        if number(&stage) == closes.map(|at| at + 1) {
            break;
        }
        key(&mut stage, "space");
    }
    assert!(stage.text().contains("esc or space presses it"));
    assert!(!stage.text().contains("esc leaves"));
    key(&mut stage, "esc");
    assert!(stage.runtime.console.tour.is_some());
}

#[test]
fn esc_leaves_the_tour_and_the_demo_goes_on() {
    let share = find("share").unwrap();
    let mut stage = Stage::tour(&share, (80, 24)).unwrap();
    reach(&mut stage, 2);
    key(&mut stage, "esc");
    assert_eq!(number(&stage), None);
    assert!(stage.text().contains("You left the tour"));
    assert_eq!(stage.runtime.console.state.size, (80, 24));
    for name in ["s", "c", "r", "e", "d", "i", "t", "enter"] {
        key(&mut stage, name);
    }
    assert!(stage.text().contains("Credit team"));
}

#[test]
fn a_tour_survives_a_resize_and_ctrl_c_leaves() {
    let share = find("share").unwrap();
    let mut stage = Stage::tour(&share, (80, 24)).unwrap();
    stage.send(Message::Resize(40, 10)).unwrap();
    key(&mut stage, "space");
    assert_eq!(
        number(&stage),
        Some(1),
        "nothing is done that can't be seen"
    );
    stage.send(Message::Resize(80, 24)).unwrap();
    reach(&mut stage, 2);
    key(&mut stage, "ctrl-c");
    assert!(stage.runtime.console.state.quit);
}

#[test]
fn what_a_tour_looks_like() {
    let begin = |size| {
        let mut console = Console::open_as("user:alice@acme.test", size, Theme::default());
        Tour::begin(&mut console.runtime.console, find("share").unwrap());
        console
    };
    let mut console = begin((80, 24));
    screen!("tour", console.press(""));
    screen!("tour_typing", console.press("/ \"dev\""));
    screen!("tour_astray", console.press("ctrl-p"));
    let number = |console: &Console| console.runtime.console.tour.as_ref().map(Tour::number);
    let reach = |console: &mut Console, step| {
        while number(console) != Some(step) {
            console.press("space");
        }
    };
    reach(&mut console, 7);
    screen!("tour_last", console);
    screen!("tour_over", console.press("space"));
    let mut small = begin((60, 16));
    reach(&mut small, 3);
    screen!("tour_small", small);
    let mut medium = begin((120, 40));
    reach(&mut medium, 4);
    screen!("tour_medium", medium);
}

#[test]
fn tours_can_be_chosen_in_the_demo() {
    let mut console = Console::open();
    console.press("T");
    console.shows("Guided tours");
    console.shows("Share a model for a while");
    console.press("esc : \"tour\" enter");
    console.shows("Guided tours");
}

// What lies in the repository.

/// Compares a file with what it is made from; `command` makes it anew.
fn assert_fresh(path: &Path, made: &str, command: &str) {
    let kept = fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == made,
        "{} is not what is made now: run `{command}`",
        path.display()
    );
}

#[test]
fn the_pictures_of_the_readme_are_what_the_console_draws() {
    let folder = Path::new(ROOT).join("assets/walkthroughs");
    let command = "cargo run -- demo --record --to assets/walkthroughs";
    let mut made = BTreeMap::new();
    for walkthrough in walkthroughs() {
        made.extend(pictures(&walkthrough).unwrap());
    }
    for (name, picture) in &made {
        assert_fresh(&folder.join(name), picture, command);
        assert!(picture.len() < 24_000, "{name} has {} bytes", picture.len());
    }
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.extension().is_some_and(|e| e == "svg") {
            assert!(
                made.contains_key(&name),
                "no walkthrough keeps {name}: delete it"
            );
        }
    }
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    for link in readme.split("assets/walkthroughs/").skip(1) {
        let name: String = link.chars().take_while(|c| !"\")# ".contains(*c)).collect();
        assert!(
            name.is_empty() || made.contains_key(&name),
            "README.md shows {name}"
        );
    }
}

#[test]
fn the_reference_of_keys_is_what_the_table_says() {
    let made = reference::markdown();
    assert_fresh(
        &Path::new(ROOT).join("KEYS.md"),
        &made,
        "cargo run -- keys > KEYS.md",
    );
}

#[test]
fn the_reference_names_every_command() {
    let made = reference::markdown();
    for command in deedbox::tui::commands::COMMANDS {
        assert!(made.contains(command.description), "{}", command.id);
        for key in command.keys {
            assert!(made.contains(&format!("`{key}`")), "{key}");
        }
    }
}

/// A terminal that is sent the recording shows what the console showed.
#[test]
fn a_recording_ends_on_the_screen_of_the_tour() {
    for walkthrough in walkthroughs() {
        let recording = cast::record(&walkthrough).unwrap();
        assert_eq!(
            recording,
            cast::record(&walkthrough).unwrap(),
            "every time the same"
        );
        let mut lines = recording.lines();
        let header: serde_json::Value = serde_json::from_str(lines.next().unwrap()).unwrap();
        assert_eq!(header["version"], 2);
        let (columns, rows) = walkthrough.size;
        assert_eq!(header["height"], rows + 4);
        let mut terminal = vt100::Parser::new(rows + 4, columns, 0);
        let mut stage = Stage::captioned(&walkthrough).unwrap();
        let mut now = 0.0;
        let mut markers = Vec::new();
        for line in lines {
            let (time, kind, text): (f64, String, String) = serde_json::from_str(line).unwrap();
            assert!(time >= now);
            now = time;
            match kind.as_str() {
                "o" => terminal.process(text.as_bytes()),
                "m" => {
                    let shown = terminal.screen().contents();
                    let shown: Vec<&str> = shown.lines().map(str::trim_end).collect();
                    let expected = stage.text();
                    assert_eq!(shown.join("\n").trim_end(), expected.trim_end());
                    let step = &walkthrough.steps[markers.len()];
                    stage.play(step).unwrap();
                    markers.push(text);
                }
                other => panic!("an event of kind {other}"),
            }
        }
        assert_eq!(markers.len(), walkthrough.steps.len());
    }
}
