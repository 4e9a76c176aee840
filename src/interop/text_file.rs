//! A text file from outside, read whole.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use super::problem::Problem;
use super::source;

const MOST: u64 = source::MAX_BYTES as u64;

/// Reads a text file. One that nothing would read is not fetched at all.
///
/// # Errors
/// When there is no such file, it can't be read, is too large, or is no text in UTF-8.
pub fn read(path: &Path) -> Result<String, Problem> {
    let name = path.display().to_string();
    let problem = |why: String| Problem::whole(&name, why);
    let unread = |e: io::Error| problem(format!("it can't be read: {e}; check the name"));
    let file = File::open(path).map_err(unread)?;
    let length = file.metadata().map_or(0, |found| found.len());
    let mut bytes = Vec::new();
    if length <= MOST {
        // What is no file says nothing of its length, and may have no end.
        file.take(MOST + 1)
            .read_to_end(&mut bytes)
            .map_err(unread)?;
    }
    if length > MOST || bytes.len() as u64 > MOST {
        return Err(problem(source::too_large()));
    }
    String::from_utf8(bytes)
        .map_err(|_| problem("it is no text in UTF-8: convert it first".to_owned()))
}
