//! What is wrong with a document is said with the line that has to be put right, however deep it lies
//! and however the document is laid out.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that meets what it did not expect should stop there"
)]

use deedbox::authz::Snapshot;
use deedbox::interop::document;
use deedbox::registry::Draft;

/// A document in block style; mutations name a line of it by what stands there.
const DOCUMENT: &str = "\
deedbox: 1
# Who there is.

directory:
  users:
    - id: alice@acme.test
      name: Alice

      # about her
      status: active
    - id: bob@acme.test
      name: >-
        Bob of
        Risk
      status: suspended
  groups:
    - id: team@acme.test
      kind: team
      members: &everybody
        - user:alice@acme.test

        - user:bob@acme.test
    - {id: flow@acme.test, kind: security-group,

       # over several lines
       name: \"Flow of
         lines\",
       members: [user:alice@acme.test]}
    - id: alias@acme.test
      kind: distribution-list
      members: *everybody
environments:
  - id: p1
    platform: google-ai-platform
    edition: documented
    policy:
      bindings:
        - role: roles/ml.admin
          members:
            - user:alice@acme.test
    models:
      - id: m1
        description: the first
        policy:
          bindings:
            - role: roles/ml.modelOwner
              members: [user:alice@acme.test]
            - role: roles/ml.modelUser
              members:
                - user:bob@acme.test
              condition:
                title: soon over
                expression: request.time < timestamp(\"2027-01-01T00:00:00Z\")
";

/// The line that a document's problem names.
fn named(text: &str) -> Option<usize> {
    let read = document::read(text, "f").map_err(|e| e.line);
    let applied = read.and_then(|document| {
        let mut draft = Draft::new(&Snapshot::default());
        document::apply(&document, &mut draft).map_err(|e| e.line)
    });
    match applied {
        Ok(_) => panic!("nothing is wrong with\n{text}"),
        Err(line) => line,
    }
}

/// Puts something in place of a text that stands once in the document, and says in which line.
fn put(from: &str, to: &str) -> (usize, String) {
    assert_eq!(DOCUMENT.matches(from).count(), 1, "{from}");
    let (before, _) = DOCUMENT.split_once(from).unwrap();
    let line = before.matches('\n').count() + 1;
    (line, DOCUMENT.replace(from, to))
}

#[test]
fn the_document_itself_is_right() {
    let document = document::read(DOCUMENT, "f").unwrap();
    let mut draft = Draft::new(&Snapshot::default());
    document::apply(&document, &mut draft).unwrap();
}

#[test]
fn a_bad_value_is_named_by_its_own_line() {
    let cases = [
        // wrong types
        ("id: alice@acme.test", "id: [alice@acme.test]"),
        ("name: Alice", "name: {first: Alice}"),
        ("kind: team", "kind: [team]"),
        ("members: *everybody", "members: everybody"),
        ("description: the first", "description: [the, first]"),
        ("expression: request", "expression: [1] #"),
        ("title: soon over", "title: {a: b}"),
        // values that nobody knows
        ("status: suspended", "status: asleep"),
        ("kind: distribution-list", "kind: distribution"),
        ("platform: google-ai-platform", "platform: google"),
        ("edition: documented", "edition: '1999'"),
        // fields that nobody knows
        ("name: Alice", "nickname: Alice"),
        ("name: \"Flow of", "nmae: \"Flow of"),
        ("status: suspended", "stat: suspended"),
        ("edition: documented", "editio: documented"),
        ("description: the first", "about: the first"),
        ("title: soon over", "titel: soon over"),
        // what nothing answers to
        ("members: *everybody", "members: *nobody"),
        ("members: [user:alice@acme.test]}", "members: [user@@]}"),
        (
            "        - user:bob@acme.test\n    -",
            "        - user@@\n    -",
        ),
        // twice the same
        ("id: team@acme.test", "id: flow@acme.test"),
    ];
    for (from, to) in cases {
        let (line, text) = put(from, to);
        let found = named(&text);
        // Of two with the same id the second one is too many.
        let line = if to.contains("flow@") { line + 6 } else { line };
        assert_eq!(found, Some(line), "{to}\n{text}");
        // Line ends of another system count the same.
        assert_eq!(
            named(&text.replace('\n', "\r\n")),
            Some(line),
            "{to}, \\r\\n"
        );
    }
}

#[test]
fn a_line_that_is_no_yaml_is_named_not_the_one_below() {
    let cases = [
        ("name: Alice", "name Alice"),
        ("  users:", "  users"),
        ("status: suspended", "status suspended"),
        ("- id: alias@acme.test", "- id alias@acme.test"),
        ("edition: documented", "edition documented"),
        ("description: the first", "description: the: first"),
        ("title: soon over", "title soon over"),
    ];
    for (from, to) in cases {
        let (line, text) = put(from, to);
        assert_eq!(named(&text), Some(line), "{to}\n{text}");
    }
    let json = "{\n  \"deedbox\": 1\n  \"directory\": {}\n}\n";
    assert_eq!(named(json), Some(2), "a comma is missing there");
}
