//! What the console shows, and what it does not.

use rstest::rstest;
use serde_json::json;

use super::{Office, customer};
use crate::client::Part;
use crate::database::Engine;
use crate::samples;
use crate::server::{account, token};

#[rstest]
fn those_who_wait_are_listed_and_can_be_filtered(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let office = Office::open(engine);
    let ids: Vec<_> = (1..=3).map(|somebody| office.waiting(somebody)).collect();
    let mut window = office.signed_in();
    let mut shown = |query: &str| {
        let page = window.get(&format!("/console{query}"));
        assert_eq!(page.status, 200, "{}", page.text());
        let text = page.text();
        let mut places: Vec<_> =
            ids.iter().filter_map(|id| Some((text.find(&format!("<span class=\"code\">{id}"))?, id))).collect();
        places.sort_unstable();
        (places.into_iter().map(|(_, id)| id.clone()).collect::<Vec<_>>(), text)
    };

    assert_eq!(shown("").0, ids, "those first that wait longest");
    assert_eq!(shown("?type=sep6").0, ids);
    assert!(shown("?status=ACCEPTED").0.is_empty());
    let (first, text) = shown("?limit=2");
    assert_eq!(first, ids[..2]);
    let (_, next) = text.split_once("<a class=\"button quiet\" href=\"/console").expect("a next page");
    let next = next.split('"').next().expect("split gives a first part").replace("&amp;", "&");
    let (last, text) = shown(&next);
    assert_eq!(last, ids[2..]);
    assert!(!text.contains("Next page"));
}

#[rstest]
#[case::limit("?limit=-1")]
#[case::status("?status=WAITING")]
#[case::customer_type("?type=nothing")]
#[case::cursor("?cursor=AAAA")]
#[case::twice("?status=ACCEPTED&status=REJECTED")]
fn a_list_that_cannot_be_is_400(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine, #[case] query: &str) {
    let office = Office::open(engine);

    assert_eq!(office.signed_in().get(&format!("/console{query}")).status, 400);
}

#[rstest]
fn a_customer_is_shown_with_masked_values(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let office = Office::open(engine);
    let id = office.waiting(1);
    let mut window = office.signed_in();

    let page = window.get(&customer(&id));

    let text = page.text();
    assert_eq!(page.status, 200, "{text}");
    assert_eq!(page.header("cache-control"), Some("no-store"));
    for shown in
        [&account(1)[..4], "L•••", "nobody has decided yet", "Family name, as on the passport", "Accept for sep6"]
    {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    for hidden in ["Lovelace", ">Ada<", ">passport<", &account(1)] {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
}

/// What is no id, and whose no customer is.
#[rstest]
#[case::nobody("6f1c8a52-5a0e-4d4e-9d43-2f4c8a7f9e11")]
#[case::markup("%22%3E%3Cimg%20src=x%3E")]
#[case::text("ABC")]
#[case::up("..%2f..%2fcustomers")]
#[case::a_nul("%00")]
#[case::no_text("%ff")]
#[case::a_statement("'%20OR%20'1'='1")]
fn nobody_is_404_whatever_the_id_looks_like(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] id: &str,
) {
    let office = Office::open(engine);
    office.waiting(1);
    let mut window = office.signed_in();
    let token = super::form_token(&window.get("/console"));
    let fields = [("form_token", token.as_str()), ("version", "1"), ("type", "sep6"), ("status", "ACCEPTED")];
    let reveal = [("form_token", token.as_str()), ("field", "first_name"), ("reason", "to see")];

    let answers = [
        window.get(&customer(id)),
        window.get(&format!("{}/audit", customer(id))),
        window.post(&format!("{}/decisions", customer(id)), &fields),
        window.post(&format!("{}/reveal", customer(id)), &reveal),
    ];

    for answer in answers {
        assert_eq!(answer.status, 404, "{}", answer.text());
        assert!(!answer.text().contains("<img"), "{}", answer.text());
        assert_eq!(answer.text(), window.get(&customer("x")).text(), "all are alike");
    }
}

/// ADM-04 on the pages.
#[rstest]
fn a_value_is_read_once_and_for_a_reason(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let office = Office::open(engine);
    let id = office.waiting(1);
    let mut window = office.signed_in();

    for (field, reason) in [("last_name", ""), ("last_name", " \n"), ("", "to see")] {
        let refused = window.submit(&id, "reveal", &[("field", field), ("reason", reason)]);
        assert_eq!(refused.status, 400, "{}", refused.text());
        assert!(refused.text().contains("say why") && !refused.text().contains("Lovelace"), "{}", refused.text());
    }
    assert_eq!(window.submit(&id, "reveal", &[("field", "birth_date"), ("reason", "to see")]).status, 404);
    assert_eq!(office.server.count("audit_entries"), 0);

    let page = window.submit(&id, "reveal", &[("field", "last_name"), ("reason", "a <b>look</b>")]);

    assert_eq!((page.status, page.header("cache-control")), (200, Some("no-store")));
    assert!(page.text().contains("Lovelace"), "{}", page.text());
    assert_eq!(office.server.count("audit_entries"), 1);
    let after = window.get(&customer(&id)).text();
    assert!(!after.contains("Lovelace"), "{after}");
    assert!(after.contains("Read last_name") && after.contains("a &lt;b&gt;look&lt;&#x2f;b&gt;"), "{after}");
}

/// Browsers end each line with CR LF, and count it as one character.
#[rstest]
fn a_reason_of_many_lines_is_kept_as_it_was_typed(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let office = Office::open(engine);
    let id = office.waiting(1);
    let mut window = office.signed_in();

    let reason = "a\r\n".repeat(1_000);
    assert_eq!(window.submit(&id, "reveal", &[("field", "last_name"), ("reason", &reason)]).status, 200);

    let trail = office.server.operate("GET", &format!("/customers/{id}/audit")).token(&office.key).send().customer();
    assert_eq!(trail["entries"][0]["reason"], "a\n".repeat(1_000).trim_end());
}

#[rstest]
fn a_picture_is_shown_and_any_other_file_is_saved(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let office = Office::open(engine);
    let mut window = office.signed_in();
    let mut read = |somebody: u8, content_type: &str, content: Vec<u8>| {
        let parts = [Part::file("photo_id_front", content_type, content)];
        let id = office.server.put(&token(account(somebody))).multipart(parts).send().id();
        window.submit(&id, "reveal", &[("field", "photo_id_front"), ("reason", "to see")])
    };

    let shown = read(1, "image/png", samples::png());
    assert_eq!(shown.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(shown.text().contains("src=\"data:image&#x2f;png;base64,iVBORw0KGgo"), "{}", shown.text());

    let active = samples::pdf("/OpenAction << /S /JavaScript /JS (x) >>");
    for (somebody, content) in [(2, samples::pdf("")), (3, active)] {
        let saved = read(somebody, "application/pdf", content.clone());
        assert_eq!(saved.header("content-disposition"), Some("attachment"));
        assert_eq!((saved.header("content-type"), &saved.body), (Some("application/pdf"), &content));
    }
    let ambiguous = [samples::png(), b"PK\x05\x06".to_vec(), vec![0; 18]].concat();
    let saved = read(4, "image/png", ambiguous);
    assert_eq!((saved.status, saved.header("content-disposition")), (200, Some("attachment")), "{}", saved.text());
}

#[rstest]
fn the_trail_outlives_the_customer(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let office = Office::open(engine);
    let id = office.waiting(1);
    let mut window = office.signed_in();
    assert_eq!(window.submit(&id, "reveal", &[("field", "last_name"), ("reason", "curiosity")]).status, 200);

    assert_eq!(office.server.delete(&token(account(1)), &account(1)).send().status, 200);

    assert_eq!(window.get(&customer(&id)).status, 404);
    let trail = window.get(&format!("{}/audit", customer(&id)));
    assert_eq!(trail.status, 200);
    assert!(trail.text().contains("Read last_name") && !trail.text().contains("curiosity"), "{}", trail.text());
}

/// What somebody else has to look at, and why.
#[rstest]
fn a_file_that_can_run_something_is_a_reason(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let office = Office::open(engine);
    office.waiting(1);
    let active = samples::pdf("/OpenAction << /S /JavaScript /JS (x) >>");
    let parts = [Part::file("photo_id_front", "application/pdf", active)];
    let id = office.server.put(&token(account(1))).multipart(parts).send().id();
    let mut window = office.signed_in();

    let text = window.get(&customer(&id)).text();

    assert!(text.contains("It can run something when it is opened"), "{text}");
    let accepted = json!({ "type": "sep6", "status": "ACCEPTED" });
    let decided =
        office.server.operate("POST", &format!("/customers/{id}/decisions")).token(&office.key).json(&accepted);
    assert_eq!(decided.send().status, 200);
    assert!(!window.get(&customer(&id)).text().contains("Why it waits"));
}
