//! A text file from outside, read whole.

use std::fs;
use std::path::Path;

use super::problem::Problem;
use super::source;

/// Reads a text file. One that nothing would read is not fetched at all.
///
/// # Errors
/// When there is no such file, it can't be read, is too large, or is no text in UTF-8.
pub fn read(path: &Path) -> Result<String, Problem> {
    let name = path.display().to_string();
    let problem = |why: String| Problem::whole(&name, why);
    let size = fs::metadata(path).map_or(0, |m| m.len());
    if size > source::MAX_BYTES as u64 {
        return Err(problem(source::too_large()));
    }
    let bytes =
        fs::read(path).map_err(|e| problem(format!("it can't be read: {e}; check the name")))?;
    String::from_utf8(bytes)
        .map_err(|_| problem("it is no text in UTF-8: convert it first".to_owned()))
}
