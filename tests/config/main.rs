//! The configuration and the command line around it.

mod command_line;
mod examples;
mod files;
mod layers;
mod providers;
mod reference;
mod sections;
mod sep10;
mod token_issuers;
mod values;
mod verification;

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use kycd::config::{Config, Problems};
use serde_json::json;
use tempfile::TempDir;

/// A folder with one file of each kind that a configuration names; `{dir}` stands for it in what is loaded.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder"));
        folder.put("master-1.key", "m1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n", 0o600);
        folder.put("jwt.secret", "0123456789abcdef0123456789abcdef\n", 0o600);
        folder.put("logo.png", include_bytes!("../browser/photo.png"), 0o644);
        folder.put("broken.png", &include_bytes!("../browser/photo.png")[..60], 0o644);
        folder.put("eid.secret", "client secret of eid", 0o400);
        folder.put("transactions.key", "a-key", 0o600);
        folder.put("eid.pem", CLIENT_KEY, 0o600);
        folder.put("smtp.secret", "password of the mail server", 0o600);
        folder.put("sms.secret", "token-of-the-gateway", 0o600);
        folder.put("eid.webhook", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 0o600);
        folder.put("issuer.pem", "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n", 0o644);
        folder.put("signing.seed", "SAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6NKI\n", 0o600);
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn put(&self, name: &str, content: impl AsRef<[u8]>, mode: u32) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, content).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("a mode");
        path
    }

    pub(crate) fn fill(&self, text: &str) -> String {
        text.replace("{dir}", self.path().to_str().expect("a name in UTF-8"))
    }

    /// Writes the configuration file.
    pub(crate) fn config(&self, toml: &str) -> PathBuf {
        self.put("config.toml", self.fill(toml), 0o644)
    }

    /// Loads `toml` as `serve` does, with variables besides.
    pub(crate) fn serve(&self, toml: &str, variables: &[(&str, &str)]) -> Result<Config, Problems> {
        Config::load(Some(&self.config(toml)), self.variables(variables))
    }

    /// Loads `toml` as `dev` does.
    pub(crate) fn dev(&self, toml: &str, variables: &[(&str, &str)]) -> Result<Config, Problems> {
        Config::load_dev(self.generated(), Some(&self.config(toml)), self.variables(variables))
    }

    /// Loads `toml` as `serve` does, after it was given what is required and not its subject; gives what is wrong.
    pub(crate) fn serve_problems(&self, toml: &str) -> Vec<String> {
        self.lines(self.serve(toml, &required(toml)).err())
    }

    /// The same for `dev`.
    pub(crate) fn dev_problems(&self, toml: &str) -> Vec<String> {
        self.lines(self.dev(toml, &[]).err())
    }

    /// The lines of what is wrong, without the name of the folder.
    pub(crate) fn lines(&self, problems: Option<Problems>) -> Vec<String> {
        let text = problems.map(|problems| problems.to_string()).unwrap_or_default();
        text.replace(&self.fill("{dir}/"), "").lines().map(str::to_owned).collect()
    }

    pub(crate) fn variables(&self, variables: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
        variables.iter().map(|(name, value)| (name.into(), self.fill(value).into())).collect()
    }

    /// What `dev` makes at start.
    pub(crate) fn generated(&self) -> serde_json::Value {
        json!({
            "server": { "public_url": "http://localhost:8000" },
            "database": { "url": self.fill("sqlite://{dir}/kycd.db") },
            "keys": { "master_key_files": [self.fill("{dir}/master-1.key")] },
            "token_issuers": [{
                "kind": "sep10",
                "issuer": "http://localhost:8000/auth",
                "algorithm": "HS256",
                "secret": "made at start",
            }],
            "providers": { "sandbox": {
                "authorize_url": "http://localhost:8000/sandbox/authorize",
                "token_url": "http://localhost:8000/sandbox/token",
                "userinfo_url": "http://localhost:8000/sandbox/userinfo",
            } },
        })
    }
}

/// A private key on P-256, which is good for nothing but tests.
pub(crate) const CLIENT_KEY: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgRt1O52FJgxOWSySR
//qtacmnPVAhU7JbIwBnR3aTTH2hRANCAASUIqk9ezy7oUPl1TaJCpL/3BHMS2bf
QLm0yRoO6UnHft9yBpsTP8FwYB8bqeoWqbNylXslgF/m6xh6KZPbuJ8L
-----END PRIVATE KEY-----
";

/// What `serve` needs in any case.
pub(crate) const REQUIRED: [(&str, &str); 3] = [
    ("KYCD_SERVER__PUBLIC_URL", "\"https://kyc.example.com\""),
    ("KYCD_DATABASE__URL", "\"postgres://kycd@localhost/kycd\""),
    ("KYCD_KEYS__MASTER_KEY_FILES", "[\"{dir}/master-1.key\"]"),
];

/// What `serve` needs and `toml` does not speak of.
fn required(toml: &str) -> Vec<(&'static str, &'static str)> {
    let subjects = ["public_url", "[database]", "master_key_files"];
    REQUIRED.into_iter().zip(subjects).filter(|(_, subject)| !toml.contains(subject)).map(|(given, _)| given).collect()
}

/// Takes a configuration that has to be right.
pub(crate) fn right(config: Result<Config, Problems>) -> Config {
    config.unwrap_or_else(|problems| panic!("{problems}"))
}

/// Puts the file's name before a position.
pub(crate) fn at(expected: &str) -> String {
    if expected.starts_with(|first: char| first.is_ascii_digit()) {
        format!("config.toml:{expected}")
    } else {
        expected.to_owned()
    }
}
