//! Asks questions one after the other, round and round, and times it in short stretches.

use std::hint::black_box;
use std::iter::Cycle;
use std::slice::Iter;
use std::time::{Duration, Instant};

/// Questions being asked. Every sample goes on where the last one ended, so that none finds its data
/// in the cache.
pub struct Rounds<'q, Q, F> {
    questions: Cycle<Iter<'q, Q>>,
    /// Answers, and says how many units (questions or rows) that was.
    ask: F,
    /// Questions a stretch: enough for the clock.
    stretch: usize,
    /// Nanoseconds a unit: of every stretch, by sample.
    samples: Vec<Vec<f64>>,
    /// Questions and units so far.
    sums: (usize, usize),
}

impl<'q, Q, F: FnMut(&Q) -> usize> Rounds<'q, Q, F> {
    pub fn new(questions: &'q [Q], ask: F) -> Self {
        Self {
            questions: questions.iter().cycle(),
            ask,
            stretch: 1,
            samples: Vec::new(),
            sums: (0, 0),
        }
    }

    /// Asks so many questions, and says how long it took in all.
    pub fn sample(&mut self, questions: usize) -> Duration {
        const LONG_ENOUGH: Duration = Duration::from_micros(50);
        let (mut times, mut total, mut left) = (Vec::new(), Duration::ZERO, questions);
        while left > 0 {
            let now = left.min(self.stretch);
            let start = Instant::now();
            let asked = self.questions.by_ref().take(now);
            let units: usize = asked.map(|question| (self.ask)(black_box(question))).sum();
            let elapsed = start.elapsed();
            // What is left over at the end may be too short for the clock.
            if now == self.stretch && units > 0 {
                times.push(elapsed.as_nanos() as f64 / units as f64);
            }
            if now == self.stretch && elapsed < LONG_ENOUGH {
                self.stretch *= 2;
            }
            self.sums = (self.sums.0 + now, self.sums.1 + units);
            total += elapsed;
            left -= now;
        }
        self.samples.push(times);
        total
    }

    /// Nanoseconds a unit: the median of all stretches in the last samples. It hardly notices that
    /// another process had the processor for a while, as a mean does.
    pub fn median(self, samples: usize) -> Option<f64> {
        let last = self.samples.into_iter().rev().take(samples);
        let mut times: Vec<_> = last.flatten().collect();
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied()
    }

    /// How many units a question has on average.
    pub fn units(&self) -> f64 {
        self.sums.1 as f64 / self.sums.0.max(1) as f64
    }
}
