//! `kycd migrate`: brings the database's schema up to date.

use super::{Source, runtime};
use crate::store::Store;

/// Runs `kycd migrate`.
///
/// # Errors
/// What is wrong with the configuration; a database that cannot be reached or migrated.
pub fn run(source: &Source) -> anyhow::Result<()> {
    let config = super::load(source.config.as_deref())?;
    runtime()?.block_on(Store::migrate(config.database.url.expose(), config.database.acquire_timeout))?;
    println!("the schema is up to date");
    Ok(())
}
