//! How a server ends, and what is still there after it.

use std::net::TcpStream;
use std::sync::mpsc;
use std::thread;

use nix::sys::signal::Signal;
use rstest::rstest;

use crate::database::Engine;
use crate::raw_http::{Connection, request};
use crate::waiting::until;
use crate::workplace::{ADA, Workplace, put_customer};

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn what_was_acknowledged_survives_a_kill_at_once(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let place = Workplace::on(&database.url);
    let dev = place.dev(&[]);
    let answer = dev.put_customer(dev.dev("token"), &format!("{{{ADA}}}"));
    dev.process.signal(Signal::SIGKILL);
    assert_eq!(answer.status, 202, "{}", answer.text());
    dev.process.end();

    let dev = place.dev(&[]);

    let after = dev.get("/customer?type=sep6", dev.dev("token")).json();
    assert_eq!((&after["status"], &after["id"]), (&"ACCEPTED".into(), &answer.json()["id"]));
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn nothing_acknowledged_is_lost_when_it_is_killed_in_the_middle(#[case] engine: Engine) {
    const WALLETS: u64 = 4;
    const ENOUGH: usize = 20;
    let database = engine.fresh_database().await;
    let place = Workplace::on(&database.url);
    let dev = place.dev(&[]);
    let (acknowledge, acknowledged) = mpsc::channel();
    for wallet in 0..WALLETS {
        let (address, token, acknowledge) = (dev.public, dev.dev("token").to_owned(), acknowledge.clone());
        thread::spawn(move || {
            let mut connection = Connection::open(address);
            for memo in (wallet..).step_by(usize::try_from(WALLETS).expect("a few")) {
                connection.send(put_customer(&token, &format!(r#"{{"memo":"{memo}",{ADA}}}"#)));
                // An answer that is cut off ends this thread, too; nobody was told anything by it.
                let Some(answer) = connection.answer() else { return };
                assert_eq!(answer.status, 202, "{}", answer.text());
                acknowledge.send(memo).expect("somebody listens");
            }
        });
    }
    drop(acknowledge);
    let mut memos: Vec<u64> = acknowledged.iter().take(ENOUGH).collect();
    dev.process.signal(Signal::SIGKILL);
    memos.extend(acknowledged.iter());
    dev.process.end();

    let dev = place.dev(&[]);

    assert!(memos.len() >= ENOUGH);
    for memo in memos {
        assert_eq!(dev.status(&format!("/customer?memo={memo}"), dev.dev("token")), "ACCEPTED", "{memo}");
    }
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn asked_to_stop_it_finishes_what_it_does_and_exits_with_0(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let place = Workplace::on(&database.url);
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let dev = place.dev(&[]);
        let bearer = format!("authorization: Bearer {}\r\n", dev.dev("token"));
        let headers = format!("{bearer}content-type: application/json\r\nexpect: 100-continue\r\n");
        let body = format!("{{{ADA}}}");
        let put = request("PUT /customer", &headers, body.as_bytes());
        let mut connection = Connection::open(dev.public);
        connection.send(&put[..put.len() - body.len()]);
        // Whoever asks for the body is at the request.
        assert_eq!(connection.head().map(|answer| answer.status), Some(100), "{signal}");

        dev.process.signal(signal);
        until("nobody listens", || TcpStream::connect(dev.public).is_err());
        connection.send(body);

        assert_eq!(connection.answer().map(|answer| answer.status), Some(202), "{signal}");
        let (status, _, log) = dev.process.end();
        assert_eq!(status.code(), Some(0), "{log}");
        assert!(!log.contains("ERROR") && !log.contains("panicked"), "{log}");
    }
}
