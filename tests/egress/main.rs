//! Calls to hosts that strangers named; the row numbers are those of the acceptance list.
//!
//! No test leaves this machine: names are resolved by a resolver of ours, and whatever must not be called is a listener
//! that counts its callers.

#![expect(clippy::unwrap_used, reason = "a test whose setting fails has failed")]

#[path = "../support/clock.rs"]
mod clock;

mod addresses;
mod calls;
mod names;
mod pace;
mod receiver;
mod urls;

use std::collections::VecDeque;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kycd::domain::clock::Timestamp;
use kycd::egress::{Resolver, Untrusted};
use url::Url;

use clock::ManualClock;

/// Answers what it was told, in that order, then the last answer again and again.
struct Script {
    answers: Mutex<VecDeque<Vec<IpAddr>>>,
    asked: Mutex<Vec<String>>,
}

impl Script {
    /// Each answer is a list of addresses with a blank between them; an empty one stands for a name that does not
    /// resolve.
    fn new(answers: &[&str]) -> Arc<Self> {
        let addresses = |answer: &&str| answer.split_whitespace().map(|address| address.parse().unwrap()).collect();
        Arc::new(Self { answers: Mutex::new(answers.iter().map(addresses).collect()), asked: Mutex::default() })
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

impl Resolver for Script {
    fn resolve(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        self.asked.lock().unwrap().push(name);
        let mut answers = self.answers.lock().unwrap();
        let next = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        async move { Ok(next.unwrap_or_default()) }.boxed()
    }
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(Timestamp::from_seconds(1_780_000_000)))
}

/// The client of production.
fn strict(resolver: Arc<dyn Resolver>) -> Untrusted {
    Untrusted::new(resolver, clock(), false).unwrap()
}

/// The client of `dev`, which may call this machine.
fn lenient(resolver: Arc<dyn Resolver>) -> Untrusted {
    Untrusted::new(resolver, clock(), true).unwrap()
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}
