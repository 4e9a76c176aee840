//! Several are marked, and what was asked for can be done with some of them only: which not and why,
//! and whether to go on with the others.

use ratatui::Frame;
use ratatui::layout::Rect;
use rustc_hash::FxHashMap;

use crate::authz::platforms::ShareLevel;
use crate::domain::{Capability, EnvironmentId, ResourceId, Target};
use crate::registry::plan::capitalized;

use super::super::commands::{COMMANDS, CommandId, denied};
use super::super::facts;
use super::super::parts::prose::Tone;
use super::super::parts::scroll::Step;
use super::super::screen::{Act, Reply, Screen};
use super::super::state::{Place, State};
use super::super::text::count;
use super::notice::Notice;
use super::share::share_levels_of;

/// So many are named with their reasons.
const NAMED: usize = 8;

/// The question whether to go on with some.
#[derive(Debug)]
pub struct Partly {
    notice: Notice,
    /// What was asked for.
    command: CommandId,
    /// What it can't be done with.
    without: Vec<ResourceId>,
    /// How many are left.
    left: usize,
}

impl Partly {
    /// What of the marked resources a command can't be done with; `None` where it is none of them, or
    /// all.
    pub fn new(
        state: &State,
        marked: &[ResourceId],
        (command, needs): (CommandId, Capability),
    ) -> Option<Self> {
        let refused = |id: &ResourceId| !state.may(needs, Target::Resource(*id));
        let (denied, mut left): (Vec<ResourceId>, Vec<ResourceId>) =
            marked.iter().copied().partition(refused);
        let unlike = if command == CommandId::Share {
            unlike(state, &mut left)
        } else {
            Vec::new()
        };
        if left.is_empty() || left.len() == marked.len() {
            return None;
        }
        let lines = lines(state, (&denied, &unlike, left.len()), (command, needs));
        Some(Self {
            notice: Notice::lines("Some of the marked", lines),
            command,
            without: denied.into_iter().chain(unlike).collect(),
            left: left.len(),
        })
    }
}

/// Takes out what is shared in another way than most: on another platform, or by an access mode.
fn unlike(state: &State, left: &mut Vec<ResourceId>) -> Vec<ResourceId> {
    let snapshot = &state.snapshot;
    // Ways by the environment, of which there are few; those of one that has levels of its own count.
    let mut ways: FxHashMap<EnvironmentId, (Vec<ShareLevel>, usize)> = FxHashMap::default();
    let environment = |id: &ResourceId| snapshot.environment_of(Target::Resource(*id));
    for id in left.iter() {
        let Some(place) = environment(id) else {
            continue;
        };
        let of = || {
            let by_mode = facts::by_mode(snapshot, *id);
            let levels = if by_mode {
                Vec::new()
            } else {
                share_levels_of(snapshot, *id)
            };
            (levels, 0)
        };
        ways.entry(place).or_insert_with(of).1 += 1;
    }
    let times = |levels: &[ShareLevel]| -> usize {
        let alike = ways.values().filter(|(other, _)| other == levels);
        alike.map(|(_, times)| times).sum()
    };
    let way = |id: &ResourceId| Some(ways.get(&environment(id)?)?.0.as_slice());
    let together = left
        .iter()
        .filter_map(way)
        .filter(|levels| !levels.is_empty());
    // Of those that are as frequent, the first.
    let most = together.rev().max_by_key(|levels| times(levels));
    let Some(most) = most.map(<[ShareLevel]>::to_vec) else {
        return Vec::new();
    };
    let like = |id: &ResourceId| way(id) == Some(most.as_slice());
    let (kept, unlike) = std::mem::take(left).into_iter().partition(like);
    *left = kept;
    unlike
}

fn lines(
    state: &State,
    (denied_ones, unlike, left): (&[ResourceId], &[ResourceId], usize),
    (command, needs): (CommandId, Capability),
) -> Vec<(Tone, String)> {
    let marked = denied_ones.len() + unlike.len() + left;
    let verb = COMMANDS
        .iter()
        .find(|c| c.id == command)
        .map_or("", |c| c.title);
    let heading = format!("Of the {marked} marked, you can {verb} {left} together.");
    let mut lines = vec![(Tone::Strong, heading), (Tone::Plain, String::new())];
    let denials = denied_ones
        .iter()
        .filter_map(|id| denied(state, *id, needs));
    let others = unlike.iter().map(|id| {
        let (name, place) = (state.name_of(*id), facts::platform(&state.snapshot, *id));
        let place = place.map_or_else(String::new, |p| p.title().to_owned());
        format!("{name} is shared in another way than the rest ({place}).")
    });
    let all = denials
        .chain(others)
        .map(|why| (Tone::Plain, format!("• {why}")));
    lines.extend(all.take(NAMED));
    let more = (marked - left).saturating_sub(NAMED);
    if more > 0 {
        let others = count(more, "other", "others");
        lines.push((Tone::Dim, format!("and {others}")));
    }
    lines.push((Tone::Plain, String::new()));
    let rest = if left == 1 { "the one" } else { "those" };
    let question = format!("enter goes on with {rest} you can; esc leaves all marked.");
    lines.push((Tone::Plain, question));
    lines
}

impl Screen for Partly {
    fn place(&self) -> Place {
        Place::Notice
    }

    fn crumb(&self, _: &State) -> String {
        let command = COMMANDS.iter().find(|c| c.id == self.command);
        command.map_or_else(String::new, |c| capitalized(c.title))
    }

    fn area(&self, state: &State, whole: Rect) -> Rect {
        self.notice.area(state, whole)
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        self.notice.draw(state, frame, area, focused);
    }

    fn perform(&mut self, _: &mut State, command: CommandId) -> Reply {
        let goes_on = command == CommandId::Accept;
        goes_on.then(|| {
            vec![
                Act::Close,
                Act::Unmark(std::mem::take(&mut self.without)),
                Act::Run(self.command),
            ]
        })
    }

    fn called(&self, command: CommandId) -> Option<String> {
        (command == CommandId::Accept).then(|| format!("go on with {}", self.left))
    }

    fn step(&mut self, state: &State, step: Step) {
        self.notice.step(state, step);
    }
}
