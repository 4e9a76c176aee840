//! The program: reports on crashes, and the exit code. Everything else is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    if let Err(error) = deedbox::cli::install_reports() {
        return deedbox::cli::fail(&error.to_string());
    }
    deedbox::cli::main()
}
