//! The answers that are lists: who can, and what can.

use strum::IntoEnumIterator;

use crate::authz::who_can::holders;
use crate::authz::{ActionId, Asker, Evidence, Request, Snapshot, capabilities, lists, wording};
use crate::domain::{Action, Capability, PrincipalId, ResourceId, ResourceKind, Target, Timestamp};
use crate::registry::plan::capitalized;

use super::super::super::parts::prose::Tone;
use super::super::super::parts::table::Column;
use super::super::super::screen::Act;
use super::super::super::state::{Lens, Place, State};
use super::super::super::text::sortable;
use super::super::list::Rows;
use super::known::{may_know, routes};
use super::question::verb;

/// Who may do something to something.
#[derive(Debug, Clone)]
pub struct Holders {
    /// What.
    pub action: ActionId,
    /// To what.
    pub on: Target,
    /// When; `None` for now.
    pub at: Option<Timestamp>,
    /// Where keys go.
    pub place: Place,
}

const HOLDERS: &[Column] = &[
    Column::new("Who", 18, 1, 0),
    Column::new("Can", 16, 1, 1),
    Column::new("How", 26, 3, 0),
];

impl Holders {
    fn routes(&self, lens: &Lens, who: PrincipalId) -> Vec<Evidence> {
        let at = self.at.unwrap_or(lens.now);
        routes(&lens.snapshot, who, self.action, self.on, at)
    }

    /// All that one row says, one route a line, to be read below the list.
    pub fn whole(&self, lens: &Lens, who: PrincipalId) -> Vec<(Tone, String)> {
        self.told(lens, who, &name(&lens.snapshot, who))
    }

    /// The same, of somebody who is called otherwise: `You`.
    pub fn told(&self, lens: &Lens, who: PrincipalId, called: &str) -> Vec<(Tone, String)> {
        let snapshot = &lens.snapshot;
        let at = self.at.unwrap_or(lens.now);
        let can = capabilities(snapshot, who, self.on, at);
        let head = format!("{called} can {}", can.words().replace(' ', ", "));
        let mut lines = vec![(Tone::Strong, head)];
        lines.extend(bullets(snapshot, &self.routes(lens, who)));
        lines
    }
}

impl Rows for Holders {
    type Key = PrincipalId;

    fn place(&self) -> Place {
        self.place
    }

    fn title(&self, state: &State) -> String {
        let snapshot = &state.snapshot;
        let platform = snapshot.environment_of(self.on);
        let platform = platform
            .and_then(|e| snapshot.place(e))
            .map(|p| p.platform());
        let action = platform.map_or("reach", |p| self.action.name(p));
        let verb = verb(&Action::parse(action));
        format!("Can {verb} {}", snapshot.target_label(self.on))
    }

    fn columns(&self) -> &'static [Column] {
        HOLDERS
    }

    fn keys(&self, lens: &Lens) -> Vec<PrincipalId> {
        let at = self.at.unwrap_or(lens.now);
        let mut found = holders(&lens.snapshot, self.action, self.on, at);
        found.retain(|who| may_know(lens, *who, self.on));
        found
    }

    fn grows(&self) -> bool {
        true
    }

    fn cells(&self, lens: &Lens, who: PrincipalId) -> Vec<String> {
        let snapshot = &lens.snapshot;
        let at = self.at.unwrap_or(lens.now);
        vec![
            name(snapshot, who),
            capabilities(snapshot, who, self.on, at).words(),
            worded(snapshot, &self.routes(lens, who)).join("; "),
        ]
    }

    fn order(&self, lens: &Lens, who: PrincipalId, column: usize) -> String {
        let name = name(&lens.snapshot, who);
        let cell = match column {
            0 => String::new(),
            _ => self
                .cells(lens, who)
                .into_iter()
                .nth(column)
                .unwrap_or_default(),
        };
        sortable(&format!("{cell}\u{1}{name}"))
    }

    fn text(&self, lens: &Lens, who: PrincipalId) -> String {
        let snapshot = &lens.snapshot;
        format!("{} {}", name(snapshot, who), snapshot.reference(who))
    }

    fn looked_at(&self) -> &'static str {
        "names and ids"
    }

    fn empty(&self, state: &State) -> String {
        let lens = state.lens();
        if may_know(&lens, PrincipalId::ANONYMOUS, self.on) {
            return "Nobody. Fill in who, to see what would let them: tab.".to_owned();
        }
        let name = state.snapshot.target_label(self.on);
        let reader = state.reader();
        let cannot = capitalized(&reader.does(&state.snapshot, "can't", "can't"));
        let may_not = reader.does(&state.snapshot, "may", "may");
        format!(
            "{cannot}, and {may_not} not see who else has access to {name}: its owner and administrators may."
        )
    }

    fn open(&self, _: &State, who: PrincipalId) -> Vec<Act> {
        vec![Act::Explain(who, self.action, self.on)]
    }

    fn resource(&self, _: &Lens, _: PrincipalId) -> Option<ResourceId> {
        self.on.resource()
    }

    fn person(&self, _: &Lens, who: PrincipalId) -> Option<PrincipalId> {
        Some(who)
    }
}

/// What somebody may do something to.
#[derive(Debug, Clone)]
pub struct Reached {
    /// Who.
    pub who: PrincipalId,
    /// What.
    pub action: Action,
    /// When; `None` for now.
    pub at: Option<Timestamp>,
}

const REACHED: &[Column] = &[
    Column::new("Name", 18, 2, 0),
    Column::new("Where", 9, 1, 2),
    Column::new("Kind", 11, 0, 1),
    Column::new("How", 24, 4, 0),
];

impl Reached {
    fn action_on(&self, snapshot: &Snapshot, on: Target) -> Option<ActionId> {
        let place = snapshot.place(snapshot.environment_of(on)?)?;
        ActionId::resolve(place.platform(), &self.action).ok()
    }

    fn routes(&self, lens: &Lens, on: Target) -> Vec<Evidence> {
        let at = self.at.unwrap_or(lens.now);
        let action = self.action_on(&lens.snapshot, on);
        action.map_or_else(Vec::new, |a| routes(&lens.snapshot, self.who, a, on, at))
    }

    /// All that one row says, one route a line, to be read below the list.
    pub fn whole(&self, lens: &Lens, on: Target) -> Vec<(Tone, String)> {
        let mut lines = vec![(Tone::Strong, lens.snapshot.target_id(on))];
        lines.extend(bullets(&lens.snapshot, &self.routes(lens, on)));
        lines
    }

    /// Everything outside the lists of models that may be reached: environments, jobs, operations,
    /// experiments; for the platforms' own permissions models too.
    fn candidates(&self, lens: &Lens) -> Vec<Target> {
        let snapshot = &lens.snapshot;
        let native = matches!(self.action, Action::Native(_));
        let in_lists = |kind| matches!(kind, ResourceKind::Model | ResourceKind::ModelGroup);
        let plain = [Capability::See, Capability::View].map(Action::from);
        let mut found = Vec::new();
        for (environment, _) in snapshot.places() {
            if lens.scope.is_some_and(|scope| scope != environment) {
                continue;
            }
            if !plain.contains(&self.action) {
                found.push(Target::Environment(environment));
            }
            for kind in ResourceKind::iter().filter(|k| native || !in_lists(*k)) {
                found.extend(
                    snapshot
                        .resources_in(environment, kind)
                        .map(Target::Resource),
                );
            }
        }
        found
    }
}

impl Rows for Reached {
    type Key = Target;

    fn place(&self) -> Place {
        Place::Answer
    }

    fn title(&self, state: &State) -> String {
        let name = state.snapshot.label(self.who);
        format!("{name} can {}", verb(&self.action))
    }

    fn columns(&self) -> &'static [Column] {
        REACHED
    }

    fn keys(&self, lens: &Lens) -> Vec<Target> {
        let at = self.at.unwrap_or(lens.now);
        let asker = Asker::passing(&lens.snapshot, self.who);
        let mut found = Vec::new();
        if let Action::Capability(capability) = self.action {
            let reached = lists::reach(&asker, capability, at);
            found.extend(reached.filter(|id| lens.covers(*id)).map(Target::Resource));
        }
        let others = self.candidates(lens).into_iter().filter(|on| {
            self.action_on(&lens.snapshot, *on).is_some_and(|action| {
                let request = Request::new(self.who, action, *on, at);
                asker.check(&request).is_allowed()
            })
        });
        found.extend(others);
        found.retain(|on| may_know(lens, self.who, *on));
        found
    }

    fn grows(&self) -> bool {
        true
    }

    fn cells(&self, lens: &Lens, on: Target) -> Vec<String> {
        let snapshot = &lens.snapshot;
        let environment = snapshot.environment_of(on);
        let place =
            environment.map_or_else(String::new, |e| snapshot.target_id(Target::Environment(e)));
        vec![
            snapshot.target_label(on),
            place,
            kind_of(snapshot, on).to_owned(),
            worded(snapshot, &self.routes(lens, on)).join("; "),
        ]
    }

    fn order(&self, lens: &Lens, on: Target, column: usize) -> String {
        let name = lens.snapshot.target_label(on);
        let cell = match column {
            0 => String::new(),
            2 => kind_of(&lens.snapshot, on).to_owned(),
            _ => self
                .cells(lens, on)
                .into_iter()
                .nth(column)
                .unwrap_or_default(),
        };
        sortable(&format!("{cell}\u{1}{name}"))
    }

    fn text(&self, lens: &Lens, on: Target) -> String {
        let snapshot = &lens.snapshot;
        format!("{} {}", snapshot.target_label(on), snapshot.target_id(on))
    }

    fn looked_at(&self) -> &'static str {
        "names and ids"
    }

    fn empty(&self, state: &State) -> String {
        let name = state.snapshot.label(self.who);
        let known = state.snapshot.principal(self.who);
        if known.is_some_and(|p| p.stands_for_others()) {
            return format!(
                "{name} stands for others and does nothing itself: ask about one of its members. enter on it, under Groups, shows what they reach through it."
            );
        }
        let verb = verb(&self.action);
        format!(
            "There is nothing that you may know of that {name} can {verb}. Fill in a model, to see why not and what would let them: tab."
        )
    }

    fn open(&self, _: &State, on: Target) -> Vec<Act> {
        on.resource().map(Act::Visit).into_iter().collect()
    }

    fn resource(&self, _: &Lens, on: Target) -> Option<ResourceId> {
        on.resource()
    }

    fn person(&self, _: &Lens, _: Target) -> Option<PrincipalId> {
        Some(self.who)
    }
}

/// The noun for what a target is.
pub fn kind_of(snapshot: &Snapshot, on: Target) -> &'static str {
    match on {
        Target::Environment(_) => "environment",
        Target::Version(..) => "version",
        Target::Run(..) => "run",
        Target::Container(_) => "training data",
        Target::Resource(id) => snapshot.resource(id).map_or("", |r| r.kind().noun()),
    }
}

/// The name of somebody who may do something.
fn name(snapshot: &Snapshot, who: PrincipalId) -> String {
    if who == PrincipalId::ANONYMOUS {
        "Everybody (public)".to_owned()
    } else {
        snapshot.label(who)
    }
}

/// Routes in words; two that read the same are one.
fn worded(snapshot: &Snapshot, routes: &[Evidence]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for route in routes {
        let text = wording::evidence(snapshot, route);
        if !words.contains(&text) {
            words.push(text);
        }
    }
    words
}

fn bullets(snapshot: &Snapshot, routes: &[Evidence]) -> impl Iterator<Item = (Tone, String)> {
    let lines = worded(snapshot, routes);
    lines.into_iter().map(|l| (Tone::Plain, format!("• {l}")))
}
