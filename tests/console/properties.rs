//! What must hold whatever is pressed, clicked, pasted or done by somebody else.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crossterm::event::{KeyModifiers, MouseEvent, MouseEventKind};
use deedbox::authz::list;
use deedbox::domain::{ResourceKind, Target};
use deedbox::registry::{Actor, Intent, intents, plan};
use deedbox::tui::commands::{COMMANDS, CommandId};
use deedbox::tui::keys::Chord;
use deedbox::tui::message::Message;
use deedbox::tui::state::{Place, View};
use deedbox::tui::view::MEDIUM;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::harness::{Console, clock};

/// The same cases every time; `DEEDBOX_CASES` asks for so many others.
fn cases(usual: u32) -> ProptestConfig {
    let wanted = std::env::var("DEEDBOX_CASES").ok();
    let wanted: Option<u32> = wanted.map(|n| n.parse().expect("DEEDBOX_CASES is a number"));
    ProptestConfig {
        cases: wanted.unwrap_or(usual),
        rng_seed: wanted.map_or(RngSeed::Fixed(0x00de_edb0), |_| RngSeed::Random),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

// --- anything at all --------------------------------------------------------------------------

/// Every key that means something somewhere, but for the one that leaves; and letters of several kinds.
static KEYS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let commands = COMMANDS.iter().filter(|c| c.id != CommandId::Quit);
    let keys = commands.flat_map(|c| c.keys.iter().copied());
    let letters = [
        "a",
        "d",
        "é",
        "田",
        "backspace",
        "ctrl-u",
        "ctrl-w",
        "ctrl-k",
    ];
    let all: BTreeSet<&str> = keys.chain(letters).collect();
    all.into_iter().collect()
});

/// What is pasted: names, files, a policy, nothing, lines of other systems, more than there is room for.
const PASTES: &[&str] = &[
    "fraud",
    "dan@acme.test",
    "",
    "田中 美咲\r\nZoë\u{301}",
    "resource,member,role\nrisk-prod/models/fraud-score,user:dan@acme.test,roles/ml.modelUser\n",
    "bindings:\n- members: [user:samuel@acme.test]\n  role: roles/ml.modelUser\n",
    "\u{1b}[2J\u{7}\t",
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen",
];

/// What may happen to a console.
#[derive(Debug, Clone)]
enum Happening {
    Key(&'static str),
    Paste(&'static str),
    Click(u16, u16),
    Wheel(u16, u16, bool),
    Resize(u16, u16),
    /// Somebody else renames or deletes a model.
    Elsewhere(usize),
    /// Time goes by.
    Wait(i64),
}

/// What one does in lists most of the time: go there, through the rows, mark, and leave what is open.
const OFTEN: &[&str] = &[
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "F", "J", "down", "pagedown", "end", "end", "up",
    "home", "space", "v", "A", "A", "esc", "esc", "esc",
];

fn happening() -> impl Strategy<Value = Happening> {
    let keys = || proptest::sample::select(KEYS.as_slice()).prop_map(Happening::Key);
    let often = proptest::sample::select(OFTEN).prop_map(Happening::Key);
    let place = || (0_u16..150, 0_u16..45);
    let click = place().prop_map(|(x, y)| Happening::Click(x, y));
    let wheel = (place(), any::<bool>()).prop_map(|((x, y), up)| Happening::Wheel(x, y, up));
    prop_oneof![
        8 => keys(),
        10 => often,
        1 => proptest::sample::select(PASTES).prop_map(Happening::Paste),
        2 => click,
        1 => wheel,
        1 => size().prop_map(|(columns, rows)| Happening::Resize(columns, rows)),
        2 => (0_usize..60).prop_map(Happening::Elsewhere),
        1 => (0_i64..90_000).prop_map(Happening::Wait),
    ]
}

/// Mostly there is room to draw.
fn size() -> impl Strategy<Value = (u16, u16)> {
    prop_oneof![5 => (60_u16..150, 16_u16..45), 1 => (1_u16..170, 1_u16..20)]
}

fn happen(console: &mut Console, what: &Happening) {
    match *what {
        Happening::Key(key) => console.message([Message::Key(Chord::parse(key).unwrap().event())]),
        Happening::Paste(text) => console.message([Message::Paste(text.to_owned())]),
        Happening::Click(x, y) => console.click_at(x, y),
        Happening::Wheel(column, row, up) => console.message([Message::Mouse(MouseEvent {
            kind: if up {
                MouseEventKind::ScrollUp
            } else {
                MouseEventKind::ScrollDown
            },
            column,
            row,
            modifiers: KeyModifiers::NONE,
        })]),
        Happening::Resize(columns, rows) => console.resize(columns, rows),
        Happening::Elsewhere(which) => elsewhere(console, which),
        Happening::Wait(seconds) => console.wait(seconds),
    };
}

/// Whoever runs the store calls one of the models something else, or deletes it; nothing where they
/// may not any more.
fn elsewhere(console: &mut Console, which: usize) -> &mut Console {
    let snapshot = console.registry.snapshot();
    let environments = snapshot.places().map(|(id, _)| id);
    let models = environments.flat_map(|id| snapshot.resources_in(id, ResourceKind::Model));
    let models: Vec<_> = models.collect();
    if let Some(model) = models.get(which % models.len().max(1)) {
        let model = snapshot.target_id(Target::Resource(*model));
        let intent: Intent = if which.is_multiple_of(3) {
            intents::DeleteModel { model }.into()
        } else {
            intents::UpdateModel {
                model,
                name: Some(format!("Called {which}")),
                ..intents::UpdateModel::default()
            }
            .into()
        };
        let stefan = snapshot.find_principal("user:stefan@acme.test").unwrap();
        if let Ok(plan) = plan(&snapshot, &Actor::user(stefan), &intent, clock()) {
            console.registry.commit(plan).unwrap();
        }
    }
    console.hear()
}

/// Lists, where a row is chosen as long as there is any.
const LISTS: [Place; 9] = [
    Place::Models,
    Place::ModelGroups,
    Place::People,
    Place::Groups,
    Place::Roles,
    Place::Jobs,
    Place::Experiments,
    Place::Findings,
    Place::Journal,
];

/// What is wrong with the list on top: rows, but none of them chosen in sight, or another one than
/// commands are about.
fn out_of_sight(console: &Console) -> Option<String> {
    let top = &console.runtime.console;
    let state = &top.state;
    if !LISTS.contains(&top.place()) || state.too_small() || top.top().count().unwrap_or(0) == 0 {
        return None;
    }
    let text = console.text();
    // Where there is room for it, the sidebar has a chosen view of its own.
    let beside = if state.size.0 < MEDIUM { 0 } else { 24 };
    let rows = text.lines().skip(1);
    let rows: Vec<String> = rows.map(|l| l.chars().skip(beside).collect()).collect();
    let chosen: Vec<&String> = rows.iter().filter(|row| row.contains('▸')).collect();
    if chosen.is_empty() {
        let said = ["Nothing fits", "lists nothing", "Nothing "];
        return (!said.iter().any(|s| text.contains(s)))
            .then(|| format!("no row is chosen\n{text}"));
    }
    let snapshot = &state.snapshot;
    let name = match top.place() {
        Place::Findings | Place::Journal | Place::Roles => return None,
        Place::People | Place::Groups => top.person().map(|id| snapshot.label(id)),
        _ => top.subject().map(|id| state.name_of(id)),
    };
    // As much of a name as the narrowest column shows.
    let begins: String = name?.chars().take(3).collect();
    let there = chosen.iter().any(|row| row.contains(begins.trim()));
    (!there).then(|| format!("`{begins}` is not chosen\n{text}"))
}

/// What is marked without being a row of the list on top, shown or hidden by its filter.
fn marked_beside(console: &Console) -> Option<String> {
    let top = &console.runtime.console;
    let state = &top.state;
    let (marked, people) = (top.top().marked(), top.top().marked_people());
    let rows = top.top().count().unwrap_or(usize::MAX);
    if top.top().marks() > rows {
        return Some(format!("{} are marked of {rows}", top.top().marks()));
    }
    let snapshot = &state.snapshot;
    if let (Place::Models, Some(kind)) = (top.place(), top.view.list()) {
        let listed = list(snapshot, kind, state.viewer(), state.now);
        let listed: BTreeSet<_> = listed.iter().map(|row| row.resource).collect();
        let lens = state.lens();
        let beside = marked
            .iter()
            .find(|id| !listed.contains(id) || !lens.covers(**id));
        return beside.map(|id| format!("{} is marked", state.name_of(*id)));
    }
    let gone = marked.iter().find(|id| snapshot.resource(**id).is_none());
    let nobody = people.iter().find(|id| snapshot.principal(**id).is_none());
    gone.map(|id| format!("{id:?} is marked"))
        .or_else(|| nobody.map(|id| format!("{id:?} is marked")))
}

proptest! {
    #![proptest_config(cases(30))]

    /// Nothing panics, in any size; the chosen row of a list is in sight; what is marked is a row; no
    /// pasted control character reaches the terminal; esc always gets home.
    #[test]
    fn anything_may_happen(
        happenings in proptest::collection::vec(happening(), 1..120),
        (columns, rows) in size(),
    ) {
        let mut console = Console::open();
        console.resize(columns, rows);
        for what in &happenings {
            happen(&mut console, what);
            // Help and the palette offer to leave, too.
            if console.runtime.console.state.quit {
                return Ok(());
            }
            prop_assert_eq!(out_of_sight(&console), None, "after {:?}", what);
            prop_assert_eq!(marked_beside(&console), None, "after {:?}", what);
            let raw = console.text().chars().find(|c| c.is_control() && *c != '\n');
            prop_assert_eq!(raw, None, "after {:?}", what);
        }
        // Where there is no room for what keys would do, they do nothing.
        console.resize(80, 24);
        for _ in 0..60 {
            console.press("esc");
        }
        let top = &console.runtime.console;
        prop_assert_eq!(top.place(), Place::Models);
        prop_assert_eq!(top.view, View::MyModels);
        prop_assert_eq!(top.state.frozen(), None);
    }
}

/// What is marked and goes away is marked no more, though the filter hides it.
#[test]
fn what_goes_away_is_not_marked_any_more() {
    let mut console = Console::open();
    console.press("3 A / \"fraud-score\" enter");
    let marked = console.runtime.console.top().marks();
    for which in [0, 3, 6] {
        elsewhere(&mut console, which);
        assert_eq!(marked_beside(&console), None, "{}", console.text());
    }
    assert_eq!(console.runtime.console.top().marks(), marked - 3);
}

// --- do, undo, redo ---------------------------------------------------------------------------

/// Changes by keys up to the plan; each from home, with what may stand in its gaps. The first of each
/// fits on the sample.
const CHANGES: &[(&str, &[&[&str]])] = &[
    (r#"3 / "{}" enter s "{}" enter enter"#, &[SHARED, WHOM]),
    (
        r#"3 / "{}" enter s "{}" enter tab tab "2027-03-01" enter"#,
        &[SHARED, WHOM],
    ),
    (
        r#"3 / "{}" enter s "{}" enter right enter"#,
        &[SHARED, WHOM],
    ),
    (
        r#"3 / "{}" enter s shift-tab {} delete"#,
        &[HELD, &["down", "down down"]],
    ),
    (
        r#"3 / "{}" enter s shift-tab {} enter right enter"#,
        &[HELD, &["down", "down down"]],
    ),
    (r#"3 / "{}" enter o "{}" enter enter"#, &[OWNED, PEOPLE]),
    (
        r#"3 / "{}" enter space / "{}" enter space o "{}" enter enter"#,
        &[
            OWNED,
            &["lead-score", "claim-photos", "chargeback-risk"],
            PEOPLE,
        ],
    ),
    (
        r#"3 / "{}" enter a "rename" enter "{}" ctrl-s"#,
        &[OWNED, &["Another name", "田中"]],
    ),
    (
        r#"3 / "{}" enter X"#,
        &[&["fraud-score", "churn-risk", "invoices"]],
    ),
    (
        r#"3 / "{}" enter s {} enter "analyst" enter"#,
        &[GROUPS_OF_MODELS, &["right"]],
    ),
    (
        r#"3 / "{}" enter s {} enter"#,
        &[GROUPS_OF_MODELS, &["left", "right right"]],
    ),
    (
        r#"5 / "{}" enter a "to a group" enter "{}" enter"#,
        &[PEOPLE, GROUPS],
    ),
    (
        r#"6 / "{}" enter enter tab {} delete"#,
        &[GROUPS, &["down", "down down"]],
    ),
    (r#"5 / "{}" enter a "suspend" enter"#, &[PEOPLE]),
    (r#"5 / "{}" enter a "delete" enter"#, &[PEOPLE]),
    (
        r#"5 n enter "{}@acme.test" tab "Xena Adler" ctrl-s"#,
        &[&["xena", "yann"]],
    ),
    (
        r#"6 n "{}@acme.test" ctrl-s"#,
        &[&["night-shift", "guests"]],
    ),
    (
        r#", / "search" enter a "setting" enter right tab "{}" ctrl-s"#,
        &[&["false", "true"]],
    ),
    (
        r#", / "ops" enter a "setting" enter right right tab "{}" ctrl-s"#,
        &[&["true", "false"]],
    ),
    (
        r#", / "{}" enter a "grant" enter "{}" enter {} ctrl-s"#,
        &[ENVIRONMENTS, PEOPLE, &["", "right", "right right"]],
    ),
    (
        r#"7 / "roles/scorer" enter n "{}" tab "Tester" tab tab "versions.get" space enter"#,
        &[&["tester", "prober"]],
    ),
    (
        r#"7 / "roles/scorer" enter e "{}" space enter"#,
        &[&["models.get", "models.predict"]],
    ),
    (r#"7 / "roles/scorer" enter X"#, &[]),
    (
        r#"3 / "{}" enter P down down end enter "- user:{}acme.test" ctrl-s"#,
        &[&["device-trust", "fraud-score"], PEOPLE],
    ),
    (
        r#"3 / "{}" enter a "add a version" enter "v9" ctrl-s"#,
        &[&["fraud-score", "device-trust"]],
    ),
    (
        r#"3 / "{}" enter a "delete a version" enter {} ctrl-s"#,
        &[&["fraud-score", "lead-score"], &["", "right"]],
    ),
    (
        r#"3 / "{}" enter a "unpublish" enter"#,
        &[&["invoices", "email-routing"]],
    ),
    (
        r#"3 / "{}" enter a "take over" enter"#,
        &[&["lead-score", "churn-risk"]],
    ),
    (
        r#"9 / "{}" enter a "add a run" enter "run-9" ctrl-s"#,
        &[&["churn-features", "pricing-sweep"]],
    ),
    (
        r#"5 / "{}" enter O ctrl-s"#,
        &[&["bob@", "misaki@", "erin@"]],
    ),
];

const SHARED: &[&str] = &[
    "device-trust",
    "fraud-score",
    "chargeback-risk",
    "churn-risk",
    "lead-score",
    "invoices",
    "email-routing",
];
const HELD: &[&str] = &["fraud-score", "chargeback-risk", "lead-score"];
const OWNED: &[&str] = &["fraud-score", "invoices", "lead-score", "ticket-reranker"];
const GROUPS_OF_MODELS: &[&str] = &["ticket-reranker", "claims-search"];
const PEOPLE: &[&str] = &["samuel@", "dan@", "carol@", "erin@", "misaki@"];
const GROUPS: &[&str] = &["interns@", "credit@", "analytics@"];
const WHOM: &[&str] = &["samuel@", "carol@", "misaki@", "credit@", "interns@"];
const ENVIRONMENTS: &[&str] = &["risk-prod", "sales-lab", "ops"];

/// The keys of a change, its gaps filled with one of what may stand there.
fn filled((script, gaps): &(&str, &[&[&str]]), choices: [usize; 3]) -> String {
    let gaps = gaps.iter().zip(choices);
    let fill = |script: String, (gap, choice): (&&[&str], usize)| {
        script.replacen("{}", gap[choice % gap.len()], 1)
    };
    gaps.fold((*script).to_owned(), fill)
}

/// Everything that is stored, as a document; but for etags, which are new with every change.
fn stored(console: &Console) -> String {
    let document = deedbox::interop::document::write(&console.registry.snapshot());
    let text = deedbox::interop::document::to_yaml(&document).unwrap();
    let lines = text
        .lines()
        .filter(|l| !l.trim_start().starts_with("etag:"));
    lines.collect::<Vec<_>>().join("\n")
}

fn first_difference(before: &str, after: &str) -> Option<(String, String)> {
    let (mut a, mut b) = (before.lines(), after.lines());
    loop {
        match (a.next(), b.next()) {
            (None, None) => return None,
            (x, y) if x == y => {}
            (x, y) => return Some((x.unwrap_or("").to_owned(), y.unwrap_or("").to_owned())),
        }
    }
}

fn go_home(console: &mut Console) {
    for _ in 0..12 {
        console.press("esc");
    }
}

/// Agrees to what is asked, with the word where one is to be typed.
fn agree(console: &mut Console) {
    let text = console.text();
    let word = text
        .split("Type ")
        .nth(1)
        .and_then(|rest| rest.split(" to go on").next());
    match word {
        Some(word) if text.contains(" to go on") => console.press(&format!("\"{word}\" enter")),
        _ => console.press("y"),
    };
}

/// Makes a change, takes it back, and does it again; says whether there was one.
fn there_and_back(console: &mut Console, keys: &str) -> Result<bool, TestCaseError> {
    go_home(console);
    let (before, revision) = (stored(console), console.revision());
    console.press(keys);
    if console.runtime.console.place() != Place::Confirm {
        return Ok(false);
    }
    agree(console);
    if console.revision() == revision {
        return Ok(false);
    }
    let after = stored(console);
    for (key, intent, expected) in [("u", "undo", &before), ("ctrl-r", "undo", &after)] {
        let so_far = console.revision();
        go_home(console);
        console.press(key);
        agree(console);
        prop_assert_eq!(
            console.revision(),
            so_far.next(),
            "{} after {}:\n{}",
            key,
            keys,
            console.text()
        );
        prop_assert_eq!(console.newest().stamp.intent, intent);
        let different = first_difference(expected, &stored(console));
        prop_assert_eq!(different, None, "{} after {}", key, keys);
    }
    Ok(true)
}

#[test]
fn every_change_is_undone_and_done_again() {
    let mut wrong = Vec::new();
    for change in CHANGES {
        let mut console = Console::open();
        let keys = filled(change, [0; 3]);
        let before = stored(&console);
        match there_and_back(&mut console, &keys) {
            Ok(true) if stored(&console) != before => {}
            Ok(_) => wrong.push(format!("{keys} changes nothing:\n{}", console.text())),
            Err(why) => wrong.push(format!("{keys}: {why}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

proptest! {
    #![proptest_config(cases(8))]

    /// Whatever was done before, a change that is undone leaves everything as it was, and done again
    /// as it had been.
    #[test]
    fn changes_are_undone_and_done_again(
        changes in proptest::collection::vec((proptest::sample::select(CHANGES), any::<[u8; 3]>()), 1..8),
    ) {
        let mut console = Console::open();
        for (change, choices) in changes {
            let keys = filled(&change, choices.map(usize::from));
            there_and_back(&mut console, &keys)?;
        }
    }
}
