//! Callbacks from the change to the receiver (CB).

use std::ops::RangeInclusive;
use std::sync::mpsc::channel;
use std::time::Instant;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use data_encoding::BASE64;
use kycd::domain::clock::{Clock, SystemClock};
use kycd::domain::requirement::Requirements;
use rstest::rstest;
use serde_json::{Value, json};

use crate::database::Engine;
use crate::receiver::{LATER, Receiver, Reply};
use crate::requirements::requirement;
use crate::server::{SIGNER, Server, account, token};
use crate::waiting::until;
use crate::words::without_random;

/// What the outbox says of its messages, without ids and times.
const MESSAGES: &str =
    "SELECT topic || ' ' || state || ' ' || attempts || ' ' || COALESCE(trouble, '-') FROM outbox ORDER BY 1";

/// A customer, `sep6` of which is `NEEDS_INFO`, and a receiver of its callbacks.
struct Wallet<'a> {
    server: &'a Server,
    token: String,
    receiver: Receiver,
}

impl<'a> Wallet<'a> {
    fn of(server: &'a Server, memo: u64) -> Self {
        let wallet = Self { server, token: token(format!("{}:{memo}", account(1))), receiver: Receiver::start() };
        server.register(&wallet.token);
        wallet.listen(&wallet.receiver.url());
        wallet
    }

    fn listen(&self, url: &str) {
        let call = self.server.call("PUT", "/customer/callback").token(&self.token).json(&json!({ "url": url }));
        assert_eq!(call.send().status, 200);
    }

    /// Gives the fields that make `sep6` ACCEPTED and change no other type.
    fn accept(&self) {
        self.server.put(&self.token).json(&ada()).send().id();
    }

    fn get(&self, customer_type: &str) -> Value {
        self.server.get(&self.token).query("type", customer_type).send().customer()
    }
}

/// Everything that `sep6` asks for.
fn ada() -> Value {
    json!({ "first_name": "Ada", "last_name": "Lovelace", "email_address": "ada@example.com" })
}

/// Waits until the outbox says this, and is at rest.
#[track_caller]
fn wait_for(server: &Server, expected: &[&str]) {
    until(&format!("{expected:?}"), || {
        let rows = server.block_on(server.installation.rows().texts(MESSAGES));
        let leased = "SELECT topic FROM outbox WHERE lease IS NOT NULL";
        rows == expected && server.block_on(server.installation.rows().texts(leased)).is_empty()
    });
}

/// Lets everything that waits for its next attempt be due.
fn age(server: &Server) {
    assert!(server.execute("UPDATE outbox SET due_at = 0 WHERE state = 'waiting'") > 0);
}

/// Only `sep6` changes with the fields that are given.
fn start(engine: Engine) -> Server {
    start_with(engine, &json!({}))
}

fn start_with(engine: Engine, callbacks: &Value) -> Server {
    let sep6 = json!({ "fields": ["first_name", "last_name", "email_address"] });
    let more = json!({ "fields": ["first_name", "tax_id"] });
    Server::start_with(engine, json!({ "customer_types": { "sep6": sep6, "sep31": more }, "callbacks": callbacks }))
}

/// CB-01.
#[rstest]
fn a_change_of_status_is_told_signed_and_without_values(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = start(engine);
    let wallet = Wallet::of(&server, 5);
    let begun = SystemClock.now().seconds();

    wallet.accept();

    let callback = wallet.receiver.next();
    assert_eq!(callback.request_line, "POST /cb?wallet=7 HTTP/1.1");
    assert_eq!(callback.header("content-type"), "application/json");
    assert_eq!(callback.header("kycd-customer-type"), "sep6");
    assert_eq!(callback.header("host"), wallet.receiver.host());
    assert!(uuid::Uuid::parse_str(callback.header("webhook-id")).is_ok());
    assert_eq!(callback.body(), wallet.get("sep6"));
    assert_eq!(callback.status(), "ACCEPTED");
    let words = without_random(&callback.text);
    assert!(!["Ada", "Lovelace", "ada@"].iter().any(|value| words.contains(value)), "{words}");

    let header = callback.header("signature");
    assert_eq!(callback.header("x-stellar-signature"), header);
    let (t, signature) = header.strip_prefix("t=").and_then(|rest| rest.split_once(", s=")).expect("t=…, s=…");
    assert!((begun..=SystemClock.now().seconds()).contains(&t.parse().expect("seconds")));
    let text = format!("{t}.{}.{}", wallet.receiver.host(), callback.text);
    let key = Ed25519KeyPair::from_seed_unchecked(&[SIGNER; 32]).expect("a seed");
    let signature = BASE64.decode(signature.as_bytes()).expect("base64");
    let key = UnparsedPublicKey::new(&ED25519, key.public_key().as_ref());
    key.verify(text.as_bytes(), &signature).expect("a good signature");

    wait_for(&server, &["sep6 finished 1 -"]);
    assert_eq!(wallet.receiver.count(), 1);
}

/// INP-23.
#[rstest]
fn the_same_put_a_hundred_times_is_one_callback(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = start_with(engine, &json!({ "after_terminal": "continue" }));
    let wallet = Wallet::of(&server, 5);

    for _ in 0..100 {
        wallet.accept();
    }

    wait_for(&server, &["sep6 delivered 1 -"]);
    assert_eq!(wallet.receiver.count(), 1);
}

#[rstest]
fn each_type_is_told_of_by_itself(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = start(engine);
    let wallet = Wallet::of(&server, 5);
    wallet.accept();
    assert_eq!(wallet.receiver.next().header("kycd-customer-type"), "sep6");
    wait_for(&server, &["sep6 finished 1 -"]);

    server.put(&wallet.token).json(&json!({ "type": "sep31", "tax_id": "123456" })).send().id();

    let callback = wallet.receiver.next();
    assert_eq!(callback.header("kycd-customer-type"), "sep31");
    assert_eq!(callback.body(), wallet.get("sep31"));
    wait_for(&server, &["sep31 finished 1 -", "sep6 finished 1 -"]);
    assert_eq!(wallet.receiver.count(), 2);
}

#[rstest]
#[case::failure(Reply::Status(500, LATER), "status 500")]
#[case::refusal(Reply::Status(404, LATER), "status 404")]
#[case::redirect(Reply::Status(302, "location: http://localhost:1/\r\nretry-after: 7200\r\n"), "status 302")]
#[case::cb_04_lost_answer(Reply::HangUp, "unreachable")]
fn a_callback_that_failed_comes_again_with_the_same_id(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] reply: Reply,
    #[case] trouble: &str,
) {
    let server = start(engine);
    let wallet = Wallet::of(&server, 5);
    wallet.receiver.will([reply]);

    wallet.accept();
    let first = wallet.receiver.next();
    wait_for(&server, &[&format!("sep6 waiting 1 {trouble}")]);
    age(&server);
    let second = wallet.receiver.next();

    assert_eq!(first.header("webhook-id"), second.header("webhook-id"));
    assert_eq!(first.text, second.text);
    wait_for(&server, &["sep6 finished 2 -"]);
    assert_eq!(wallet.receiver.count(), 2);
}

#[rstest]
fn a_receiver_that_asks_for_time_gets_it(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = start(engine);
    let wallet = Wallet::of(&server, 5);
    wallet.receiver.will([Reply::Status(503, LATER)]);

    wallet.accept();
    wallet.receiver.next();
    wait_for(&server, &["sep6 waiting 1 status 503"]);

    let now = SystemClock.now().micros();
    let due = server.block_on(server.installation.rows().texts("SELECT CAST(due_at AS TEXT) FROM outbox"));
    let seconds = (due[0].parse::<i64>().expect("micros") - now) / 1_000_000;
    assert!((7_000..=7_200).contains(&seconds), "{seconds}");
}

#[rstest]
fn a_receiver_that_is_gone_is_left_alone(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = start(engine);
    let wallet = Wallet::of(&server, 5);
    wallet.receiver.will([Reply::Status(410, "")]);

    wallet.accept();

    wallet.receiver.next();
    wait_for(&server, &["sep6 unwanted 1 -"]);
    assert_eq!(server.count("callbacks"), 0);
}

/// CB-05: while a receiver is busy with one state, newer ones wait; then it gets the newest.
#[rstest]
fn a_receiver_never_sees_an_older_state_after_a_newer_one(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(true, false)] busy: bool,
) {
    let server = start_with(engine, &json!({ "after_terminal": "continue" }));
    let wallet = Wallet::of(&server, 5);
    let (end, ends) = channel();
    let failure = Reply::Status(500, LATER);
    wallet.receiver.will([if busy { Reply::After(ends) } else { failure }]);
    server.put(&wallet.token).json(&json!({ "first_name": "Ada", "tax_id": "1234" })).send().id();
    let first = wallet.receiver.next();
    assert_eq!((first.header("kycd-customer-type"), first.status()), ("sep31", "ACCEPTED".to_owned()));
    if !busy {
        wait_for(&server, &["sep31 waiting 1 status 500"]);
    }

    // As a change of the requirements would, and one back; at once if the receiver is free, or it is told of each.
    let changes = ["NEEDS_INFO", "ACCEPTED", "NEEDS_INFO"];
    for statuses in changes.chunks(if busy { 1 } else { changes.len() }) {
        change_status(&server, "sep31", statuses);
    }
    assert_eq!(wallet.receiver.most_at_once(), 1);
    drop(end);

    let second = wallet.receiver.next();
    assert_ne!(second.header("webhook-id"), first.header("webhook-id"));
    wait_for(&server, &["sep31 delivered 1 -"]);
    assert_eq!((wallet.receiver.count(), wallet.receiver.most_at_once()), (2, 1));
}

/// SSRF-08: where a receiver is was good when it was named, and is not any more when it is to be called.
#[rstest]
fn a_receiver_that_is_not_public_any_more_is_not_called(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = start(engine);
    let Wallet { token, receiver, .. } = Wallet::of(&server, 5);
    let production = server.replica_in_production();
    drop(server);

    production.put(&token).json(&ada()).send().id();

    wait_for(&production, &["sep6 waiting 1 blocked"]);
    assert_eq!(receiver.count(), 0);
}

/// CB-06.
#[rstest]
fn another_url_gets_what_the_old_one_did_not_get(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = start(engine);
    let wallet = Wallet::of(&server, 5);
    let other = Receiver::start();
    wallet.receiver.will([Reply::Status(500, LATER)]);
    wallet.accept();
    let first = wallet.receiver.next();
    wait_for(&server, &["sep6 waiting 1 status 500"]);

    wallet.listen(&other.url());

    let second = other.next();
    assert_eq!(second.header("webhook-id"), first.header("webhook-id"));
    let (t, signature) = second.header("signature")[2..].split_once(", s=").expect("t=…, s=…");
    let text = format!("{t}.{}.{}", other.host(), second.text);
    let key = Ed25519KeyPair::from_seed_unchecked(&[SIGNER; 32]).expect("a seed");
    assert_eq!(BASE64.encode(key.sign(text.as_bytes()).as_ref()), signature, "it is signed for the new host");
    wait_for(&server, &["sep6 finished 1 -"]);
    assert_eq!((wallet.receiver.count(), other.count()), (1, 1));
}

/// CB-08.
#[rstest]
#[case::stop("stop", "sep6 finished 1 -", 2..=2)]
#[case::go_on("continue", "sep6 delivered 1 -", 3..=4)]
fn after_the_last_word_the_policy_decides(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] policy: &str,
    #[case] message: &str,
    #[case] callbacks: RangeInclusive<usize>,
) {
    let server = start_with(engine, &json!({ "after_terminal": policy }));
    let wallet = Wallet::of(&server, 5);
    wallet.accept();
    wallet.receiver.next();
    wait_for(&server, &[message]);

    change_status(&server, "sep6", &["NEEDS_INFO"]);
    change_status(&server, "sep6", &["ACCEPTED"]);
    wait_for(&server, &[message]);
    // One that comes for sure comes after any that should not.
    wallet.listen(&wallet.receiver.url());
    server.put(&wallet.token).json(&json!({ "tax_id": "1234" })).send().id();
    while wallet.receiver.next().header("kycd-customer-type") != "sep31" {}

    assert!(callbacks.contains(&wallet.receiver.count()), "{}", wallet.receiver.count());
}

/// CB-09.
#[rstest]
fn an_erased_customer_is_not_spoken_of(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = start(engine);
    let (erased, other) = (Wallet::of(&server, 5), Wallet::of(&server, 6));
    erased.receiver.will([Reply::Status(500, LATER)]);
    erased.accept();
    erased.receiver.next();
    wait_for(&server, &["sep6 waiting 1 status 500"]);

    assert_eq!(server.delete(&erased.token, &account(1)).send().status, 200);
    assert_eq!((server.count("outbox"), server.count("callbacks")), (0, 1));
    other.accept();

    other.receiver.next();
    wait_for(&server, &["sep6 finished 1 -"]);
    assert_eq!(erased.receiver.count(), 1);
}

#[rstest]
fn a_callback_that_is_taken_back_is_not_sent(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = start(engine);
    let (wallet, other) = (Wallet::of(&server, 5), Wallet::of(&server, 6));
    wallet.receiver.will([Reply::Status(500, LATER)]);
    wallet.accept();
    wallet.receiver.next();
    wait_for(&server, &["sep6 waiting 1 status 500"]);

    wallet.listen("");
    other.accept();

    other.receiver.next();
    wait_for(&server, &["sep6 finished 1 -"]);
    assert_eq!(wallet.receiver.count(), 1);
}

#[rstest]
fn two_servers_on_one_database_deliver_once(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    const WALLETS: u64 = 20;
    let server = start(engine);
    let _replica = server.replica();
    let wallets: Vec<_> = (0..WALLETS).map(|memo| Wallet::of(&server, memo)).collect();

    wallets.iter().for_each(Wallet::accept);

    for wallet in &wallets {
        assert_eq!(wallet.receiver.next().status(), "ACCEPTED");
    }
    let expected: Vec<_> = wallets.iter().map(|_| "sep6 finished 1 -").collect();
    wait_for(&server, &expected);
    assert!(wallets.iter().all(|wallet| wallet.receiver.count() == 1));
}

/// SSRF-17: whoever names somebody else's host turns this server against it, but not by much.
#[rstest]
fn one_host_gets_two_callbacks_at_once_and_sixty_a_minute(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = start(engine);
    let victim = Wallet::of(&server, 0);
    let wallets: Vec<_> = (1..80).map(|memo| token(format!("{}:{memo}", account(1)))).collect();
    for token in &wallets {
        server.register(token);
        let call = server.call("PUT", "/customer/callback").token(token);
        assert_eq!(call.json(&json!({ "url": victim.receiver.url() })).send().status, 200);
    }
    let begun = Instant::now();
    for token in &wallets {
        server.put(token).json(&ada()).send().id();
    }

    until("sixty came", || {
        server.execute("UPDATE outbox SET due_at = 0 WHERE state = 'waiting' AND lease IS NULL");
        victim.receiver.count() >= 60
    });
    // All that is left is tried and put off, each without a call.
    age(&server);
    let waiting = "SELECT topic FROM outbox WHERE state = 'waiting' AND (due_at = 0 OR lease IS NOT NULL)";
    until("nobody waits", || server.block_on(server.installation.rows().texts(waiting)).is_empty());

    // However slow the machine is: each minute has its sixty.
    let minutes = usize::try_from(begun.elapsed().as_secs() / 60 + 1).expect("a few");
    let told = victim.receiver.count();
    assert!((60..=60 * minutes).contains(&told), "{told} in {minutes} minutes");
    assert!(victim.receiver.most_at_once() <= 2);
    let rows = server.block_on(server.installation.rows().texts(MESSAGES));
    assert_eq!(rows.iter().filter(|row| *row == "sep6 waiting 0 -").count(), wallets.len() - told, "{rows:?}");
}

/// Changes the one customer's stored status, to one after the other at once, with what follows from that, and leaves what
/// it is made of.
fn change_status(server: &Server, customer_type: &str, statuses: &[&str]) {
    server.block_on(async {
        let mut tx = server.store.begin().await.expect("a transaction");
        let payto = format!("payto://stellar/{}/id/5", account(1));
        let payto = kycd::domain::payto::Payto::parse(&payto).expect("a payto URI");
        for status in statuses {
            let needed: &[&str] = if *status == "ACCEPTED" { &[] } else { &["bank_account_number"] };
            let types = [(customer_type.to_owned(), requirement(needed, &[], None))].into();
            let requirements = Requirements::new(customer_type.to_owned(), types, None);
            let locked = tx.lock_or_insert_target(&payto).await.expect("a target");
            let document = locked.document().expect("a document");
            tx.save_assessed(&locked, &document, &requirements).await.expect("it can be saved");
        }
        tx.commit().await.expect("a commit");
    });
}
