//! A resource's or an environment's policy as text: checked as one types, saved as one change, with
//! the difference and its effect in sight first.

mod draw;

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::Rect;
use tui_textarea::{CursorMove, TextArea};

use crate::authz::Snapshot;
use crate::domain::{Capability, Platform, Policy, ResourceId, ResourceKind, Revision, Target};
use crate::interop::policy_text::{self, Checked};
use crate::registry::intents::SetPolicy;
use crate::registry::plan;

use super::super::commands::{CommandId, denied};
use super::super::parts::diff::{self, Line};
use super::super::parts::planning::{Then, Wanted};
use super::super::parts::prose::Tone;
use super::super::parts::scroll::Step;
use super::super::screen::{Act, Reply, Screen};
use super::super::state::{Place, State};
use super::form;
use super::notice::Notice;

/// Steps that can be taken back.
const UNDO: usize = 500;
/// Unchanged lines shown around a changed one.
const AROUND: usize = 2;

/// The editor.
#[derive(Debug)]
pub struct PolicyEditor {
    target: Target,
    area: TextArea<'static>,
    /// The policy's text as it was read.
    base: String,
    /// The policy as it was read: what a later one is compared with.
    read: Option<Policy>,
    revision: Revision,
    checked: Checked,
    /// Somebody else changed the policy since it was read.
    stale: bool,
}

/// Why the policy of a resource can't be edited; where there is none, what to use there instead.
pub(in crate::tui) fn disabled(state: &State, on: Option<Target>) -> Option<String> {
    if let Some(Target::Environment(id)) = on {
        return disabled_on_environment(state, id);
    }
    let resource = on.and_then(Target::resource);
    let record = resource.and_then(|id| state.snapshot.resource(id));
    let (Some(id), Some(record)) = (resource, record) else {
        return Some("Nothing is selected that has a policy.".to_owned());
    };
    let platform = state.snapshot.place(record.environment)?.platform();
    if let Some(instead) = instead(platform) {
        return Some(instead.to_owned());
    }
    let has = matches!(record.kind(), ResourceKind::Model | ResourceKind::Job);
    if !has {
        return Some("Only projects, models and jobs have a policy of their own.".to_owned());
    }
    denied(state, id, Capability::ViewAccess)
}

/// Why the policy of an environment can't be edited.
pub(in crate::tui) fn disabled_on_environment(
    state: &State,
    id: crate::domain::EnvironmentId,
) -> Option<String> {
    let platform = state.snapshot.place(id)?.platform();
    if let Some(instead) = instead(platform) {
        return Some(instead.to_owned());
    }
    let on = Target::Environment(id);
    (!state.may(Capability::ViewAccess, on)).then(|| {
        let name = state.snapshot.target_label(on);
        let cannot = state.reader().does(&state.snapshot, "can't", "can't");
        let cannot = plan::capitalized(&cannot);
        format!("{cannot} read the policy of {name}: its administrators can.")
    })
}

/// What to use on a platform that has no policies.
const fn instead(platform: Platform) -> Option<&'static str> {
    Some(match platform {
        Platform::Google => return None,
        Platform::OpenSearch => {
            "OpenSearch has no policies: s changes who may use the model group, 7 shows the roles."
        }
        Platform::Fabric => {
            "Fabric has no policies: s shares the item, and 7 shows the workspace's roles."
        }
        Platform::AiBuilder => {
            "AI Builder has no policies: s shares the model, and 7 shows the security roles."
        }
    })
}

impl PolicyEditor {
    /// The policy of a project, model or job, to be edited.
    pub fn new(state: &State, target: Target) -> Self {
        let base = policy_text::write(&state.snapshot, target);
        Self {
            target,
            area: text_area(&base),
            checked: policy_text::check(&base, &state.snapshot, target),
            read: state.snapshot.policy(target).cloned(),
            base,
            revision: state.snapshot.revision(),
            stale: false,
        }
    }

    fn text(&self) -> String {
        let mut text = self.area.lines().join("\n");
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text
    }

    fn is_changed(&self) -> bool {
        self.text().trim_end() != self.base.trim_end()
    }

    fn check(&mut self, snapshot: &Snapshot) {
        self.checked = policy_text::check(&self.text(), snapshot, self.target);
    }

    fn go_to(&mut self, line: usize, column: usize) {
        let place = |n: usize| u16::try_from(n.saturating_sub(1)).unwrap_or(u16::MAX);
        self.area.cancel_selection();
        self.area
            .move_cursor(CursorMove::Jump(place(line), place(column)));
    }

    /// Takes what stands in the store as what was read; the text stays.
    fn catch_up(&mut self, snapshot: &Snapshot) {
        let old = self.read.as_ref().and_then(|p| p.etag.clone());
        self.base = policy_text::write(snapshot, self.target);
        self.read = snapshot.policy(self.target).cloned();
        self.stale = false;
        let new = self.read.as_ref().and_then(|p| p.etag.clone());
        if old == new {
            return;
        }
        // The etag names what the text was made from: that is the new policy now.
        let line = |etag: &str| {
            let quoted = serde_json::Value::from(etag).to_string();
            vec![format!("etag: {quoted}"), format!("etag: {etag}")]
        };
        let written = self.base.lines().find(|l| l.starts_with("etag:"));
        let Some(written) = written.map(str::to_owned) else {
            return;
        };
        let stale = old.as_deref().map(line).unwrap_or_default();
        let lines = self.area.lines();
        let at = lines
            .iter()
            .position(|l| stale.iter().any(|s| l.trim() == s));
        let cursor = self.area.cursor();
        match at.and_then(|at| u16::try_from(at).ok()) {
            Some(at) => {
                self.area.move_cursor(CursorMove::Jump(at, 0));
                self.area.delete_line_by_end();
                self.area.insert_str(written);
            }
            None if old.is_none() => {
                self.area.move_cursor(CursorMove::Top);
                self.area.move_cursor(CursorMove::Head);
                self.area.insert_str(format!("{written}\n"));
            }
            // Somebody took the etag out on purpose.
            None => {}
        }
        let place = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        self.area
            .move_cursor(CursorMove::Jump(place(cursor.0), place(cursor.1)));
    }

    /// What changed in the store while the text was edited.
    fn meanwhile(&mut self, state: &State) -> Vec<Act> {
        let before = std::mem::take(&mut self.base);
        self.catch_up(&state.snapshot);
        self.check(&state.snapshot);
        let mut lines = vec![(
            Tone::Warn,
            format!("{} changed this policy meanwhile:", self.author(state)),
        )];
        lines.push((Tone::Plain, String::new()));
        lines.extend(difference(&before, &self.base));
        lines.push((Tone::Plain, String::new()));
        let text = "Your text is kept, and now stands against the new policy: what they added and your text lacks is taken away when you save. ctrl-s shows that first.";
        lines.push((Tone::Plain, text.to_owned()));
        vec![Act::open(Notice::lines("Changed meanwhile", lines))]
    }

    fn author(&self, state: &State) -> String {
        let entry = state.history.iter().find(|e| e.revision > self.revision);
        entry.map_or_else(
            || "Somebody".to_owned(),
            |e| super::journal::who(&state.snapshot, e),
        )
    }

    /// Shows the difference and what it does to people, and asks.
    fn save(&mut self, state: &mut State) -> Vec<Act> {
        if self.stale {
            return self.meanwhile(state);
        }
        self.check(&state.snapshot);
        let policy = match &self.checked.policy {
            Ok(policy) => policy.clone(),
            Err(remark) => {
                let (line, column) = (remark.line, remark.column);
                self.go_to(line, column);
                let text = format!("Not saved: line {line} has to be put right first.");
                return vec![Act::Warn(text)];
            }
        };
        if !self.is_changed() {
            return vec![Act::Say("Nothing was changed.".to_owned())];
        }
        if let Some(reason) = state.frozen() {
            return vec![Act::Warn(reason)];
        }
        let intent = SetPolicy {
            resource: state.snapshot.target_id(self.target),
            policy,
        };
        let mut beside = vec![(Tone::Strong, "Line by line".to_owned())];
        beside.extend(difference(&self.base, &self.text()));
        beside.push((Tone::Plain, String::new()));
        let then = Then {
            verb: "Save",
            beside,
        };
        let wanted = Wanted::Intents(Arc::new(vec![intent.into()]));
        vec![Act::Plan(wanted, then)]
    }
}

/// The blanks that a line begins with, as far as they stand before a column.
fn indent(line: &str, column: usize) -> String {
    line.chars()
        .take(column)
        .take_while(|c| *c == ' ')
        .collect()
}

fn text_area(text: &str) -> TextArea<'static> {
    let lines = text.lines().map(crate::domain::text::clean).collect();
    let mut area = TextArea::new(lines);
    area.set_max_histories(UNDO);
    area.set_tab_length(2);
    area
}

/// A difference in lines: what changed, with a little of what stands around it.
fn difference(before: &str, after: &str) -> Vec<(Tone, String)> {
    let all = diff::lines(before, after);
    let changed: Vec<usize> = all
        .iter()
        .enumerate()
        .filter(|(_, l)| !matches!(l, Line::Same(_)))
        .map(|(i, _)| i)
        .collect();
    let near = |i: usize| changed.iter().any(|c| c.abs_diff(i) <= AROUND);
    let mut lines = Vec::new();
    let mut skipped = false;
    for (i, line) in all.iter().enumerate() {
        match line {
            Line::Gone(text) => lines.push((Tone::Bad, format!("− {text}"))),
            Line::New(text) => lines.push((Tone::Good, format!("+ {text}"))),
            Line::Same(text) if near(i) => lines.push((Tone::Dim, format!("\u{a0} {text}"))),
            Line::Same(_) => {
                if !skipped && !lines.is_empty() {
                    lines.push((Tone::Dim, "\u{a0} …".to_owned()));
                }
                skipped = true;
                continue;
            }
        }
        skipped = false;
    }
    lines
}

impl Screen for PolicyEditor {
    fn place(&self) -> Place {
        Place::Policy
    }

    fn crumb(&self, state: &State) -> String {
        format!("Policy of {}", state.snapshot.target_label(self.target))
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        draw::draw(state, self, frame, area, focused);
    }

    fn refresh(&mut self, state: &mut State) -> bool {
        let there = match self.target {
            Target::Environment(id) => state.snapshot.place(id).is_some(),
            on => on
                .resource()
                .is_some_and(|id| state.snapshot.resource(id).is_some()),
        };
        if !there || self.revision == state.snapshot.revision() {
            return there;
        }
        let now = state.snapshot.policy(self.target);
        if now == self.read.as_ref() {
            self.check(&Arc::clone(&state.snapshot));
        } else if self.is_changed() {
            self.stale = true;
            return true;
        } else {
            *self = Self::new(state, self.target);
            state.say(
                "The policy was changed meanwhile; this is the new one.",
                false,
            );
        }
        self.revision = state.snapshot.revision();
        true
    }

    fn perform(&mut self, state: &mut State, command: CommandId) -> Reply {
        match command {
            CommandId::Accept => Some(self.save(state)),
            _ => None,
        }
    }

    fn disabled(&self, _: &State, command: CommandId) -> Option<String> {
        let wrong = command == CommandId::Accept && self.checked.policy.is_err();
        wrong.then(|| "What is written is no policy yet: see below the text.".to_owned())
    }

    fn step(&mut self, _: &State, step: Step) {
        self.area.move_cursor(if step.is_down() {
            CursorMove::Down
        } else {
            CursorMove::Up
        });
    }

    fn edits_text(&self) -> bool {
        true
    }

    fn unsaved(&self) -> Option<String> {
        let changed = self.is_changed();
        changed.then(|| form::discards("your changes of the policy"))
    }

    fn edit(&mut self, state: &mut State, key: KeyEvent) -> bool {
        let plain = key.modifiers - KeyModifiers::SHIFT;
        match key.code {
            KeyCode::Char('z') if plain == KeyModifiers::CONTROL => return false,
            KeyCode::Esc | KeyCode::F(_) => return false,
            _ => {}
        }
        let line = self.area.lines().get(self.area.cursor().0);
        let indent = line.map_or_else(String::new, |l| indent(l, self.area.cursor().1));
        if self.area.input(key) {
            if key.code == KeyCode::Enter {
                self.area.insert_str(indent);
            }
            self.check(&Arc::clone(&state.snapshot));
        }
        true
    }

    fn paste(&mut self, state: &mut State, text: &str) {
        let text = text.replace("\r\n", "\n").replace(['\r'], "\n");
        let lines: Vec<String> = text
            .split('\n')
            .map(|l| crate::domain::text::clean(&l.replace('\t', "  ")))
            .collect();
        self.area.insert_str(lines.join("\n"));
        self.check(&Arc::clone(&state.snapshot));
    }

    fn click(&mut self, state: &mut State, area: Rect, column: u16, row: u16) -> bool {
        let body = draw::body(state, self, area);
        let inside = (body.x..body.x + body.width).contains(&column)
            && (body.y..body.y + body.height).contains(&row);
        if inside {
            let place = self.area.screen_to_data(
                usize::from(row - body.y) + usize::from(self.area.scroll_offset().0),
                usize::from(column.saturating_sub(body.x + self.area.line_number_width())),
            );
            let at = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
            self.area
                .move_cursor(CursorMove::Jump(at(place.0), at(place.1)));
        }
        inside
    }

    fn subject(&self) -> Option<ResourceId> {
        self.target.resource()
    }

    fn committed(&mut self) -> bool {
        false
    }
}
