//! The table at the end: every figure, what it is compared with, and the bounds that must hold.

use std::collections::BTreeMap;
use std::fmt;

use strum::{EnumIter, IntoEnumIterator as _, IntoStaticStr};

/// What is measured, in the order of the table. Times are in nanoseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, EnumIter, IntoStaticStr)]
pub enum Figure {
    #[strum(serialize = "one check, interned ids in")]
    CheckIds,
    #[strum(serialize = "one check, names in")]
    CheckNames,
    #[strum(serialize = "explain: all routes or all reasons")]
    Explain,
    #[strum(serialize = "Shared with me, first 50 rows")]
    FirstPage,
    #[strum(serialize = "the same, an administrator's")]
    AdministratorsPage,
    #[strum(serialize = "all that one person may see, a row")]
    Reach,
    #[strum(serialize = "who can use one model")]
    WhoCan,
    #[strum(serialize = "effect of a share with 1,000 people")]
    Effect,
    #[strum(serialize = "remedy for a deny")]
    Remedy,
    #[strum(serialize = "remedy for an allow: every route cut")]
    Cut,
    #[strum(serialize = "one share committed into the index")]
    Commit,
    #[strum(serialize = "build from data in memory, once")]
    Build,
    #[strum(serialize = "bytes a model: index, and what names are found by")]
    IndexBytes,
    #[strum(serialize = "bytes a model: records (taken out above)")]
    RecordBytes,
    #[strum(serialize = "bytes a model: all of it")]
    AllBytes,
}

/// Who does it, in the order of the table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, EnumIter, IntoStaticStr)]
pub enum Engine {
    #[strum(serialize = "deedbox")]
    Deedbox,
    #[strum(serialize = "floor")]
    Floor,
    #[strum(serialize = "cedar-policy")]
    Cedar,
    #[strum(serialize = "casbin")]
    Casbin,
    #[strum(serialize = "regorus")]
    Regorus,
}

/// What deedbox's figure has to keep to.
#[derive(Clone, Copy)]
enum Bound {
    /// So many times the floor's, in worlds from a size on.
    TimesFloor(f64, u32),
    /// So much, in worlds from a size on.
    AtMost(f64, u32),
}

impl Figure {
    const fn bound(self) -> Option<Bound> {
        const MICROSECOND: f64 = 1e3;
        const MILLISECOND: f64 = 1e6;
        Some(match self {
            Self::CheckIds | Self::CheckNames => Bound::TimesFloor(2.0, 10_000),
            Self::Explain => Bound::AtMost(10.0 * MICROSECOND, 0),
            Self::FirstPage | Self::AdministratorsPage => Bound::AtMost(100.0 * MICROSECOND, 0),
            Self::Reach => Bound::AtMost(MICROSECOND, 0),
            Self::WhoCan => Bound::AtMost(50.0 * MICROSECOND, 0),
            Self::Effect => Bound::AtMost(5.0 * MILLISECOND, 10_000),
            Self::Remedy | Self::Cut => Bound::AtMost(50.0 * MILLISECOND, 0),
            Self::Commit => Bound::AtMost(20.0 * MICROSECOND, 0),
            // A small world has costs that do not grow with it.
            Self::IndexBytes => Bound::AtMost(200.0, 1_000_000),
            Self::Build | Self::RecordBytes | Self::AllBytes => return None,
        })
    }

    /// A value with its unit, to three digits.
    fn show(self, value: f64) -> String {
        let bytes = [Self::IndexBytes, Self::RecordBytes, Self::AllBytes];
        if bytes.contains(&self) {
            return format!("{value:.0} B");
        }
        let (value, unit) = match value {
            ..1e3 => (value, "ns"),
            ..1e6 => (value / 1e3, "µs"),
            ..1e9 => (value / 1e6, "ms"),
            _ => (value / 1e9, "s"),
        };
        format!("{} {unit}", three_digits(value))
    }
}

/// Everything that was measured in one run.
#[derive(Default)]
pub struct Report {
    worlds: Vec<u32>,
    cells: BTreeMap<(Figure, Engine, u32), f64>,
    /// Questions asked and wrong answers given.
    answers: BTreeMap<Engine, (usize, usize)>,
    notes: Vec<String>,
}

impl Report {
    /// Begins with the next world.
    pub fn world(&mut self, models: u32) {
        self.worlds.push(models);
    }

    /// Writes a figure of the current world down.
    pub fn set(&mut self, figure: Figure, engine: Engine, value: f64) {
        if let Some(models) = self.worlds.last() {
            self.cells.insert((figure, engine, *models), value);
        }
    }

    /// A figure of the current world.
    pub fn get(&self, figure: Figure, engine: Engine) -> Option<f64> {
        let models = self.worlds.last()?;
        self.cells.get(&(figure, engine, *models)).copied()
    }

    /// Counts answers that were compared with the reference.
    pub fn answers(&mut self, engine: Engine, asked: usize, wrong: usize) {
        let sum = self.answers.entry(engine).or_default();
        *sum = (sum.0 + asked, sum.1 + wrong);
    }

    /// Says something below the table, such as why a place in it is empty.
    pub fn note(&mut self, text: String) {
        self.notes.push(text);
    }

    /// The share of a bound that is used up: above one, it is missed.
    fn used(&self, figure: Figure, models: u32) -> Option<f64> {
        let value = self.cells.get(&(figure, Engine::Deedbox, models))?;
        Some(match figure.bound()? {
            Bound::AtMost(limit, _) => value / limit,
            Bound::TimesFloor(times, _) => {
                value / (times * self.cells.get(&(figure, Engine::Floor, models))?)
            }
        })
    }

    /// Whether each bound is kept in each world in which it has to hold.
    fn verdicts(&self) -> Vec<Option<bool>> {
        let bounds = Figure::iter().filter_map(|figure| Some((figure, figure.bound()?)));
        let cells = bounds.flat_map(|(figure, bound)| {
            let from = match bound {
                Bound::TimesFloor(_, from) | Bound::AtMost(_, from) => from,
            };
            let worlds = self.worlds.iter().filter(move |models| **models >= from);
            worlds.map(move |models| self.used(figure, *models).map(|used| used <= 1.0))
        });
        cells.collect()
    }

    /// The line below deedbox's: how the figure compares with its bound in every world.
    fn bound_line(&self, figure: Figure, bound: Bound) -> Line {
        let cells = self.worlds.iter().map(|models| {
            let Some(used) = self.used(figure, *models) else {
                return "not measured".to_owned();
            };
            let (ratio, from) = match bound {
                Bound::TimesFloor(times, from) => (used * times, from),
                Bound::AtMost(_, from) => (used, from),
            };
            let verdict = match (*models < from, used <= 1.0) {
                (true, _) => "",
                (_, true) => " ok",
                (_, false) => " MISSED",
            };
            format!("{}x{verdict}", three_digits(ratio))
        });
        let (what, from) = match bound {
            Bound::TimesFloor(times, from) => (format!("to the floor, at most {times}x"), from),
            Bound::AtMost(limit, from) => (format!("of at most {}", figure.show(limit)), from),
        };
        let from = match from {
            0 => String::new(),
            from => format!(" from {}", thousands(from)),
        };
        Line(format!("      {what}{from}"), cells.collect())
    }

    fn engine_line(&self, figure: Figure, engine: Engine) -> Option<Line> {
        let value = |engine, models: &u32| self.cells.get(&(figure, engine, *models));
        let cell = |models| {
            let Some(measured) = value(engine, models) else {
                return "–".to_owned();
            };
            let shown = figure.show(*measured);
            match value(Engine::Deedbox, models) {
                Some(ours) if engine != Engine::Deedbox => {
                    format!("{shown} ({}x)", three_digits(measured / ours))
                }
                _ => shown,
            }
        };
        let any = self.worlds.iter().any(|w| value(engine, w).is_some());
        let name: &str = engine.into();
        any.then(|| Line(format!("  {name}"), self.worlds.iter().map(cell).collect()))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let worlds = self.worlds.iter().map(|w| thousands(*w)).collect();
        write!(f, "\n{}", Line("models".to_owned(), worlds))?;
        for figure in Figure::iter() {
            writeln!(f, "{}", <&str>::from(figure))?;
            for engine in Engine::iter() {
                if let Some(line) = self.engine_line(figure, engine) {
                    write!(f, "{line}")?;
                }
                if engine == Engine::Deedbox
                    && let Some(bound) = figure.bound()
                {
                    write!(f, "{}", self.bound_line(figure, bound))?;
                }
            }
        }
        let verdicts = self.verdicts();
        let count = |verdict| verdicts.iter().filter(|v| **v == verdict).count();
        let (kept, missed, open) = (count(Some(true)), count(Some(false)), count(None));
        writeln!(
            f,
            "\nBounds: {kept} ok, {missed} MISSED, {open} not measured."
        )?;
        writeln!(
            f,
            "Times are medians; in brackets, how many times deedbox's."
        )?;
        for (engine, (asked, wrong)) in &self.answers {
            let name: &str = engine.into();
            writeln!(f, "{name}: {wrong} of {asked} answers wrong")?;
        }
        for note in &self.notes {
            writeln!(f, "{note}")?;
        }
        Ok(())
    }
}

/// A label and one cell a world.
struct Line(String, Vec<String>);

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<44}", self.0)?;
        for cell in &self.1 {
            write!(f, "{cell:>20}")?;
        }
        writeln!(f)
    }
}

fn three_digits(value: f64) -> String {
    let decimals = match value {
        ..0.1 => 3,
        ..10.0 => 2,
        ..100.0 => 1,
        _ => 0,
    };
    format!("{value:.decimals$}")
}

/// A number with its thousands apart.
pub fn thousands(number: u32) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().collect();
    String::from_utf8_lossy(&groups.join(&b',')).into_owned()
}
