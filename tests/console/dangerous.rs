//! What is dangerous asks before it is done, and says what it would do.

use crate::harness::Console;

macro_rules! screen {
    ($name:expr, $console:expr) => {
        insta::assert_snapshot!($name, $console.styled())
    };
}

#[test]
fn what_opens_to_everybody_says_so_where_it_is_confirmed() {
    let mut console = Console::open();
    console.press(r#"/ "ticket reranker" enter s right right enter"#);
    console.shows("becomes open to everybody");
    screen!("opens_to_everybody", console);
}

#[test]
fn a_word_that_was_typed_gives_the_button_that_goes_on_the_focus() {
    let mut console = Console::open();
    console.press(r#"/ "device trust" enter X"#);
    console.shows("▸[ Cancel ]");
    console.press(r#""device-trust""#);
    console.shows("▸[ Delete ]");
    screen!("word_typed", console);
}
