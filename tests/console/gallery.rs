//! Every screen of the console, in every size that it is promised for; then without colour, with names
//! of wide and of combining characters, with very long ones, and over an organization in which nothing is.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use deedbox::interop::document::{self, Document};
use deedbox::registry::{Actor, Plan, intents, plan};
use deedbox::tui::message::Message;
use deedbox::tui::state::{Place, View};
use deedbox::tui::text::width;
use deedbox::tui::theme::{Scheme, Theme};
use deedbox::tui::view::MEDIUM;
use strum::IntoEnumIterator as _;

use crate::harness::{Console, acme, clock, import, stocked};

/// A name, who sits there, and what leads there: keys, and between bars what comes from outside:
/// `paste` with a text, or `elsewhere`, when somebody else shares Fraud score with Samuel. Things are
/// found by their ids, which stay what they are when everything is called something else.
const PLACES: &[(&str, &str, &str)] = &[
    // Views.
    ("my_models", "alice", ""),
    ("shared_with_me", "alice", "2"),
    ("shared_with_me_analyst", "dan", "2"),
    ("all_models", "alice", "3"),
    ("model_groups", "alice", "4"),
    ("people", "alice", "5"),
    ("groups", "alice", "6"),
    ("roles", "alice", "7"),
    ("jobs", "alice", "8"),
    ("experiments", "alice", "9"),
    ("access", "alice", "0"),
    ("findings", "alice", "F"),
    ("findings_chosen", "alice", "F down down down"),
    ("journal", "alice", "! J"),
    ("settings", "alice", ","),
    ("settings_logins", "alice", ", tab"),
    ("settings_looks", "alice", ", tab tab"),
    ("settings_keys", "alice", ", tab tab tab"),
    ("filter", "alice", r#"3 / "risk""#),
    ("filter_nothing", "alice", r#"3 / "nothing like this""#),
    ("marked", "alice", "space down space"),
    ("nothing_shared", "julia", ""),
    // A model, and what is like one.
    ("detail_overview", "alice", r#"/ "fraud-score" enter enter"#),
    ("detail_access", "alice", r#"/ "fraud-score" enter w"#),
    (
        "detail_versions",
        "alice",
        r#"/ "fraud-score" enter enter tab tab"#,
    ),
    (
        "detail_activity",
        "alice",
        r#"! esc / "device-trust" enter enter shift-tab"#,
    ),
    ("detail_of_a_group", "alice", "4 enter"),
    ("detail_of_a_job", "alice", "8 enter"),
    ("detail_of_an_experiment", "alice", "9 enter tab tab"),
    (
        "detail_of_a_user_share",
        "dan",
        r#"2 / "contract-clauses" enter enter"#,
    ),
    (
        "access_of_a_user_share",
        "dan",
        r#"2 / "contract-clauses" enter enter tab"#,
    ),
    // Shares.
    ("share", "alice", r#"/ "fraud-score" enter s"#),
    ("share_typing", "alice", r#"/ "fraud-score" enter s "ac""#),
    (
        "share_chosen",
        "alice",
        r#"/ "fraud-score" enter s "credit@" enter tab tab "2027-03-01""#,
    ),
    (
        "share_held",
        "alice",
        r#"/ "fraud-score" enter s shift-tab down"#,
    ),
    (
        "share_confirm",
        "alice",
        r#"/ "fraud-score" enter s "credit@" enter tab tab "2027-03-01" enter"#,
    ),
    (
        "share_told",
        "alice",
        r#"/ "fraud-score" enter s "credit@" enter enter y"#,
    ),
    (
        "share_several",
        "alice",
        r#"/ "account-takeover" enter space / "card-velocity" enter space s "samuel@" enter"#,
    ),
    (
        "share_some",
        "alice",
        r#"/ "churn-forecast" enter space / "contract-clauses" enter space s"#,
    ),
    (
        "share_ai_builder",
        "alice",
        r#"3 / "invoices" enter s "dan@" enter"#,
    ),
    (
        "share_fabric",
        "alice",
        r#"3 / "churn-risk" enter s "dan@" enter right"#,
    ),
    (
        "access_mode",
        "alice",
        r#"/ "ticket-reranker" enter s right tab "analyst""#,
    ),
    (
        "access_mode_confirm",
        "alice",
        r#"/ "ticket-reranker" enter s right enter "analyst" enter"#,
    ),
    // Owners.
    ("reassign", "alice", r#"3 / "invoices" enter o"#),
    (
        "reassign_chosen",
        "alice",
        r#"3 / "invoices" enter o "carol@" enter"#,
    ),
    (
        "reassign_confirm",
        "alice",
        r#"3 / "invoices" enter o "carol@" enter enter"#,
    ),
    (
        "reassign_several",
        "alice",
        r#"/ "account-takeover" enter space / "card-velocity" enter space o"#,
    ),
    ("offboard", "alice", r#"5 / "bob@" enter O"#),
    (
        "offboard_choosing",
        "alice",
        r#"5 / "bob@" enter O down enter"#,
    ),
    ("offboard_takes_all", "alice", r#"5 / "bob@" enter O tab"#),
    ("offboard_confirm", "alice", r#"5 / "bob@" enter O ctrl-s"#),
    (
        "offboard_receipt",
        "alice",
        r#"5 / "bob@" enter O ctrl-s "bob@acme.test" enter"#,
    ),
    // Policies.
    ("policy", "alice", r#"/ "fraud-score" enter P"#),
    (
        "policy_of_a_project",
        "alice",
        r#"7 / "roles/scorer" enter P"#,
    ),
    (
        "policy_wrong",
        "alice",
        r#"/ "fraud-score" enter P | paste oops: "#,
    ),
    (
        "policy_warnings",
        "alice",
        "/ \"fraud-score\" enter P down down down down | paste - members: \
         [user:stranger@else.test]\n  role: roles/ml.modelUsr\n",
    ),
    (
        "policy_save",
        "alice",
        "/ \"fraud-score\" enter P down down down down | paste - members:\n  - \
         user:samuel@acme.test\n  role: roles/ml.modelUser\n | ctrl-s",
    ),
    (
        "policy_stale",
        "alice",
        "/ \"fraud-score\" enter P | paste # mine\n | elsewhere | ctrl-s",
    ),
    // People, groups, roles.
    ("person", "alice", r#"5 / "dan@" enter enter"#),
    ("person_reach", "alice", r#"5 / "dan@" enter enter tab"#),
    (
        "person_named_on",
        "alice",
        r#"5 / "dan@" enter enter tab tab"#,
    ),
    ("group", "alice", r#"6 / "fraud@" enter enter"#),
    ("group_members", "alice", r#"6 / "fraud@" enter enter tab"#),
    (
        "group_named_on",
        "alice",
        r#"6 / "fraud@" enter enter tab tab"#,
    ),
    (
        "people_compared",
        "alice",
        r#"5 / "dan@" enter c "nadia@" enter"#,
    ),
    ("role", "alice", r#"7 / "roles/scorer" enter enter"#),
    (
        "role_permissions",
        "alice",
        r#"7 / "roles/scorer" enter enter tab"#,
    ),
    (
        "role_held_by",
        "alice",
        r#"7 / "risk-prod developer" enter enter tab tab"#,
    ),
    (
        "role_compared",
        "alice",
        r#"7 / "roles/scorer" enter c "basic owner" enter"#,
    ),
    ("role_edit", "alice", r#"7 / "roles/scorer" enter e"#),
    (
        "role_new",
        "alice",
        r#"7 / "roles/scorer" enter n "tester" tab "Tester" tab tab "versions.get" space"#,
    ),
    (
        "role_refused",
        "alice",
        r#"7 / "risk-prod developer" enter e"#,
    ),
    ("environment", "alice", r#", / "risk-prod" enter enter"#),
    (
        "environment_roles",
        "alice",
        r#", / "risk-prod" enter enter tab"#,
    ),
    // Questions.
    ("asking", "alice", r#"0 "da""#),
    (
        "who_can",
        "alice",
        r#"0 enter "risk-prod/models/fraud-score" enter"#,
    ),
    ("what_can", "alice", r#"0 "dan@acme.test" enter enter"#),
    (
        "why",
        "alice",
        r#"0 "nadia@acme.test" enter "risk-prod/models/fraud-score" enter"#,
    ),
    (
        "why_not",
        "alice",
        r#"0 "dan@acme.test" enter "sales-lab/models/churn-risk" enter"#,
    ),
    (
        "why_not_plan",
        "alice",
        r#"0 "dan@acme.test" enter "sales-lab/models/churn-risk" enter enter"#,
    ),
    ("why_not_shown", "dan", r#"3 / "churn-risk" enter e"#),
    // What was done, and when.
    ("entry", "alice", "! J enter"),
    ("undo", "alice", "! J u"),
    ("undo_toast", "alice", "! esc u y"),
    ("redo", "alice", "! esc u y ctrl-r"),
    ("as_of", "alice", "! J down t 3"),
    ("moment", "alice", "t"),
    ("moment_said", "alice", r#"t "2h ago""#),
    ("moment_wrong", "alice", r#"t "soon""#),
    ("seeing_as", "alice", r#"S "dan@acme.test" enter 2"#),
    ("acting_for", "alice", r#"p "dan@acme.test" enter 2"#),
    ("one_environment", "alice", r#"3 E "search" enter"#),
    // What lies over a view.
    ("palette", "alice", r#": "fraud""#),
    ("palette_nothing", "alice", r#": "zzzz""#),
    ("help", "alice", "?"),
    ("help_of_a_panel", "alice", r#"/ "fraud-score" enter s f1"#),
    ("pick_environment", "alice", "E"),
    ("pick_persona", "alice", "p"),
    ("pick_eyes", "alice", "S"),
    ("pick_tour", "alice", "T"),
    ("pick_other", "alice", r#"5 / "dan@" enter c"#),
    ("pick_action", "alice", r#"/ "fraud-score" enter a"#),
    (
        "pick_action_of_an_environment",
        "alice",
        r#", / "risk-prod" enter a"#,
    ),
    ("pick_new", "alice", "5 n"),
    ("form", "alice", r#"5 / "dan@" enter a "group" enter"#),
    (
        "form_confirm",
        "alice",
        r#"5 / "dan@" enter a "group" enter "fraud@" enter"#,
    ),
    (
        "form_setting",
        "alice",
        r#", / "search" enter a "setting" enter right tab"#,
    ),
    ("bulk_file", "alice", r#"B "assets/""#),
    (
        "bulk",
        "alice",
        "B | paste resource,member,role,reason\n\
         risk-prod/models/fraud-score,group:credit@acme.test,roles/ml.modelUser,ticket 7\n\
         risk-prod/models/fraud-score,user:dan@acme.test,roles/ml.modelUser,\n\
         ops/models/churn-forecast,user:dan@acme.test,user,\n",
    ),
    ("notice", "alice", r#"/ "churn-forecast" enter s"#),
    ("refusal", "dan", r#"5 n enter "xena@acme.test" ctrl-s"#),
    ("not_yours", "dan", r#"2 / "lead-score" enter o"#),
    (
        "overtaken",
        "alice",
        r#"/ "device-trust" enter s "credit@" enter enter | elsewhere"#,
    ),
    ("word", "alice", r#"/ "device-trust" enter X"#),
    (
        "word_everybody",
        "alice",
        r#", / "search" enter a "setting" enter right tab "false" ctrl-s"#,
    ),
];

/// Places that the gallery leaves to others, and why.
const ELSEWHERE: &[(Place, &str)] = &[
    (Place::Working, "there only while a job waits: planning.rs"),
    (Place::Preview, "in wider terminals only: panes.rs"),
];

/// Something that was done, for the journal to tell of: a bang in a script.
const DONE: &str = r#"/ "device-trust" enter s "credit@" enter enter y"#;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (60, 16)];

const COLOURLESS: Theme = Theme {
    scheme: Scheme::None,
    ascii: false,
    accessible: false,
};

/// An organization that many consoles are opened over.
fn over(plan: &Plan, who: &str, size: (u16, u16), theme: Theme) -> Console {
    let registry = stocked(plan);
    let principal = registry.snapshot().find_principal(who);
    assert!(principal.is_some(), "{who}");
    let actor = Actor {
        account: "tester".into(),
        principal,
        store_administrator: who.contains("alice"),
        on_behalf_by: None,
    };
    Console::over(Arc::new(registry), actor, size, theme)
}

/// Somebody else, on the same store.
fn elsewhere(console: &mut Console) {
    let snapshot = console.registry.snapshot();
    let alice = snapshot.find_principal("user:alice@acme.test").unwrap();
    let share = intents::Share {
        model: "risk-prod/models/fraud-score".into(),
        with: "user:samuel@acme.test".into(),
        ..intents::Share::default()
    };
    let plan = plan(&snapshot, &Actor::user(alice), &share.into(), clock()).unwrap();
    console.registry.commit(plan).unwrap();
    console.hear();
}

/// Leads to a place.
fn lead(console: &mut Console, script: &str) {
    for part in script.split(" | ") {
        if let Some(text) = part.trim_start().strip_prefix("paste ") {
            console.message([Message::Paste(text.to_owned())]);
        } else if part.trim() == "elsewhere" {
            elsewhere(console);
        } else {
            console.press(&part.replacen('!', DONE, 1));
        }
    }
}

/// Columns of the sidebar, which stands beside everything in terminals that are wide enough.
const SIDEBAR: usize = 24;

/// What stands out of line: rows that are wider than the terminal, and frames that do not end where
/// they should.
fn crooked(text: &str, columns: u16) -> Vec<String> {
    let columns = usize::from(columns);
    let beside = if columns < usize::from(MEDIUM) {
        0
    } else {
        SIDEBAR
    };
    let ends = [('│', '│'), ('┌', '┐'), ('└', '┘')];
    let is_crooked = |line: &&str| {
        // Names stand right of the sidebar, whose characters take a cell each.
        let main: String = line.chars().skip(beside).collect();
        let last = ends.iter().find(|(first, _)| main.starts_with(*first));
        let closed = last.is_none_or(|(_, last)| width(line) == columns && main.ends_with(*last));
        width(line) > columns || !closed
    };
    let crooked = text.lines().filter(is_crooked);
    crooked.map(str::to_owned).collect()
}

#[track_caller]
fn assert_straight(name: &str, console: &Console, columns: u16) {
    let text = console.text();
    let crooked = crooked(&text, columns);
    assert!(crooked.is_empty(), "{name}: {crooked:#?}\n{text}");
}

/// Takes every place of the gallery, and looks at it.
fn visit(plan: &Plan, size: (u16, u16), theme: Theme, mut look: impl FnMut(&str, &Console)) {
    for (name, who, script) in PLACES {
        let who = format!("user:{who}@acme.test");
        let mut console = over(plan, &who, size, theme);
        lead(&mut console, script);
        assert_straight(name, &console, size.0);
        look(name, &console);
    }
}

fn sample() -> &'static Plan {
    static SAMPLE: OnceLock<Plan> = OnceLock::new();
    SAMPLE.get_or_init(|| import(&acme(), "acme.yaml"))
}

fn hang(size: (u16, u16)) {
    let (columns, rows) = size;
    visit(sample(), size, Theme::default(), |name, console| {
        insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), console.styled());
    });
}

#[test]
fn at_80x24() {
    hang(SIZES[0]);
}

#[test]
fn at_120x40() {
    hang(SIZES[1]);
}

#[test]
fn at_60x16() {
    hang(SIZES[2]);
}

#[test]
fn without_colour() {
    visit(sample(), SIZES[0], COLOURLESS, |name, console| {
        let styled = console.styled();
        let (_, below) = styled.split_once("--- styles").unwrap();
        for colour in ["red", "green", "yellow", "blue", "cyan", "magenta", "gray"] {
            assert!(!below.contains(colour), "{name}: {colour}\n{styled}");
        }
        insta::assert_snapshot!(format!("{name}_colourless"), styled);
    });
}

/// The sample in which everything that has a name has another one. Ids stay what they are.
fn renamed(call: impl Fn(&str) -> String) -> Document {
    let mut document = acme();
    let rename = |name: &mut String, id: &str| {
        let so_far = if name.is_empty() { id } else { name.as_str() };
        *name = call(so_far);
    };
    let directory = &mut document.content.directory;
    for user in &mut directory.users {
        rename(&mut user.name, &user.id);
    }
    for group in &mut directory.groups {
        rename(&mut group.name, &group.id);
    }
    for account in &mut directory.service_accounts {
        rename(&mut account.name, &account.id);
    }
    for place in &mut document.content.environments {
        rename(&mut place.name, &place.id);
        for model in &mut place.models {
            rename(&mut model.name, &model.id);
        }
        for group in place.model_groups.iter_mut().flatten() {
            rename(&mut group.name, &group.id);
        }
        for job in place.jobs.iter_mut().flatten() {
            rename(&mut job.name, &job.id);
        }
        for operation in place.operations.iter_mut().flatten() {
            rename(&mut operation.name, &operation.id);
        }
        for experiment in place.experiments.iter_mut().flatten() {
            rename(&mut experiment.name, &experiment.id);
        }
        for role in place.roles.iter_mut().flatten() {
            role.title = role.title.as_deref().map(&call);
        }
    }
    document
}

/// Letters that take two cells, vowels with an accent that takes none.
fn wide(name: &str) -> String {
    let letters = name.chars().flat_map(|c| {
        let full = match c {
            '!'..='~' => char::from_u32(u32::from(c) + 0xfee0),
            ' ' => Some('\u{3000}'),
            _ => None,
        };
        let accent = "aeiouAEIOU".contains(c).then_some('\u{301}');
        std::iter::once(full.unwrap_or(c)).chain(accent)
    });
    letters.collect()
}

/// A hundred and twenty characters.
fn long(name: &str) -> String {
    let words = std::iter::once(name).chain(std::iter::repeat(" of the second department"));
    let letters: String = words.flat_map(str::chars).take(120).collect();
    letters.trim_end().to_owned()
}

#[test]
fn with_names_in_wide_and_combining_characters() {
    let plan = import(&renamed(wide), "acme.yaml");
    visit(&plan, SIZES[0], Theme::default(), |name, console| {
        insta::assert_snapshot!(format!("{name}_wide"), console.text());
    });
}

#[test]
fn with_very_long_names() {
    let plan = import(&renamed(long), "acme.yaml");
    visit(&plan, SIZES[0], Theme::default(), |name, console| {
        // However long names are, that this is not here and now, or not oneself, is said.
        let told = match name {
            "as_of" => "AS OF",
            "seeing_as" => "seeing as",
            "acting_for" => "(by",
            _ => "deedbox",
        };
        let header = console.text().lines().next().unwrap_or_default().to_owned();
        assert!(header.contains(told), "{name}: {header}");
        insta::assert_snapshot!(format!("{name}_long"), console.text());
    });
}

/// One person, and an environment of each platform with nothing in it.
const NOTHING: &str = "\
deedbox: 1
directory:
  users: [{id: alice@new.test, name: Alice Ng, status: active}]
environments:
  - {id: p, platform: google-ai-platform, policy: {bindings: [{role: roles/owner, members: [user:alice@new.test]}]}}
  - {id: s, platform: opensearch}
  - {id: w, platform: fabric, bindings: [{role: Admin, members: [user:alice@new.test]}]}
  - {id: d, platform: ai-builder, bindings: [{role: System Administrator, members: [user:alice@new.test]}]}
";

#[test]
fn over_an_empty_organization() {
    let plan = import(&document::read(NOTHING, "new.yaml").unwrap(), "new.yaml");
    for size in SIZES {
        for (view, key) in View::iter().zip("1234567890FJ,".chars()) {
            let mut console = over(&plan, "user:alice@new.test", size, Theme::default());
            console.press(&key.to_string());
            assert_eq!(console.runtime.console.view, view);
            let name: String = view.to_string().to_lowercase().replace([' ', '&'], "_");
            assert_straight(&name, &console, size.0);
            let name = format!("{name}_empty_{}x{}", size.0, size.1);
            insta::assert_snapshot!(name, console.styled());
        }
    }
}

/// Pages of text, where no row is chosen; in the policy editor the terminal's own cursor stands.
const TEXTS: [Place; 8] = [
    Place::Detail,
    Place::Person,
    Place::Group,
    Place::Role,
    Place::Settings,
    Place::Entry,
    Place::Notice,
    Place::Policy,
];

/// Where there is nothing to choose from.
const NOTHING_THERE: [&str; 4] = [
    "filter_nothing",
    "nothing_shared",
    "palette_nothing",
    "role_compared",
];

/// What is chosen has a mark, so that it can be told without colour.
#[test]
fn what_is_chosen_is_marked() {
    for size in SIZES {
        visit(sample(), size, Theme::default(), |name, console| {
            let marked = console.text().contains('▸');
            let unmarked = TEXTS.contains(&console.runtime.console.place());
            let empty = NOTHING_THERE.contains(&name);
            assert!(marked || unmarked || empty, "{name}\n{}", console.text());
        });
    }
}

/// A kind of place that nobody looks at is wrong one day.
#[test]
fn every_kind_of_place_is_in_the_gallery() {
    let mut seen = HashSet::new();
    visit(sample(), SIZES[0], Theme::default(), |_, console| {
        seen.insert(console.runtime.console.place());
    });
    for place in Place::iter() {
        let left_out = ELSEWHERE.iter().any(|(other, _)| *other == place);
        assert_ne!(seen.contains(&place), left_out, "{place:?}");
    }
}

/// Where there is room for a field, it is there, however many candidates another one offers.
#[test]
fn every_field_stays_in_sight_while_one_types() {
    let forms: [(&str, &[&str]); 3] = [
        (
            r#"/ "fraud score" enter s "a""#,
            &["With", "Level", "From", "Until", "Reason"],
        ),
        (
            r#"3 / "invoices" enter o "a""#,
            &["To", "Ends", "Keeps", "Reason"],
        ),
        (r#"0 "a""#, &["Who", "Can", "What", "When"]),
    ];
    for size in SIZES {
        for (keys, fields) in forms {
            let mut console = over(sample(), "user:alice@acme.test", size, Theme::default());
            console.press(keys);
            console.shows("more; type to narrow");
            for field in fields {
                console.shows(&format!(" {field} "));
            }
        }
    }
}
