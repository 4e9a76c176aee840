//! Times as people say them: to look back at, and for the start and the end of a share.

use deedbox::domain::Revision;
use deedbox::tui::theme::Theme;

use crate::harness::Console;

fn past(console: &Console) -> Option<Revision> {
    let state = &console.runtime.console.state;
    state.past.as_ref().map(|_| state.snapshot.revision())
}

#[test]
fn t_looks_back_at_a_typed_time_or_revision() {
    let mut console = Console::open();
    console.press("/ \"device trust\" enter s \"credit\" enter enter y esc t");
    console.shows("See everything as of");
    console.press("\"soon\"");
    console.shows("This is neither a time nor a revision. Write 12");
    console.press("enter");
    console.shows("! That is no moment yet.");
    assert_eq!(past(&console), None);
    console.press("ctrl-u \"+30d\"");
    console.shows("That is still to come");
    console.press("ctrl-u \"7\"");
    console.shows("There is no revision 7 yet: the last is 2.");
    console.press("ctrl-u \"yesterday\"");
    console.shows("As of 2026-11-20 (midnight UTC).");
    console.press("enter");
    console.shows("Nothing was recorded yet at 2026-11-20.");
    assert_eq!(past(&console), None);
    console.press("t \"now\"");
    console.shows("Last done by then: share Device trust with Credit team");
    console.press("enter");
    console.shows("AS OF 2026-11-21 09:00");
    assert_eq!(past(&console), Some(Revision(2)));
    console.press("@ \"1\" enter");
    assert_eq!(past(&console), Some(Revision(1)));
    console.press("esc");
    assert_eq!(past(&console), None);
    assert_eq!(console.revision(), Revision(2));
}

#[test]
fn only_store_administrators_look_back() {
    let mut console = Console::open_as("user:dan@acme.test", (80, 24), Theme::default());
    console.runtime.console.state.demo = false;
    console.press("t");
    console.shows("Only store administrators look at the past.");
}

#[test]
fn an_end_is_said_from_now_and_an_error_stands_under_it() {
    let mut console = Console::open();
    console.press("/ \"device trust\" enter s \"credit\" enter tab tab \"+30d\"");
    console.shows("2026-12-21 09:00 UTC");
    console.press("enter");
    console.shows("From 2026-12-21 09:00 UTC on it is as if nothing had been done.");
    console.press("y");
    let entry = console.newest();
    assert!(entry.stamp.arguments.contains("2026-12-21T09:00:00Z"));
    console.press("s \"interns\" enter tab tab tab shift-tab \"2026-12-24 14:00\" enter");
    console.shows("until 2026-12-24T14:00:00Z");
    console.press("esc");
    let before = console.revision();
    console.press("ctrl-u \"some day\" tab enter");
    console.shows("This is not a time. Write 2027-03-01, +2 months, tomorrow 14:00.");
    console.shows("▸ Until");
    assert_eq!(console.revision(), before);
}

#[test]
fn what_it_looks_like() {
    for size in [(60, 16), (80, 24), (120, 40)] {
        let name = |what: &str| format!("{what}_{}x{}", size.0, size.1);
        let open = || Console::open_as("user:alice@acme.test", size, Theme::default());
        let keys = "/ \"device trust\" enter s \"credit\" enter tab tab \"soon\"";
        insta::assert_snapshot!(name("until_wrong"), open().press(keys).text());
    }
}
