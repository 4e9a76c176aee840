//! Files that are written once, with their names for problems.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::failure::Failure;

/// Writes files into a directory, which is made when it is missing. Nothing is overwritten: a file
/// that is there already is an error, and then none of the others is left behind.
pub fn write_new(directory: &Path, files: &[(&str, &str)]) -> Result<(), Failure> {
    let shown = directory.display();
    fs::create_dir_all(directory).map_err(|e| {
        Failure::data(format!(
            "the directory {shown} can't be made: {e}; name another one"
        ))
    })?;
    let mut written: Vec<PathBuf> = Vec::new();
    for (name, text) in files {
        let path = directory.join(name);
        if let Err(error) = create(&path, text, &mut written) {
            for path in written {
                // What can't be taken away again is named by the next try.
                let _ = fs::remove_file(path);
            }
            return Err(not_written(&path, &error));
        }
    }
    Ok(())
}

/// A file counts as written as soon as it is there, whole or not.
fn create(path: &Path, text: &str, written: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    written.push(path.to_owned());
    file.write_all(text.as_bytes())
}

fn not_written(path: &Path, error: &io::Error) -> Failure {
    let shown = path.display();
    Failure::data(if error.kind() == io::ErrorKind::AlreadyExists {
        format!(
            "{shown} is there already and was left as it is: take it away, or name another directory"
        )
    } else {
        format!("{shown} can't be written: {error}; nothing was exported")
    })
}
