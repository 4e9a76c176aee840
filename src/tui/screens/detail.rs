//! One model: overview, who has access and how, versions, activity.

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use strum::{EnumIter, IntoEnumIterator, IntoStaticStr};

use crate::authz::{
    Check, ReasonKey, Request, Snapshot, capabilities, check, explain, who_can, wording,
};
use crate::domain::{
    Body, Capability, JournalEntry, Key, PrincipalId, Resource, ResourceId, Target,
};

use super::super::facts;
use super::super::parts::confirm::{Tone, wrapped};
use super::super::parts::scroll::{Cursor, Step};
use super::super::parts::table::{self, Column, TableRow};
use super::super::state::{Place, State};
use super::super::text::count;
use super::super::view::frame_block;
use super::share::routes;

/// The parts of the detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, IntoStaticStr)]
pub enum Tab {
    /// What it is, and what the viewer can do.
    Overview,
    /// Who has access, and how.
    Access,
    /// Its versions.
    Versions,
    /// What was done with it.
    Activity,
}

/// The detail of one model.
#[derive(Debug)]
pub struct Detail {
    /// Which model.
    pub resource: ResourceId,
    /// The part that is shown.
    pub tab: Tab,
    /// How far it is scrolled.
    pub cursor: Cursor,
}

impl Detail {
    /// One part of one model.
    pub fn new(resource: ResourceId, tab: Tab) -> Self {
        Self {
            resource,
            tab,
            cursor: Cursor::default(),
        }
    }

    /// Goes to the next or previous part.
    pub fn turn(&mut self, forward: bool) {
        let tabs: Vec<Tab> = Tab::iter().collect();
        let at = tabs.iter().position(|t| *t == self.tab).unwrap_or(0);
        let next = if forward { at + 1 } else { at + tabs.len() - 1 } % tabs.len();
        self.tab = tabs.get(next).copied().unwrap_or(Tab::Overview);
        self.cursor = Cursor::default();
    }

    /// Scrolls.
    pub fn step(&mut self, step: Step, height: usize) {
        // The last row is found when drawing; far beyond it is as good.
        let row = self.cursor.row;
        self.cursor.step(step, 10_000, height);
        if step == Step::Last {
            self.cursor.row = row + height;
        }
    }

    /// Whether the model is still there.
    pub fn refresh(&self, snapshot: &Arc<Snapshot>) -> bool {
        snapshot.resource(self.resource).is_some()
    }
}

/// ```text
/// ┌ Fraud score ─────────────────────────────┐
/// │ Overview │ Access │ Versions │ Activity  │
/// │ …                                        │
/// └──────────────────────────────────────────┘
/// ```
pub fn draw(state: &State, detail: &Detail, frame: &mut Frame<'_>, area: Rect) {
    let theme = state.theme;
    let focused = state.place() == Place::Detail;
    let title = format!(" {} ", state.name_of(detail.resource));
    let block = frame_block(theme, &title, focused);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let tabs = Rect {
        height: inner.height.min(1),
        ..inner
    };
    frame.render_widget(tab_line(state, detail.tab), tabs);
    let body = Rect {
        x: inner.x + 1,
        y: inner.y + 2,
        width: inner.width.saturating_sub(2),
        height: inner.height.saturating_sub(2),
    };
    // What has to be allowed for a part to be shown.
    let needed = match detail.tab {
        Tab::Overview => Capability::See,
        Tab::Versions => Capability::View,
        Tab::Access | Tab::Activity => Capability::ViewAccess,
    };
    let allowed = detail.tab == Tab::Overview || may(state, detail.resource, needed);
    if allowed && detail.tab == Tab::Access {
        draw_access(state, detail, frame, body);
        return;
    }
    let lines = match detail.tab {
        _ if !allowed => refused(state, detail.resource, needed),
        Tab::Overview | Tab::Access => overview(state, detail.resource),
        Tab::Versions => versions(state, detail.resource),
        Tab::Activity => activity(state, detail.resource),
    };
    draw_lines(state, &lines, detail.cursor.row, frame, body);
}

/// The same overview in a pane beside the list.
pub fn draw_preview(state: &State, resource: ResourceId, frame: &mut Frame<'_>, area: Rect) {
    let title = format!(" {} ", state.name_of(resource));
    let block = frame_block(state.theme, &title, false);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let body = Rect {
        x: inner.x + 1,
        width: inner.width.saturating_sub(2),
        ..inner
    };
    draw_lines(state, &overview(state, resource), 0, frame, body);
}

fn draw_lines(
    state: &State,
    lines: &[(Tone, String)],
    top: usize,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let lines = wrapped(state.theme, lines, area.width);
    let top = top.min(lines.len().saturating_sub(usize::from(area.height)));
    for (i, line) in (0..area.height).zip(lines.into_iter().skip(top)) {
        frame.render_widget(
            line,
            Rect {
                y: area.y + i,
                height: 1,
                ..area
            },
        );
    }
}

fn tab_line(state: &State, current: Tab) -> Line<'static> {
    let mut spans = vec![Span::raw(" ")];
    for tab in Tab::iter() {
        let name: &'static str = tab.into();
        let style = if tab == current {
            state.theme.selected()
        } else {
            state.theme.dim()
        };
        spans.push(Span::styled(format!(" {name} "), style));
        spans.push(Span::raw(" "));
    }
    Line::from(spans)
}

fn may(state: &State, id: ResourceId, capability: Capability) -> bool {
    let request = Request::new(
        state.viewer(),
        capability.into(),
        Target::Resource(id),
        state.now,
    );
    check(&state.snapshot, &request).is_allowed()
}

/// What the viewer may not see is not shown, and says so.
fn refused(state: &State, id: ResourceId, capability: Capability) -> Vec<(Tone, String)> {
    let target = Target::Resource(id);
    let request = Request::new(state.viewer(), capability.into(), target, state.now);
    let explanation = explain(&state.snapshot, &request);
    let mut lines = vec![
        (
            Tone::Strong,
            format!(
                "You can't {} this.",
                <&str>::from(capability).replace('-', " ")
            ),
        ),
        (Tone::Plain, String::new()),
    ];
    let reasons = explanation.reasons.iter();
    lines.extend(reasons.map(|r| {
        (
            Tone::Plain,
            format!("- {}", wording::reason(&state.snapshot, target, r)),
        )
    }));
    lines
}

fn overview(state: &State, id: ResourceId) -> Vec<(Tone, String)> {
    let snapshot = &state.snapshot;
    let target = Target::Resource(id);
    let Some(resource) = snapshot.resource(id) else {
        return Vec::new();
    };
    let Some(place) = snapshot.place(resource.environment) else {
        return Vec::new();
    };
    let environment = &place.environment;
    let viewer = state.viewer();
    let field = |name: &str, text: String| (Tone::Plain, format!("{name:<9} {text}"));
    let mut lines = vec![
        (Tone::Dim, snapshot.target_id(target)),
        field(
            "Where",
            format!(
                "{} ({}, edition {})",
                environment.label(),
                place.platform().title(),
                environment.edition()
            ),
        ),
        field("Owner", facts::owner(snapshot, resource, viewer, state.now)),
        field("Type", facts::kind(resource)),
    ];
    let can = capabilities(snapshot, viewer, target, state.now);
    // A row that was only shared for use shows no details.
    if can.contains(Capability::View) {
        lines.push(field("State", facts::state(resource)));
        if let Some(text) = &resource.description {
            lines.push(field("About", text.clone()));
        }
    }
    if can.contains(Capability::ViewAccess) {
        lines.push(field("Access", facts::access(snapshot, id, state.now)));
        let runners = people(snapshot, id, Capability::Run, state);
        lines.push(field(
            "Can run",
            format!("{}, w shows who", count(runners.len(), "person", "people")),
        ));
    }
    lines.push((Tone::Plain, String::new()));
    lines.push((
        Tone::Strong,
        format!(
            "You can  {}",
            if can.is_empty() {
                "nothing".to_owned()
            } else {
                can.words()
            }
        ),
    ));
    lines.extend(
        because(state, id)
            .into_iter()
            .map(|b| (Tone::Plain, format!("because  {b}"))),
    );
    for capability in Capability::iter().filter(|c| !can.contains(*c)) {
        if let Some(why) = why_not(state, id, capability) {
            lines.push((Tone::Dim, format!("not {capability}: {why}")));
        }
    }
    lines.extend(recent(state, id));
    lines
}

/// Every route by which the viewer sees the model, or owns it.
fn because(state: &State, id: ResourceId) -> Vec<String> {
    let target = Target::Resource(id);
    let see = Request::new(state.viewer(), Capability::See.into(), target, state.now);
    let explanation = explain(&state.snapshot, &see);
    let owned = crate::authz::lists::owned(&state.snapshot, state.viewer(), id, state.now);
    let mut words: Vec<String> = Vec::new();
    for evidence in owned.iter().chain(explanation.evidence_for(Check::Reach)) {
        let word = wording::because(&state.snapshot, evidence);
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// Why the viewer lacks a capability; `None` for what the platform has nothing of the kind for.
fn why_not(state: &State, id: ResourceId, capability: Capability) -> Option<String> {
    let target = Target::Resource(id);
    let request = Request::new(state.viewer(), capability.into(), target, state.now);
    let explanation = explain(&state.snapshot, &request);
    let first = explanation.first_failure()?;
    let reason = explanation.reasons.iter().find(|r| r.check == first)?;
    let news = reason.key != ReasonKey::NotOffered;
    news.then(|| wording::reason(&state.snapshot, target, reason))
}

fn people(
    snapshot: &Snapshot,
    id: ResourceId,
    capability: Capability,
    state: &State,
) -> Vec<PrincipalId> {
    let holders = who_can(snapshot, capability.into(), Target::Resource(id), state.now);
    holders
        .into_iter()
        .map(|h| h.principal)
        .filter(|p| *p != PrincipalId::ANONYMOUS)
        .collect()
}

fn recent(state: &State, id: ResourceId) -> Vec<(Tone, String)> {
    let Some(entry) = state.entries().iter().find(|e| concerns(e, id)) else {
        return Vec::new();
    };
    let when = entry.stamp.time.relative_to(state.now);
    vec![
        (Tone::Plain, String::new()),
        (
            Tone::Plain,
            format!("Recent    {}, {when}", entry.stamp.summary),
        ),
    ]
}

fn concerns(entry: &JournalEntry, id: ResourceId) -> bool {
    entry
        .changes
        .0
        .iter()
        .any(|c| matches!(c.key, Key::Resource(_, r) if r == id))
}

const PEOPLE: &[Column] = &[
    Column {
        title: "Who",
        min: 18,
        share: 1,
        give: 0,
    },
    Column {
        title: "Can",
        min: 16,
        share: 1,
        give: 1,
    },
    Column {
        title: "How",
        min: 26,
        share: 3,
        give: 0,
    },
];

/// Everybody who may see it, what they can do, and every route.
fn draw_access(state: &State, detail: &Detail, frame: &mut Frame<'_>, area: Rect) {
    let snapshot = &state.snapshot;
    let target = Target::Resource(detail.resource);
    let holders = who_can(snapshot, Capability::See.into(), target, state.now);
    let height = usize::from(area.height).saturating_sub(1);
    let top = detail.cursor.row.min(holders.len().saturating_sub(height));
    let rows: Vec<TableRow> = holders
        .iter()
        .skip(top)
        .take(height)
        .map(|holder| {
            let name = if holder.principal == PrincipalId::ANONYMOUS {
                "Everybody (public)".to_owned()
            } else {
                snapshot.label(holder.principal)
            };
            let can = capabilities(snapshot, holder.principal, target, state.now);
            TableRow {
                cells: vec![name, can.words(), routes(snapshot, &holder.routes)],
                ..TableRow::default()
            }
        })
        .collect();
    table::draw(frame, area, state.theme, PEOPLE, &rows);
    if holders.len() > height && area.height > 0 {
        let shown = format!(
            "{}-{} of {}",
            top + 1,
            (top + height).min(holders.len()),
            holders.len()
        );
        let row = Rect {
            y: area.y,
            height: 1,
            ..area
        };
        frame.render_widget(Line::styled(shown, state.theme.dim()).right_aligned(), row);
    }
}

fn versions(state: &State, id: ResourceId) -> Vec<(Tone, String)> {
    let Some(resource) = state.snapshot.resource(id) else {
        return Vec::new();
    };
    let metrics = |list: &[(String, f64)]| {
        list.iter()
            .map(|(n, v)| format!("{n} {v}"))
            .collect::<Vec<_>>()
            .join("  ")
    };
    let lines: Vec<(Tone, String)> = match &resource.body {
        Body::ModelGroup { .. } => grouped_versions(state, id),
        Body::Experiment { runs } => runs
            .iter()
            .map(|run| {
                (
                    Tone::Plain,
                    format!("{}  {}", run.id, metrics(&run.metrics)),
                )
            })
            .collect(),
        Body::Model(model) => model
            .versions
            .iter()
            .map(|v| {
                let default = if v.default { "default" } else { "" };
                let state = v.state.map_or_else(String::new, |s| s.to_string());
                (
                    Tone::Plain,
                    format!(
                        "{:<10} {state:<10} {default:<8} {}",
                        v.id,
                        metrics(&v.metrics)
                    ),
                )
            })
            .collect(),
        _ => Vec::new(),
    };
    if lines.is_empty() {
        vec![(Tone::Dim, "There are no versions yet.".to_owned())]
    } else {
        lines
    }
}

/// On OpenSearch the models of a group are its versions.
fn grouped_versions(state: &State, group: ResourceId) -> Vec<(Tone, String)> {
    let mut models: Vec<&Resource> = state
        .snapshot
        .models_in(group)
        .filter_map(|id| state.snapshot.resource(id))
        .collect();
    models.sort_by_key(|m| m.model().and_then(|m| m.number));
    models
        .into_iter()
        .map(|m| {
            let number = m
                .model()
                .and_then(|m| m.number)
                .map_or_else(String::new, |n| n.to_string());
            (
                Tone::Plain,
                format!("version {number:<4} {:<24} {}", m.id, facts::state(m)),
            )
        })
        .collect()
}

fn activity(state: &State, id: ResourceId) -> Vec<(Tone, String)> {
    let lines: Vec<(Tone, String)> = state
        .entries()
        .iter()
        .filter(|e| concerns(e, id))
        .map(|e| {
            let when = e.stamp.time.relative_to(state.now);
            let who = super::journal::who(state, e);
            (
                Tone::Plain,
                format!("{when:<10} {who}: {}. {}", e.stamp.summary, e.stamp.effect),
            )
        })
        .collect();
    if lines.is_empty() {
        return vec![(Tone::Dim, "Nothing has been done with it here.".to_owned())];
    }
    lines
}
