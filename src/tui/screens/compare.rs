//! Two people side by side: what one can and the other can't.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::authz::{capabilities, compare};
use crate::domain::{Capability, CapabilitySet, PrincipalId, ResourceId, Target};

use super::super::commands::CommandId;
use super::super::facts;
use super::super::parts::prose::Tone;
use super::super::parts::table::Column;
use super::super::screen::{Act, Reply, Screen};
use super::super::state::{Lens, Place, State};
use super::access::draw_list;
use super::access::known::may_know;
use super::list::{ListScreen, Rows};

/// What two people may do differently, resource by resource.
#[derive(Debug, Clone, Copy)]
pub struct Differences {
    a: PrincipalId,
    b: PrincipalId,
}

const COLUMNS: &[Column] = &[
    Column::new("Name", 16, 2, 0),
    Column::new("Where", 9, 1, 2),
    Column::new("Only the first", 16, 2, 0),
    Column::new("Only the second", 16, 2, 0),
    Column::new("Both", 10, 2, 1),
];

impl Differences {
    /// What only the first can, only the second, and both.
    fn sets(self, lens: &Lens, id: ResourceId) -> [CapabilitySet; 3] {
        let on = Target::Resource(id);
        let [a, b] = [self.a, self.b].map(|who| capabilities(&lens.snapshot, who, on, lens.now));
        [a.minus(b), b.minus(a), a.minus(a.minus(b))]
    }

    fn whole(self, lens: &Lens, id: ResourceId) -> Vec<(Tone, String)> {
        let snapshot = &lens.snapshot;
        let words = |set: CapabilitySet| set.words().replace(' ', ", ");
        let [only_a, only_b, both] = self.sets(lens, id);
        let mut lines = vec![(Tone::Strong, snapshot.target_id(Target::Resource(id)))];
        for (who, set) in [(self.a, only_a), (self.b, only_b)] {
            if !set.is_empty() {
                let text = format!("• only {} can {}", snapshot.label(who), words(set));
                lines.push((Tone::Plain, text));
            }
        }
        if !both.is_empty() {
            lines.push((Tone::Dim, format!("• both can {}", words(both))));
        }
        lines
    }

    /// The first thing that one of them can't do, and who: what one wants explained.
    fn lacking(self, lens: &Lens, id: ResourceId) -> Option<(PrincipalId, Capability)> {
        let [only_a, only_b, _] = self.sets(lens, id);
        let lack = |who, set: CapabilitySet| set.iter().next().map(|c| (who, c));
        lack(self.b, only_a).or_else(|| lack(self.a, only_b))
    }
}

impl Rows for Differences {
    type Key = ResourceId;

    fn place(&self) -> Place {
        Place::Compare
    }

    fn title(&self, _: &State) -> String {
        "Differences".to_owned()
    }

    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn keys(&self, lens: &Lens) -> Vec<ResourceId> {
        let known = |id: &ResourceId| {
            let on = Target::Resource(*id);
            // A model in a group is one of its versions: the group stands for all.
            let resource = lens.snapshot.read_resource(*id);
            let version = resource
                .as_ref()
                .and_then(|r| r.model())
                .is_some_and(|m| m.group.is_some());
            !version && lens.covers(*id) && may_know(lens, self.a, on) && may_know(lens, self.b, on)
        };
        let found = compare(&lens.snapshot, self.a, self.b, lens.now);
        found
            .into_iter()
            .map(|d| d.resource)
            .filter(known)
            .collect()
    }

    fn grows(&self) -> bool {
        true
    }

    fn cells(&self, lens: &Lens, id: ResourceId) -> Vec<String> {
        let Some(resource) = lens.snapshot.read_resource(id) else {
            return Vec::new();
        };
        let [only_a, only_b, both] = self.sets(lens, id);
        vec![
            resource.label().to_owned(),
            facts::place(&lens.snapshot, &resource),
            only_a.words(),
            only_b.words(),
            both.words(),
        ]
    }

    fn empty(&self, state: &State) -> String {
        let [a, b] = [self.a, self.b].map(|who| state.snapshot.label(who));
        format!("{a} and {b} can do the same on everything whose access you may view.")
    }

    fn open(&self, _: &State, id: ResourceId) -> Vec<Act> {
        vec![Act::Visit(id)]
    }

    fn resource(&self, _: &Lens, id: ResourceId) -> Option<ResourceId> {
        Some(id)
    }

    fn perform(&mut self, state: &mut State, marked: &[ResourceId], command: CommandId) -> Reply {
        if command != CommandId::Explain {
            return None;
        }
        let id = *marked.first()?;
        let (who, capability) = self.lacking(&state.lens(), id)?;
        let on = Target::Resource(id);
        Some(vec![Act::Explain(who, capability.into(), on)])
    }
}

/// The comparison of two people.
#[derive(Debug)]
pub struct Compare {
    a: PrincipalId,
    b: PrincipalId,
    list: ListScreen<Differences>,
}

impl Compare {
    /// Of two people.
    pub fn new(a: PrincipalId, b: PrincipalId) -> Self {
        let mut list = ListScreen::new(Differences { a, b });
        // The line above, and the details below.
        list.inset = 6;
        Self { a, b, list }
    }
}

fn below(area: Rect) -> Rect {
    Rect {
        y: area.y + area.height.min(1),
        height: area.height.saturating_sub(1),
        ..area
    }
}

impl Screen for Compare {
    fn place(&self) -> Place {
        self.list.place()
    }

    fn crumb(&self, state: &State) -> String {
        let [a, b] = [self.a, self.b].map(|who| state.snapshot.label(who));
        format!("{a} and {b}")
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        let theme = state.theme;
        let name = |who| Span::styled(state.snapshot.label(who), theme.strong());
        let line = Line::from(vec![
            Span::raw(" first: "),
            name(self.a),
            Span::raw(format!("{}second: ", theme.dot())),
            name(self.b),
        ]);
        let height = area.height.min(1);
        frame.render_widget(line, Rect { height, ..area });
        let whole = |id| self.list.rows.whole(&state.lens(), id);
        let chosen = self.list.list.selected.map(whole);
        draw_list(state, &self.list, chosen, frame, below(area), focused);
    }

    fn inner(&self) -> Option<&dyn Screen> {
        Some(&self.list)
    }

    fn inner_mut(&mut self) -> Option<&mut dyn Screen> {
        Some(&mut self.list)
    }

    fn refresh(&mut self, state: &mut State) -> bool {
        let stand = |who| state.snapshot.principal(who).is_some();
        stand(self.a) && stand(self.b) && self.list.refresh(state)
    }

    fn click(&mut self, state: &mut State, area: Rect, column: u16, row: u16) -> bool {
        self.list.click(state, below(area), column, row)
    }
}
