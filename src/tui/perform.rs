//! What commands mean where the screen on top has nothing of its own to say about them.

use strum::IntoEnumIterator;

use crate::domain::{Capability, ResourceKind, Target};
use crate::registry::{Intent, intents};

use super::acts::{acts_for_another, be_oneself, changes, show, warn};
use super::commands::{COMMANDS, CommandId, commands_in, disabled_reason};
use super::console::Console;
use super::facts;
use super::message::Effect;
use super::parts::scroll::Step;
use super::screen::Act;
use super::screens::access::Explorer;
use super::screens::access_mode::AccessMode;
use super::screens::actions::{Maker, Subject};
use super::screens::bulk::BulkFile;
use super::screens::detail::{Detail, Tab};
use super::screens::foreseen::Foreseen;
use super::screens::help::Help;
use super::screens::intent_form::begin;
use super::screens::journal::{next_redo, next_undo};
use super::screens::moment::Moment;
use super::screens::offboard::Offboarding;
use super::screens::palette::Palette;
use super::screens::partly::Partly;
use super::screens::pick::Pick;
use super::screens::policy::PolicyEditor;
use super::screens::reassign::Reassign;
use super::screens::share::SharePanel;
use super::state::{Place, View};
use super::text::grouped;

/// Runs a command, or says why it does not apply.
pub fn perform(console: &mut Console, id: CommandId) -> Vec<Effect> {
    if let Some(reason) = disabled_reason(console, id) {
        warn(console, reason);
        return Vec::new();
    }
    if !matches!(id, CommandId::Undo | CommandId::Redo) {
        console.state.wipe();
    }
    // To leave is asked once, and anything else takes it back.
    console.state.leaving &= matches!(id, CommandId::Quit | CommandId::Back);
    if let Some(step) = step_of(id) {
        let (screen, state) = console.top_mut();
        screen.step(state, step);
        return Vec::new();
    }
    let (screen, state) = console.top_mut();
    let waits = id == CommandId::Back && screen.foreseen().is_some_and(Foreseen::unask);
    if waits {
        state.say("No plan comes up; nothing was changed.", false);
        return Vec::new();
    }
    if let Some(acts) = screen.perform(state, id) {
        return console.act(acts);
    }
    general(console, id)
}

const fn step_of(id: CommandId) -> Option<Step> {
    Some(match id {
        CommandId::Up => Step::Up,
        CommandId::Down => Step::Down,
        CommandId::PageUp => Step::PageUp,
        CommandId::PageDown => Step::PageDown,
        CommandId::First => Step::First,
        CommandId::Last => Step::Last,
        _ => return None,
    })
}

fn general(console: &mut Console, id: CommandId) -> Vec<Effect> {
    if let Some(reason) = takes_one(console, id) {
        warn(console, reason);
        return Vec::new();
    }
    if let Some(partly) = partly(console, id) {
        console.open(Box::new(partly));
        return Vec::new();
    }
    match id {
        CommandId::Share => open_share(console),
        CommandId::Reassign => open_reassign(console),
        CommandId::Offboard => {
            if let Some(leaver) = console.person() {
                let screen = Offboarding::new(&console.state, leaver);
                console.open(Box::new(screen));
            }
        }
        CommandId::Moment => {
            let panel = Moment::new(&console.state, console.top().sought());
            console.open(Box::new(panel));
        }
        CommandId::Bulk => console.open(Box::new(BulkFile::default())),
        CommandId::Policy => {
            if let Some(on) = console.policy_of() {
                let editor = PolicyEditor::new(&console.state, on);
                console.open(Box::new(editor));
            }
        }
        CommandId::WhoCan => open_detail(console, Tab::Access),
        CommandId::Undo | CommandId::Redo => return undo(console, id),
        CommandId::CopyId => return copy_id(console),
        CommandId::Delete => return delete(console),
        CommandId::Explain => return explain(console),
        CommandId::Actions => return actions(console),
        CommandId::New => return make_new(console),
        CommandId::Compare => compare(console),
        CommandId::Scope => console.open(Box::new(Pick::environment())),
        CommandId::Tour => console.open(Box::new(Pick::tour())),
        CommandId::ActFor => {
            let at_hand = console.person();
            console.open(Box::new(Pick::persona(at_hand)));
        }
        CommandId::SeeAs => return see_as(console),
        CommandId::Palette => {
            let palette = Palette::new(console, console.top().sought());
            console.open(Box::new(palette));
        }
        CommandId::Help => {
            let help = Help::new(console);
            console.open(Box::new(help));
        }
        // Where no pane stands beside the list, the views are what is beside it.
        CommandId::NextPane | CommandId::NextView => return turn_view(console, true),
        CommandId::PreviousPane | CommandId::PreviousView => return turn_view(console, false),
        CommandId::Back => return back(console),
        CommandId::Refresh => {
            console.refresh();
            console.state.say("Read again.", false);
        }
        CommandId::Suspend => return vec![Effect::Suspend],
        CommandId::Quit => quit(console),
        other => {
            if let Some(view) = view_of(other) {
                return show(console, view);
            }
        }
    }
    Vec::new()
}

/// The view that a command goes to.
pub(super) const fn view_of(id: CommandId) -> Option<View> {
    Some(match id {
        CommandId::ViewMyModels => View::MyModels,
        CommandId::ViewSharedWithMe => View::SharedWithMe,
        CommandId::ViewAllModels => View::AllModels,
        CommandId::ViewModelGroups => View::ModelGroups,
        CommandId::ViewPeople => View::People,
        CommandId::ViewGroups => View::Groups,
        CommandId::ViewRoles => View::Roles,
        CommandId::ViewJobs => View::Jobs,
        CommandId::ViewExperiments => View::Experiments,
        CommandId::ViewAccess => View::Access,
        CommandId::ViewFindings => View::Findings,
        CommandId::ViewJournal => View::Journal,
        CommandId::ViewSettings => View::Settings,
        _ => return None,
    })
}

fn open_share(console: &mut Console) {
    let resources = console.subjects();
    let state = &console.state;
    let by_mode = |id| facts::by_mode(&state.snapshot, id);
    match resources.as_slice() {
        [] => {}
        [one] if by_mode(*one) => match AccessMode::new(state, *one) {
            Some(panel) => console.open(Box::new(panel)),
            None => warn(
                console,
                "This model belongs to no group, so everybody reaches it.".to_owned(),
            ),
        },
        many if many.len() > 1 && many.iter().any(|id| by_mode(*id)) => warn(
            console,
            "Some of what is marked are model groups, and each has an access mode of its own: \
             esc unmarks them, then s opens one at a time."
                .to_owned(),
        ),
        _ => match SharePanel::new(state, resources) {
            Ok(panel) => console.open(Box::new(panel)),
            Err(why) => warn(console, why),
        },
    }
}

/// What of the marked a command can't be done with, where that is some of them.
fn partly(console: &Console, id: CommandId) -> Option<Partly> {
    let needs = match id {
        CommandId::Share => Capability::Share,
        CommandId::Reassign => Capability::Reassign,
        CommandId::Delete => Capability::Delete,
        _ => return None,
    };
    let marked = console.top().marked();
    Partly::new(&console.state, &marked, (id, needs))
}

/// Why a command that takes one thing does not apply while several are marked.
fn takes_one(console: &Console, id: CommandId) -> Option<String> {
    let top = console.top();
    let marked = match id {
        CommandId::Offboard | CommandId::SeeAs | CommandId::Compare => top.marked_people().len(),
        CommandId::Policy | CommandId::WhoCan => top.marked().len(),
        CommandId::Explain | CommandId::Actions => top.marks(),
        _ => 0,
    };
    let command = COMMANDS.iter().find(|c| c.id == id)?;
    let takes = if id == CommandId::Compare {
        "two"
    } else {
        "one"
    };
    (marked > 1).then(|| {
        format!(
            "{marked} are marked, and {} takes {takes}: esc unmarks them.",
            command.title
        )
    })
}

fn open_reassign(console: &mut Console) {
    let subjects = console.subjects();
    let panel = Reassign::new(&console.state, subjects);
    console.open(Box::new(panel));
}

fn open_detail(console: &mut Console, tab: Tab) {
    if let Some(resource) = console.subject() {
        console.open(Box::new(Detail::new(resource, tab)));
    }
}

/// Why somebody may or may not: about the person and the resource at hand, as far as there are any.
fn explain(console: &mut Console) -> Vec<Effect> {
    let on = console.subject().map(Target::Resource);
    let explorer = Explorer::at_hand(&console.state, console.person(), on);
    console.open(Box::new(explorer));
    Vec::new()
}

/// The person at hand with somebody to be chosen.
fn compare(console: &mut Console) {
    if let Some(person) = console.person() {
        console.open(Box::new(Pick::other(person)));
    }
}

/// All that can be done with what is at hand.
fn actions(console: &mut Console) -> Vec<Effect> {
    let place = console.place();
    let journal = matches!(place, Place::Journal | Place::Entry);
    // What the journal tells of is not at hand there: its entries are.
    let thing = console.thing().filter(|_| !journal);
    let subject = thing.unwrap_or_else(|| Subject::entry(&console.top().crumb(&console.state)));
    let commands = keyed(console);
    if commands.is_empty() && subject.actions().next().is_none() {
        warn(
            console,
            "There is nothing that can be done with this.".to_owned(),
        );
        return Vec::new();
    }
    console.open(Box::new(Pick::action(subject, commands)));
    Vec::new()
}

/// The commands with a key of their own that are about what is at hand, each with why it does not
/// apply now.
fn keyed(console: &Console) -> Vec<(CommandId, Vec<String>, bool)> {
    let about = |id: CommandId| {
        matches!(
            id,
            CommandId::Share
                | CommandId::Reassign
                | CommandId::Offboard
                | CommandId::Policy
                | CommandId::EditRole
                | CommandId::WhoCan
                | CommandId::Explain
                | CommandId::Compare
                | CommandId::SeeAs
                | CommandId::AsOf
                | CommandId::CopyId
                | CommandId::Delete
                | CommandId::Remove
        )
    };
    let place = console.place();
    let undoes = matches!(place, Place::Journal | Place::Entry);
    commands_in(place)
        .filter(|c| about(c.id) || undoes && c.id == CommandId::Undo)
        .filter(|c| c.id != CommandId::SeeAs || console.person().is_some())
        .map(|c| {
            let key = console.state.keymap.first(c);
            let reason = disabled_reason(console, c.id);
            let dim = reason.is_some();
            let text = reason.unwrap_or_else(|| c.description.to_owned());
            (c.id, vec![format!("{} ({key})", c.title), text], dim)
        })
        .collect()
}

/// Something new of what the list shows; asked for where it can be one of several.
fn make_new(console: &mut Console) -> Vec<Effect> {
    let maker = match console.view {
        View::MyModels | View::SharedWithMe | View::AllModels => Maker::Model,
        View::ModelGroups => Maker::ModelGroup,
        View::People => Maker::Person,
        View::Groups => Maker::Group,
        View::Jobs => Maker::Job,
        View::Experiments => Maker::Experiment,
        View::Settings => Maker::Environment,
        _ => return Vec::new(),
    };
    let subject = Subject::new(maker);
    let mut actions = subject.actions();
    if let (Some(only), None) = (actions.next(), actions.next()) {
        let act = begin(&console.state, only, subject.clone());
        return console.act([act]);
    }
    drop(actions);
    console.open(Box::new(Pick::action(subject, Vec::new())));
    Vec::new()
}

fn see_as(console: &mut Console) -> Vec<Effect> {
    if let Some(person) = console.person() {
        return console.act([Act::SeeAs(Some(person))]);
    }
    console.open(Box::new(Pick::eyes()));
    Vec::new()
}

/// The change to take back, or to do again: what a line tells of, else the newest that stands. Undone
/// again and again, it goes further and further back.
fn undo(console: &mut Console, id: CommandId) -> Vec<Effect> {
    let state = &console.state;
    // The key beside a line that tells of a change is about that change.
    let told = state.toast.as_ref().and_then(|t| t.offers);
    let told = told.filter(|(offered, _)| *offered == id);
    let entry = match told {
        Some((_, revision)) => state.history.iter().find(|e| e.revision == revision),
        None if id == CommandId::Redo => next_redo(&state.history),
        None => next_undo(&state.history),
    };
    let Some(entry) = entry.cloned() else {
        if console.state.history_read {
            let text = match id {
                CommandId::Redo => "Nothing was taken back that could be done again.",
                _ => "Everything that is known here was taken back already.",
            };
            console.state.say(text, true);
            return Vec::new();
        }
        let text = "The journal is still being read; try again.";
        console.state.say(text, true);
        return vec![Effect::LoadJournal];
    };
    let acts = super::screens::journal::undo(&console.state, &[entry]);
    console.state.toast = None;
    console.act(acts)
}

fn copy_id(console: &mut Console) -> Vec<Effect> {
    let state = &console.state;
    let ids: Vec<String> = console
        .subjects()
        .into_iter()
        .map(|r| state.id_of(r))
        .collect();
    let ids = if ids.is_empty() {
        let marked = console.top().marked_people();
        let people = if marked.is_empty() {
            console.person().into_iter().collect()
        } else {
            marked
        };
        people
            .into_iter()
            .map(|p| state.snapshot.reference(p))
            .collect()
    } else {
        ids
    };
    let (text, taken) = copyable(&ids);
    let said = match ids.as_slice() {
        [one] => format!("Copied {one}"),
        many if taken == many.len() => format!("Copied {taken} ids"),
        many => format!(
            "Copied the first {} of {} ids: terminals take no more at once.",
            grouped(taken),
            grouped(many.len())
        ),
    };
    console.state.say(said, taken < ids.len());
    vec![Effect::Copy(text)]
}

/// Bytes that every terminal with a clipboard takes at once: xterm's limit, written in base64.
const CLIPBOARD: usize = 74_994;

/// The first of some lines that the terminal's clipboard takes, and how many those are.
pub(super) fn copyable(lines: &[String]) -> (String, usize) {
    let mut text = String::new();
    for (taken, line) in lines.iter().enumerate() {
        let gap = usize::from(taken > 0);
        if text.len() + gap + line.len() > CLIPBOARD {
            return (text, taken);
        }
        if taken > 0 {
            text.push('\n');
        }
        text.push_str(line);
    }
    (text, lines.len())
}

/// Deletes what is marked, or at hand, as one change.
fn delete(console: &mut Console) -> Vec<Effect> {
    let resources = console.subjects();
    let state = &console.state;
    let records = resources
        .iter()
        .filter_map(|id| Some((*id, state.snapshot.resource(*id)?)));
    let intents: Vec<Intent> = records
        .map(|(id, record)| deletion(record.kind(), state.id_of(id)))
        .collect();
    console.act([Act::propose_all(intents, "Delete")])
}

fn deletion(kind: ResourceKind, id: String) -> Intent {
    match kind {
        ResourceKind::ModelGroup => intents::DeleteModelGroup { group: id }.into(),
        ResourceKind::Experiment => intents::DeleteExperiment { experiment: id }.into(),
        _ => intents::DeleteModel { model: id }.into(),
    }
}

fn turn_view(console: &mut Console, forward: bool) -> Vec<Effect> {
    let views: Vec<View> = View::iter().collect();
    let at = views.iter().position(|v| *v == console.view).unwrap_or(0);
    let count = views.len().max(1);
    let next = if forward {
        (at + 1) % count
    } else {
        (at + count - 1) % count
    };
    match views.get(next) {
        Some(view) => show(console, *view),
        None => Vec::new(),
    }
}

/// Leaves; what was begun and not done is asked about once.
fn quit(console: &mut Console) {
    if console.state.saving {
        // The loop ends once it is saved.
        console.state.quit = true;
        console.state.leaving = true;
        console.state.say("Leaving as soon as it is saved.", false);
        return;
    }
    let unsaved = console.layers().iter().rev().find_map(|l| l.unsaved());
    match unsaved.filter(|_| !console.state.leaving) {
        Some(_) => {
            console.state.leaving = true;
            let text = "Something is not saved: ctrl-c again leaves without it.";
            console.state.say(text, true);
        }
        None => console.state.quit = true,
    }
}

/// Peels one layer: what is on top, then the view one came from, then the past or somebody's eyes;
/// or from acting for somebody; at home it says how to leave.
fn back(console: &mut Console) -> Vec<Effect> {
    if console.state.saving {
        // What has begun to be saved can't be stopped; nobody meant what lies below it.
        return Vec::new();
    }
    if let Some(why) = console.top().unsaved().filter(|_| !console.state.leaving) {
        console.state.leaving = true;
        console.state.say(why, true);
        return Vec::new();
    }
    if std::mem::take(&mut console.state.going_back) {
        console.state.busy = None;
        console.state.unwanted += 1;
        console.state.say("You stay where you are.", false);
        return Vec::new();
    }
    if console.close() || console.go_back() {
        console.state.leaving = false;
        return Vec::new();
    }
    if console.view != View::MyModels {
        return show(console, View::MyModels);
    }
    if console.state.past.is_some() {
        return console.act([Act::AsOf(None)]);
    }
    if console.state.eyes.is_some() {
        return console.act([Act::SeeAs(None)]);
    }
    if console.state.scope.is_some() {
        return console.act([Act::Scope(None)]);
    }
    if acts_for_another(console) {
        return be_oneself(console);
    }
    console.state.say("You are at home. ctrl-c leaves.", false);
    Vec::new()
}

/// Whether a command is kept from the past and from somebody else's eyes.
pub(super) fn frozen(console: &Console, id: CommandId) -> Option<String> {
    // Leaving a plan is always possible.
    let asks = changes(id) && console.place() != Place::Confirm;
    asks.then(|| console.state.frozen()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{CLIPBOARD, copyable};

    #[test]
    fn whole_lines_are_copied_as_far_as_a_clipboard_takes_them() {
        let few = ["a".to_owned(), "b".to_owned()];
        assert_eq!(copyable(&few), ("a\nb".to_owned(), 2));
        let many: Vec<String> = (0..9_000)
            .map(|n| format!("risk-prod/models/{n}"))
            .collect();
        let (text, taken) = copyable(&many);
        assert!(taken < many.len() && text.len() <= CLIPBOARD);
        assert_eq!(text.lines().count(), taken);
        let next = many[taken].len() + 1;
        assert!(text.len() + next > CLIPBOARD);
    }
}
