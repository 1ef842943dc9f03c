//! A real PostgreSQL for tests: the server of `DATABASE_URL` if that is set (`tests/run` starts one for all test
//! processes and sets it), else a throw-away cluster that lives as long as this process.
//!
//! Databases are copied from a template that has the migrations applied; it is made once per server and per content of
//! `migrations/postgres`, whichever process comes first.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection, PgConnection, query, query_scalar};
use url::Url;

/// Any number that only the making of templates locks.
const TEMPLATE_LOCK: i64 = 0x6b79_6364;

/// The error code of a database that somebody uses; the server waits for five seconds before it says so.
const IN_USE: &str = "55006";

/// A running cluster; it ends when this is dropped, and also when the process ends without dropping it.
pub(crate) struct Cluster {
    /// The URL of the maintenance database.
    pub(crate) url: String,
    supervisor: Child,
}

impl Cluster {
    /// The script that runs a cluster for as long as its standard input is held open.
    pub(crate) const SUPERVISOR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/postgres.sh");

    /// Starts a cluster; `arguments` are those of `postgres.sh`.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut supervisor = Command::new(Self::SUPERVISOR)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("tests/support/postgres.sh starts");
        let mut url = String::new();
        BufReader::new(supervisor.stdout.take().expect("piped")).read_line(&mut url).expect("text");
        if url.is_empty() {
            let mut reason = String::new();
            supervisor.stderr.take().expect("piped").read_to_string(&mut reason).expect("text");
            panic!("PostgreSQL did not start: {reason}");
        }
        Self { url: url.trim_end().to_owned(), supervisor }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        self.supervisor.wait().expect("the supervisor ends");
    }
}

/// Gives the URL of the maintenance database of the server that the tests share.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration: this is their one variable")]
fn server() -> &'static str {
    static SERVER: OnceLock<String> = OnceLock::new();
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    SERVER.get_or_init(|| {
        std::env::var("DATABASE_URL").unwrap_or_else(|_| CLUSTER.get_or_init(|| Cluster::start(&[])).url.clone())
    })
}

/// Makes a database with the migrations applied and gives its URL.
pub(crate) async fn create_database() -> String {
    let mut connection = PgConnection::connect(server()).await.expect("the test server accepts connections");
    let template = find_or_make_template(&mut connection).await;
    let name: String = query_scalar("SELECT 'kycd_test_' || replace(gen_random_uuid()::text, '-', '')")
        .fetch_one(&mut connection)
        .await
        .expect("a name");
    // Copies files, four times as fast as what is the default since version 15, which writes all of it to the log.
    let is_old: bool = query_scalar("SELECT current_setting('server_version_num')::int < 150000")
        .fetch_one(&mut connection)
        .await
        .expect("a number");
    let strategy = if is_old { "" } else { "STRATEGY FILE_COPY" };
    run(&mut connection, format!("CREATE DATABASE {name} TEMPLATE {template} {strategy}")).await;
    connection.close().await.expect("a clean end");
    url_of(&name)
}

/// Drops the database of `url`, whoever may still be connected to it.
pub(crate) async fn drop_database(url: &str) {
    let url = Url::parse(url).expect("a URL of create_database");
    let mut connection = PgConnection::connect(server()).await.expect("the test server accepts connections");
    run(&mut connection, format!("DROP DATABASE {} WITH (FORCE)", url.path().trim_start_matches('/'))).await;
}

/// Gives the name of the migrated template, making it unless another test or process already did.
async fn find_or_make_template(connection: &mut PgConnection) -> String {
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres");
    let migrator = Migrator::new(migrations.as_path()).await.expect("migrations/postgres is readable");
    let mut digest = DefaultHasher::new();
    migrator.iter().for_each(|migration| migration.checksum.hash(&mut digest));
    let name = format!("kycd_template_{:016x}", digest.finish());

    query("SELECT pg_advisory_lock($1)").bind(TEMPLATE_LOCK).execute(&mut *connection).await.expect("the lock");
    let exists: bool = query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(&name)
        .fetch_one(&mut *connection)
        .await
        .expect("an answer");
    if !exists {
        // The name appears with the last step only, so a template of that name is always whole.
        let unfinished = format!("{name}_unfinished");
        run(connection, format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")).await;
        run(connection, format!("CREATE DATABASE {unfinished}")).await;
        let mut inside =
            PgConnection::connect(&url_of(&unfinished)).await.expect("the new database accepts connections");
        migrator.run(&mut inside).await.expect("the migrations apply");
        inside.close().await.expect("a clean end");
        run(connection, format!("ALTER DATABASE {unfinished} RENAME TO {name}")).await;
    }
    query("SELECT pg_advisory_unlock($1)").bind(TEMPLATE_LOCK).execute(connection).await.expect("the lock");
    name
}

/// Runs a statement about a database, whose name cannot be a bound parameter; tries again while somebody who was told to
/// leave that database, as those who clean up tables are, has not left it.
async fn run(connection: &mut PgConnection, sql: String) {
    loop {
        match query(AssertSqlSafe(sql.clone())).execute(&mut *connection).await {
            Ok(_) => return,
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(IN_USE) => {}
            Err(error) => panic!("{sql}: {error}"),
        }
    }
}

/// Gives the URL of another database of the shared server.
fn url_of(database: &str) -> String {
    let mut url = Url::parse(server()).expect("DATABASE_URL is a URL");
    url.set_path(database);
    url.into()
}
