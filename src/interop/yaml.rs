//! Writing YAML: short lists on one line, and every text quoted that any reader of YAML could take
//! for something else. (The library's own writer leaves some of them plain.)

use serde_json::Value;

/// Lists of plain values stay on one line up to this width.
const WIDTH: usize = 90;

/// A value as a YAML document.
pub fn write(value: &Value) -> String {
    let mut out = String::new();
    block(value, 0, &mut out);
    out
}

/// A value that begins on a line of its own, `depth` steps in.
fn block(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (place, (key, value)) in fields.iter().enumerate() {
                // The first key stands where the value begins: after `- `, or indented already.
                if place > 0 {
                    indent(depth, out);
                }
                out.push_str(&text(key));
                out.push(':');
                field(value, depth, out);
            }
        }
        Value::Array(items) if inline(value, depth).is_none() => {
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    indent(depth, out);
                }
                out.push_str("- ");
                block(item, depth + 1, out);
            }
        }
        other => {
            out.push_str(&inline(other, depth).unwrap_or_default());
            out.push('\n');
        }
    }
}

/// A value after its key.
fn field(value: &Value, depth: usize, out: &mut String) {
    if let Some(short) = inline(value, depth) {
        out.push(' ');
        out.push_str(&short);
        out.push('\n');
        return;
    }
    out.push('\n');
    indent(depth + 1, out);
    block(value, depth + 1, out);
}

fn indent(depth: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", depth));
}

/// A value on one line; `None` for mappings, and for lists that hold some or are long.
fn inline(value: &Value, depth: usize) -> Option<String> {
    Some(match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => float(&number.to_string()),
        Value::String(string) => text(string),
        Value::Object(fields) if fields.is_empty() => "{}".to_owned(),
        Value::Object(_) => return None,
        Value::Array(items) => {
            let simple = |item: &Value| !item.is_object() && !item.is_array();
            if !items.iter().all(simple) {
                return None;
            }
            let items: Option<Vec<String>> = items.iter().map(|item| inline(item, depth)).collect();
            let line = format!("[{}]", items?.join(", "));
            let fits = line.chars().count() + 2 * depth <= WIDTH;
            return (fits || items_are_few(value)).then_some(line);
        }
    })
}

fn items_are_few(value: &Value) -> bool {
    value.as_array().is_none_or(|items| items.len() < 2)
}

/// `3e18` is text to some readers: `3.0e18` is a number to all.
fn float(number: &str) -> String {
    match number.split_once('e') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0e{exponent}"),
        _ => number.to_owned(),
    }
}

/// Text, quoted unless nobody could mistake it. JSON's quotes are YAML's.
fn text(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else {
        Value::from(text).to_string()
    }
}

fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 11] = [
        "null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf",
    ];
    let mut before = ' ';
    for c in text.chars() {
        let fits = match c {
            // A blank at an end or after a colon would change the meaning.
            ' ' => !matches!(before, ' ' | ':'),
            '_' | '-' | '.' | '/' | '@' | ':' | '+' => before != ' ',
            c => c.is_alphanumeric(),
        };
        if !fits {
            return false;
        }
        before = c;
    }
    text.chars().next().is_some_and(char::is_alphabetic)
        && !matches!(before, ' ' | ':')
        && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_words_stay_plain() {
        for plain in [
            "Alice Ng",
            "user:alice@acme.test",
            "roles/ml.admin",
            "田中 美咲",
            "a+b",
        ] {
            assert_eq!(text(plain), plain);
        }
        for odd in [
            "~ ",
            "",
            "yes",
            "Null",
            "1.10",
            "a: b",
            "a:",
            "a ",
            "a #b",
            "- a",
            "a\nb",
            "2027-03-01",
            "a  b",
            "x, y",
        ] {
            assert!(text(odd).starts_with('"'), "{odd}");
        }
    }
}
