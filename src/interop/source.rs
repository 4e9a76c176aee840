//! Reading a text: limits, JSON as YAML, and where everything stands in it.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_saphyr::options::AliasLimits;
use serde_saphyr::{Budget, Error, Options, Spanned};

use super::blame::blame;
use super::problem::{At, Problem, Step, write_path};
use super::tree::{self, Lines, Loose, MAX_DEPTH, Node, Value};
use super::typed;

/// Larger texts are refused: in memory they take twenty times their size.
pub const MAX_BYTES: usize = 256 << 20;
/// Nodes of one text.
const MAX_NODES: usize = 20_000_000;
/// Uses of anchors in one text, and nodes that they stand for: plenty for people, and too little
/// for a file that grows when it is read.
const MAX_ALIASES: usize = 10_000;
const MAX_REPLAYED: usize = 200_000;

/// A file that was read: finds the line of a field for problems that show only later.
#[derive(Debug, Clone)]
pub struct Source {
    file: String,
    root: Option<Arc<Node>>,
}

/// What a file says, with where it says it.
#[derive(Debug, Clone)]
pub struct Sourced<T> {
    /// What it says.
    pub content: T,
    /// Where.
    pub source: Source,
}

impl<T: PartialEq> PartialEq for Sourced<T> {
    fn eq(&self, other: &Self) -> bool {
        self.content == other.content
    }
}

impl Source {
    /// Reads YAML or JSON.
    pub fn read(text: &str, file: &str) -> Result<Self, Problem> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        refuse_unreadable(text, file)?;
        let relaxed = json_as_yaml(text);
        let text = relaxed.as_deref().unwrap_or(text);
        tree::take_trail();
        let read = serde_saphyr::from_str_with_options::<Spanned<Loose>>(text, options());
        let trail = tree::take_trail();
        match read {
            Ok(loose) if matches!(loose.value, Loose::Null) => {
                Err(Problem::whole(file, "the file is empty"))
            }
            Ok(loose) => {
                let root = Lines::new(text).node(loose);
                Ok(Self {
                    file: file.to_owned(),
                    root: Some(Arc::new(root)),
                })
            }
            Err(error) => Err(syntax(error.without_snippet(), trail, text, file)),
        }
    }

    /// For contents that come from no file.
    pub fn none(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            root: None,
        }
    }

    /// The file as it was named.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The same file, seen without one key of its top.
    pub(super) fn without(&self, key: &str) -> Self {
        let mut root = self.root.clone();
        if let Some(Node {
            value: Value::Map(entries),
            ..
        }) = root.as_mut().map(Arc::make_mut)
        {
            entries.retain(|(k, _)| k.text != key);
        }
        Self {
            file: self.file.clone(),
            root,
        }
    }

    /// The tree.
    pub(super) fn root(&self) -> Option<&Node> {
        self.root.as_deref()
    }

    /// A problem at a field, with its line.
    pub fn problem(&self, at: &At<'_>, message: impl Into<String>) -> Problem {
        self.problem_on(&at.steps(), message)
    }

    pub(super) fn problem_on(&self, steps: &[Step], message: impl Into<String>) -> Problem {
        Problem {
            file: self.file.clone(),
            line: self.root.as_ref().map(|root| root.locate(steps)),
            field: write_path(steps),
            message: message.into(),
        }
    }

    /// The whole as a Rust value.
    ///
    /// # Errors
    /// What does not fit, with its line.
    pub fn typed<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        match self.root() {
            Some(root) => self.typed_at(root, &At::TOP),
            None => Err(Problem::whole(&self.file, "there is nothing to read")),
        }
    }

    /// A part as a Rust value.
    pub(super) fn typed_at<T: DeserializeOwned>(
        &self,
        node: &Node,
        at: &At<'_>,
    ) -> Result<T, Problem> {
        typed::read(node).map_err(|fault| {
            let mut steps = at.steps();
            steps.extend(fault.way.into_iter().rev());
            Problem {
                file: self.file.clone(),
                line: Some(fault.line.unwrap_or(node.line)),
                field: write_path(&steps),
                message: fault.message,
            }
        })
    }
}

fn options() -> Options {
    Options {
        budget: Some(Budget {
            max_depth: MAX_DEPTH,
            max_events: MAX_NODES,
            max_nodes: MAX_NODES,
            max_aliases: MAX_ALIASES,
            max_anchors: MAX_ALIASES,
            max_total_scalar_bytes: MAX_BYTES,
            // The limit on what anchors stand for decides; a ratio would refuse honest files.
            enforce_alias_anchor_ratio: false,
            ..Budget::default()
        }),
        alias_limits: AliasLimits {
            max_total_replayed_events: MAX_REPLAYED,
            ..AliasLimits::default()
        },
        with_snippet: false,
        ..Options::default()
    }
}

/// Why a text is refused for its size, and what to do instead.
pub fn too_large() -> String {
    let most = MAX_BYTES >> 20;
    format!(
        "the file is larger than {most} MiB: divide it by environments, or move a whole store with \
         `deedbox backup` and `deedbox restore`"
    )
}

/// Says of an unreadable text why, before the parser sees it.
fn refuse_unreadable(text: &str, file: &str) -> Result<(), Problem> {
    if text.len() > MAX_BYTES {
        return Err(Problem::whole(file, too_large()));
    }
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    let Some(at) = text.find(control) else {
        return Ok(());
    };
    let before = text.get(..at).unwrap_or_default();
    let code = text
        .get(at..)
        .and_then(|t| t.chars().next())
        .map_or(0, u32::from);
    Err(Problem {
        file: file.to_owned(),
        line: Some(before.matches('\n').count() + 1),
        field: String::new(),
        message: format!("the file holds the control character U+{code:04X}: it is no text file"),
    })
}

/// YAML is a superset of JSON but for two things, which this takes out of texts that look like
/// JSON: tabs around tokens, and characters written as two `\u` escapes. Lines stay as they are.
fn json_as_yaml(text: &str) -> Option<String> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut quoted = false;
    while let Some(c) = rest.chars().next() {
        let (piece, used) = match c {
            '"' => {
                quoted = !quoted;
                ("\"".to_owned(), 1)
            }
            '\t' if !quoted => (" ".to_owned(), 1),
            '\\' if quoted => escape(rest),
            other => (other.to_string(), other.len_utf8()),
        };
        out.push_str(&piece);
        rest = rest.get(used..).unwrap_or_default();
    }
    Some(out)
}

/// An escape at the start of a text, as YAML writes it, and how many bytes it took.
fn escape(text: &str) -> (String, usize) {
    let unit = |from: usize| {
        let hex = text.get(from..from + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(hex, 16).ok()
    };
    if let (Some(high), Some(low)) = (unit(0), unit(6))
        && let Some(Ok(c)) = char::decode_utf16([high, low]).next()
        && u32::from(c) > 0xFFFF
    {
        return (format!("\\U{:08X}", u32::from(c)), 12);
    }
    let used = 1 + text
        .get(1..)
        .and_then(|t| t.chars().next())
        .map_or(0, char::len_utf8);
    (text.get(..used).unwrap_or_default().to_owned(), used)
}

/// The parser's complaint as a problem.
fn syntax(error: &Error, mut trail: Vec<Step>, text: &str, file: &str) -> Problem {
    let place = error.location();
    let counted = |n: u64| usize::try_from(n).ok();
    let mut line = place.and_then(|l| counted(l.line()));
    let mut message = match error {
        Error::Eof { .. } => "the file is empty".to_owned(),
        Error::Budget { .. } => {
            "the file is too large, nested too deeply, or uses too many anchors".to_owned()
        }
        Error::Unexpected { .. } => "a key has to be text".to_owned(),
        Error::Message { msg, .. } => syntax_message(msg, &mut trail),
        other => format!("this is not valid YAML or JSON: {other}"),
    };
    if let (Some(stopped), Some(place)) = (line, place) {
        let column = counted(place.column()).unwrap_or(1);
        let (blamed, why) = blame(text, stopped, column, &message);
        line = Some(blamed);
        if let Some(why) = why {
            message = format!("this is not valid YAML or JSON: {why}");
        }
    }
    Problem {
        file: file.to_owned(),
        line,
        field: write_path(&trail),
        message,
    }
}

fn syntax_message(msg: &str, trail: &mut Vec<Step>) -> String {
    if let Some(key) = msg.strip_prefix("duplicate mapping key: ") {
        trail.push(Step::Key(key.to_owned()));
        return "the key is there twice: keep one".into();
    }
    match msg {
        m if m == tree::TOO_DEEP || m.contains("recursion limit") => tree::TOO_DEEP.into(),
        m if m.contains("multiple YAML documents") => {
            "the file holds more than one YAML document: keep one".into()
        }
        m if m.contains("null into string") => "a key has to be text".into(),
        m => format!("this is not valid YAML or JSON: {m}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_keep_their_text() {
        let text = "# é ö\nx: |\n  é\né: ['ü', 1.10, yes, 0x1F, '7', ~, 007]\r\n";
        let source = Source::read(text, "f").unwrap();
        let list = &source.root().unwrap().entries()[1].1;
        let texts: Vec<_> = list.items().iter().map(Node::scalar).collect();
        let expected = [
            Some("ü"),
            Some("1.10"),
            Some("yes"),
            Some("0x1F"),
            Some("7"),
            None,
            Some("007"),
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn json_is_read_with_tabs_and_surrogates() {
        let text = "{\t\"a\":\t\"\\ud83d\\ude00\\t\\\"\",\r\n\t\"b\": [1]}";
        let source = Source::read(text, "f").unwrap();
        assert_eq!(
            source.root().unwrap().get("a").unwrap().scalar(),
            Some("😀\t\"")
        );
        assert_eq!(source.problem(&At::TOP.key("b"), "x").line, Some(2));
    }

    #[test]
    fn hostile_texts_are_refused() {
        let bomb: String = (1..40).fold("a0: &a0 [x,x,x,x,x,x,x,x]\n".to_owned(), |text, i| {
            let line = vec![format!("*a{}", i - 1); 8].join(",");
            format!("{text}a{i}: &a{i} [{line}]\n")
        });
        let chain: String = (1..5000).fold("a0: &a0 [x]\n".to_owned(), |text, i| {
            format!("{text}a{i}: &a{i} [*a{}]\n", i - 1)
        });
        for text in [
            &"[".repeat(100_000),
            &"{a: ".repeat(100_000),
            &"- ".repeat(100_000),
            &bomb,
            &chain,
            "a\0b",
            "",
        ] {
            let start: String = text.chars().take(20).collect();
            assert!(Source::read(text, "f").is_err(), "{start}");
        }
    }
}
