//! Everything durable, on both engines.

#[path = "../support/database.rs"]
mod database;

#[path = "../support/canary.rs"]
mod canary;
#[path = "../support/clock.rs"]
mod clock;
#[path = "../support/installation.rs"]
mod installation;
#[path = "../support/requirements.rs"]
mod requirements;
#[path = "../support/sql.rs"]
mod sql;

mod challenges;
mod codes;
mod connections;
mod decisions;
mod documents;
mod dump;
mod erasure;
mod files;
mod harness;
mod lookups;
mod opening;
mod operator_keys;
mod operator_sessions;
mod outbox;
mod people;
mod posted_files;
mod processes;
mod saves;
mod targets;
