//! Files from outside: read whole, with their names for problems.

use std::fs;
use std::path::Path;

use super::failure::Failure;

/// Reads a text file.
pub fn read(path: &Path) -> Result<String, Failure> {
    let shown = path.display();
    let bytes = fs::read(path)
        .map_err(|e| Failure::data(format!("{shown} can't be read: {e}; check the name")))?;
    String::from_utf8(bytes)
        .map_err(|_| Failure::data(format!("{shown} is no text in UTF-8: convert it first")))
}
