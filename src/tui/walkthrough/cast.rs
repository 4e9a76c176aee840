//! A walkthrough as a recording for terminals: asciicast, version 2
//! (<https://docs.asciinema.org/manual/asciicast/v2/>). Time is made up: a key takes as long as
//! somebody takes who shows it, a caption as long as reading it takes.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use serde_json::json;

use super::super::text::width;
use super::Walkthrough;
use super::stage::Stage;

/// Milliseconds that a command's key takes.
const KEY: u32 = 600;
/// Milliseconds that a typed character takes.
const CHARACTER: u32 = 120;
/// Milliseconds before a caption is read, and for each of its characters.
const READING: (u32, u32) = (1_200, 45);

/// Plays a walkthrough and writes what a terminal would have been sent, a line an event; captions
/// stand below the console, and are markers too.
///
/// # Errors
/// When the sample has nobody of the persona's name.
pub fn record(walkthrough: &Walkthrough) -> color_eyre::Result<String> {
    let mut stage = Stage::captioned(walkthrough)?;
    let area = stage.screen().area;
    let header = json!({
        "version": 2,
        "width": area.width,
        "height": area.height,
        "title": walkthrough.title,
        "env": { "TERM": "xterm-256color" },
    });
    let mut out = format!("{header}\n");
    let mut shown = Buffer::empty(area);
    let mut now = 0;
    let mut event = |now: u32, kind: &str, text: &str| {
        let seconds = f64::from(now) / 1_000.0;
        let _ = writeln!(out, "{}", json!([seconds, kind, text]));
    };
    event(now, "o", "\u{1b}[?25l\u{1b}[2J");
    event(now, "o", &difference(&shown, stage.screen()));
    shown.clone_from(stage.screen());
    for step in &walkthrough.steps {
        event(now, "m", &step.caption);
        now += READING.0 + READING.1 * u32::try_from(width(&step.caption)).unwrap_or(0);
        for stroke in &step.keys {
            now += if stroke.typed { CHARACTER } else { KEY };
            stage.press(stroke.chord)?;
            event(now, "o", &difference(&shown, stage.screen()));
            shown.clone_from(stage.screen());
        }
        if step.keys.is_empty() {
            stage.go_on()?;
            event(now, "o", &difference(&shown, stage.screen()));
            shown.clone_from(stage.screen());
        }
    }
    event(now, "o", "\u{1b}[0m\u{1b}[?25h");
    Ok(out)
}

/// What a terminal has to be sent so that it shows another screen.
fn difference(from: &Buffer, to: &Buffer) -> String {
    let mut out = String::new();
    let mut pen = None;
    let mut at = None;
    for (x, y, cell) in from.diff(to) {
        if at != Some((x, y)) {
            let _ = write!(out, "\u{1b}[{};{}H", y + 1, x + 1);
        }
        let style = (cell.fg, cell.bg, cell.modifier);
        if pen != Some(style) {
            out.push_str(&rendition(cell));
            pen = Some(style);
        }
        out.push_str(cell.symbol());
        let cells = u16::try_from(width(cell.symbol())).unwrap_or(1);
        at = Some((x + cells.max(1), y));
    }
    out
}

/// The style of a cell, from nothing.
fn rendition(cell: &Cell) -> String {
    let mut codes = vec!["0".to_owned()];
    let flags = [
        (Modifier::BOLD, "1"),
        (Modifier::DIM, "2"),
        (Modifier::ITALIC, "3"),
        (Modifier::UNDERLINED, "4"),
        (Modifier::REVERSED, "7"),
        (Modifier::CROSSED_OUT, "9"),
    ];
    for (flag, code) in flags {
        if cell.modifier.contains(flag) {
            codes.push(code.to_owned());
        }
    }
    codes.extend(colour(cell.fg, 30));
    codes.extend(colour(cell.bg, 40));
    format!("\u{1b}[{}m", codes.join(";"))
}

/// A colour as a parameter; `base` is 30 for text and 40 for what lies behind it.
fn colour(colour: Color, base: u8) -> Option<String> {
    Some(match colour {
        Color::Reset => return None,
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
        other => {
            let n = number(other)?;
            if n < 8 {
                (base + n).to_string()
            } else if n < 16 {
                (base + 52 + n).to_string()
            } else {
                format!("{};5;{n}", base + 8)
            }
        }
    })
}

/// The number of a colour among a terminal's 256.
pub(super) const fn number(colour: Color) -> Option<u8> {
    Some(match colour {
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
        Color::Indexed(n) => n,
        Color::Reset | Color::Rgb(..) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bright_colours_have_codes_of_their_own() {
        assert_eq!(colour(Color::Cyan, 30).as_deref(), Some("36"));
        assert_eq!(colour(Color::LightCyan, 30).as_deref(), Some("96"));
        assert_eq!(colour(Color::White, 40).as_deref(), Some("107"));
        assert_eq!(colour(Color::Indexed(200), 30).as_deref(), Some("38;5;200"));
        assert_eq!(colour(Color::Reset, 30), None);
    }
}
