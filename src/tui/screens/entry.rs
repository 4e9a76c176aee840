//! One journal entry, whole.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::{JournalEntry, Key, Target};

use crate::registry::oversight::Oversight;
use crate::registry::undo::{taken_back_by, takes_back};
use crate::registry::{grant_changes, role_changes, steps};

use super::super::commands::CommandId;
use super::super::parts::confirm::copied;
use super::super::parts::prose::{self, Tone};
use super::super::parts::scroll::{Reading, Step};
use super::super::screen::{Act, Reply, Screen};
use super::super::state::{Place, State};
use super::super::view::frame_block;
use super::journal::{undo, who};

/// The entry that is shown.
#[derive(Debug)]
pub struct Entry {
    /// The entry.
    pub entry: JournalEntry,
    /// How far it is scrolled.
    pub scroll: Reading,
    /// What an offboarding came to, worked out at every refresh.
    receipt: Option<Vec<(Tone, String)>>,
    /// What it changed, likewise: an import changes thousands of records.
    changed: Vec<(Tone, String)>,
}

impl Entry {
    /// Shows an entry from its top.
    pub fn new(entry: JournalEntry) -> Self {
        Self {
            entry,
            scroll: Reading::default(),
            receipt: None,
            changed: Vec::new(),
        }
    }
}

fn lines(state: &State, shown: &Entry) -> Vec<(Tone, String)> {
    let entry = &shown.entry;
    let stamp = &entry.stamp;
    let mut lines = vec![
        (
            Tone::Strong,
            format!("{}.", crate::registry::plan::capitalized(&stamp.summary)),
        ),
        (Tone::Plain, String::new()),
        (
            Tone::Plain,
            format!(
                "When     {} ({})",
                stamp.time,
                stamp.time.relative_to(state.now)
            ),
        ),
        (
            Tone::Plain,
            format!("Who      {}", who(&state.snapshot, entry)),
        ),
        (Tone::Plain, format!("Account  {}", stamp.author.account)),
        (Tone::Plain, format!("Effect   {}", stamp.effect)),
    ];
    if let Some(reason) = &stamp.reason {
        lines.push((Tone::Plain, format!("Reason   {reason}")));
    }
    let undoes = takes_back(entry);
    if !undoes.is_empty() {
        let word = if undoes.len() == 1 {
            "revision"
        } else {
            "revisions"
        };
        let numbers: Vec<String> = undoes.iter().map(ToString::to_string).collect();
        let text = format!("Undoes   {word} {}", numbers.join(", "));
        lines.push((Tone::Plain, text));
    }
    if let Some(by) = taken_back_by(state.entries(), entry.revision) {
        lines.push((Tone::Warn, format!("Undone   by revision {by}")));
    }
    if let Some(receipt) = &shown.receipt {
        lines.push((Tone::Plain, String::new()));
        lines.extend(receipt.iter().cloned());
    }
    lines.push((Tone::Plain, String::new()));
    lines.push((Tone::Strong, "Changed".to_owned()));
    lines.extend(shown.changed.iter().cloned());
    let steps = steps(state, entry);
    if !steps.is_empty() {
        lines.push((Tone::Plain, String::new()));
        lines.push((Tone::Strong, "Still to be done on the platform".to_owned()));
        lines.extend(steps.into_iter().map(|s| (Tone::Dim, format!("• {s}"))));
    }
    lines.push((Tone::Plain, String::new()));
    let hash = u64::from_be_bytes(entry.hash.first_chunk().copied().unwrap_or_default());
    lines.push((Tone::Dim, format!("{} · hash {hash:016x}…", stamp.intent)));
    lines
}

/// What an entry changed, record by record, and what that amounts to.
fn changed(state: &State, entry: &JournalEntry) -> Vec<(Tone, String)> {
    let mut lines = Vec::new();
    for change in &entry.changes.0 {
        let verb = match (&change.before, &change.after) {
            (None, _) => "new",
            (_, None) => "removed",
            _ => "changed",
        };
        if let Some(name) = record(state, entry, &change.key) {
            lines.push((Tone::Plain, format!("• {name} ({verb})")));
            let grants = grant_changes::of_change(&state.snapshot, entry, change).into_iter();
            lines.extend(grants.map(|line| (Tone::Plain, format!("  {line}"))));
            let roles = role_changes::of_change(change).into_iter();
            lines.extend(roles.map(|line| (Tone::Plain, format!("  {line}"))));
        }
    }
    lines
}

/// What was left to be done on the platform; an import was done there already.
fn steps(state: &State, entry: &JournalEntry) -> Vec<String> {
    if entry.stamp.intent == "import" {
        return Vec::new();
    }
    let (now, changes) = (&state.snapshot, &entry.changes);
    steps::derive(now, now, changes, entry.stamp.time)
}

fn record(state: &State, entry: &JournalEntry, key: &Key) -> Option<String> {
    let snapshot = &state.snapshot;
    Some(match key {
        Key::Counters => return None,
        Key::Login(account) => format!("login {account}"),
        Key::Principal(id) if snapshot.principal(*id).is_none() => {
            grant_changes::called(snapshot, entry, *id)
        }
        Key::Principal(id) => snapshot.reference(*id),
        Key::Environment(id) => snapshot.target_id(Target::Environment(*id)),
        Key::Account(environment, id) => format!(
            "account of {} in {}",
            snapshot.label(*id),
            snapshot.target_id(Target::Environment(*environment))
        ),
        Key::Resource(_, id) => snapshot.target_id(Target::Resource(*id)),
    })
}

impl Screen for Entry {
    fn place(&self) -> Place {
        Place::Entry
    }

    fn crumb(&self, _: &State) -> String {
        format!("Revision {}", self.entry.revision)
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        let title = format!(" Revision {} ", self.entry.revision);
        let block = frame_block(state.theme, &title, focused);
        let inner = block.inner(area);
        frame.render_widget(block, area);
        let lines = lines(state, self);
        let body = prose::margin(inner);
        prose::draw(state.theme, &lines, &self.scroll, frame, body);
    }

    fn refresh(&mut self, state: &mut State) -> bool {
        self.receipt = super::offboard::receipt::of_entry(state, &self.entry);
        self.changed = changed(state, &self.entry);
        true
    }

    fn perform(&mut self, state: &mut State, command: CommandId) -> Reply {
        match command {
            CommandId::Undo => Some(undo(state, std::slice::from_ref(&self.entry))),
            CommandId::CopySteps => Some(copied(&steps(state, &self.entry))),
            CommandId::AsOf => Some(vec![Act::AsOf(Some(self.entry.revision))]),
            _ => None,
        }
    }

    fn disabled(&self, state: &State, command: CommandId) -> Option<String> {
        let back = command == CommandId::AsOf;
        back.then(|| state.withheld(Oversight::LookBack)).flatten()
    }

    fn step(&mut self, _: &State, step: Step) {
        self.scroll.step(step);
    }

    fn committed(&mut self) -> bool {
        false
    }
}
