//! How fast and how small the store is with a million models in it.
//!
//! ```sh
//! cargo bench --bench store
//! DEEDBOX_BENCH_STORE=100000 cargo bench --bench store   # a smaller store
//! ```
//!
//! A generated store is made in the temporary directory (about a gigabyte) and removed afterwards.
//! Opening is measured from the start of another process, which is this program once more: what it
//! reads lies in the system's cache by then. The raw sync and the commits take turns on the same
//! disk. The table at the end holds every figure, its bound, and the share of the bound that is
//! used. A missed bound says MISSED and fails nothing: machines differ.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark stops at once, prints its results, and rounds them"
)]

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use deedbox::authz::lists::{ListKind, page};
use deedbox::domain::{
    Author, Body, Capability, Change, ChangeSet, EnvironmentId, Key, Model, Policy, PrincipalId,
    Record, Resource, ResourceId, Revision, Stamp, Target, Timestamp,
};
use deedbox::registry::generate::{Recipe, generate};
use deedbox::registry::{Actor, Intent, Opening, Registry, plan};
use deedbox::store::codec::{JOURNAL, encode_body};
use deedbox::store::{Aside, chunks, verify};

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Tells the process that it is to open a store and say when it is how far.
const CHILD: &str = "DEEDBOX_BENCH_OPEN";
/// Commits that are timed, in turn with raw syncs.
const COMMITS: usize = 200;
/// Entries of the journal that is verified, and how far back the past lies.
const ENTRIES: u32 = 100_000;
const BACK: u64 = 10_000;
/// Openings, of which the median counts.
const OPENINGS: usize = 5;

fn main() {
    if let Some(directory) = std::env::var_os(CHILD) {
        return child(Path::new(&directory));
    }
    let models = std::env::var("DEEDBOX_BENCH_STORE").ok();
    let models = models.and_then(|m| m.parse().ok()).unwrap_or(1_000_000);
    let directory = std::env::temp_dir().join(format!("deedbox-bench-{}", std::process::id()));
    fs::create_dir_all(&directory).expect("a temporary directory");
    let mut table = Vec::new();
    measure(models, &directory, &mut table);
    fs::remove_dir_all(&directory).expect("the temporary directory goes");
    println!("\n{models} models\n");
    for row in &table {
        row.print();
    }
}

/// One figure with its bound.
struct Row {
    what: &'static str,
    value: f64,
    bound: f64,
    unit: &'static str,
    at_least: bool,
}

impl Row {
    fn print(&self) {
        let Self {
            what,
            value,
            bound,
            unit,
            at_least,
        } = self;
        let used = if *at_least {
            bound / value
        } else {
            value / bound
        };
        let word = if *at_least { "at least" } else { "at most" };
        let missed = if used > 1.0 { "  MISSED" } else { "" };
        println!("{what:<52} {value:>10.1} {unit:<9} {word} {bound:>8.0} {used:>6.2}{missed}");
    }
}

fn at_most(table: &mut Vec<Row>, what: &'static str, value: f64, bound: f64, unit: &'static str) {
    let row = Row {
        what,
        value,
        bound,
        unit,
        at_least: false,
    };
    row.print();
    table.push(row);
}

fn measure(models: u32, directory: &Path, table: &mut Vec<Row>) {
    let store = directory.join("store");
    let recipe = Recipe::new(models, 7);
    let start = Instant::now();
    let generated = generate(&store, &recipe, "bench", &mut |_| true).expect("a generated store");
    let rate = generated.records as f64 / start.elapsed().as_secs_f64();
    drop(generated);
    let row = Row {
        what: "import: records to disk, compiled and synced",
        value: rate,
        bound: 40_000.0,
        unit: "/s",
        at_least: true,
    };
    row.print();
    table.push(row);
    at_most(
        table,
        "import: resident memory at most",
        peak("self"),
        1_500.0,
        "MB",
    );

    let opened = openings(&store);
    at_most(
        table,
        "open warm: first page of My models",
        opened.page,
        400.0,
        "ms",
    );
    println!("(processors: {} ms in all)", opened.spent);
    at_most(
        table,
        "open warm: everything writable",
        opened.ready,
        1_500.0,
        "ms",
    );
    at_most(
        table,
        "open warm: resident memory",
        opened.memory,
        800.0,
        "MB",
    );
    fs::remove_file(store.join("compiled")).expect("the compiled snapshot goes");
    let opened = open(&store);
    at_most(
        table,
        "open without the compiled snapshot",
        opened.ready,
        6_000.0,
        "ms",
    );
    at_most(
        table,
        "the same: resident memory",
        opened.memory,
        800.0,
        "MB",
    );

    sizes(models, &store, table);
    commits(&store, directory, table);
    past(directory, table);
}

struct Opened {
    page: f64,
    /// What all processors together spent, in the end.
    spent: f64,
    ready: f64,
    memory: f64,
}

fn openings(store: &Path) -> Opened {
    let mut all: Vec<Opened> = (0..OPENINGS).map(|_| open(store)).collect();
    all.sort_by(|a, b| a.page.total_cmp(&b.page));
    all.swap_remove(OPENINGS / 2)
}

/// Starts this program once more to open a store, and notes when it says what.
fn open(store: &Path) -> Opened {
    let start = Instant::now();
    let program = std::env::current_exe().expect("this program");
    let mut child = Command::new(program)
        .env(CHILD, store)
        .stdout(Stdio::piped())
        .spawn()
        .expect("another process");
    let said = child.stdout.take().expect("its output");
    let (mut page, mut spent, mut ready, mut memory) = (0.0, 0.0, 0.0, 0.0);
    for line in BufReader::new(said).lines().map_while(Result::ok) {
        let now = start.elapsed().as_secs_f64() * 1e3;
        match line.split_once(' ') {
            None if line == "page" => page = now,
            None if line == "ready" => ready = now,
            Some(("spent", text)) => {
                println!("(processors: {text} ms)");
                spent = text.parse().expect("a number");
            }
            Some(("memory", text)) => memory = text.parse().expect("a number"),
            _ => {}
        }
    }
    assert!(
        child.wait().is_ok_and(|status| status.success()),
        "it ended well"
    );
    Opened {
        page,
        spent,
        ready,
        memory,
    }
}

fn child(store: &Path) {
    let opening = Opening::begin(store).expect("a store");
    if let Some(snapshot) = opening.snapshot() {
        let user = PrincipalId::FIRST;
        let at = Timestamp(1_800_000_000);
        let page = page(snapshot, ListKind::MyModels, user, at, None, 50);
        for row in &page.rows {
            let resource = snapshot.resource(row.resource).expect("a resource");
            let _ = std::hint::black_box(resource.label());
        }
        println!("page");
        println!("spent {}", spent());
    }
    let registry = opening.finish().expect("an open store");
    println!("ready");
    println!("spent {}", spent());
    drop(registry);
    println!("memory {}", peak("self"));
}

/// Milliseconds that all processors together spent on this process.
fn spent() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    10.0 * ticks.filter_map(|t| t.parse::<f64>().ok()).sum::<f64>()
}

/// The most memory that a process ever had, in megabytes.
fn peak(process: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|l| l.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or(f64::NAN) * 1_024.0 / 1e6
}

/// Everything on disk but the journal, and the journal beside the change sets in it.
fn sizes(models: u32, store: &Path, table: &mut Vec<Row>) {
    let registry = Registry::open(store).expect("an open store");
    let (stored, own) = journal(&registry, Revision(1), registry.snapshot().revision());
    drop(registry);
    let rest = disk(store) - stored;
    at_most(
        table,
        "disk: bytes a model, all but the journal",
        rest / f64::from(models),
        600.0,
        "B",
    );
    at_most(
        table,
        "disk: journal of the import, times its change sets",
        stored / own,
        2.0,
        "times",
    );
}

/// Bytes that journal entries take as they are stored, and bytes of the change sets alone.
fn journal(registry: &Registry, first: Revision, last: Revision) -> (f64, f64) {
    let (mut stored, mut own) = (0, 0);
    for revision in first.0..=last.0 {
        let entries = registry.entries(Revision(revision), Revision(revision));
        for entry in entries.expect("an entry") {
            let content = (&entry.stamp, &entry.changes, entry.previous, entry.hash);
            let whole = encode_body(JOURNAL, &content).expect("bytes");
            let pieces = chunks::split(&revision.to_be_bytes(), &whole).expect("pieces");
            stored += pieces
                .iter()
                .map(|(key, piece)| key.len() + piece.len())
                .sum::<usize>();
            own += encode_body(JOURNAL, &entry.changes).expect("bytes").len();
        }
    }
    (stored as f64, own as f64)
}

fn disk(path: &Path) -> f64 {
    let of = |path: PathBuf| {
        if path.is_dir() {
            return disk(&path);
        }
        fs::metadata(path).map_or(0.0, |found| found.len() as f64)
    };
    let entries = fs::read_dir(path).expect("a directory");
    entries
        .map(|entry| of(entry.expect("an entry").path()))
        .sum()
}

/// Shares with one more person, in turn with a raw write of 4 KiB and its sync.
fn commits(store: &Path, directory: &Path, table: &mut Vec<Row>) {
    let raw = directory.join("raw");
    fs::write(&raw, vec![1; 1 << 20]).expect("a file");
    let raw = File::options().write(true).open(raw).expect("the file");
    raw.sync_all().expect("a sync");
    let registry = Registry::open(store).expect("an open store");
    let first = registry.snapshot().revision().next();
    let (mut syncs, mut commits) = (Vec::new(), Vec::new());
    for (number, (actor, intent)) in shares(&registry).into_iter().take(COMMITS).enumerate() {
        let start = Instant::now();
        let block = [u8::try_from(number % 256).unwrap_or_default(); 4_096];
        let at = (number * 37 % 256 * 4_096) as u64;
        raw.write_all_at(&block, at).expect("a write");
        raw.sync_data().expect("a sync");
        syncs.push(start.elapsed());
        let at = Timestamp(1_800_000_000);
        let plan = plan(&registry.snapshot(), &actor, &intent, at).expect("a share");
        let start = Instant::now();
        registry.commit(plan).expect("a commit");
        commits.push(start.elapsed());
    }
    let (sync, commit) = (median(&mut syncs), median(&mut commits));
    println!(
        "raw sync {sync:?}, share commit {commit:?} ({} of them)",
        commits.len()
    );
    let times = commit.as_secs_f64() / sync.as_secs_f64();
    at_most(
        table,
        "a durable share commit, times a raw 4 KiB sync",
        times,
        6.0,
        "times",
    );
    let (stored, own) = journal(&registry, first, registry.snapshot().revision());
    at_most(
        table,
        "disk: journal of shares, times their change sets",
        stored / own,
        2.0,
        "times",
    );
}

/// Shares that owners may make.
fn shares(registry: &Registry) -> Vec<(Actor, Intent)> {
    let snapshot = registry.snapshot();
    let at = Timestamp(1_800_000_000);
    let mut shares = Vec::new();
    for user in (PrincipalId::FIRST.0..).map(PrincipalId).take(4_000) {
        let mine = page(&snapshot, ListKind::MyModels, user, at, None, 1);
        let Some(row) = mine.rows.first() else {
            continue;
        };
        let actor = Actor::user(user);
        let model = snapshot.target_id(Target::Resource(row.resource));
        let with = snapshot
            .principal(PrincipalId(user.0 + 1))
            .map(|p| p.reference());
        let arguments = serde_json::json!({ "share": { "model": model, "with": with } });
        let Ok(intent) = serde_json::from_value::<Intent>(arguments) else {
            continue;
        };
        let may = deedbox::authz::capabilities(&snapshot, user, Target::Resource(row.resource), at);
        if may.contains(Capability::Share) && plan(&snapshot, &actor, &intent, at).is_ok() {
            shares.push((actor, intent));
        }
        if shares.len() >= COMMITS {
            break;
        }
    }
    shares
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// A store of many small commits: each registers a model.
fn past(directory: &Path, table: &mut Vec<Row>) {
    let path = directory.join("past");
    let mut aside = Aside::begin(&path).expect("a directory");
    for number in 0..ENTRIES {
        let change = Change {
            key: Key::Resource(EnvironmentId(0), ResourceId(number)),
            before: None,
            after: Some(Record::Resource(model(number))),
        };
        aside
            .commit(stamp(number), ChangeSet(vec![change]))
            .expect("a commit");
    }
    drop(aside.finish().expect("a store"));
    let registry = Registry::open(&path).expect("an open store");
    let start = Instant::now();
    let head = verify(registry.store()).expect("an unbroken chain");
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(head.revision.0, u64::from(ENTRIES));
    at_most(table, "verify 100,000 journal entries", seconds, 5.0, "s");
    let start = Instant::now();
    let then = registry.at_revision(Revision(u64::from(ENTRIES) - BACK));
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(
        then.expect("the past").revision().0,
        u64::from(ENTRIES) - BACK
    );
    at_most(table, "the state 10,000 commits back", seconds, 1.0, "s");
}

fn model(number: u32) -> Resource {
    Resource {
        environment: EnvironmentId(0),
        id: format!("model-{number}"),
        name: format!("Model {number}"),
        description: None,
        owner: Some(PrincipalId(8)),
        policy: Policy::default(),
        body: Body::Model(Model::default()),
    }
}

fn stamp(number: u32) -> Stamp {
    Stamp {
        time: Timestamp(1_800_000_000 + i64::from(number)),
        author: Author {
            account: "bench".into(),
            actor: "user:bench@acme.test".into(),
            principal: None,
            on_behalf_by: None,
        },
        intent: "register-model".into(),
        arguments: "{}".into(),
        summary: format!("register model {number}"),
        reason: None,
        effect: String::new(),
        undoes: None,
    }
}
