//! Nothing keeps the loop waiting: plans are made beside the screen, tell how far they are, can be
//! stopped, and come late without harm; what is saved is saved to its end.

use std::cell::RefCell;
use std::sync::Arc;

use deedbox::domain::{Body, Model, Policy, Resource};
use deedbox::registry::watch::{Reached, Stage};
use deedbox::registry::{Actor, Draft, Registry, plan_import};
use deedbox::tui::effects::carry_out;
use deedbox::tui::message::{Effect, Job, Message};
use deedbox::tui::parts::planning::Outcome;
use deedbox::tui::theme::Theme;
use deedbox::tui::worker;
use insta::assert_snapshot;

use super::harness::{Console, clock, sample};

/// The sample with so many models more in the project for risk.
fn with_models(count: usize) -> Arc<Registry> {
    let registry = sample();
    let mut draft = Draft::new(&registry.snapshot());
    let environment = draft.now().find_environment("risk-prod").unwrap();
    for number in 0..count {
        draft.add_resource(Resource {
            environment,
            id: format!("bulk-{number:03}"),
            name: String::new(),
            description: None,
            owner: None,
            policy: Policy::default(),
            body: Body::Model(Model::default()),
        });
    }
    let actor = Actor::store_administrator("setup");
    let plan = plan_import(draft, &actor, "bulk", clock()).unwrap();
    registry.commit(plan).unwrap();
    Arc::new(registry)
}

/// Alice in front of many models, all of them marked.
fn marked(count: usize, size: (u16, u16)) -> Console {
    let registry = with_models(count);
    let principal = registry.snapshot().find_principal("user:alice@acme.test");
    let actor = Actor {
        account: "tester".into(),
        principal,
        store_administrator: true,
        on_behalf_by: None,
    };
    let mut console = Console::over(registry, actor, size, Theme::default());
    console.press("3 / \"bulk\" enter A");
    console.shows(&format!("{count} marked"));
    console
}

/// Everything that takes long waits until the test lets it go on.
fn open_large() -> Console {
    let mut console = Console::open();
    console.runtime.console.state.pairs = 0;
    console
}

/// The ticket of the newest job that waits.
fn ticket(console: &Console) -> deedbox::tui::screen::Ticket {
    match console.held.back() {
        Some(Effect::Compute(ticket, _)) => *ticket,
        other => panic!("no job waits: {other:?}"),
    }
}

#[test]
fn a_small_organization_answers_at_once() {
    let mut console = Console::open();
    console.holds = true;
    console.press("/ \"device trust\" enter s \"credit\" enter");
    console.shows("people can");
    console.press("enter");
    console.shows("[ Cancel ]");
    assert!(console.held.is_empty(), "{:?}", console.held);
}

#[test]
fn a_preview_is_worked_out_beside_the_panel_and_the_newest_counts() {
    let mut console = open_large();
    console.holds = true;
    console.press("/ \"device trust\" enter s \"credit\" enter");
    console.shows("Working out what this changes…");
    console.hides("people can");
    // Keys are taken meanwhile, and a field that makes no difference asks for nothing new.
    console.press("tab tab tab \"for the audit\"");
    console.shows("for the audit");
    assert_eq!(console.held.len(), 1);
    // Another level is another question: what the first is worked out for nobody waits any more.
    console.press("shift-tab shift-tab shift-tab right");
    assert_eq!(console.held.len(), 2);
    let Some(Effect::Compute(old, job)) = console.held.pop_front() else {
        panic!("no job");
    };
    assert!(console.release_one());
    console.hides("Working out");
    console.shows("can run, edit, share,");
    let late = worker::run(old, job, &|_| ());
    let Message::Answered(_, answer) = &late else {
        panic!("{late:?}");
    };
    let outcome: &Outcome = answer.downcast_ref().unwrap();
    assert_eq!(outcome.as_ref().unwrap_err().key(), "stopped");
    let before = console.text();
    console.message([late]);
    assert_eq!(console.text(), before);
}

#[test]
fn a_late_answer_that_was_not_stopped_in_time_is_dropped() {
    let mut console = open_large();
    console.holds = true;
    console.press("/ \"device trust\" enter s \"credit\" enter");
    // It is done already, but its answer is still on the way when the level is turned.
    let late = console
        .held
        .pop_front()
        .and_then(|effect| carry_out(&console.registry, effect));
    console.press("right");
    console.message(late);
    console.shows("Working out what this changes…");
    console.hides("people can");
    console.release();
    console.message([]);
    console.shows("share");
    console.hides("Working out");
}

#[test]
fn enter_before_the_preview_is_there_waits_for_a_plan() {
    let mut console = open_large();
    let before = console.revision();
    console.holds = true;
    console.press("/ \"device trust\" enter s \"credit\" enter enter");
    console.shows("The plan comes up as soon as it is there.");
    // It is the preview's own work that is waited for, and esc waits for it no more.
    assert_eq!(console.held.len(), 1);
    console.press("enter esc");
    console.shows("No plan comes up; nothing was changed.");
    console.hides("as soon as it is there");
    console.press("enter");
    console.shows("The plan comes up as soon as it is there.");
    assert_eq!(console.held.len(), 1);
    console.release();
    console.message([]);
    console.shows("[ Cancel ]");
    console.press("y");
    assert_eq!(console.revision().0, before.0 + 1);
    assert!(
        console
            .newest()
            .stamp
            .summary
            .starts_with("share Device trust")
    );
    // What was foreseen is not planned again where it is this very plan.
    console.press("s \"fatima\" enter");
    console.shows("effect");
    console.holds = true;
    console.press("enter");
    console.shows("[ Cancel ]");
    assert!(console.held.is_empty());
}

#[test]
fn many_are_shared_with_progress_stopped_and_then_saved() {
    let mut console = marked(300, (80, 24));
    let before = console.revision();
    console.holds = true;
    console.press("s \"credit\" enter");
    console.shows("Share 300 models");
    let preview = ticket(&console);
    let reached = |done| Reached {
        stage: Stage::Changes,
        done,
        all: 300,
    };
    console.message([Message::Reached(preview, reached(120))]);
    console.shows("(120 of 300 changes planned)");
    assert_snapshot!("foreseeing_80x24", console.text());

    console.press("enter");
    assert_eq!(ticket(&console), preview, "nothing begins over");
    console.message([Message::Reached(preview, reached(180))]);
    console.shows("180 of 300 changes planned");
    assert_snapshot!("waiting_80x24", console.text());

    console.press("esc");
    console.shows("No plan comes up; nothing was changed.");
    console.shows("Share 300 models");
    console.release();
    console.message([]);
    console.hides("[ Cancel ]");
    console.shows("people can");
    assert_eq!(console.revision(), before);

    console.press("enter");
    console.shows("[ Cancel ]");
    console.holds = true;
    console.press("y");
    console.shows("Saving… (300 records)");
    assert_snapshot!("saving_80x24", console.text());
    // Nothing that is pressed meanwhile does anything, and leaving waits.
    console.press("esc");
    console.shows("which can't be stopped any more");
    console.press("y s x u ctrl-c");
    console.shows("Leaving as soon as it is saved.");
    let state = &console.runtime.console.state;
    assert!(state.quit && state.saving);
    assert_eq!(console.held.len(), 1);
    assert_eq!(console.revision(), before);
    console.release();
    console.message([]);
    assert!(!console.runtime.console.state.saving);
    assert_eq!(console.revision().0, before.0 + 1);
    let entry = console.newest();
    assert_eq!(entry.stamp.intent, "several");
    assert_eq!(entry.changes.len(), 300);
    console.hides("Saving");
    console.hides("Share 300 models");
}

#[test]
fn a_plan_tells_how_far_it_is_and_not_too_often() {
    let mut console = marked(300, (120, 40));
    console.holds = true;
    console.press("s \"credit\" enter");
    let Some(Effect::Compute(ticket, job)) = console.held.pop_front() else {
        panic!("no job");
    };
    let told = RefCell::new(Vec::new());
    let answer = worker::run(ticket, job, &|message| match message {
        Message::Reached(of, reached) if of == ticket => told.borrow_mut().push(reached),
        other => panic!("{other:?}"),
    });
    let told = told.into_inner();
    let of = |stage| told.iter().filter(move |r| r.stage == stage);
    assert_eq!(
        of(Stage::Changes).count(),
        100,
        "one for each part in a hundred"
    );
    assert!(of(Stage::Changes).all(|r| r.all == 300));
    assert!(of(Stage::People).any(|r| r.done > 250 && r.all == 300));
    assert!(told.is_sorted_by_key(|r| (r.stage, r.done)), "{told:?}");
    console.message([answer]);
    console.shows("people can");
}

#[test]
fn taking_back_and_deleting_many_are_planned_beside_the_screen() {
    let mut console = marked(150, (80, 24));
    console.holds = true;
    console.press("X");
    console.shows("esc stops it.");
    console.release();
    console.message([]);
    console.shows("Type delete 150 to go on");
    console.press("\"delete 150\" enter");
    assert_eq!(console.newest().changes.len(), 150);
    let deleted = console.revision();
    console.holds = true;
    console.press("u");
    console.shows("esc stops it.");
    console.press("esc");
    console.shows("Stopped; nothing was changed.");
    console.release();
    console.message([]);
    assert_eq!(console.revision(), deleted);
    console.press("J u");
    console.shows("Undo?");
    console.press("y");
    assert_eq!(console.revision().0, deleted.0 + 1);
    assert!(console.newest().stamp.summary.starts_with("undo revision"));
}

#[test]
fn somebody_elses_change_meanwhile_is_planned_on() {
    let mut console = open_large();
    console.holds = true;
    console.press("/ \"device trust\" enter X");
    console.shows("esc stops it.");
    let other = Actor::store_administrator("other");
    let intent = intent_of("somebody-new@acme.test");
    console
        .registry
        .carry_out(&other, &intent, clock())
        .unwrap();
    let now = console.registry.snapshot();
    let revision = now.revision();
    console.message([Message::Now(now)]);
    console.release();
    console.message([]);
    console.shows("Type device-trust to go on");
    console.press("\"device-trust\" enter");
    assert_eq!(console.revision().0, revision.0 + 1);
    assert!(console.newest().stamp.summary.starts_with("delete"));
}

#[test]
fn a_job_that_panics_is_said_and_can_be_tried_again() {
    let mut console = Console::open();
    console.runtime.console.state.many = 0;
    console.holds = true;
    console.press("5");
    console.shows("People …");
    let ticket = ticket(&console);
    let broken = Job(Box::new(|_| panic!("an index was out of order")));
    console.held.clear();
    let message = worker::run(ticket, broken, &|_| ());
    console.message([message]);
    console.shows("A bug in deedbox stopped this, and nothing was changed: an index");
    console.shows("People not read");
    assert_snapshot!("failed_80x24", console.text());
    console.press("ctrl-l");
    console.shows("People …");
    console.release();
    console.message([]);
    console.hides("not read");
    console.shows("People 46");
    console.shows("Alice Ng");
}

#[test]
fn a_plan_that_panics_closes_what_waits_for_it() {
    let mut console = open_large();
    console.holds = true;
    console.press("/ \"device trust\" enter s \"credit\" enter");
    let preview = ticket(&console);
    let broken = || Job(Box::new(|_| panic!("no such row")));
    console.message([worker::run(preview, broken(), &|_| ())]);
    console.shows("This could not be worked out; enter tries it again.");
    console.press("enter");
    let plan = ticket(&console);
    console.message([worker::run(plan, broken(), &|_| ())]);
    console.shows("A bug in deedbox stopped this, and nothing was changed: no such row");
    console.hides("esc stops it.");
    console.shows("Share Device trust");
}

#[test]
fn offboarding_waits_for_its_plan_and_the_newest_choice_counts() {
    let mut console = open_large();
    console.holds = true;
    console.press("5 / \"bob\" enter O");
    console.shows("Working out what this changes…");
    // The survey, then the plan; only the plan of the newest choice is waited for.
    console.release();
    console.message([]);
    console.hides("Working out");
    console.holds = true;
    console.press("tab tab right right");
    assert_eq!(console.held.len(), 2);
    let Some(Effect::Compute(old, job)) = console.held.pop_front() else {
        panic!("no job");
    };
    console.message([worker::run(old, job, &|_| ())]);
    console.shows("Working out what this changes…");
    console.release();
    console.message([]);
    console.hides("Working out");
}

#[test]
fn screens_of_work_under_way() {
    for (name, size) in [("120x40", (120, 40)), ("60x16", (60, 16))] {
        let mut console = marked(300, size);
        console.holds = true;
        console.press("s \"credit\" enter");
        assert_snapshot!(format!("foreseeing_{name}"), console.text());
        console.press("enter");
        let reached = Reached {
            stage: Stage::People,
            done: 1_200,
            all: 5_000,
        };
        let plan = ticket(&console);
        console.message([Message::Reached(plan, reached)]);
        assert_snapshot!(format!("working_{name}"), console.text());
        console.release();
        console.holds = true;
        console.message([]);
        console.press("y");
        assert_snapshot!(format!("saving_{name}"), console.text());
    }
}

#[test]
fn whoever_leaves_while_it_is_saved_hears_that_it_was_not() {
    let mut console = Console::open();
    console.press("/ \"device trust\" enter s \"credit\" enter enter");
    console.holds = true;
    console.press("y");
    console.shows("Saving …");
    // What would change something else waits until this is saved; nothing is opened over it.
    console.press("enter");
    console.shows("Saving …");
    console.hides("[ Cancel ]");
    console.press("ctrl-c");
    let other = Actor::store_administrator("other");
    let intent = intent_of("somebody-new@acme.test");
    console
        .registry
        .carry_out(&other, &intent, clock())
        .unwrap();
    console.release();
    console.message([]);
    console.shows("Nothing was saved.");
    assert!(!console.runtime.console.state.quit);
    // What was asked for still stands in the panel below.
    console.press("esc ctrl-c");
    console.shows("Something is not saved: ctrl-c again leaves without it.");
    console.press("ctrl-c");
    assert!(console.runtime.console.state.quit);
    // A signal is another matter: nobody may be left to read anything.
    let mut console = Console::open();
    console.press("/ \"device trust\" enter s \"credit\" enter enter");
    console.holds = true;
    console.press("y ctrl-c");
    console.message([Message::Quit]);
    console
        .registry
        .carry_out(&other, &intent_of("x@acme.test"), clock())
        .unwrap();
    console.release();
    assert!(console.runtime.console.state.quit);
}

fn intent_of(id: &str) -> deedbox::registry::Intent {
    deedbox::registry::intents::CreateUser {
        id: id.into(),
        ..Default::default()
    }
    .into()
}

#[test]
fn a_plan_that_was_asked_for_comes_up_when_help_goes_away() {
    let mut console = open_large();
    console.holds = true;
    console.press("/ \"device trust\" enter s \"credit\" enter enter f1");
    console.shows("Keys: share panel");
    console.release();
    console.message([]);
    console.hides("[ Cancel ]");
    console.press("esc");
    console.shows("[ Cancel ]");
}

#[test]
fn a_time_that_is_said_from_now_is_the_one_that_was_foreseen() {
    let mut console = open_large();
    console.press("/ \"device trust\" enter s \"credit\" enter tab tab \"+2 months\"");
    console.shows("2027-01-21 09:00 UTC");
    // Time goes by; what was shown is what is done, and is not worked out again.
    console.wait(60);
    console.holds = true;
    console.press("tab enter");
    console.shows("[ Cancel ]");
    assert!(console.held.is_empty());
    console.shows("From 2027-01-21 09:00 UTC on it is as if nothing had been done.");
}
