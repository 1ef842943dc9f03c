//! `kycd operator-key`: creates, revokes and lists the keys of operators.

use std::sync::Arc;

use anyhow::ensure;
use clap::{Args, Subcommand};

use super::{Installation, runtime};
use crate::app;
use crate::auth::OperatorKey;
use crate::domain::clock::SystemClock;
use crate::store::Store;
use crate::vault::random;

/// What to do about the keys of operators, and where.
#[derive(Args)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub action: Action,
    /// Where.
    #[command(flatten)]
    pub installation: Installation,
}

/// What to do about the keys of operators.
#[derive(Subcommand)]
pub enum Action {
    /// Create a key and print it alone; it is not shown again
    Create {
        /// What the key is called
        name: String,
    },
    /// Revoke a key
    Revoke {
        /// What the key is called
        name: String,
    },
    /// List the names of the keys
    List,
}

/// Runs `kycd operator-key`.
///
/// # Errors
/// What is wrong with the configuration; a name that is taken, or that no key has.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let config = arguments.installation.load()?;
    runtime()?.block_on(async {
        let store = app::open_store(&config, Arc::new(SystemClock)).await?;
        act(&store, &arguments.action).await
    })
}

async fn act(store: &Store, action: &Action) -> anyhow::Result<()> {
    match action {
        Action::Create { name } => {
            let key = OperatorKey::new(random::bytes());
            let mut tx = store.begin().await?;
            ensure!(tx.insert_operator_key(name, key.bytes()).await?, "an operator key of this name exists");
            tx.commit().await?;
            println!("{}", key.printable().expose());
        }
        Action::Revoke { name } => {
            let mut tx = store.begin().await?;
            ensure!(tx.revoke_operator_key(name).await?, "no key of this name that is not revoked already");
            tx.commit().await?;
        }
        Action::List => {
            for key in store.list_operator_keys().await? {
                println!("{}{}", key.name, if key.revoked_at.is_some() { " (revoked)" } else { "" });
            }
        }
    }
    Ok(())
}
