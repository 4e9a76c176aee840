//! Small things that somebody at work reaches for: titles that sort, times in full, lines that say all,
//! the mouse left to the terminal.

use deedbox::tui::theme::Theme;

use crate::harness::Console;

/// The column and row of a text, the first that is on the screen.
fn place(console: &Console, text: &str) -> (u16, u16) {
    let screen = console.text();
    let found = screen.lines().enumerate().find_map(|(row, line)| {
        let column = line.find(text)?;
        Some((line[..column].chars().count(), row))
    });
    let (column, row) = found.unwrap_or_else(|| panic!("{text} is not on\n{screen}"));
    (u16::try_from(column).unwrap(), u16::try_from(row).unwrap())
}

#[test]
fn a_click_on_a_title_sorts_by_it_and_another_the_other_way_round() {
    for size in [(80, 24), (120, 40), (160, 40)] {
        let mut console = Console::open_as("user:alice@acme.test", size, Theme::default());
        console.press("3");
        for title in ["Access", "Where", "Owner", "Name"] {
            let (column, row) = place(&console, title);
            let first = |console: &Console| {
                let lines = console.text();
                lines.lines().nth(usize::from(row) + 1).unwrap().to_owned()
            };
            console.click_at(column + 1, row);
            console.shows(&format!("{title} ↓"));
            let down = first(&console);
            console.click_at(column + 1, row);
            console.shows(&format!("{title} ↑"));
            assert_ne!(first(&console), down, "{title} at {size:?}");
        }
        // Nothing was opened by it, and beside the titles nothing happens.
        console.shows("All models");
        let before = console.text();
        let (column, row) = place(&console, "Name");
        console.click_at(column - 4, row);
        assert_eq!(console.text(), before);
    }
}

#[test]
fn a_time_is_written_out_beside_what_was_typed() {
    let mut console = Console::open();
    console.press(r#"/ "fraud score" enter s "credit" enter tab tab "2027-03-01""#);
    console.shows("2027-03-01  2027-03-01 00:00 UTC");
    console.press(r#"ctrl-u "tomorrow 14:00""#);
    console.shows("tomorrow 14:00  2026-11-22 14:00 UTC");
    console.press(r#"ctrl-u "in 90 s""#);
    console.shows("in 90 s  2026-11-21 09:01:30 UTC");
    console.press("enter y");
    assert!(
        console
            .newest()
            .stamp
            .arguments
            .contains("2026-11-21T09:01:30Z")
    );
}

#[test]
fn what_was_done_is_said_whole_however_narrow() {
    let mut console = Console::open_as("user:alice@acme.test", (60, 16), Theme::default());
    console.press(r#"/ "fraud score" enter s "credit" enter enter y"#);
    console.shows("Done: share Fraud score with Credit team as Model User.");
    console.shows("+2 people can run.  u undo");
    insta::assert_snapshot!("told_60x16", console.styled());
    // The next key gives the rows back.
    console.press("down");
    console.hides("Done:");
    console.shows("└");
}

#[test]
fn the_mouse_can_be_left_to_the_terminal() {
    let mut console = Console::open();
    console.press(", tab tab / \"mouse\" enter");
    console.shows("Mouse   on");
    console.press("enter");
    console.shows("Mouse   off");
    console.press("esc / \"motion\" enter enter");
    console.shows("Nothing moves here.");
}

#[test]
fn whoever_leaves_is_not_offered_to_take_over_and_each_says_why() {
    let mut console = Console::open();
    console.press(r#"5 / "bob reyes" enter O tab"#);
    console.shows("manager, for 11 things");
    console.press("\"bob\"");
    console.hides("▸ Bob Reyes");
}

#[test]
fn a_reason_stands_in_the_confirmation() {
    let mut console = Console::open();
    console.press(r#"/ "fraud score" enter s "credit" enter tab tab tab "ticket 42" enter"#);
    console.shows("Reason: ticket 42");
}

#[test]
fn undo_goes_further_back_and_redo_does_again_what_was_taken_back() {
    let mut console = Console::open();
    let summary = |console: &Console| console.newest().stamp.summary;
    for model in ["fraud score", "device trust"] {
        console.press(&format!(
            "1 / \"{model}\" enter s \"credit\" enter enter y esc"
        ));
    }
    console.press("u");
    console.shows("Undo revision 3: share Device trust");
    console.press("y u");
    console.shows("Undo revision 2: share Fraud score");
    console.press("y");
    console.shows("ctrl-r redo");
    // What was taken back last is done again first; then what was taken back before.
    console.press("ctrl-r y");
    assert!(
        summary(&console).starts_with("redo revision 2"),
        "{}",
        summary(&console)
    );
    console.press("ctrl-r y");
    assert!(
        summary(&console).starts_with("redo revision 3"),
        "{}",
        summary(&console)
    );
    console.press("ctrl-r");
    console.shows("Nothing was taken back that could be done again.");
    // Both stand again, and can be taken back again.
    console.press("u");
    console.shows("Undo revision 3: share Device trust");
}

#[test]
fn what_is_done_next_is_done_with_the_row_that_it_was_about() {
    let mut console = Console::open();
    console.press("4 / \"restricted\" enter");
    let chosen = |console: &Console| {
        let screen = console.text();
        let row = screen.lines().find(|line| line.contains('▸')).unwrap();
        row.split_whitespace().nth(1).unwrap().to_owned()
    };
    let before = chosen(&console);
    console.press("s left left enter");
    console.shows("Type everybody");
    console.press("\"everybody\" enter");
    // It is restricted no more, and stays under the cursor all the same.
    assert_eq!(chosen(&console), before, "{}", console.text());
    console.press("/ \"restricted\" enter");
    assert_ne!(chosen(&console), before);
}

#[test]
fn buttons_are_clicked() {
    let mut console = Console::open();
    let before = console.revision();
    console.press(r#"/ "fraud score" enter s "credit" enter enter"#);
    let (column, row) = place(&console, "[ Cancel ]");
    console.click_at(column, row);
    console.hides("[ Cancel ]");
    assert_eq!(console.revision(), before);
    console.press("enter");
    let (column, row) = place(&console, "[ Share ]");
    console.click_at(column + 2, row);
    assert_eq!(console.revision(), before.next());
}

#[test]
fn the_share_that_a_finding_is_about_is_under_the_cursor() {
    let mut console = Console::open();
    console.press("F / \"everybody\" enter");
    console.shows("open to everybody");
    console.press("enter");
    console.shows("Share ");
    let screen = console.text();
    let row = screen.lines().find(|line| line.contains('▸')).unwrap();
    assert!(
        row.contains("verybody") || row.contains("llAuthenticated"),
        "{screen}"
    );
}

#[test]
fn a_role_is_reviewed_from_any_field() {
    for field in ["tab", "tab tab"] {
        let mut console = Console::open();
        console.press(&format!("7 / \"scorer\" enter e {field} \"x\" ctrl-s"));
        console.shows("┌ Change? ");
    }
}

#[test]
fn a_reason_can_be_written_where_the_plan_is_read() {
    let mut console = Console::open();
    console.press("/ \"fraud score\" enter s \"credit\" enter enter r");
    console.shows("Reason: ");
    // Letters are text while one writes; esc gives it up, enter keeps it, and nothing is done yet.
    console.press("\"y\" esc");
    console.shows("[ Cancel ]");
    console.hides("Reason: y");
    let before = console.revision();
    console.press("r \"yearly audit\" enter");
    console.shows("│ Reason: yearly audit");
    insta::assert_snapshot!("reason_80x24", console.text());
    assert_eq!(console.revision(), before);
    console.press("y");
    assert_eq!(
        console.newest().stamp.reason.as_deref(),
        Some("yearly audit")
    );
}

#[test]
fn what_is_left_to_be_done_on_the_platform_is_copied() {
    let mut console = Console::open();
    console.press("/ \"fraud score\" enter s \"credit\" enter enter c");
    console.shows("Copied 1 step.");
    assert!(console.copied[0].starts_with("gcloud ai-platform models add-iam-policy-binding"));
    console.press("y J enter c");
    assert_eq!(console.copied.len(), 2);
    assert_eq!(console.copied[0], console.copied[1]);
}

#[test]
fn a_role_is_reviewed_and_remembered_permission_by_permission() {
    let mut console = Console::open();
    console.press("7 / \"scorer\" enter e \"setIamPolicy\" space ctrl-s");
    console.shows("+ ml.jobs.setIamPolicy");
    console.shows("gcloud iam roles update");
    console.press("y J enter");
    console.shows("changed)");
    console.shows("+ ml.jobs.setIamPolicy");
}

#[test]
fn what_took_a_word_is_not_done_again_without_one() {
    let mut console = Console::open();
    console.press("/ \"device trust\" enter X \"device-trust\" enter u y");
    assert!(console.newest().stamp.summary.starts_with("undo"));
    console.press("ctrl-r");
    console.shows("Type redo to go on");
    console.press("esc 5 / \"bob reyes\" enter O ctrl-s \"bob@acme.test\" enter u \"undo\" enter");
    assert!(console.newest().stamp.summary.starts_with("undo"));
    console.press("ctrl-r");
    console.shows("Type redo to go on");
    console.press("\"redo\" enter");
    // And taking that back lets him in again.
    console.press("u");
    console.shows("Type undo to go on");
}

#[test]
fn what_is_called_alike_in_two_places_is_told_apart() {
    let mut console = Console::open();
    console.press("/ \"device trust\" enter a \"rename\" enter \"Upsell propensity\" ctrl-s y esc");
    console.press("/ \"upsell\" enter A X");
    console.shows("Upsell propensity (risk-prod)");
    console.press("pagedown");
    console.shows("Upsell propensity (sales-lab)");
}

#[test]
fn whom_a_platform_does_not_take_is_offered_last_and_dimmed() {
    let mut console = Console::open();
    console.press("/ \"contract clauses\" enter s \"fr\"");
    let screen = console.text();
    let (frank, team) = (screen.find("Frank Moreau"), screen.find("Fraud team"));
    assert!(frank.is_some() && frank < team, "{screen}");
    console.shows("can't be shared with here");
    insta::assert_snapshot!("refused_candidate_80x24", console.styled());
    // Whoever takes it nevertheless reads why.
    console.press("down enter");
    console.shows("AI Builder shares models with users");
    console.press("esc esc esc esc / \"e-mail routing\" enter o \"fraud\"");
    console.shows("can't own it here");
}

#[test]
fn a_reassignment_says_whose_ownership_ends() {
    let mut console = Console::open();
    console.press("3 / \"invoices\" enter o enter enter");
    console.shows("Reassign Invoices from Bob Reyes to");
    console.press("esc esc esc esc 3 / \"bob reyes\" enter A o \"carol\" enter enter");
    console.shows("Reassign 8 models from Bob Reyes to Carol Diaz.");
    console.press("pagedown");
    console.shows("Along with it");
    console.shows("Credit limit from Bob Reyes");
}

#[test]
fn a_mistyped_word_in_the_palette_has_a_nearest_one() {
    let mut console = Console::open();
    console.press(": \"jounral\"");
    console.shows("tab looks for `journal` instead");
    console.press("tab enter");
    console.shows("Journal 1");
}
