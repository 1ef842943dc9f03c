//! What our server costs beyond its statements: ratios, measured in one run, on PostgreSQL with 16 connections.
//!
//! ```text
//! cargo bench                    7 rounds of 3 seconds for each contender, about 3 minutes
//! cargo bench -- ROUNDS SECONDS  more of them, or fewer
//! ```
//! `GET /customer`, with access log and without, stands beside `pgbench` running the same prepared statement, and
//! beside the bare router: the same edge with access log, the same token check, a handler that does nothing. The leanest
//! handler runs that statement through sqlx behind axum and does nothing else, no token, no log: its ratio is as far as
//! this machine lets a server come.
//! `PUT /customer`, with values that change no status, stands beside `pgbench` running the same two statements, and beside
//! the transaction that a server needs which locks the row instead of comparing versions.
//!
//! # What makes the comparison fair
//! - The server is the release binary as `kycd serve` runs it, with its defaults, logging to a file. PostgreSQL is a
//!   cluster of its own with its defaults: fsync on, `synchronous_commit` on, over a unix socket for everybody.
//! - `pgbench` (`-M prepared -c 16 -j 2`) runs the very text that the server sends: it is read from
//!   `pg_stat_activity` while a table lock holds a request at that statement. Where our server looks for several
//!   customers at once, or saves several by one statement and commit, `pgbench` and the leanest handler do that for one,
//!   which is less work a statement. It finds rows of the same customers and writes documents that the server sealed.
//!   Every connection has a customer of its own, among [`STRANGERS`] others, so nobody waits for the row lock of another.
//! - Our load generator keeps 16 connections alive on two threads and does no more than it must: prebuilt requests, a
//!   look at status and length of the answers. Its CPU time counts against us as that of `pgbench` counts against it.
//! - The contenders take turns in short rounds, so that noise of the machine meets all of them. A ratio is taken within
//!   each round, and the median of the rounds is the result. Requests per second say something about this machine only.

mod cluster;
mod cpu;
mod load;
mod pgbench;
mod ratio;
mod report;
mod server;

#[expect(dead_code, reason = "the benchmark needs a cluster of its own and no fresh databases in it")]
#[path = "../support/postgres.rs"]
mod postgres;

use std::time::Duration;

use cluster::Database;
use load::Load;
use mimalloc::MiMalloc;
use pgbench::Pgbench;
use report::{Report, Sample};
use server::{Installation, Server};

/// The bare router, the leanest handler and the load generator have the allocator of the server.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Connections to whatever is measured.
const CLIENTS: usize = 16;
/// Other customers in the table.
const STRANGERS: i32 = 20_000;
/// The least that `GET /customer` with access log may reach of `pgbench`.
const GET_FLOOR: f64 = 0.35;
/// The least that `PUT /customer` may reach of `pgbench`.
const PUT_FLOOR: f64 = 0.7;

/// Something that answers as fast as it can for a while.
type Contender<'a> = (&'static str, Box<dyn Fn(Duration) -> Sample + 'a>);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [server::BARE, listen, secret_file] => return server::serve_bare(listen, secret_file),
        [server::LEANEST, listen, database, select] => return server::serve_leanest(listen, database, select),
        _ => {}
    }
    let number = |index: usize, default: u64| {
        arguments.get(index).map_or(default, |text| text.parse().expect("ROUNDS and SECONDS are numbers"))
    };
    compare(number(0, 7), Duration::from_secs(number(1, 3)));
}

fn compare(rounds: u64, duration: Duration) {
    let mut database = Database::start();
    let installation = Installation::new(database.url());
    let logging = Server::kycd(&installation, "info");
    let silent = Server::kycd(&installation, "warn");
    let bare = Server::bare(&installation);
    let load = Load::new();

    database.register_customers(&logging, &load);
    let select = database.select_of_get(&logging, &load);
    let get_script = pgbench::get_script(&select);
    let (find, write) = database.statements_of_put(&logging, &load);
    let put_script = pgbench::put_script(&find, &write);
    let locking_put_script = pgbench::locking_put_script(&find, &write);
    let leanest = Server::leanest(&installation, database.url(), &select);
    let pgbench = Pgbench::new(database.url(), installation.folder());

    let postmaster = database.postmaster();
    let http = |server: &Server, requests: &[Vec<Vec<u8>>], duration| {
        cpu::sample(Some(server.pid()), postmaster, || load::drive(server.address(), requests, duration))
    };
    let sql = |script: &str, duration| cpu::sample(None, postmaster, || pgbench.run(script, duration));

    println!("{}; {rounds} rounds of {} s", database.describe(), duration.as_secs());
    let gets: [Contender<'_>; 5] = [
        ("GET: pgbench, the same statement", Box::new(|duration| sql(&get_script, duration))),
        ("GET /customer, access log on", Box::new(|duration| http(&logging, load.gets(), duration))),
        ("GET /customer, access log off", Box::new(|duration| http(&silent, load.gets(), duration))),
        ("GET, bare router with token check", Box::new(|duration| http(&bare, load.gets(), duration))),
        ("GET, leanest handler", Box::new(|duration| http(&leanest, load.gets(), duration))),
    ];
    let gets = Report::take_turns(&gets, rounds, duration);
    let puts: [Contender<'_>; 3] = [
        ("PUT: pgbench, the same statements", Box::new(|duration| sql(&put_script, duration))),
        ("PUT: pgbench, locking transaction", Box::new(|duration| sql(&locking_put_script, duration))),
        ("PUT /customer, access log on", Box::new(|duration| http(&logging, load.puts(), duration))),
    ];
    let puts = Report::take_turns(&puts, rounds, duration);

    report::print_header();
    gets.print();
    puts.print();
    println!();
    gets.print_ratio("GET, log on  : pgbench", 1, 0, Some(GET_FLOOR));
    gets.print_ratio("GET, log off : pgbench", 2, 0, None);
    gets.print_ratio("GET, log on  : bare router", 1, 3, None);
    gets.print_ratio("GET, log on  : leanest", 1, 4, None);
    gets.print_ratio("GET, log on  : GET, log off", 1, 2, None);
    gets.print_ratio("GET, leanest : pgbench", 4, 0, None);
    puts.print_ratio("PUT, log on  : pgbench", 2, 0, Some(PUT_FLOOR));
    puts.print_ratio("PUT, log on  : locking", 2, 1, None);
}
