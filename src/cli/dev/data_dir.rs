//! The folder in which `kycd dev` keeps everything: the same account, keys and database at every start.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;
use stellar_strkey::ed25519::PrivateKey;

use crate::auth::OperatorKey;
use crate::cli::keys;
use crate::domain::account::Account;
use crate::domain::pii::Secret;
use crate::vault::{SigningKey, random};

const MASTER_KID: &str = "master-1";

/// A data folder, for its owner alone.
pub(super) struct DataDir {
    folder: PathBuf,
    /// One `dev` a folder: the lock ends with the process, however it ends.
    _lock: Option<File>,
}

impl DataDir {
    /// Opens a folder for `dev`, and makes what is not there yet.
    pub(super) fn open(folder: &Path) -> anyhow::Result<Self> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let folder = folder.canonicalize()?;
        let lock = private().truncate(false).create(true).open(folder.join("lock"))?;
        if lock.try_lock().is_err() {
            bail!("another kycd dev uses {}", folder.display());
        }
        let data = Self { folder, _lock: Some(lock) };
        data.forget_banner()?;
        data.ensure("token.secret", || BASE64URL_NOPAD.encode(&random::bytes::<32>()))?;
        data.ensure("operator.key", || OperatorKey::new(random::bytes()).printable().expose().clone())?;
        data.ensure("account.seed", new_seed)?;
        data.ensure("signing.seed", new_seed)?;
        if !data.master_key().exists() {
            keys::generate(&data.folder, MASTER_KID)?;
        }
        Ok(data)
    }

    /// Finds a folder that `dev` made, whether it runs or not.
    pub(super) fn find(folder: &Path) -> anyhow::Result<Self> {
        let folder = folder.canonicalize().with_context(|| format!("no data folder at {}", folder.display()))?;
        Ok(Self { folder, _lock: None })
    }

    /// Where it is, from the root on.
    pub(super) fn path(&self) -> &Path {
        &self.folder
    }

    pub(super) fn database_url(&self) -> String {
        format!("sqlite://{}", self.folder.join("kycd.db").display())
    }

    pub(super) fn master_key(&self) -> PathBuf {
        self.folder.join(format!("{MASTER_KID}.key"))
    }

    pub(super) fn token_secret(&self) -> PathBuf {
        self.folder.join("token.secret")
    }

    pub(super) fn signing_seed(&self) -> PathBuf {
        self.folder.join("signing.seed")
    }

    /// The URL of the `dev` that runs in this folder, or that of one without arguments.
    pub(super) fn public_url(&self) -> String {
        let banner = self.read("dev.json").ok().and_then(|json| serde_json::from_str::<Value>(&json).ok());
        let url = banner.as_ref().and_then(|banner| banner["public_url"].as_str());
        url.unwrap_or("http://localhost:8000").to_owned()
    }

    /// The test account.
    pub(super) fn account(&self) -> anyhow::Result<Account> {
        let seed =
            PrivateKey::from_string(&self.read("account.seed")?).map_err(|_| anyhow!("account.seed is no seed"))?;
        Ok(SigningKey::new(&Secret::new(seed.0)).account())
    }

    /// The operator key that `dev` shows.
    pub(super) fn operator_key(&self) -> anyhow::Result<OperatorKey> {
        Ok(OperatorKey::parse(&self.read("operator.key")?)?)
    }

    /// Puts `dev.json` into place whole, or not at all.
    pub(super) fn write_banner(&self, json: &str) -> anyhow::Result<()> {
        let new = self.folder.join("dev.json.new");
        let mut file = private().truncate(true).create(true).open(&new)?;
        file.write_all(json.as_bytes())?;
        file.sync_all()?;
        Ok(fs::rename(&new, self.folder.join("dev.json"))?)
    }

    /// Whoever finds `dev.json` finds a server that accepts: that of an earlier start goes first.
    fn forget_banner(&self) -> anyhow::Result<()> {
        match fs::remove_file(self.folder.join("dev.json")) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn ensure(&self, name: &str, make: impl FnOnce() -> String) -> anyhow::Result<()> {
        let path = self.folder.join(name);
        match private().create_new(true).open(&path) {
            Ok(mut file) => Ok(file.write_all(make().as_bytes()).and_then(|()| file.sync_all())?),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error).with_context(|| format!("cannot make {}", path.display())),
        }
    }

    fn read(&self, name: &str) -> anyhow::Result<String> {
        let path = self.folder.join(name);
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    }
}

fn new_seed() -> String {
    PrivateKey(random::bytes()).as_unredacted().to_string().as_str().to_owned()
}

/// Opens files for writing, that their owner alone can read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600);
    options
}
