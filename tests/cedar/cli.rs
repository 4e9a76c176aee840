//! `deedbox export --to cedar`: what the program writes, where, and what it refuses.

use std::fs;

use deedbox::domain::Timestamp;
use deedbox::interop::cedar::Export;
use serde_json::Value;

use super::authorizer::{Cedar, uid};
use super::program::{Came, Program};

/// What only a store with the sample organization is needed for.
struct Place(Program);

impl Place {
    fn new() -> Self {
        Self(Program::sample())
    }

    fn run(&self, arguments: &[&str]) -> Came {
        self.0.run(arguments)
    }

    fn fails(&self, code: i32, arguments: &[&str], words: &str) {
        let came = self.run(arguments);
        assert_eq!(came.code, code, "{arguments:?}: {}", came.err);
        assert!(came.err.contains(words), "{arguments:?}: {}", came.err);
        assert_eq!(came.out, "", "{arguments:?}");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    /// The names in a directory, in order.
    fn names(&self, directory: &str) -> Vec<String> {
        let entries = fs::read_dir(self.0.path().join(directory)).unwrap();
        let name = |e: std::io::Result<fs::DirEntry>| e.unwrap().file_name();
        let mut names: Vec<_> = entries.map(name).collect();
        names.sort();
        names
            .into_iter()
            .map(|n| n.into_string().unwrap())
            .collect()
    }
}

/// The object on standard output, as an export.
fn object(text: &str) -> Export {
    let object: Value = serde_json::from_str(text).unwrap();
    let keys: Vec<&String> = object.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["policies", "entities", "schema"]);
    Export {
        policies: object["policies"].as_str().unwrap().to_owned(),
        entities: object["entities"].clone(),
        schema: object["schema"].as_str().unwrap().to_owned(),
        notes: Vec::new(),
    }
}

#[test]
fn one_object_that_cedar_reads_and_decides_by() {
    let place = Place::new();
    let came = place.run(&["export", "--to", "cedar"]);
    assert_eq!(came.code, 0, "{}", came.err);
    let cedar = Cedar::load_strictly(&object(&came.out));
    let at = "2026-11-21T00:00:00Z";
    let mut allowed = 0;
    for (who, permission, model) in [
        ("alice@acme.test", "ml.models.delete", "fraud-score"),
        ("dan@acme.test", "ml.models.predict", "fraud-score"),
        ("dan@acme.test", "ml.models.delete", "fraud-score"),
        ("tomasz@acme.test", "ml.models.predict", "fraud-score"),
        // Suspended.
        ("bob@acme.test", "ml.models.get", "fraud-score"),
    ] {
        let model = format!("risk-prod/models/{model}");
        let user = format!("user:{who}");
        let check = place.run(&["check", &user, permission, &model, "--at", at]);
        let ours = check.code == 0;
        assert!(check.code <= 1, "{}", check.err);
        allowed += u32::from(ours);
        let theirs = cedar.allows(
            uid("Directory::User", who),
            uid("Google::Action", permission),
            uid("Google::Model", &model),
            Timestamp::parse(at).unwrap(),
        );
        assert_eq!(theirs, ours, "{who} {permission} {model}");
    }
    assert_eq!(allowed, 2);
}

#[test]
fn what_cedar_does_not_get_is_said() {
    let place = Place::new();
    let came = place.run(&["export", "--to", "cedar"]);
    for note in [
        "note: `search`, `ops` were left out",
        "note: `risk-prod/bindings[6]` has a condition that can't be evaluated",
        "note: `risk-prod/bindings[8]`, `risk-prod/models/sanctions-screening/bindings[2]` name roles",
        "note: Cedar decides on the platforms' own permissions",
    ] {
        assert!(came.err.contains(note), "{note}\n{}", came.err);
    }
    let Export { policies, .. } = object(&came.out);
    for comment in [
        r#"// "risk-prod/bindings[6]": the role "roles/ml.modelUser" under the condition "resource.name.startsWith("#,
        r#"// "risk-prod/bindings[8]": the role "roles/logging.viewer" grants nothing"#,
    ] {
        assert!(policies.contains(comment), "{comment}\n{policies}");
    }
    assert!(!policies.contains("search/") && !policies.contains("ops/"));
}

#[test]
fn one_environment_goes_alone() {
    let place = Place::new();
    let came = place.run(&["export", "--to", "cedar", "sales-lab"]);
    assert_eq!(came.code, 0, "{}", came.err);
    let export = object(&came.out);
    let text = format!("{}{}", export.policies, export.entities);
    assert!(!text.contains("risk-prod"));
    let mut names = Cedar::load_strictly(&export).policy_names().into_iter();
    assert_eq!(names.next().as_deref(), Some("only-active"));
    assert!(names.len() > 0);
    assert!(names.all(|name| name.starts_with("sales-lab/")));
    assert!(!came.err.contains("left out"), "{}", came.err);
    let yaml = place.run(&["export", "--to", "cedar", "sales-lab", "-o", "yaml"]);
    assert!(yaml.out.starts_with("policies:"), "{}", yaml.out);
}

#[test]
fn files_go_into_a_directory_and_overwrite_nothing() {
    let place = Place::new();
    let into = ["export", "--to", "cedar", "--into", "a/cedar"];
    let came = place.run(&into);
    assert_eq!((came.code, came.out.as_str()), (0, ""), "{}", came.err);
    let written = ["entities.json", "policies.cedar", "schema.cedarschema"];
    assert_eq!(place.names("a/cedar"), written);
    let object = object(&place.run(&["export", "--to", "cedar"]).out);
    assert_eq!(place.read("a/cedar/policies.cedar"), object.policies);
    assert_eq!(place.read("a/cedar/schema.cedarschema"), object.schema);
    let entities: Value = serde_json::from_str(&place.read("a/cedar/entities.json")).unwrap();
    assert_eq!(entities, object.entities);

    place.fails(3, &into, "a/cedar/policies.cedar is there already");
    // The second of the files is in the way: it stays, and the first is not left behind.
    fs::create_dir(place.0.path().join("b")).unwrap();
    fs::write(place.0.path().join("b/entities.json"), "mine").unwrap();
    place.fails(
        3,
        &["export", "--to", "cedar", "--into", "b"],
        "b/entities.json is there already",
    );
    assert_eq!(place.names("b"), ["entities.json"]);
    assert_eq!(place.read("b/entities.json"), "mine");
    place.fails(
        3,
        &["export", "--to", "cedar", "--into", "b/entities.json"],
        "can't be made",
    );
}

#[test]
fn what_makes_no_sense_is_refused() {
    let place = Place::new();
    let model = "risk-prod/models/fraud-score";
    let cedar = ["export", "--to", "cedar"];
    let with = |more: &[&'static str]| [&cedar[..], more].concat();
    place.fails(3, &with(&["search"]), "is on OpenSearch ML Commons");
    place.fails(3, &with(&["nowhere"]), "no environment `nowhere`");
    place.fails(3, &with(&[model]), "is no environment");
    place.fails(2, &with(&["--into", "d", "-o", "json"]), "--into");
    place.fails(2, &["export", "--into", "d"], "--to");
    place.fails(2, &["export", "--to", "google-policy"], "RESOURCE");
    place.fails(
        2,
        &["export", "--to", "google-policy", model, "--into", "d"],
        "leave --into out",
    );
    assert!(!place.0.path().join("d").exists());
}
