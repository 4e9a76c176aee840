//! Bulk changes from a CSV file in the console: which file, what becomes of each row, the plan of the
//! rows that can be done, and what is left to mend.

use std::fs;

use deedbox::tui::message::Message;
use deedbox::tui::theme::Theme;

use crate::harness::Console;

const SHARES: &str = "\
resource,member,role,reason
risk-prod/models/fraud-score,group:credit@acme.test,roles/ml.modelUser,ticket 7
risk-prod/models/fraud-score,user:dan@acme.test,roles/ml.modelUser,
ops/models/churn-forecast,user:dan@acme.test,user,
risk-prod/models/nope,user:dan@acme.test,roles/ml.modelUser,
";

fn pasted(size: (u16, u16), text: &str) -> Console {
    let mut console = Console::open_as("user:alice@acme.test", size, Theme::default());
    console
        .press("B")
        .message([Message::Paste(text.to_owned())]);
    console
}

#[test]
fn rows_are_seen_one_by_one_before_anything_is_changed() {
    for (name, size) in [
        ("80x24", (80, 24)),
        ("120x40", (120, 40)),
        ("60x16", (60, 16)),
    ] {
        let mut console = pasted(size, SHARES);
        let before = console.revision();
        console.shows("1 to do, 1 so already, 2 refused of 4");
        insta::assert_snapshot!(format!("rows_{name}"), console.styled());
        // Below the list stands the row under the cursor in full.
        console.press("G");
        console.shows("There is no model `nope`");
        assert_eq!(console.revision(), before);
    }
}

#[test]
fn what_can_be_done_is_done_and_what_is_refused_stays_to_be_mended() {
    let mut console = pasted((80, 24), SHARES);
    let before = console.revision();
    console.press("ctrl-s");
    console.shows("! 2 rows are refused and left out.");
    console.shows("Reason: ticket 7");
    insta::assert_snapshot!("plan", console.text());
    console.press("y");
    assert_eq!(console.revision(), before.next());
    assert_eq!(console.newest().stamp.intent, "several");
    console.shows("2 so already, 2 refused of 4");
    // There is nothing left to do, and undoing it makes the row one to do again.
    console.press("ctrl-s");
    console.shows("There is nothing to do");
    console.press("esc u y");
    console.shows("1 to do, 1 so already, 2 refused of 4");
    // enter on a refused row reads all of it.
    console.press("G enter");
    console.shows("Nothing was changed.");
}

#[test]
fn a_file_in_which_nothing_is_refused_is_carried_out_and_closed() {
    let text = "group;member\ngroup:credit@acme.test;user:dan@acme.test\n";
    let mut console = pasted((80, 24), text);
    console.shows("1 to do of 1");
    console.press("ctrl-s y");
    console.shows("Done: ");
    console.shows("My models");
    console.hides("so already");
    let text = "resource,owner,reason\nrisk-prod/models/fraud-score,user:carol@acme.test,moved\n";
    let mut console = pasted((80, 24), text);
    console.press("ctrl-s y");
    assert_eq!(console.newest().stamp.reason.as_deref(), Some("moved"));
}

#[test]
fn what_is_no_such_file_says_so_and_can_be_mended() {
    let mut console = pasted((80, 24), "name,colour\nx,red\n");
    console.shows("pasted rows");
    console.shows("ctrl-l reads it again.");
    insta::assert_snapshot!("no_such_header", console.text());
    console.press("ctrl-s");
    console.shows("The rows can't be read");
    // A name alone is a name.
    let mut console = pasted((80, 24), "no-such-file.csv");
    console.press("enter");
    console.shows("it can't be read");
    console.press("esc B enter");
    console.shows("Type the name of a file, choose one, or paste its rows.");
}

#[test]
fn names_of_files_are_completed_and_read_anew() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().display().to_string();
    fs::write(dir.path().join("shares.csv"), SHARES).unwrap();
    fs::write(dir.path().join("notes.txt"), "nothing").unwrap();
    fs::create_dir(dir.path().join("more")).unwrap();
    let mut console = Console::open();
    console.press(&format!("B \"{at}/\""));
    console.shows("shares.csv");
    console.shows("more/");
    console.hides("notes.txt");
    // tab completes what is meant, enter takes it.
    console.press("\"sh\" tab enter");
    console.shows("2 refused of 4");
    // The file is mended elsewhere, and read again with a key.
    fs::write(
        dir.path().join("shares.csv"),
        SHARES.lines().take(2).collect::<Vec<_>>().join("\n"),
    )
    .unwrap();
    console.press("ctrl-l");
    console.shows("1 to do of 1");
    // The arrows choose as well.
    console.press(&format!("esc B \"{at}/\" down enter"));
    console.shows("1 to do of 1");
}

#[test]
fn nothing_is_carried_out_in_the_past() {
    let mut console = Console::open();
    console.press("J t B");
    console.shows("This is the past");
}
