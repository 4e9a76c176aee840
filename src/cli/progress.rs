//! How far a long task is, on a terminal; and stopping it with ctrl-c.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use signal_hook::SigId;
use signal_hook::consts::signal::{SIGINT, SIGTERM};

use super::print;

/// Nobody reads faster.
const PAUSE: Duration = Duration::from_millis(100);
const WIDTH: u64 = 30;

/// A task that can be stopped.
#[derive(Debug)]
pub struct Progress {
    verb: &'static str,
    all: u64,
    begun: Instant,
    shown: Option<Instant>,
    stopped: Arc<AtomicBool>,
    signals: Vec<SigId>,
}

impl Progress {
    /// From now until its end, ctrl-c asks the task to stop and does not end the program.
    ///
    /// # Errors
    /// When the system takes no signal handler.
    pub fn begin(verb: &'static str, all: u64) -> io::Result<Self> {
        let stopped = Arc::new(AtomicBool::new(false));
        let handle = |signal| signal_hook::flag::register(signal, Arc::clone(&stopped));
        Ok(Self {
            verb,
            all,
            begun: Instant::now(),
            shown: None,
            signals: vec![handle(SIGINT)?, handle(SIGTERM)?],
            stopped,
        })
    }

    /// Shows that so many are done. Whether to go on.
    pub fn reached(&mut self, done: u64) -> bool {
        let due = self.shown.unwrap_or(self.begun).elapsed() >= PAUSE;
        if due {
            print::status(&self.line(done));
            self.shown = Some(Instant::now());
        }
        !self.stopped.load(Ordering::Relaxed)
    }

    fn line(&self, done: u64) -> String {
        let share = |of: u64| done.min(self.all) * of / self.all.max(1);
        let filled = usize::try_from(share(WIDTH)).unwrap_or_default();
        let left = usize::try_from(WIDTH).unwrap_or_default() - filled;
        format!(
            "{} [{}{}] {:>3} %  {done} of {} records",
            self.verb,
            "#".repeat(filled),
            " ".repeat(left),
            share(100),
            self.all
        )
    }

    /// How long it has taken so far.
    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Takes the bar away; ctrl-c ends the program again.
    pub fn end(&mut self) {
        if self.shown.take().is_some() {
            print::status("");
        }
        for signal in self.signals.drain(..) {
            signal_hook::low_level::unregister(signal);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}
