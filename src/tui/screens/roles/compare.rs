//! Two roles beside each other: what one has and the other lacks.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::super::super::commands::CommandId;
use super::super::super::parts::chooser::Chooser;
use super::super::super::parts::prose::{self, Tone};
use super::super::super::parts::scroll::{Reading, Step};
use super::super::super::parts::spots::Spot;
use super::super::super::parts::table::Column;
use super::super::super::screen::{Act, Reply, Screen};
use super::super::super::state::{Place, State};
use super::super::super::view::{centred, frame_block};
use super::super::list::Rows;
use super::super::page::only_text;
use super::{RoleKey, Roles, find, permissions, title};
use crate::authz::{RoleGives, role_gives};

/// The comparison.
#[derive(Debug)]
pub struct Compare {
    roles: [RoleKey; 2],
    lines: Vec<(Tone, String)>,
    scroll: Reading,
}

impl Compare {
    /// Compares two roles.
    pub fn new(one: RoleKey, other: RoleKey) -> Self {
        Self {
            roles: [one, other],
            lines: Vec::new(),
            scroll: Reading::default(),
        }
    }

    fn names(&self, state: &State) -> Option<[String; 2]> {
        let [one, other] = self.roles;
        let (here, _) = find(&state.snapshot, one)?;
        let (there, _) = find(&state.snapshot, other)?;
        let names = [one, other].map(|key| title(&state.snapshot, key));
        if one.0 == other.0 {
            return Some(names);
        }
        let [a, b] = names;
        Some([format!("{a} ({})", here.id), format!("{b} ({})", there.id)])
    }

    fn write(&self, state: &State) -> Option<Vec<(Tone, String)>> {
        let [one, other] = self.roles;
        let [a, b] = self.names(state)?;
        let (here, left) = find(&state.snapshot, one)?;
        let (there, right) = find(&state.snapshot, other)?;
        let gives = |key: RoleKey, role: &str| role_gives(&state.snapshot, key.0, role, state.now);
        let (gives_a, gives_b) = (gives(one, &left.name), gives(other, &right.name));
        let mut lines = vec![(Tone::Strong, "What holders can do".to_owned())];
        let parts = |g: RoleGives| {
            // What one may do to every model one may do to one's own.
            [
                ("models", g.any),
                ("own models", g.own.minus(g.any)),
                ("environment", g.environment),
            ]
        };
        for ((what, x), (_, y)) in parts(gives_a).into_iter().zip(parts(gives_b)) {
            let only = [(x.minus(y), &a), (y.minus(x), &b)];
            for (set, name) in only.into_iter().filter(|(s, _)| !s.is_empty()) {
                let words = set.words().replace(' ', ", ");
                lines.push((Tone::Good, format!("only {name}: {words} ({what})")));
            }
        }
        if lines.len() == 1 {
            lines.push((Tone::Plain, "The same.".to_owned()));
        }
        if here.platform() != there.platform() {
            lines.push((Tone::Plain, String::new()));
            let text =
                "They are roles of different platforms, whose permissions have no names in common.";
            lines.push((Tone::Dim, text.to_owned()));
            return Some(lines);
        }
        let (p, q) = (permissions(here, &left), permissions(there, &right));
        let minus = |x: &[String], y: &[String]| -> Vec<String> {
            x.iter().filter(|v| !y.contains(v)).cloned().collect()
        };
        let both: Vec<String> = p.iter().filter(|v| q.contains(v)).cloned().collect();
        let sections = [
            (format!("Only {a}"), minus(&p, &q), Tone::Good),
            (format!("Only {b}"), minus(&q, &p), Tone::Good),
            ("Both".to_owned(), both, Tone::Dim),
        ];
        for (title, names, tone) in sections {
            lines.push((Tone::Plain, String::new()));
            lines.push((Tone::Strong, format!("{title}: {}", names.len())));
            lines.extend(names.into_iter().map(|n| (tone, format!("• {n}"))));
        }
        Some(lines)
    }
}

impl Screen for Compare {
    fn place(&self) -> Place {
        Place::Compare
    }

    fn crumb(&self, _: &State) -> String {
        "Compare".to_owned()
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        let names = self.names(state).unwrap_or_default().join(" and ");
        let block = frame_block(state.theme, &format!(" {names} "), focused);
        let inner = block.inner(area);
        frame.render_widget(block, area);
        let body = prose::margin(inner);
        prose::draw(state.theme, &self.lines, &self.scroll, frame, body);
    }

    fn refresh(&mut self, state: &mut State) -> bool {
        let written = self.write(state);
        let there = written.is_some();
        self.lines = written.unwrap_or_default();
        there
    }

    fn disabled(&self, _: &State, command: CommandId) -> Option<String> {
        only_text(command)
    }

    fn step(&mut self, _: &State, step: Step) {
        self.scroll.step(step);
    }
}

const COLUMNS: &[Column] = &[
    Column::new("Role", 20, 2, 0),
    Column::new("Where", 12, 1, 0),
];
/// Rows in sight.
const SHOWN: u16 = 10;

/// Choosing the role to compare with; those of the same environment come first.
#[derive(Debug)]
pub struct ChooseOther {
    with: RoleKey,
    chooser: Chooser<RoleKey>,
}

impl ChooseOther {
    /// Chooses what a role is compared with.
    pub fn new(state: &State, with: RoleKey) -> Self {
        let lens = state.lens();
        let mut keys = Roles.keys(&lens);
        keys.retain(|k| *k != with);
        keys.sort_by_key(|k| (k.0 != with.0, *k));
        let all = keys.into_iter().map(|k| {
            let mut cells = Roles.cells(&lens, k);
            cells.truncate(2);
            (k, cells)
        });
        Self {
            with,
            chooser: Chooser::new(all.collect()),
        }
    }
}

impl Screen for ChooseOther {
    fn place(&self) -> Place {
        Place::Picker
    }

    fn crumb(&self, _: &State) -> String {
        "Compare with".to_owned()
    }

    fn area(&self, _: &State, whole: Rect) -> Rect {
        centred(whole, 64, SHOWN + 4)
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        let line = (focused, "type a role's name");
        let drawn = (" Compare with ", COLUMNS);
        self.chooser.draw(state, frame, area, drawn, line);
    }

    fn perform(&mut self, _: &mut State, command: CommandId) -> Reply {
        if self.chooser.perform(command) {
            return Some(Vec::new());
        }
        if command != CommandId::Accept {
            return None;
        }
        let other = self.chooser.chosen()?;
        Some(vec![Act::Close, Act::open(Compare::new(self.with, *other))])
    }

    fn step(&mut self, _: &State, step: Step) {
        self.chooser.step(step, usize::from(SHOWN));
    }

    fn point(&mut self, _: &mut State, spot: Spot) -> Option<CommandId> {
        self.chooser.point(spot)
    }

    fn edits_text(&self) -> bool {
        true
    }

    fn edit(&mut self, _: &mut State, key: KeyEvent) -> bool {
        self.chooser.edit(key)
    }

    fn paste(&mut self, _: &mut State, text: &str) {
        self.chooser.paste(text);
    }
}
