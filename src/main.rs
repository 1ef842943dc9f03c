//! The `kycd` binary.

fn main() {}
