//! Several are marked, and what was asked for can be done with some of them only: which not and why,
//! and whether to go on with the others.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::authz::{Request, check};
use crate::domain::{Capability, ResourceId, Target};
use crate::registry::plan::capitalized;

use super::super::commands::{COMMANDS, CommandId, denied};
use super::super::parts::prose::Tone;
use super::super::parts::scroll::Step;
use super::super::screen::{Act, Reply, Screen};
use super::super::state::{Place, State};
use super::super::text::count;
use super::notice::Notice;

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
        let refused = |id: &ResourceId| {
            let target = Target::Resource(*id);
            let request = Request::new(state.viewer(), needs.into(), target, state.now);
            !check(&state.snapshot, &request).is_allowed()
        };
        let without: Vec<ResourceId> = marked.iter().copied().filter(refused).collect();
        let left = marked.len() - without.len();
        if without.is_empty() || left == 0 {
            return None;
        }
        Some(Self {
            notice: Notice::lines("Some of the marked", lines(state, &without, left, needs)),
            command,
            without,
            left,
        })
    }
}

fn lines(
    state: &State,
    without: &[ResourceId],
    left: usize,
    needs: Capability,
) -> Vec<(Tone, String)> {
    let verb = <&str>::from(needs);
    let marked = without.len() + left;
    let heading = format!("You can {verb} {left} of the {marked} marked.");
    let mut lines = vec![(Tone::Strong, heading), (Tone::Plain, String::new())];
    let named = without.iter().take(NAMED);
    let reasons = named.filter_map(|id| denied(state, *id, needs));
    lines.extend(reasons.map(|why| (Tone::Plain, format!("• {why}"))));
    let more = without.len().saturating_sub(NAMED);
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
