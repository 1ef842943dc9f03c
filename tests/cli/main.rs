//! The real binary: `kycd dev` and `kycd serve` as people start, use, stop and kill them.

#[path = "../support/canary.rs"]
mod canary;
#[path = "../support/database.rs"]
mod database;
#[expect(dead_code, reason = "what a mail says is looked at elsewhere")]
#[path = "../support/mailbox.rs"]
mod mailbox;
#[path = "../support/nobody.rs"]
mod nobody;
#[path = "../support/ports.rs"]
mod ports;
mod process;
#[expect(dead_code, clippy::unwrap_used, reason = "here it misbehaves in one way only")]
#[path = "../support/provider.rs"]
mod provider;
#[expect(dead_code, reason = "connections are not broken here")]
#[path = "../support/raw_http.rs"]
mod raw_http;
#[expect(dead_code, reason = "what a callback says is looked at elsewhere")]
#[path = "../support/receiver.rs"]
mod receiver;
#[expect(dead_code, reason = "other tests use more of it")]
#[path = "../support/samples.rs"]
mod samples;
#[path = "../support/sql.rs"]
mod sql;
#[path = "../support/waiting.rs"]
mod waiting;
mod workplace;

mod callbacks;
mod codes;
mod crashes;
mod dev;
mod dump;
mod leaks;
mod maintenance;
mod overlay;
mod providers;
mod readme;
mod refusals;
mod schemathesis;
mod serve;
mod token;
mod unprivileged;
mod watching;
