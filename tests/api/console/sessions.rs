//! WEB-05: when a session is over, every page asks for a key again, and no form does anything.

use rstest::rstest;

use super::{Office, customer, form_token, version};
use crate::database::Engine;

#[rstest]
#[case::after_signing_out("signed out")]
#[case::after_its_key_was_revoked("revoked")]
#[case::unused_for_a_quarter_of_an_hour("UPDATE operator_sessions SET seen_at = seen_at - 900000000")]
#[case::after_half_a_day("UPDATE operator_sessions SET created_at = created_at - 43200000000")]
fn web_05_a_session_that_is_over_is_401(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] end: &'static str,
) {
    let office = Office::open(engine);
    let id = office.waiting(1);
    let mut window = office.signed_in();
    let page = window.get(&customer(&id));
    let (token, version) = (form_token(&page), version(&page));
    let kept = window.clone();

    match end {
        "signed out" => {
            let answer = window.post("/console/sign-out", &[("form_token", &token)]);
            assert_eq!((answer.status, answer.header("location")), (303, Some("/console")));
            assert_eq!(window.cookies, [].into(), "the browser forgets it, too");
            assert_eq!(office.server.count("operator_sessions"), 0);
        }
        "revoked" => office.server.block_on(async {
            let mut tx = office.server.store.begin().await.expect("a transaction");
            assert!(tx.revoke_operator_key("tests").await.expect("a query"));
            tx.commit().await.expect("a commit");
        }),
        aged => assert_eq!(office.server.execute(aged), 1),
    }

    for path in ["/console".to_owned(), customer(&id), format!("{}/audit", customer(&id))] {
        let answer = kept.call("GET", &path).while_changing(&["operator_sessions"]).send();
        assert_eq!(answer.status, 401, "{path}");
        assert!(!answer.text().contains(&id) || path.contains(&id));
    }
    let fields = [("form_token", token.as_str()), ("version", &version), ("type", "sep6"), ("status", "ACCEPTED")];
    for path in
        [format!("{}/decisions", customer(&id)), format!("{}/reveal", customer(&id)), "/console/sign-out".into()]
    {
        let answer = kept.form(&path, &fields).while_changing(&["operator_sessions"]).send();
        assert_eq!(answer.status, 401, "{path}");
        assert!(answer.text().contains("name=\"next\" value=\"&#x2f;console\""), "no form is sent twice");
    }
    assert_eq!(office.status(1), "PROCESSING");
    assert_eq!(office.server.count("audit_entries"), 0);
}

#[rstest]
fn a_session_that_is_used_lives_on(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let office = Office::open(engine);
    let mut window = office.signed_in();

    for _ in 0..3 {
        let aged = "UPDATE operator_sessions SET seen_at = seen_at - 840000000, created_at = created_at - 840000000";
        assert_eq!(office.server.execute(aged), 1);
        assert_eq!(window.get("/console").status, 200);
    }
}

/// A replica knows the same sessions, and the end of them.
#[rstest]
fn a_session_is_one_on_every_replica(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let office = Office::open(engine);
    let replica = office.server.replica();
    let mut window = office.signed_in();
    let mut elsewhere = super::Window { server: &replica, cookies: window.cookies.clone() };
    let token = form_token(&elsewhere.get("/console"));

    assert_eq!(elsewhere.post("/console/sign-out", &[("form_token", &token)]).status, 303);

    assert_eq!(window.get("/console").status, 401);
}
