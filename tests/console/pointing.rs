//! What is drawn can be clicked: fields, what is offered below them, the signs that turn a value, rows of a
//! panel, menus. Left and right move in a line of text.

use crate::harness::Console;

#[test]
fn fields_and_what_they_offer_are_clicked() {
    let mut console = Console::open();
    console.press("/ \"device trust\" enter s \"credit\"");
    console
        .click("Credit team")
        .shows("security group, 3 people");
    console.shows("people can");
    // A field; the signs beside a value; back to the first field.
    console.click("Until").press("\"2027-03-01\"");
    console.shows("2027-03-01 00:00 UTC");
    console.shows("‹ Model User ›");
    console.click("› ").hides("‹ Model User ›");
    console.click("‹").shows("‹ Model User ›");
    console.click("With").shows("▸ With");
    // A share that is there already.
    console.click("Carol Diaz").press("");
    console.shows("can't be taken away here");
    let before = console.revision();
    console.press("esc esc");
    assert_eq!(console.revision(), before);
}

#[test]
fn the_buttons_of_a_plan_are_clicked() {
    let mut console = Console::open();
    let before = console.revision();
    console.press("/ \"device trust\" enter s \"credit\" enter enter");
    console.click("[ Cancel ]").shows("▸ Level");
    assert_eq!(console.revision(), before);
    console.press("enter r \"asked for\"");
    console.click("[ Share ]").shows("Done: share Device trust");
    // What stands in the line but was not kept is no reason.
    assert_eq!(console.newest().stamp.reason, None);
}

#[test]
fn menus_are_clicked() {
    let mut console = Console::open();
    console.press("a").shows("what to do");
    console
        .click("reassign (o)")
        .shows("Reassign Account takeover");
    console.press("esc ?");
    console.click("Ask who may do what").shows("▸ Who");
    console.press("esc : \"invoices\"");
    console
        .click("▸   Invoices")
        .shows("Reads supplier invoices");
    console.press("esc E");
    console.click("Sales lab").shows("Sales lab (Fabric)");
}

#[test]
fn the_question_is_clicked_together() {
    let mut console = Console::open();
    console.press("0 \"dan okafor\"");
    console.click("user:dan@acme.test").shows("▸ What");
    console.press("\"invoices\"");
    console
        .click("model, ops/models/invoices")
        .shows("Dan Okafor");
    console.click("May Dan Okafor run").shows("▸ Who");
    console.click("Can").shows("▸ Can");
    console.click("› ").hides("‹ run ›");
}

#[test]
fn a_permission_is_clicked_on_and_off() {
    let mut console = Console::open();
    console.press("7 / \"scorer\" enter e");
    console.shows("Edit the role");
    console
        .click("[ ] ml.jobs.cancel")
        .shows("[x] ml.jobs.cancel");
    console
        .click("[x] ml.jobs.cancel")
        .shows("[ ] ml.jobs.cancel");
}

#[test]
fn left_and_right_move_in_a_line_of_text() {
    let mut console = Console::open();
    console.press("/ \"device trust\" enter s \"credit\" enter enter r");
    console.press("\"cket 12\" home \"i\" left \"t\" right right right \"-\" enter");
    console.shows("Reason: tick-et 12");
    // In a name that was chosen it does not choose anew.
    console.press("esc tab tab tab tab tab tab");
    console.shows("Share Device trust");
    console.click("With").press("left left");
    console.shows("security group, 3 people");
}
