//! The contract of the API routes, over real sockets, on both engines; row numbers are those of the acceptance list.

#[path = "../support/database.rs"]
mod database;
#[path = "../support/directory.rs"]
mod directory;
#[path = "../support/horizon.rs"]
mod horizon;
#[expect(dead_code, reason = "other tests use more of it")]
#[path = "../support/mailbox.rs"]
mod mailbox;
#[path = "../support/nobody.rs"]
mod nobody;
#[path = "../support/raw_http.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod raw_http;
#[expect(dead_code, reason = "other tests use more of it")]
#[path = "../support/receiver.rs"]
mod receiver;
#[expect(dead_code, reason = "other tests use more of it")]
#[path = "../support/requirements.rs"]
mod requirements;
#[path = "../support/samples.rs"]
mod samples;
#[expect(dead_code, reason = "other tests use more of it")]
#[path = "../support/stellar.rs"]
mod stellar;
#[path = "../support/waiting.rs"]
mod waiting;
#[path = "../support/words.rs"]
mod words;

mod assets;
mod authorization;
mod callbacks;
mod client;
mod console;
mod contract;
mod deliveries;
mod erasure;
mod files;
mod input;
mod languages;
mod memory;
mod operators;
mod parallel;
mod posted_files;
mod quarantine;
mod resets;
mod reviews;
mod routes;
mod rows;
mod server;
mod sign_in;
mod states;
mod text;
mod tokens;
mod transactions;
mod values;
mod verification;
