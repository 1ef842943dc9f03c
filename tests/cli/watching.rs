//! Thousands of programs that watch one payment target.

use rstest::rstest;
use serde_json::Value;
use sqlx::{Connection as _, PgConnection, query_scalar};

use crate::database::Engine;
use crate::raw_http::{Connection, request};
use crate::workplace::{ACCOUNT, ADA, Server, Workplace};

const WATCHERS: usize = 2000;
/// How many come at once: so few that the last of them is looked up before it counts as having waited too long.
const AT_ONCE: usize = 100;
/// The most connections that a server may have to its database.
const CONNECTIONS: i64 = 20;

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn two_thousand_watchers_are_told_over_a_handful_of_connections(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let place = Workplace::on(&database.url);
    let dev = place.dev(&[]);
    let token = place.run(&["token", "--account", ACCOUNT]);
    assert_eq!(dev.put_customer(token.trim(), "{}").status, 202);
    let target = target(&dev);

    let watch = format!("GET /kyc-check/{}?type=sep6&timeout_ms=60000", target["h_payto"].as_str().expect("a hash"));
    let bearer = format!("authorization: Bearer {}\r\n", target["access_token"].as_str().expect("a token"));
    let watch = request(&watch, &bearer, b"");
    let open = |_| {
        let mut watcher = Connection::open(dev.public);
        assert!(watcher.send(&watch));
        watcher
    };
    let mut watchers = Vec::new();
    while watchers.len() < WATCHERS {
        watchers.extend((0..AT_ONCE).map(open));
        // Somebody else is served meanwhile, and after all of them.
        assert_eq!(dev.status("/customer?type=sep6", token.trim()), "NEEDS_INFO");
    }
    let connections = match engine {
        Engine::Postgres => count_connections(&database.url).await,
        Engine::Sqlite => 0,
    };
    assert_eq!(dev.put_customer(token.trim(), &format!("{{{ADA}}}")).status, 202);

    for mut watcher in watchers {
        let answer = watcher.answer().expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    assert!(connections <= CONNECTIONS, "{connections} connections to the database");
}

/// The customer of [`ACCOUNT`], by its payto URI.
fn target(dev: &Server) -> Value {
    let payto = format!("{{\"payto_uri\":\"payto://stellar/{ACCOUNT}\"}}");
    dev.as_operator("PUT /payment-targets", dev.dev("operator_key"), &payto).json()
}

async fn count_connections(url: &str) -> i64 {
    let mut connection = PgConnection::connect(url).await.expect("the database accepts");
    let count =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'kycd'";
    query_scalar(count).fetch_one(&mut connection).await.expect("a number")
}
