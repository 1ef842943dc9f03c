//! `pgbench`, doing what the server asks of the database and nothing else.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use url::Url;

use crate::CLIENTS;
use crate::cpu::Run;
use crate::load::THREADS;

/// Each client learns once who its customer is; the variables stay with it.
const KNOW_CUSTOMER: &str = "\\if :knows_customer\n\\else\n\
    SELECT * FROM clients WHERE client = :client_id \\gset\n\\set knows_customer 1\n\\endif\n";

/// The statement of a GET, which finds a customer by its tag.
pub(crate) fn get_script(select: &str) -> String {
    format!("{KNOW_CUSTOMER}{};\n", with_variables(select, &["target_tag"]))
}

/// The statements of a PUT: find the row, write the other document.
pub(crate) fn put_script(select: &str, update: &str) -> String {
    turns(select, update, "", "")
}

/// The same as a transaction that locks the row, as a server does it that does not compare versions.
pub(crate) fn locking_put_script(select: &str, update: &str) -> String {
    turns(&format!("{select} FOR UPDATE"), update, "BEGIN;\n", "COMMIT;\n")
}

/// Writes one and the other document by turns.
fn turns(select: &str, update: &str, begin: &str, commit: &str) -> String {
    // Nothing that these customers gave runs out, and a variable of pgbench cannot be NULL. Each document opens with its
    // own version alone, so it is the same one again two turns later.
    let update =
        &update.replace("next_expiry = $6", "next_expiry = NULL").replace(" AND document_version = $3 - 1", "");
    let write = |document, version| with_variables(update, &["id", document, version, "facts", "updated_at"]);
    format!(
        "{KNOW_CUSTOMER}\\set turn 1 - :turn\n{begin}{};\n\\if :turn\n{};\n\\else\n{};\n\\endif\n{commit}",
        with_variables(select, &["target_tag"]),
        write("document", "document_version"),
        write("other_document", "other_version"),
    )
}

/// Puts the names of variables in the places of `$1`, `$2` …, which `pgbench` sends as parameters again.
fn with_variables(statement: &str, names: &[&str]) -> String {
    assert!(!statement.contains(&format!("${}", names.len() + 1)), "more parameters than known: {statement}");
    let replace = |text: String, (index, name): (usize, &&str)| {
        let place = format!("${}", index + 1);
        assert!(text.contains(&place), "fewer parameters than known: {statement}");
        text.replace(&place, &format!(":{name}"))
    };
    names.iter().enumerate().fold(statement.to_owned(), replace)
}

/// The program, and how it reaches the database.
pub(crate) struct Pgbench {
    program: PathBuf,
    host: String,
    user: String,
    database: String,
    script: PathBuf,
}

impl Pgbench {
    pub(crate) fn new(database: &str, folder: &Path) -> Self {
        let url = Url::parse(database).expect("the cluster has a URL");
        Self {
            program: find_program(),
            host: url.host_str().expect("the URL names the socket's folder").replace("%2F", "/"),
            user: url.username().to_owned(),
            database: url.path().trim_start_matches('/').to_owned(),
            script: folder.join("script.sql"),
        }
    }

    /// Runs a script over and over.
    pub(crate) fn run(&self, script: &str, duration: Duration) -> Run {
        fs::write(&self.script, script).expect("the folder is ours");
        let output = Command::new(&self.program)
            .args(["--no-vacuum", "--protocol=prepared", "--define=knows_customer=0", "--define=turn=0"])
            .arg(format!("--client={CLIENTS}"))
            .arg(format!("--jobs={THREADS}"))
            .arg(format!("--time={}", duration.as_secs()))
            .arg(format!("--host={}", self.host))
            .arg(format!("--username={}", self.user))
            .arg(format!("--file={}", self.script.display()))
            .arg(&self.database)
            .output()
            .expect("pgbench starts");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
        let requests = number(&text, "number of transactions actually processed: ");
        // What connecting took does not count: our connections are open before the clock starts, too.
        let rate = number(&text, "tps = ");
        Run { requests, seconds: requests / rate }
    }
}

fn number(text: &str, label: &str) -> f64 {
    let (_, rest) = text.split_once(label).unwrap_or_else(|| panic!("no {label} in: {text}"));
    let end = rest.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().expect("a number")
}

/// Debian has it in the folder of the server, which is on nobody's path.
#[expect(clippy::disallowed_methods, reason = "a benchmark has no configuration: where programs are")]
fn find_program() -> PathBuf {
    let path = env::var("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path).map(|folder| folder.join("pgbench"));
    let of_debian = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin/pgbench"));
    on_path.chain(of_debian).find(|program| program.exists()).expect("pgbench comes with PostgreSQL")
}
