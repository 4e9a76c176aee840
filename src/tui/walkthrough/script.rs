//! Keys as walkthroughs and tests write them: `s "credit" enter`.

use super::super::keys::Chord;

/// One key that is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stroke {
    /// The key.
    pub chord: Chord,
    /// Whether it types a character of a name, rather than being a command.
    pub typed: bool,
}

/// Reads names of keys, and text in quotes.
///
/// # Errors
/// Says which part is no key.
///
/// ```
/// use deedbox::tui::walkthrough::script;
/// assert_eq!(script::parse("/ \"ann\" enter").unwrap().len(), 5);
/// assert!(script::parse("entre").is_err());
/// ```
pub fn parse(text: &str) -> Result<Vec<Stroke>, String> {
    let mut strokes = Vec::new();
    for (at, part) in text.split('"').enumerate() {
        if at % 2 == 1 {
            strokes.extend(part.chars().filter_map(typed));
            continue;
        }
        for name in part.split_whitespace() {
            let chord = Chord::parse(name).ok_or_else(|| {
                format!("`{name}` is no key: write s, enter, ctrl-r, …, and text in quotes")
            })?;
            strokes.push(Stroke {
                chord,
                typed: false,
            });
        }
    }
    if text.matches('"').count() % 2 == 1 {
        return Err("a quote is not closed".to_owned());
    }
    Ok(strokes)
}

fn typed(character: char) -> Option<Stroke> {
    let chord = if character == ' ' {
        Chord::parse("space")
    } else {
        Chord::parse(character.encode_utf8(&mut [0; 4]))
    };
    chord.map(|chord| Stroke { chord, typed: true })
}

/// Strokes as they are shown: names of keys, and typed text as one piece. With each piece comes the
/// number of strokes it stands for.
pub fn pieces(strokes: &[Stroke]) -> Vec<(String, usize)> {
    let mut pieces: Vec<(String, usize)> = Vec::new();
    let mut in_text = false;
    for stroke in strokes {
        if !stroke.typed {
            pieces.push((stroke.chord.to_string(), 1));
            in_text = false;
            continue;
        }
        let character = match stroke.chord.code {
            crossterm::event::KeyCode::Char(c) => c,
            _ => ' ',
        };
        match pieces.last_mut() {
            Some((text, count)) if in_text => {
                text.push(character);
                *count += 1;
            }
            _ => pieces.push((character.to_string(), 1)),
        }
        in_text = true;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_text_is_one_piece_and_no_key() {
        let strokes = parse("s \"the team\" enter").unwrap();
        assert_eq!(strokes.iter().filter(|s| !s.typed).count(), 2);
        let shown = pieces(&strokes);
        let shown: Vec<(&str, usize)> = shown.iter().map(|(t, n)| (t.as_str(), *n)).collect();
        assert_eq!(shown, [("s", 1), ("the team", 8), ("enter", 1)]);
    }

    #[test]
    fn a_slip_is_named() {
        assert!(parse("entre").unwrap_err().contains("`entre` is no key"));
        assert!(parse("s \"credit enter").unwrap_err().contains("quote"));
    }
}
