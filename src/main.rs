//! The program: reports on crashes, and the exit code. Everything else is in the library.

use std::process::ExitCode;

/// Opening a large store is a hundred megabytes of small pieces made on two threads: the system's
/// allocator takes twice the time for it, and scatters what a check then reads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    if let Err(error) = deedbox::cli::install_reports() {
        return deedbox::cli::fail(&error.to_string());
    }
    deedbox::cli::main()
}
