//! The `kycd` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    kycd::cli::run()
}
