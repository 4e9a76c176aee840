//! Answers as rows with stable field names, written in any of the forms.

use std::io;

use serde_json::{Map, Value};
use unicode_width::UnicodeWidthStr as _;

use crate::domain::CapabilitySet;
use crate::domain::text::clean;

use super::args::Form;
use super::failure::Failure;
use super::print::Output;

/// Rows under named columns.
#[derive(Debug)]
pub struct Sheet {
    columns: Vec<&'static str>,
    rows: Vec<Vec<Value>>,
    /// Whether there is one answer, which JSON and YAML then write without a list around it.
    single: bool,
}

impl Sheet {
    /// No rows yet.
    pub fn new(columns: &[&'static str]) -> Self {
        Self {
            columns: columns.to_vec(),
            rows: Vec::new(),
            single: false,
        }
    }

    /// One answer, not a list of them.
    pub fn single(columns: &[&'static str], row: Vec<Value>) -> Self {
        Self {
            columns: columns.to_vec(),
            rows: vec![row],
            single: true,
        }
    }

    /// With further columns behind those.
    pub fn with(mut self, columns: &[&'static str]) -> Self {
        self.columns.extend(columns);
        self
    }

    /// Adds a row; its cells stand in the order of the columns.
    pub fn push(&mut self, row: Vec<Value>) {
        debug_assert_eq!(row.len(), self.columns.len());
        self.rows.push(row);
    }

    /// Writes everything.
    pub fn write(&self, form: Form) -> Result<(), Failure> {
        let mut out = Output::new();
        match form {
            Form::Table => self.table(&mut out)?,
            Form::Csv => self.csv(&mut out)?,
            Form::Json => {
                serde_json::to_writer_pretty(&mut out, &self.value()).map_err(io::Error::from)?;
                out.line("")?;
            }
            Form::Ndjson => {
                for object in self.objects() {
                    out.line(&object.to_string())?;
                }
            }
            Form::Yaml => out.text(&yaml(&self.value())?)?,
        }
        out.finish()?;
        Ok(())
    }

    /// Everything as one value.
    fn value(&self) -> Value {
        let mut objects = self.objects();
        match objects.pop() {
            Some(only) if self.single => only,
            Some(last) => {
                objects.push(last);
                Value::Array(objects)
            }
            None => Value::Array(objects),
        }
    }

    fn objects(&self) -> Vec<Value> {
        let object = |row: &Vec<Value>| {
            let names = self.columns.iter().map(|c| (*c).to_owned());
            Value::Object(names.zip(row.iter().cloned()).collect::<Map<_, _>>())
        };
        self.rows.iter().map(object).collect()
    }

    /// Columns as wide as their widest cell; the last one runs on.
    fn table(&self, out: &mut Output) -> io::Result<()> {
        let cells: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| row.iter().map(|v| clean(&plain(v))).collect())
            .collect();
        let width = |place: usize| {
            let cells = cells.iter().filter_map(|row| row.get(place));
            let head = self.columns.get(place).map_or(0, |c| c.len());
            cells.map(|c| c.width()).max().unwrap_or(0).max(head)
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let heads: Vec<String> = self.columns.iter().map(|c| c.to_uppercase()).collect();
        for row in std::iter::once(&heads).chain(&cells) {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(cell);
                line.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 2));
            }
            out.line(line.trim_end())?;
        }
        Ok(())
    }

    fn csv(&self, out: &mut Output) -> Result<(), Failure> {
        let mut writer = csv::Writer::from_writer(out);
        let broken = |e: csv::Error| Failure::from(io::Error::from(e));
        writer.write_record(&self.columns).map_err(broken)?;
        for row in &self.rows {
            let cells = row.iter().map(|v| escaped(&plain(v)));
            writer.write_record(cells).map_err(broken)?;
        }
        writer.flush()?;
        Ok(())
    }
}

/// Capabilities as a cell: a list of their names.
pub fn names(capabilities: CapabilitySet) -> Value {
    let names = capabilities.iter().map(<&'static str>::from);
    names.map(Value::from).collect()
}

/// A cell as text: lists joined, ways through groups as they lead, nothing for null.
fn plain(value: &Value) -> String {
    let joined =
        |items: &[Value], between| items.iter().map(plain).collect::<Vec<_>>().join(between);
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(ways) if ways.iter().all(Value::is_array) => {
            let ways = ways.iter().filter_map(Value::as_array);
            let ways: Vec<String> = ways.map(|way| joined(way, " > ")).collect();
            ways.join("; ")
        }
        Value::Array(items) => joined(items, "; "),
        other => other.to_string(),
    }
}

/// A cell that a spreadsheet would run as a formula gets an apostrophe before it.
fn escaped(cell: &str) -> String {
    match cell.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{cell}"),
        _ => cell.to_owned(),
    }
}

fn yaml(value: &Value) -> Result<String, Failure> {
    if value.as_array().is_some_and(Vec::is_empty) {
        return Ok("[]\n".to_owned());
    }
    serde_saphyr::to_string(value)
        .map_err(|e| Failure::bug(format!("the answer can't be written as YAML: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_escaped() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("@x", "'@x"),
            ("-2", "'-2"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(escaped(cell), expected);
        }
    }
}
