//! The database that everybody is measured on, and what the server does with it.

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, query, query_scalar, raw_sql};
use tokio::runtime::Runtime;

use crate::STRANGERS;
use crate::load::{self, Load};
use crate::postgres::Cluster;
use crate::server::Server;

/// What every other customer looks like: rows as large as the real ones, with random tags.
const FILL: &str = "INSERT INTO payment_targets \
    SELECT gen_random_uuid(), sha256(uuid_send(gen_random_uuid())), sha256(uuid_send(gen_random_uuid())), data_key, \
    payto, sha256(uuid_send(gen_random_uuid())), link_generation, document, document_version, facts, registered_at, \
    created_at, updated_at FROM (SELECT * FROM payment_targets LIMIT 1) one, generate_series(1, $1)";

/// A durable PostgreSQL of our own.
pub(crate) struct Database {
    runtime: Runtime,
    connection: PgConnection,
    cluster: Cluster,
}

impl Database {
    pub(crate) fn start() -> Self {
        let cluster = Cluster::start(&["--durable"]);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let connection = runtime.block_on(PgConnection::connect(&cluster.url)).expect("the cluster accepts");
        Self { runtime, connection, cluster }
    }

    pub(crate) fn url(&self) -> &str {
        &self.cluster.url
    }

    /// Names the settings on which the results depend most.
    pub(crate) fn describe(&mut self) -> String {
        let settings = "SELECT format('PostgreSQL %s, fsync %s, synchronous_commit %s, shared_buffers %s', \
            current_setting('server_version'), current_setting('fsync'), current_setting('synchronous_commit'), \
            current_setting('shared_buffers'))";
        self.runtime.block_on(query_scalar(settings).fetch_one(&mut self.connection)).expect("an answer")
    }

    /// The process whose children serve the connections.
    pub(crate) fn postmaster(&mut self) -> u32 {
        let backend = query_scalar("SELECT pg_backend_pid()").fetch_one(&mut self.connection);
        let backend: i32 = self.runtime.block_on(backend).expect("a process");
        crate::cpu::parent(backend.unsigned_abs())
    }

    /// Registers the customer of every connection, twice with different values, and fills the table up. What `pgbench`
    /// has to know of each goes to a table of its own: both sealed documents, each with the version that it opens with.
    pub(crate) fn register_customers(&mut self, server: &Server, load: &Load) {
        for (turn, table) in ["first", "second"].into_iter().enumerate() {
            for requests in load.puts() {
                load::ask(server.address(), &requests[turn]);
            }
            self.run(format!("CREATE TABLE {table} AS SELECT * FROM payment_targets"));
        }
        self.run(
            "CREATE TABLE clients AS SELECT row_number() OVER () - 1 AS client, second.*, \
             first.document AS other_document, first.document_version AS other_version \
             FROM first JOIN second USING (id)",
        );
        let filled = query(FILL).bind(STRANGERS).execute(&mut self.connection);
        self.runtime.block_on(filled).expect("the table is filled");
        self.run("VACUUM ANALYZE");
        self.run("CHECKPOINT");
    }

    /// The statement of a GET that is alone: the server finds several customers by one when they are asked for at once.
    pub(crate) fn select_of_get(&mut self, server: &Server, load: &Load) -> String {
        self.statement_held_by("ACCESS EXCLUSIVE", server.address(), &load.gets()[0][0])
    }

    /// The statements of a PUT that is alone: what finds the row, and what writes it.
    pub(crate) fn statements_of_put(&mut self, server: &Server, load: &Load) -> (String, String) {
        let find = self.statement_held_by("ACCESS EXCLUSIVE", server.address(), &load.puts()[0][0]);
        let update = self.statement_held_by("SHARE", server.address(), &load.puts()[0][1]);
        (find, update)
    }

    /// Gives the text of the first statement of a request that needs more than others may have under a table lock.
    fn statement_held_by(&mut self, mode: &str, server: SocketAddr, request: &[u8]) -> String {
        self.run(format!("BEGIN; LOCK TABLE payment_targets IN {mode} MODE"));
        let text = thread::scope(|scope| {
            let asking = scope.spawn(|| load::ask(server, request));
            let text = self.statement_that_waits();
            self.run("COMMIT");
            asking.join().expect("the request is answered");
            text
        });
        assert!(text.contains("payment_targets"), "this was held instead: {text}");
        text
    }

    fn statement_that_waits(&mut self) -> String {
        let waiting = "SELECT query FROM pg_stat_activity WHERE application_name = 'kycd' AND wait_event_type = 'Lock'";
        loop {
            // Within a transaction the first look at the activity would otherwise be the last.
            self.run("SELECT pg_stat_clear_snapshot()");
            let found = query_scalar(waiting).fetch_optional(&mut self.connection);
            match self.runtime.block_on(found).expect("an answer") {
                Some(text) => return text,
                None => thread::sleep(Duration::from_millis(5)),
            }
        }
    }

    fn run(&mut self, sql: impl Into<String>) {
        let sql = raw_sql(AssertSqlSafe(sql.into())).execute(&mut self.connection);
        self.runtime.block_on(sql).expect("a statement of ours");
    }
}
