//! `kycd keys`: makes master keys.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write as _, stdout};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Subcommand;

use crate::vault::master;

/// What to do about keys.
#[derive(Subcommand)]
pub enum Action {
    /// Make a master key in a file of its own, which is never overwritten
    Generate {
        /// The folder for it; made if it is not there
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// The key's name, by which the database refers to it: 1 to 32 of A-Z a-z 0-9 _ -
        #[arg(long, default_value = "master-1")]
        kid: String,
    },
}

/// Runs `kycd keys`.
///
/// # Errors
/// A name that no key may have, a file that is there already, a folder that cannot be written.
pub fn run(action: Action) -> anyhow::Result<()> {
    let Action::Generate { out, kid } = action;
    let file = generate(&out, &kid)?;
    Ok(writeln!(stdout(), "{}", file.display())?)
}

/// Makes the master key `kid` in `folder/kid.key`, for its owner alone.
///
/// # Errors
/// As [`run`].
pub fn generate(folder: &Path, kid: &str) -> anyhow::Result<PathBuf> {
    let line = master::generate(kid)?;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let path = folder.join(format!("{kid}.key"));
    let mut file = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{} is there already; give another --kid", path.display())
        }
        opened => opened.with_context(|| format!("cannot make {}", path.display()))?,
    };
    file.write_all(format!("{}\n", line.expose()).as_bytes())
        .and_then(|()| file.sync_all())
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}
