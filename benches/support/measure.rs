//! Times questions with criterion and keeps the figures for the table.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, SamplingMode};

use super::report::{Engine, Figure, Report, thousands};
use super::rounds::Rounds;
use super::world::Question;

/// How many samples make a figure.
const SAMPLES: usize = 12;
/// Answers of each engine that are compared with the reference, in each world.
const COMPARED: usize = 5_000;

/// Criterion, the table, and the world that is being measured.
pub struct Measure {
    criterion: Criterion,
    report: Report,
    /// The size of the world.
    models: u32,
}

impl Measure {
    /// Criterion set to end soon: a second and a half a figure, or twelve slow questions.
    pub fn new() -> Self {
        let criterion = Criterion::default()
            .sample_size(SAMPLES)
            .nresamples(1_000)
            .warm_up_time(Duration::from_millis(300))
            .measurement_time(Duration::from_millis(1_200))
            .configure_from_args();
        Self {
            criterion,
            report: Report::default(),
            models: 0,
        }
    }

    /// Begins with the next world.
    pub fn world(&mut self, models: u32) {
        self.models = models;
        self.report.world(models);
    }

    /// Whether the world is small enough for something; says below the table when not.
    pub fn within(&mut self, limit: u32, what: &str) -> bool {
        let within = self.models <= limit;
        if !within {
            self.skipped(what);
        }
        within
    }

    /// Says below the table what is missing from it.
    pub fn skipped(&mut self, what: &str) {
        let models = thousands(self.models);
        self.report
            .note(format!("Not measured at {models} models: {what}."));
    }

    /// Prints the table.
    pub fn finish(&self) {
        self.criterion.final_summary();
        // Asking everything once, as `--test` does, is no measurement.
        if !std::env::args().any(|argument| argument == "--test") {
            println!("{}", self.report);
        }
    }

    /// Times `ask` on the questions, one after the other, round and round. The figure is the time a
    /// question.
    pub fn time<Q, A>(
        &mut self,
        figure: Figure,
        engine: Engine,
        questions: &[Q],
        ask: impl FnMut(&Q) -> A,
    ) {
        self.time_rows(figure, engine, questions, one_each(ask));
    }

    /// The same for deedbox.
    pub fn ours<Q, A>(&mut self, figure: Figure, questions: &[Q], ask: impl FnMut(&Q) -> A) {
        self.time(figure, Engine::Deedbox, questions, ask);
    }

    /// Times deedbox and the floor, and then both again in turns of a tenth of a second: whatever else
    /// the machine does meets them alike, so that their ratio is steadier than either figure.
    pub fn beside_floor<Q>(
        &mut self,
        figure: Figure,
        questions: &[Q],
        ours: impl Fn(&Q) -> bool,
        floor: impl Fn(&Q) -> bool,
    ) {
        self.ours(figure, questions, &ours);
        self.time(figure, Engine::Floor, questions, &floor);
        let turn = |engine| Some((1e8 / self.report.get(figure, engine)?) as usize);
        let (Some(our_turn), Some(floor_turn)) = (turn(Engine::Deedbox), turn(Engine::Floor))
        else {
            return;
        };
        let mut ours = Rounds::new(questions, one_each(ours));
        let mut floor = Rounds::new(questions, one_each(floor));
        for _ in 0..SAMPLES {
            ours.sample(our_turn);
            floor.sample(floor_turn);
        }
        self.set(figure, Engine::Deedbox, ours.median(SAMPLES));
        self.set(figure, Engine::Floor, floor.median(SAMPLES));
    }

    /// Times lists; `ask` says how many rows it got. The figure is the time a row.
    pub fn time_rows<Q>(
        &mut self,
        figure: Figure,
        engine: Engine,
        questions: &[Q],
        ask: impl FnMut(&Q) -> usize,
    ) {
        let mut rounds = Rounds::new(questions, ask);
        let mut group = self.criterion.benchmark_group(<&str>::from(figure));
        group.sampling_mode(SamplingMode::Flat);
        let id = BenchmarkId::new(<&str>::from(engine), self.models);
        group.bench_function(id, |bencher| {
            bencher.iter_custom(|iterations| rounds.sample(iterations as usize));
        });
        group.finish();
        if rounds.units() > 1.0 {
            let (figure, models) = (<&str>::from(figure), thousands(self.models));
            let rows = rounds.units();
            let note = format!("{figure}, at {models} models: {rows:.0} rows on average.");
            self.report.note(note);
        }
        // What came before the last samples was warming up.
        self.set(figure, engine, rounds.median(SAMPLES));
    }

    /// Nothing was measured when the command line picked other figures.
    fn set(&mut self, figure: Figure, engine: Engine, value: Option<f64>) {
        if let Some(value) = value {
            self.report.set(figure, engine, value);
        }
    }

    /// Times something that is done once, such as building an index.
    pub fn once<T>(&mut self, figure: Figure, engine: Engine, make: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = make();
        self.report
            .set(figure, engine, start.elapsed().as_nanos() as f64);
        result
    }

    /// Notes what something weighs, by model.
    pub fn bytes(&mut self, figure: Figure, engine: Engine, bytes: f64) {
        self.report
            .set(figure, engine, bytes / f64::from(self.models));
    }

    /// Compares an engine's answers with the right ones.
    pub fn compare(
        &mut self,
        engine: Engine,
        questions: &[Question],
        answers: impl Iterator<Item = bool>,
    ) {
        let pairs: Vec<_> = questions.iter().zip(answers).take(COMPARED).collect();
        let wrong = pairs
            .iter()
            .filter(|(question, answer)| question.allowed != *answer);
        self.report.answers(engine, pairs.len(), wrong.count());
    }
}

/// A question that counts as one, whatever the answer.
fn one_each<Q, A>(mut ask: impl FnMut(&Q) -> A) -> impl FnMut(&Q) -> usize {
    move |question| {
        black_box(ask(question));
        1
    }
}
