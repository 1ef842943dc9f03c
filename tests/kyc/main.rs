//! The way of a browser to a provider and back, over HTTP, on both engines, against a provider that misbehaves.
//!
//! Every answer that a [`browser`] gets is checked for what all pages promise, and no test ends without a look at
//! everything that the providers were sent: the access token is never in it.

#![expect(clippy::unwrap_used, reason = "a test whose setting fails has failed")]

#[path = "../support/database.rs"]
mod database;
#[path = "../support/mailbox.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod mailbox;
#[path = "../support/ports.rs"]
mod ports;
#[path = "../support/provider.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod provider;
#[path = "../support/sql.rs"]
mod sql;
#[path = "../support/words.rs"]
mod words;

#[path = "../support/samples.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod samples;

mod browser;
mod setting;

mod answers;
mod bindings;
mod choices;
mod circuits;
mod departures;
mod endings;
mod examples;
mod exchanges;
mod forms;
mod languages;
mod limits;
mod mistakes;
mod operators;
mod pages;
mod pending;
mod processes;
mod returns;
mod reused;
mod values;
mod variations;
mod watching;
mod way;
