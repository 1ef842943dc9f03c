//! Customers through the trait that the edge calls.

#[path = "../support/clock.rs"]
mod clock;
#[path = "../support/database.rs"]
mod database;
#[path = "../support/installation.rs"]
mod installation;
#[path = "../support/requirements.rs"]
mod requirements;
#[path = "../support/sql.rs"]
mod sql;

mod default_methods;
mod invariants;
mod stored;
mod wallet;
