//! What wants attention: what, where, why it matters, and the key that mends it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::authz::Snapshot;
use crate::domain::{
    Capability, EnvironmentId, PrincipalId, ResourceId, Revision, Target, Timestamp,
};
use crate::registry::findings::Scan;
use crate::registry::{Finding, FindingKind};

use super::super::commands::{CommandId, denied};
use super::super::facts;
use super::super::parts::prose::Tone;
use super::super::parts::table::Column;
use super::super::screen::{Act, Answer, Reply, Screen, Ticket};
use super::super::state::{Lens, Place, State};
use super::access::draw_list;
use super::access::known::may_know;
use super::list::{ListScreen, Rows};
use super::reassign::Reassign;
use super::share::SharePanel;

/// What was found, as rows.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Those found so far.
    findings: Arc<Vec<Finding>>,
    /// Whether there is more to look through.
    searching: bool,
}

const COLUMNS: &[Column] = &[
    Column::new("Finding", 20, 0, 0),
    Column::new("What", 30, 3, 0),
    Column::new("Where", 12, 1, 1),
];

impl Found {
    fn whole(lens: &Lens, finding: Finding) -> Vec<(Tone, String)> {
        vec![
            (Tone::Strong, format!("{}.", finding.what(&lens.snapshot))),
            (
                Tone::Good,
                format!("enter: {}", key_does(&lens.snapshot, finding, lens.now)),
            ),
            (Tone::Plain, finding.kind.why().to_owned()),
        ]
    }
}

/// What enter does about a finding.
fn key_does(snapshot: &Snapshot, finding: Finding, now: Timestamp) -> String {
    let screen = match (finding.kind, finding.on) {
        _ if finding.wants_owner(snapshot, now) => "choose a new owner",
        _ if finding.removal(snapshot, now).is_some() => "plan taking it away",
        (FindingKind::OwnerLockedOut | FindingKind::DormantGrant, _) => {
            "see why, and what would let them in"
        }
        (FindingKind::GroupCycle, _) => "open the group and its members",
        (FindingKind::EmptyGroup, _) => "open the group",
        (_, Some(Target::Resource(_))) => "open the share panel",
        (_, _) => "open who it is about",
    };
    format!("{screen} ({})", finding.remedy(snapshot, now))
}

impl Rows for Found {
    type Key = Finding;

    fn place(&self) -> Place {
        Place::Findings
    }

    fn title(&self, _: &State) -> String {
        let title = if self.searching {
            "Findings so far (searching …)"
        } else {
            "Findings"
        };
        title.to_owned()
    }

    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn keys(&self, lens: &Lens) -> Vec<Finding> {
        let mut found: Vec<Finding> = self.findings.to_vec();
        found.retain(|f| covers(lens, *f) && may_read(lens, *f));
        found.sort_unstable();
        found
    }

    fn grows(&self) -> bool {
        true
    }

    fn stamp(&self) -> usize {
        Arc::as_ptr(&self.findings).addr()
    }

    fn ordered(&self) -> bool {
        true
    }

    fn cells(&self, lens: &Lens, finding: Finding) -> Vec<String> {
        let snapshot = &lens.snapshot;
        let environment = finding.on.and_then(|on| snapshot.environment_of(on));
        let place = environment.map(|e| snapshot.target_id(Target::Environment(e)));
        vec![
            finding.kind.title().to_owned(),
            finding.what(snapshot),
            place.unwrap_or_else(|| "directory".to_owned()),
        ]
    }

    fn empty(&self, _: &State) -> String {
        if self.searching {
            return "Nothing wants your attention so far; searching …".to_owned();
        }
        "Nothing wants your attention: every owner is here, and every grant that you may view does what it says.".to_owned()
    }

    fn open(&self, state: &State, finding: Finding) -> Vec<Act> {
        mend(state, finding)
    }

    fn resource(&self, _: &Lens, finding: Finding) -> Option<ResourceId> {
        finding.on.and_then(Target::resource)
    }

    fn person(&self, _: &Lens, finding: Finding) -> Option<PrincipalId> {
        finding.who
    }

    fn perform(&mut self, state: &mut State, marked: &[Finding], command: CommandId) -> Reply {
        // Without a resource there is nobody's access to explain.
        let finding = *marked.first()?;
        (command == CommandId::Explain && finding.on.is_none()).then(|| mend(state, finding))
    }
}

fn covers(lens: &Lens, finding: Finding) -> bool {
    let environment = finding.on.and_then(|on| lens.snapshot.environment_of(on));
    lens.scope.is_none_or(|scope| environment == Some(scope))
}

/// The directory is open to all; what stands in a policy to those who may view access there.
fn may_read(lens: &Lens, finding: Finding) -> bool {
    finding
        .on
        .is_none_or(|on| may_know(lens, PrincipalId::ANONYMOUS, on))
}

/// The way to the remedy.
fn mend(state: &State, finding: Finding) -> Vec<Act> {
    if let Some(intent) = finding.removal(&state.snapshot, state.now) {
        return vec![Act::propose(intent, "Take away")];
    }
    let meet = || finding.who.map(Act::Meet).into_iter().collect();
    let Some(id) = finding.on.and_then(Target::resource) else {
        return meet();
    };
    if finding.wants_owner(&state.snapshot, state.now) {
        return vec![Act::open(Reassign::new(state, vec![id]))];
    }
    match (finding.kind, finding.who) {
        (FindingKind::OwnerLockedOut, Some(who)) => {
            vec![Act::Explain(
                who,
                Capability::View.into(),
                Target::Resource(id),
            )]
        }
        (FindingKind::DormantGrant, Some(who)) => {
            vec![Act::Explain(
                who,
                Capability::See.into(),
                Target::Resource(id),
            )]
        }
        (FindingKind::EmptyGroup, _) => meet(),
        (_, who) => share(state, id, who),
    }
}

/// The share panel, on the share that was found.
fn share(state: &State, id: ResourceId, who: Option<PrincipalId>) -> Vec<Act> {
    let by_mode = facts::by_mode(&state.snapshot, id);
    let panel = SharePanel::new(state, vec![id]).ok().filter(|_| !by_mode);
    match (panel, who, denied(state, id, Capability::Share)) {
        (Some(panel), Some(who), None) => vec![Act::open(panel.on(who))],
        _ => vec![Act::Run(CommandId::Share)],
    }
}

/// What the findings depend on. Time passes too; grants that end meanwhile are found at the next change
/// or visit.
type Basis = (
    Revision,
    PrincipalId,
    Option<EnvironmentId>,
    Option<Timestamp>,
);

/// What a pass brings back.
type Passed = (Scan, bool);

/// The findings, searched in passes that end when the view is left.
#[derive(Debug)]
pub struct Findings {
    list: ListScreen<Found>,
    basis: Option<Basis>,
    /// The pass that is under way.
    waiting: Option<Ticket>,
    /// What was searched so far, when leaving ended it.
    paused: Option<Scan>,
    /// Tells the pass under way to end.
    stop: Arc<AtomicBool>,
}

impl Findings {
    /// Nothing searched yet.
    pub fn new() -> Self {
        let mut list = ListScreen::new(Found::default());
        list.inset = 5;
        Self {
            list,
            basis: None,
            waiting: None,
            paused: None,
            stop: Arc::default(),
        }
    }

    /// Begins a pass outside.
    fn go_on(&mut self, state: &mut State, mut scan: Scan) {
        self.list.rows.searching = true;
        self.stop = Arc::default();
        let stop = Arc::clone(&self.stop);
        let (snapshot, now) = (Arc::clone(&state.snapshot), state.now);
        self.waiting = Some(state.compute(move || -> Passed {
            let more = scan.pass(&snapshot, now, &|| stop.load(Ordering::Relaxed));
            (scan, more)
        }));
    }

    /// Searches at once where that is quick, else pass by pass outside.
    fn search(&mut self, state: &mut State) {
        self.stop.store(true, Ordering::Relaxed);
        self.waiting = None;
        self.paused = None;
        if state.is_large() {
            self.go_on(state, Scan::default());
            return;
        }
        let mut scan = Scan::default();
        while scan.pass(&state.snapshot, state.now, &|| false) {}
        self.list.rows.searching = false;
        self.list.rows.findings = Arc::new(scan.found);
    }
}

impl Default for Findings {
    fn default() -> Self {
        Self::new()
    }
}

impl Screen for Findings {
    fn place(&self) -> Place {
        self.list.place()
    }

    fn crumb(&self, state: &State) -> String {
        self.list.crumb(state)
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        let whole = |f| Found::whole(&state.lens(), f);
        let mut chosen = self.list.list.selected.map(whole);
        // Where few lines fit, the first says what to do: what was found stands in the row.
        if let Some(lines) = chosen.as_mut().filter(|_| area.height < 13) {
            lines.rotate_left(1);
        }
        draw_list(state, &self.list, chosen, frame, area, focused);
    }

    fn inner(&self) -> Option<&dyn Screen> {
        Some(&self.list)
    }

    fn inner_mut(&mut self) -> Option<&mut dyn Screen> {
        Some(&mut self.list)
    }

    fn refresh(&mut self, state: &mut State) -> bool {
        let past = state.past.as_ref().map(|p| p.at);
        let basis = (state.snapshot.revision(), state.viewer(), state.scope, past);
        if self.basis != Some(basis) {
            self.basis = Some(basis);
            self.search(state);
        } else if let Some(scan) = self.paused.take() {
            self.go_on(state, scan);
        }
        self.list.refresh(state)
    }

    fn click(&mut self, state: &mut State, area: Rect, column: u16, row: u16) -> bool {
        self.list.click(state, area, column, row)
    }

    fn answered(&mut self, state: &mut State, ticket: Ticket, answer: &mut Option<Answer>) -> bool {
        if self.waiting != Some(ticket) {
            return self.list.answered(state, ticket, answer);
        }
        self.waiting = None;
        let Some(passed) = answer.take().and_then(|a| a.downcast::<Passed>().ok()) else {
            // It failed: the next refresh begins again.
            self.basis = None;
            return true;
        };
        let (scan, more) = *passed;
        self.list.rows.searching = more;
        if scan.found.len() != self.list.rows.findings.len() {
            self.list.rows.findings = Arc::new(scan.found.clone());
            self.list.refresh(state);
        }
        if more && self.stop.load(Ordering::Relaxed) {
            self.paused = Some(scan);
        } else if more {
            self.go_on(state, scan);
        }
        true
    }

    fn count(&self) -> Option<usize> {
        self.basis?;
        self.list.count()
    }

    fn left(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.list.left();
    }
}
