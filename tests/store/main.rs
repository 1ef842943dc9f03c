//! Everything durable, on both engines.

#[path = "../support/database.rs"]
mod database;

mod harness;
