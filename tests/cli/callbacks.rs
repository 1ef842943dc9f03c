//! Callbacks of the real binary: what `serve` refuses, what it takes no notice of, and what `kill -9` cannot do.

use std::collections::{BTreeMap, HashSet};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use kycd::vault::random;
use nix::sys::signal::Signal;
use rstest::rstest;
use stellar_strkey::ed25519::PrivateKey;

use crate::database::{Database, Engine};
use crate::raw_http::{Answer, Connection, exchange, request};
use crate::receiver::{Receiver, Reply};
use crate::serve::prepared;
use crate::sql::Sql;
use crate::workplace::{ACCOUNT, ADA, Server, Workplace, put_customer};

/// Longer than anything takes that happens at all.
const PATIENCE: Duration = Duration::from_mins(1);

/// `PUT /customer/callback`.
#[track_caller]
fn put_callback(public: SocketAddr, token: &str, json: &str) -> Answer {
    let headers = format!("authorization: Bearer {token}\r\ncontent-type: application/json\r\n");
    exchange(public, request("PUT /customer/callback", &headers, json.as_bytes()))
}

/// SSRF-01, -03, -05 and -07, in production.
#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn serve_takes_no_url_that_leads_inwards(#[case] engine: Engine) {
    const REFUSED: [&str; 24] = [
        "http://wallet.example/cb",
        "http://localhost:8080/cb",
        "ftp://wallet.example/cb",
        "/cb",
        "https://localhost/cb",
        "https://localhost./cb",
        "https://x.localhost/cb",
        "https://metadata.google.internal/cb",
        "https://printer.local/cb",
        "https://intranet/cb",
        "https://127.0.0.1/cb",
        "https://2130706433/cb",
        "https://[::1]/cb",
        "https://[::]/cb",
        "https://[::ffff:127.0.0.1]/cb",
        "https://[64:ff9b:1::7f00:1]/cb",
        "https://[2002:7f00:1::]/cb",
        "https://[fe80::1%25lo]/cb",
        "https://[fd00:ec2::254]/cb",
        "https://169.254.169.254/cb",
        "https://wallet.example:22/cb",
        "https://wallet.example:6379/cb",
        "https://wallet.example:0/cb",
        "https://wallet.example:65536/cb",
    ];
    let database = engine.fresh_database().await;
    let place = prepared(&database.url).with("KYCD_KEYS__SIGNING_KEY_FILE", "\"keys/signing.seed\"");
    let seed = PrivateKey([5; 32]);
    place.put("keys/signing.seed", seed.as_unredacted().to_string().as_str(), 0o600);
    let token = place.run(&["token", "--account", ACCOUNT, "--config", "kycd.toml"]);
    let token = token.trim_end();
    let server = place.serve(&["--config", "kycd.toml"]);
    assert_eq!(server.put_customer(token, &format!("{{{ADA}}}")).status, 202);

    for url in REFUSED {
        let answer = put_callback(server.public, token, &format!(r#"{{"url":"{url}"}}"#));
        assert_eq!(answer.status, 400, "{url}: {}", answer.text());
    }
    let answer = put_callback(server.public, token, r#"{"url":"https://wallet.invalid:8443/cb"}"#);
    assert_eq!(answer.status, 200, "SSRF-08, a name that does not resolve now: {}", answer.text());
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn without_a_signing_key_there_are_no_callbacks(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let place = prepared(&database.url);
    let token = place.run(&["token", "--account", ACCOUNT, "--config", "kycd.toml"]);
    let server = place.serve(&["--config", "kycd.toml"]);

    let answer = put_callback(server.public, token.trim_end(), r#"{"url":"https://wallet.example/cb"}"#);

    assert_eq!(answer.status, 501);
    assert!(answer.text().contains("signing_key_file"), "{}", answer.text());
}

/// SSRF-15.
#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn proxies_of_the_environment_are_not_asked(#[case] engine: Engine) {
    let proxy = TcpListener::bind("127.0.0.1:0").expect("a port");
    let proxy_url = format!("http://{}", proxy.local_addr().expect("an address"));
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    thread::spawn(move || proxy.incoming().for_each(|_| _ = counted.fetch_add(1, Ordering::SeqCst)));
    let database = engine.fresh_database().await;
    let variables = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let place = variables.iter().fold(Workplace::on(&database.url), |place, name| place.with(name, &proxy_url));
    let dev = place.dev(&[]);
    let receiver = Receiver::start();
    let token = dev.dev("token");
    assert_eq!(dev.put_customer(token, "{}").status, 202);
    assert_eq!(put_callback(dev.public, token, &format!(r#"{{"url":"{}"}}"#, receiver.url())).status, 200);

    assert_eq!(dev.put_customer(token, &format!("{{{ADA}}}")).status, 202);

    assert_eq!(receiver.next().status(), "ACCEPTED");
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

/// How often a server is killed, of both engines each; a hundred times in an hour of leisure.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration: this is for those who have more time")]
fn kills() -> usize {
    std::env::var("KYCD_TEST_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(20)
}

fn at_random(below: usize) -> usize {
    usize::from(u16::from_be_bytes(random::bytes())) % below
}

/// Waits without a pause: the moment after is the moment of a kill.
fn as_soon_as(mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < PATIENCE, "it never came to that");
        thread::yield_now();
    }
}

/// Customers whose status changes with the configuration, and what their receiver was told.
struct Crashes<'a> {
    place: &'a Workplace,
    sql: Sql,
    receiver: Receiver,
    /// By customer: ids and statuses in the order of their arrival.
    told: BTreeMap<String, Vec<(String, String)>>,
}

const CUSTOMERS: u64 = 5;

impl<'a> Crashes<'a> {
    async fn on(place: &'a Workplace, database: &Database) -> Self {
        Self { place, sql: Sql::connect(database).await, receiver: Receiver::start(), told: BTreeMap::new() }
    }

    /// Starts a server to which the customers are complete or not.
    fn start(&self, complete: bool) -> Server {
        let fields = if complete { r#"["first_name"]"# } else { r#"["first_name", "last_name"]"# };
        let configuration =
            format!("[callbacks]\nafter_terminal = \"continue\"\n[customer_types.sep6]\nfields = {fields}\n");
        self.place.put("kycd.toml", configuration, 0o644);
        self.place.dev(&["--config", "kycd.toml"])
    }

    fn register(&self, server: &Server) {
        for memo in 0..CUSTOMERS {
            let answer = server.put_customer(server.dev("token"), &format!(r#"{{"memo":"{memo}"}}"#));
            assert_eq!(answer.status, 202, "{}", answer.text());
            let json = format!(r#"{{"memo":"{memo}","url":"{}&memo={memo}"}}"#, self.receiver.url());
            assert_eq!(put_callback(server.public, server.dev("token"), &json).status, 200);
        }
    }

    /// Changes customers until the server is killed in the middle of that, or of telling.
    fn change_and_kill(&self, server: Server) {
        let begun = self.receiver.count();
        let acknowledged = Arc::new(AtomicUsize::new(0));
        let (address, token, counted) = (server.public, server.dev("token").to_owned(), Arc::clone(&acknowledged));
        let changing = thread::spawn(move || {
            let mut connection = Connection::open(address);
            for memo in 0..CUSTOMERS {
                connection.send(put_customer(&token, &format!(r#"{{"memo":"{memo}","first_name":"Ada"}}"#)));
                if connection.answer().is_none() {
                    return;
                }
                counted.fetch_add(1, Ordering::SeqCst);
            }
        });
        let (changes_needed, told) = (at_random(5) + 1, at_random(5));
        let moment = Duration::from_millis(u64::try_from(at_random(1_000)).expect("a few"));
        as_soon_as(|| acknowledged.load(Ordering::SeqCst) >= changes_needed);
        let since = Instant::now();
        as_soon_as(|| self.receiver.count() >= begun + told || since.elapsed() >= moment);
        server.process.signal(Signal::SIGKILL);
        changing.join().expect("no panic");
        server.process.end();
    }

    /// Lets the receiver misbehave every now and then.
    fn misbehave(&self) {
        self.receiver.will((0..CUSTOMERS).filter_map(|_| match at_random(4) {
            0 => Some(Reply::Status(500, "")),
            1 => Some(Reply::HangUp),
            2 => Some(Reply::Status(200, "")),
            _ => None,
        }));
    }

    /// Waits until everything was told, and remembers what.
    async fn settle(&mut self) {
        self.receiver.behave();
        let begun = Instant::now();
        let waiting = "SELECT topic FROM outbox WHERE state = 'waiting'";
        while !self.sql.texts(waiting).await.is_empty() {
            assert!(begun.elapsed() < PATIENCE, "something is left");
            let age = "UPDATE outbox SET due_at = 0 WHERE state = 'waiting' AND lease IS NULL AND due_at > 0";
            self.sql.execute(age, &[]).await;
        }
        while let Some(callback) = self.receiver.came() {
            let status = callback.status();
            let id = callback.header("webhook-id").to_owned();
            self.told.entry(callback.request_line).or_default().push((id, status));
        }
    }

    /// Checks that the last word to each customer's receiver is how the customer stands, and that no word came again
    /// after a later one.
    fn check(&self, server: &Server) {
        for memo in 0..CUSTOMERS {
            let status = server.status(&format!("/customer?memo={memo}&type=sep6"), server.dev("token"));
            let told = self.told.iter().find(|(line, _)| line.contains(&format!("memo={memo} ")));
            let told = told.map(|(_, told)| told.as_slice()).unwrap_or_default();
            // Before anything changed, nobody was told how customers stand at first.
            let last = told.last().map_or("NEEDS_INFO", |(_, status)| status);
            assert_eq!(last, status, "customer {memo}: {told:?}");
            let mut over = HashSet::new();
            for pair in told.windows(2).filter(|pair| pair[0].0 != pair[1].0) {
                over.insert(&pair[0].0);
                assert!(!over.contains(&pair[1].0), "customer {memo}: an old callback came again: {told:?}");
            }
        }
    }
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn no_kill_loses_a_callback_or_sends_an_old_one_after_a_new_one(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let place = Workplace::on(&database.url);
    let mut crashes = Crashes::on(&place, &database).await;
    let server = crashes.start(true);
    crashes.register(&server);
    crashes.change_and_kill(server);
    for round in 1..kills().div_ceil(2) {
        // Once in the middle of changes, once more in the middle of telling what is left.
        crashes.misbehave();
        let complete = round % 2 == 0;
        crashes.change_and_kill(crashes.start(complete));
        forget_leases(&mut crashes.sql).await;
        crashes.change_and_kill(crashes.start(complete));
        forget_leases(&mut crashes.sql).await;

        let server = crashes.start(complete);
        crashes.settle().await;
        // Whoever was not changed in this round follows the configuration now.
        for memo in 0..CUSTOMERS {
            server.status(&format!("/customer?memo={memo}"), server.dev("token"));
        }
        crashes.settle().await;
        crashes.check(&server);
    }
}

/// Whoever was killed does not come back for what it had leased.
async fn forget_leases(sql: &mut Sql) {
    sql.execute("UPDATE outbox SET leased_until = 0 WHERE lease IS NOT NULL", &[]).await;
}
