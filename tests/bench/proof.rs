//! What `GET /kyc-proof/{provider}` costs beyond the provider's answers: a ratio, measured in one run, on PostgreSQL.
//!
//! ```text
//! cargo bench --bench proof                      7 rounds of 200 callbacks, half a minute
//! cargo bench --bench proof -- ROUNDS CALLBACKS  more of them, or fewer
//! ```
//! A callback is everything that a browser waits for when it comes back: the claim of the process, the exchange of the
//! code, the user information, its mapping, the sealed document with the new status, and the redirect. Beside it stand
//! the provider's two round trips alone, by a bare client. What the endpoint takes beyond them is its own cost.
//!
//! # What makes the comparison fair
//! - The provider is a listener on this machine that answers at once, the same for both. A real one takes a hundred times
//!   longer, so the ratio is the worst that there can be.
//! - The server is built as for production, and PostgreSQL is a cluster of its own with its defaults: fsync on,
//!   `synchronous_commit` on.
//! - Both go one at a time over connections that stay open, and take turns in short rounds. A ratio is taken within each
//!   round, and the median of the rounds is the result. Milliseconds say something about this machine only.

mod ratio;

#[expect(dead_code, reason = "the benchmark needs a cluster of its own and no fresh databases in it")]
#[path = "../support/postgres.rs"]
mod postgres;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::time::Instant;

use axum::routing::{get, post};
use axum::{Json, Router};
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE};
use kycd::app::App;
use kycd::config::Config;
use kycd::domain::payto::Payto;
use kycd::proof::cookie_entry;
use kycd::store::AccessToken;
use kycd::vault::master;
use reqwest::{Client, Url, redirect};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use postgres::Cluster;

/// A browser that comes back.
struct Callback {
    url: Url,
    cookie: String,
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let number = |index: usize, default: u32| {
        arguments.get(index).map_or(default, |text| text.parse().expect("ROUNDS and CALLBACKS are numbers"))
    };
    compare(number(0, 7), number(1, 200)).await;
}

async fn compare(rounds: u32, callbacks: u32) {
    let cluster = Cluster::start(&["--durable"]);
    let provider = serve_provider().await;
    let app = build(&cluster.url, &provider).await;
    let (store, proofs) = (app.store().clone(), Arc::clone(app.proofs()));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let server = Url::parse(&format!("http://{}", listener.local_addr().expect("a bound address"))).expect("a URL");
    let operator = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    tokio::spawn(app.run(listener, operator, Router::new(), std::future::pending()));
    let client = bare_client();

    println!("PostgreSQL, fsync on; {rounds} rounds of {callbacks} callbacks, one at a time");
    let (mut trips, mut wholes) = (Vec::new(), Vec::new());
    // The first round warms everything up, and does not count.
    for round in 0..=rounds {
        let mut prepared = Vec::new();
        for number in 0..callbacks {
            let payto = Payto::parse(&format!("payto://x-taler-bank/bank.example.com/user-{round}-{number}"));
            let target = proofs.register_target(&payto.expect("a payto URI")).await.expect("it is registered");
            let token = AccessToken::parse(&target.access_token).expect("a token");
            let view = proofs.view_linked(&token, None).await.expect("the database answers").expect("a target");
            let departed = proofs.start(&view.offers[0].start_id, None).await.expect("a departure");
            let state = departed.redirect.query_pairs().find(|(name, _)| name == "state").expect("a state").1;
            let mut url = server.join("/kyc-proof/sandbox").expect("a URL");
            url.query_pairs_mut().append_pair("code", "a code").append_pair("state", &state);
            let cookie = format!("__Host-kycd-process={}", cookie_entry(store.vault(), departed.process));
            prepared.push(Callback { url, cookie });
        }
        let started = Instant::now();
        for _ in 0..callbacks {
            two_round_trips(&client, &provider).await;
        }
        let trip = started.elapsed();
        let started = Instant::now();
        for callback in prepared {
            come_back(&client, callback).await;
        }
        let whole = started.elapsed();
        if round > 0 {
            trips.push(trip.as_secs_f64() * 1e3 / f64::from(callbacks));
            wholes.push(whole.as_secs_f64() * 1e3 / f64::from(callbacks));
        }
    }

    println!("\n{:<36}{:>12}", "medians", "ms");
    println!("{:<36}{:>12.2}", "the provider's two round trips", ratio::median(trips.clone()));
    println!("{:<36}{:>12.2}\n", "GET /kyc-proof, whole", ratio::median(wholes.clone()));
    let own_costs = trips.iter().zip(&wholes).map(|(trip, whole)| (whole - trip) / trip).collect();
    ratio::print("own cost : two round trips", own_costs, None);
}

/// A server with one provider, which bare payment targets have to prove.
async fn build(database: &str, provider: &str) -> App {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let master_key = folder.path().join("master.key");
    fs::write(&master_key, master::generate("master-1").expect("a kid").expose()).expect("the folder is ours");
    fs::set_permissions(&master_key, fs::Permissions::from_mode(0o600)).expect("the file is ours");
    let config = json!({
        "server": { "public_url": "https://kyc.example.com" },
        "database": { "url": database },
        "keys": { "master_key_files": [master_key] },
        // In place of the one that `dev` brings along.
        "providers": { "sandbox": {
            "authorize_url": format!("{provider}/authorize"),
            "token_url": format!("{provider}/token"),
            "userinfo_url": format!("{provider}/userinfo"),
        }},
    });
    // As `dev`, because only that talks to a provider without TLS.
    let config = Config::load_dev(config, None, []).unwrap_or_else(|problems| panic!("{problems}"));
    App::build(&config).await.expect("a server")
}

/// Starts a provider that answers at once, whoever asks for whatever; gives its origin.
async fn serve_provider() -> String {
    let token = json!({ "access_token": "a token", "token_type": "Bearer", "expires_in": 60 });
    let claims = json!({
        "sub": "user-1", "given_name": "Ada", "family_name": "Lovelace",
        "email": "ada@example.com", "email_verified": true,
    });
    let says = |document: Value| move || std::future::ready(Json(document.clone()));
    let routes = Router::new().route("/token", post(says(token))).route("/userinfo", get(says(claims)));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("a bound address"));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    origin
}

#[expect(clippy::disallowed_methods, reason = "a bare client is what the endpoint is compared with")]
fn bare_client() -> Client {
    Client::builder().redirect(redirect::Policy::none()).no_proxy().build().expect("a client")
}

/// Asks the provider what the endpoint asks it, and does nothing with the answers but read them.
async fn two_round_trips(client: &Client, provider: &str) {
    let form = "grant_type=authorization_code&code=a+code&redirect_uri=https%3A%2F%2Fkyc.example.com%2Fkyc-proof%2Fsandbox&\
        code_verifier=0123456789abcdef0123456789abcdef0123456789a";
    let token = client.post(format!("{provider}/token")).body(form);
    let token = token.header(CONTENT_TYPE, "application/x-www-form-urlencoded").basic_auth("kycd", Some("a secret"));
    let claims = client.get(format!("{provider}/userinfo")).header(AUTHORIZATION, "Bearer a token");
    for request in [token, claims] {
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        answer.bytes().await.expect("a body");
    }
}

async fn come_back(client: &Client, callback: Callback) {
    let answer = client.get(callback.url).header(COOKIE, callback.cookie).send().await.expect("an answer");
    assert_eq!(answer.status(), 302);
    answer.bytes().await.expect("a body");
}
