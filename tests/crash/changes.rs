//! Changes at random: each a command line, and what it leaves for later ones.

use std::fmt::Write as _;

use crate::program::Program;
use crate::rng::Rng;

const MODELS: &[&str] = &[
    "risk-prod/models/fraud-score",
    "risk-prod/models/device-trust",
    "risk-prod/models/merchant-risk",
    "risk-prod/models/credit-limit",
    "risk-prod/models/stress-test",
    "risk-prod/models/spending-forecast",
    "sales-lab/models/lead-score",
    "sales-lab/models/win-probability",
    "ops/models/delivery-notes",
    "ops/models/contract-clauses",
];
const PEOPLE: &[&str] = &[
    "user:tomasz@acme.test",
    "user:mei@acme.test",
    "user:jonas@acme.test",
    "user:zara@acme.test",
    "user:luca@acme.test",
    "user:petra@acme.test",
    "group:interns@acme.test",
    "group:claims-review@acme.test",
];
const LEAVERS: &[&str] = &["user:bob@acme.test", "user:erin@acme.test"];

/// What was done so far, for changes that build on it.
#[derive(Debug, Default)]
pub struct Past {
    shares: Vec<(String, String)>,
    accounts: Vec<String>,
    imports: usize,
    left: usize,
}

/// One change.
#[derive(Debug, Clone)]
pub struct Change {
    /// Its command line.
    pub arguments: Vec<String>,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    Share(String, String),
    Unshare(usize),
    Import,
    Leave(bool),
    Set(String),
    Remove(usize),
    Other,
}

impl Change {
    /// Whether it can change who signs in.
    pub fn touches_logins(&self) -> bool {
        matches!(self.arguments[0].as_str(), "login" | "undo")
    }
}

/// Draws a change. It may turn out to be refused; then nothing was changed.
pub fn draw(rng: &mut Rng, past: &Past, revision: u64, program: &Program) -> Change {
    match rng.below(100) {
        0..30 => share(rng),
        30..45 if !past.shares.is_empty() => unshare(rng, past),
        45..62 => import(rng, past, program),
        62..77 => plain(&["undo", &revision.to_string()], What::Other),
        77..85 => leave(rng, past),
        85..95 => login(rng, past),
        _ => {
            let user = rng.pick(PEOPLE);
            let intent = rng.pick(&["suspend-user", "restore-user"]);
            let intent = format!("{{\"{intent}\": {{\"user\": \"{user}\"}}}}");
            plain(&["do", &intent], What::Other)
        }
    }
}

fn plain(arguments: &[&str], what: What) -> Change {
    Change {
        arguments: arguments.iter().map(|&a| a.to_owned()).collect(),
        what,
    }
}

fn share(rng: &mut Rng) -> Change {
    let (model, with) = (*rng.pick(MODELS), *rng.pick(PEOPLE));
    let mut arguments = vec!["share", model, "--with", with];
    if rng.chance(30) {
        arguments.extend(["--ends", "2031-03-01"]);
    }
    plain(&arguments, What::Share(model.into(), with.into()))
}

fn unshare(rng: &mut Rng, past: &Past) -> Change {
    let place = rng.below(past.shares.len());
    let (model, with) = &past.shares[place];
    plain(&["unshare", model, "--with", with], What::Unshare(place))
}

/// A document of people, a group and an environment with models: sometimes so large that it is not
/// one transaction of the engine.
fn import(rng: &mut Rng, past: &Past, program: &Program) -> Change {
    let n = past.imports;
    let people = if rng.chance(35) {
        450 + rng.below(300)
    } else {
        2 + rng.below(12)
    };
    let mut text = String::from("deedbox: 1\ndirectory:\n  users:\n");
    for i in 0..people {
        writeln!(
            text,
            "    - {{id: p{n}-{i}@crash.test, name: Person {n} {i}}}"
        )
        .unwrap();
    }
    writeln!(
        text,
        "  groups:\n    - {{id: g{n}@crash.test, members: [user:p{n}-0@crash.test, user:p{n}-1@crash.test]}}\n\
         environments:\n  - id: lab-{n}\n    platform: fabric\n    \
         bindings: [{{role: Admin, members: [user:alice@acme.test]}}]\n    models:"
    )
    .unwrap();
    for i in 0..people.min(8) {
        writeln!(
            text,
            "      - {{id: m{i}, owner: user:p{n}-{i}@crash.test, shares: [{{with: group:g{n}@crash.test, permissions: [Read]}}]}}"
        )
        .unwrap();
    }
    let file = program.file("import.yaml", &text);
    plain(&["import", &file], What::Import)
}

fn leave(rng: &mut Rng, past: &Past) -> Change {
    let imported = past.imports > 0 && rng.chance(70);
    let user = if imported {
        let (n, i) = (rng.below(past.imports), rng.below(2));
        format!("user:p{n}-{i}@crash.test")
    } else {
        LEAVERS[past.left.min(LEAVERS.len() - 1)].to_owned()
    };
    let arguments = ["offboard", &user, "--to", "user:carol@acme.test"];
    plain(&arguments, What::Leave(!imported))
}

fn login(rng: &mut Rng, past: &Past) -> Change {
    if !past.accounts.is_empty() && rng.chance(40) {
        let place = rng.below(past.accounts.len());
        let account = &past.accounts[place];
        return plain(&["login", "remove", account], What::Remove(place));
    }
    let account = format!("account-{}", rng.below(1_000));
    let arguments = ["login", "set", &account, "user:dan@acme.test"];
    plain(&arguments, What::Set(account.clone()))
}

impl Past {
    /// Notes that a change was made.
    pub fn note(&mut self, change: &Change) {
        match change.what.clone() {
            What::Share(model, with) => self.shares.push((model, with)),
            What::Unshare(place) => drop(self.shares.swap_remove(place)),
            What::Import => self.imports += 1,
            What::Leave(listed) => self.left += usize::from(listed),
            What::Set(account) => self.accounts.push(account),
            What::Remove(place) => drop(self.accounts.swap_remove(place)),
            What::Other => {}
        }
    }
}
