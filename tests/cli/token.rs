//! `kycd token`: tokens for trying out.

use data_encoding::BASE64URL_NOPAD;
use rstest::rstest;
use serde_json::Value;

use crate::database::Engine;
use crate::workplace::{ACCOUNT, ADA, Workplace};

/// [`ACCOUNT`] with the id 5.
const MUXED: &str = "MAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6AAAAAAAAAAAAXW46";
const CONTRACT: &str = "CAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6N4O";

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn tokens_of_every_kind_of_account_work_against_a_dev_on_any_port(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let place = Workplace::on(&database.url);
    let dev = place.dev(&["--data-dir", "here"]);
    let token = |arguments: &[&str]| place.run(&[&["token", "--data-dir", "here", "--account"], arguments].concat());

    for account in [&[ACCOUNT][..], &[ACCOUNT, "--memo", "18446744073709551615"], &[MUXED], &[CONTRACT]] {
        let token = token(account);
        assert_eq!(dev.put_customer(token.trim_end(), &format!("{{{ADA}}}")).status, 202, "{account:?}");
        assert_eq!(dev.status("/customer", token.trim_end()), "ACCEPTED");
    }
    let same = token(&[ACCOUNT, "--memo", "5"]);
    assert_eq!(dev.status("/customer", same.trim_end()), "ACCEPTED", "the id of the muxed account");
    let other = token(&[ACCOUNT, "--memo", "6"]);
    assert_eq!(dev.status("/customer", other.trim_end()), "NEEDS_INFO");
}

#[rstest]
#[case::an_hour_unless_told(&[], 3_600)]
#[case::as_told(&["--ttl", "90s"], 90)]
fn a_token_lives_as_long_as_asked_for(#[case] arguments: &[&str], #[case] seconds: i64) {
    let place = Workplace::new();
    drop(place.dev(&[]));

    let token = place.run(&[&["token", "--account", ACCOUNT, "--memo", "7"], arguments].concat());

    let payload = token.split('.').nth(1).expect("three parts");
    let claims: Value =
        serde_json::from_slice(&BASE64URL_NOPAD.decode(payload.as_bytes()).expect("base64")).expect("JSON");
    assert_eq!(claims["sub"], format!("{ACCOUNT}:7"));
    let lifetime = claims["exp"].as_i64().zip(claims["iat"].as_i64()).map(|(exp, iat)| exp - iat);
    assert_eq!(lifetime, Some(seconds));
}

#[test]
fn a_token_that_nobody_would_take_is_not_made() {
    let place = Workplace::new();
    let nowhere = place.kycd(&["token", "--account", ACCOUNT]);
    assert_eq!(nowhere.code, 1);
    assert!(nowhere.stderr.starts_with("kycd: no data folder at .kycd"), "{}", nowhere.stderr);

    drop(place.dev(&[]));
    for account in [MUXED, CONTRACT] {
        let outcome = place.kycd(&["token", "--account", account, "--memo", "5"]);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (1, ""));
        assert_eq!(outcome.stderr, "kycd: --memo goes with a G… account only\n");
    }
}

#[test]
fn contracts_need_an_issuer_of_sep45() {
    let place = crate::serve::prepared("sqlite://kycd.db");

    let outcome = place.kycd(&["token", "--account", CONTRACT, "--config", "kycd.toml"]);

    assert_eq!((outcome.code, outcome.stdout.as_str()), (1, ""));
    assert!(outcome.stderr.contains("C… sep45's"), "{}", outcome.stderr);
}
