//! What is half filled in is not lost without a word: esc asks once, and an untouched panel closes.

use crate::harness::Console;

/// A panel: the keys that open it, keys that fill something in, and what is asked then.
const PANELS: &[(&str, &str, &str)] = &[
    (
        r#"/ "fraud score" enter s"#,
        r#""cre""#,
        "Discard this share?",
    ),
    (
        r#"/ "fraud score" enter s"#,
        "tab right",
        "Discard this share?",
    ),
    (
        r#"/ "fraud score" enter s"#,
        r#"tab tab tab tab "why""#,
        "Discard this share?",
    ),
    (
        r#"/ "fraud score" enter o"#,
        r#""ca""#,
        "Discard this reassignment?",
    ),
    (
        r#"/ "ticket reranker" enter s"#,
        "right",
        "Discard this change of access?",
    ),
    (
        r#"7 / "scorer" enter e"#,
        r#"tab "x""#,
        "Discard the changes of this role?",
    ),
    (
        r#"7 / "scorer" enter e"#,
        r#""models.predict" space"#,
        "Discard the changes of this role?",
    ),
    (
        r#"/ "fraud score" enter P"#,
        r#""x""#,
        "Discard your changes of the policy?",
    ),
    (
        "5 n enter",
        r#""new@acme.test""#,
        "Discard what is filled in?",
    ),
];

#[test]
fn esc_asks_once_where_something_would_be_lost() {
    for (open, fill, asks) in PANELS {
        let mut console = Console::open();
        let before = console.revision();
        console.press(open);
        let layers = console.runtime.console.layers().len();
        assert!(layers > 0, "{open}");
        // Untouched, it closes at once.
        console.press("esc");
        assert_eq!(console.runtime.console.layers().len(), layers - 1, "{open}");
        let mut console = Console::open();
        console.press(open).press(fill).press("esc");
        while !console.text().contains(asks) && console.runtime.console.layers().len() == layers {
            // A filter inside the panel is peeled first.
            let shown = console.text();
            console.press("esc");
            assert_ne!(
                shown,
                console.text(),
                "{open} {fill}: esc does nothing\n{shown}"
            );
        }
        console.shows(asks);
        assert_eq!(
            console.runtime.console.layers().len(),
            layers,
            "{open} {fill}"
        );
        // Any other key goes on with it, and esc asks anew.
        console.press("tab esc");
        console.shows(asks);
        assert_eq!(
            console.runtime.console.layers().len(),
            layers,
            "{open} {fill}"
        );
        console.press("esc");
        assert_eq!(
            console.runtime.console.layers().len(),
            layers - 1,
            "{open} {fill}"
        );
        assert_eq!(console.revision(), before);
    }
}

#[test]
fn what_was_taken_back_by_hand_is_not_asked_about() {
    let mut console = Console::open();
    console.press("/ \"fraud score\" enter s \"c\" backspace esc");
    console.hides("Discard");
    console.hides("With");
}
