//! The form of a walkthrough's file: `word: text` lines.
//!
//! ```text
//! # Lines that begin with # are remarks.
//! title: Share a model
//! about: One sentence for the list of tours.
//! persona: user:alice@acme.test
//! size: 80x24
//!
//! say: What to do and why, in at most two lines of 60 columns.
//! keys: s "credit" enter
//! shows: text that must be on the screen then
//! hides: text that must not
//! journal: text that the newest entry must contain; without it, the step must change nothing
//! frame: effect
//! done: the job is done with this step; what follows only looks round
//! ```
//!
//! `say` begins a step; `keys`, `shows` and `hides` may stand several times. The last step has no keys.

use std::collections::BTreeSet;
use std::fmt;

use super::super::state::SMALLEST;
use super::super::text::wrap;
use super::{Step, Walkthrough, script};

/// Lines that a caption may take on the smallest terminal.
const LINES: usize = 2;

/// A line that can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// The file's name, without the ending.
    pub name: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong, and what to write.
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.txt:{}: {}", self.name, self.line, self.message)
    }
}

impl std::error::Error for ParseError {}

/// Reads a walkthrough.
///
/// # Errors
/// The first line that does not fit.
pub fn parse(name: &str, text: &str) -> Result<Walkthrough, ParseError> {
    let mut reader = Reader::default();
    let fail = |line, message| ParseError {
        name: name.to_owned(),
        line,
        message,
    };
    let mut last = 1;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        last = number;
        reader.line(number, line).map_err(|m| fail(number, m))?;
    }
    reader.finish(name).map_err(|m| fail(last, m))
}

#[derive(Debug, Default)]
struct Reader {
    title: Option<String>,
    about: Option<String>,
    persona: Option<String>,
    size: Option<(u16, u16)>,
    steps: Vec<Step>,
    frames: BTreeSet<String>,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) -> Result<(), String> {
        let (word, text) = line
            .split_once(':')
            .map(|(word, text)| (word.trim(), text.trim()))
            .ok_or("this is no `word: text` line")?;
        if text.is_empty() {
            return Err(format!("`{word}` says nothing"));
        }
        match word {
            "title" | "about" | "persona" | "size" if !self.steps.is_empty() => {
                Err(format!("`{word}` stands before the first step"))
            }
            "title" => once(&mut self.title, word, text.to_owned()),
            "about" => once(&mut self.about, word, text.to_owned()),
            "persona" => once(&mut self.persona, word, text.to_owned()),
            "size" => once(&mut self.size, word, size(text)?),
            "say" => self.begin(number, text),
            _ => self.about_step(word, text),
        }
    }

    fn begin(&mut self, line: usize, caption: &str) -> Result<(), String> {
        let lines = wrap(caption, usize::from(SMALLEST.0) - 2).len();
        if lines > LINES {
            return Err(format!(
                "the caption takes {lines} lines of {} columns, and there is room for {LINES}: say less, or make it two steps",
                SMALLEST.0
            ));
        }
        self.steps.push(Step {
            line,
            caption: caption.to_owned(),
            keys: Vec::new(),
            shows: Vec::new(),
            hides: Vec::new(),
            journal: None,
            frame: None,
            done: false,
        });
        Ok(())
    }

    fn about_step(&mut self, word: &str, text: &str) -> Result<(), String> {
        let step = self.steps.last_mut().ok_or_else(|| {
            format!("`{word}` stands before the first step: begin one with `say`")
        })?;
        match word {
            "keys" => step.keys.extend(script::parse(text)?),
            "shows" => step.shows.push(text.to_owned()),
            "hides" => step.hides.push(text.to_owned()),
            "journal" => once(&mut step.journal, word, text.to_owned())?,
            "done" => step.done = true,
            "frame" => {
                let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
                if !text.chars().all(plain) {
                    return Err(format!(
                        "`{text}` becomes part of a file's name: write a-z, 0-9 and -"
                    ));
                }
                if !self.frames.insert(text.to_owned()) {
                    return Err(format!("two frames are called `{text}`"));
                }
                once(&mut step.frame, word, text.to_owned())?;
            }
            _ => {
                return Err(format!(
                    "`{word}` is not known: write say, keys, shows, hides, journal, frame or done"
                ));
            }
        }
        Ok(())
    }

    fn finish(self, name: &str) -> Result<Walkthrough, String> {
        let missing = |word: &str| format!("`{word}` is missing");
        let done = self.steps.iter().filter(|s| s.done).count();
        if done != 1 {
            return Err(format!(
                "{done} steps are `done`: one step says that the job is done with it"
            ));
        }
        if self.steps.last().is_none_or(|s| !s.keys.is_empty()) {
            return Err("the last step has no keys: it says what came of it".to_owned());
        }
        Ok(Walkthrough {
            name: name.to_owned(),
            title: self.title.ok_or_else(|| missing("title"))?,
            about: self.about.ok_or_else(|| missing("about"))?,
            persona: self.persona.ok_or_else(|| missing("persona"))?,
            size: self.size.ok_or_else(|| missing("size"))?,
            steps: self.steps,
        })
    }
}

fn once<T>(place: &mut Option<T>, word: &str, value: T) -> Result<(), String> {
    if place.replace(value).is_some() {
        return Err(format!("`{word}` stands twice"));
    }
    Ok(())
}

fn size(text: &str) -> Result<(u16, u16), String> {
    let read = text.split_once('x').and_then(|(columns, rows)| {
        let size = (columns.parse().ok()?, rows.parse().ok()?);
        (size.0 >= SMALLEST.0 && size.1 >= SMALLEST.1).then_some(size)
    });
    read.ok_or_else(|| {
        format!(
            "`{text}` is no size: write columns and rows as 80x24, at least {}x{}",
            SMALLEST.0, SMALLEST.1
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "title: T\nabout: A\npersona: user:a@acme.test\nsize: 80x24\n";

    fn slip(rest: &str) -> String {
        parse("slip", &format!("{HEAD}{rest}"))
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_file_is_read_whole() {
        let text = "# remark\nsay: Find it.\nkeys: / \"ann\" enter\nshows: Ann\nhides: Bob\n\
                    frame: found\njournal: share\ndone: yes\n\nsay: That is all.\n";
        let read = parse("whole", &format!("{HEAD}{text}")).unwrap();
        assert_eq!(read.steps.len(), 2);
        assert_eq!(read.keys_of_the_job(), 2);
        let first = &read.steps[0];
        assert_eq!(first.line, 6);
        assert_eq!(first.keys.len(), 5);
        assert_eq!(first.shows, ["Ann"]);
        assert_eq!(first.hides, ["Bob"]);
        assert_eq!(first.frame.as_deref(), Some("found"));
    }

    #[test]
    fn slips_name_file_and_line() {
        let end = "say: a\ndone: yes\nsay: b\n";
        let cases = [
            ("say: a\nkeys: entre\n", "slip.txt:6: `entre` is no key"),
            ("keys: s\n", "slip.txt:5: `keys` stands before"),
            ("say: a\nshow: x\n", "slip.txt:6: `show` is not known"),
            ("say: a\nshows\n", "slip.txt:6: this is no `word: text`"),
            ("say: a\nshows:\n", "slip.txt:6: `shows` says nothing"),
            ("title: U\n", "slip.txt:5: `title` stands twice"),
            ("say: a\nframe: A b\n", "slip.txt:6: `A b` becomes part"),
            (
                "say: a\nframe: x\nsay: b\nframe: x\n",
                "slip.txt:8: two frames",
            ),
            ("say: a\nsize: 80x24\n", "slip.txt:6: `size` stands before"),
            ("say: a\n", "slip.txt:5: 0 steps are `done`"),
            ("say: a\nkeys: s\ndone: yes\n", "slip.txt:7: the last step"),
        ];
        for (rest, expected) in cases {
            let said = slip(rest);
            assert!(said.starts_with(expected), "{said}");
        }
        let said = slip(&format!("say: {}\n", "long ".repeat(30)));
        assert!(said.contains("room for 2"), "{said}");
        let small = HEAD.replace("80x24", "40x10");
        let said = parse("slip", &format!("{small}{end}")).unwrap_err();
        assert!(said.to_string().contains("`40x10` is no size"), "{said}");
        assert!(parse("good", &format!("{HEAD}{end}")).is_ok());
    }
}
