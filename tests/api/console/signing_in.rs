//! Signing in, and everybody who cannot.

use rstest::rstest;

use super::{Office, SESSION, Window, customer, form_token};
use crate::database::Engine;
use crate::raw_http::Answer;

/// The `Set-Cookie` header of a cookie, and its value.
#[track_caller]
fn set_cookie(answer: &Answer, name: &str) -> (String, String) {
    let mut lines = answer.headers.iter().filter(|(header, _)| header == "set-cookie").map(|(_, line)| line);
    let line = lines.find(|line| line.starts_with(&format!("{name}="))).expect("the cookie");
    let (value, attributes) = line[name.len() + 1..].split_once("; ").expect("attributes");
    assert!(line.len() <= 4096);
    (value.to_owned(), attributes.to_owned())
}

#[rstest]
#[case::list("/console", "/console")]
#[case::part_of_the_list("/console?status=ACCEPTED&type=sep6", "/console?status=ACCEPTED&amp;type=sep6")]
#[case::customer("/console/customers/ABC", "/console/customers/ABC")]
#[case::audit("/console/customers/ABC/audit", "/console/customers/ABC/audit")]
fn who_is_not_signed_in_is_asked_for_a_key(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] path: &str,
    #[case] next: &str,
    #[values(None, Some("nobody's"))] session: Option<&str>,
) {
    let office = Office::open(engine);
    let mut window = office.window();
    window.cookies.extend(session.map(|session| (SESSION.to_owned(), session.to_owned())));

    let page = window.get(path);

    assert_eq!(page.status, 401);
    assert!(
        page.text().contains(&format!("name=\"next\" value=\"{}\"", next.replace('/', "&#x2f;"))),
        "{}",
        page.text()
    );
    assert!(page.text().contains("autocomplete=\"current-password\""), "{}", page.text());
    assert_eq!(page.header("content-language"), Some("en"));
}

/// WEB-02.
#[rstest]
fn web_02_the_session_is_a_strict_cookie_of_this_host_and_new_at_each_sign_in(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let office = Office::open(engine);
    let mut window = office.window();
    let asked = window.get("/console");
    let (_, attributes) = set_cookie(&asked, "__Host-kycd-sign-in");
    assert_eq!(attributes, "HttpOnly; SameSite=Strict; Secure; Path=/");
    let before = "of somebody else".replace(' ', "-");
    window.cookies.insert(SESSION.to_owned(), before.clone());

    let answer = window.sign_in(&office.key);
    let (first, attributes) = set_cookie(&answer, SESSION);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/console")));
    assert_eq!(attributes, "HttpOnly; SameSite=Strict; Secure; Path=/");
    assert_eq!(first.len(), 43, "256 random bits");
    assert_ne!(first, before);
    assert!(answer.headers.iter().any(|(_, line)| line.starts_with("__Host-kycd-sign-in=; ")));

    let old = window.clone();
    let (second, _) = set_cookie(&window.sign_in(&office.key), SESSION);
    assert_ne!(first, second);
    assert_eq!(old.call("GET", "/console").send().status, 401, "it ended when another one began");
    assert_eq!(window.get("/console").status, 200);
    assert_eq!(office.server.count("operator_sessions"), 1);
    let rows = office.server.installation.dump().join("\n");
    assert!(!rows.contains(&second[..32]), "its secret is not stored");
}

/// Whatever a key lacks, the page is the same.
#[rstest]
fn a_wrong_key_is_refused_and_nothing_is_told_of_it(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let office = Office::open(engine);
    let mut window = office.window();
    let good = office.key.as_str();
    let small = good.to_lowercase();
    let keys =
        ["", "x", &small, &good[..good.len() - 1], "kycd_op_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"];
    let asked = window.get("/console");
    let token = form_token(&asked);
    let fields = |key| [("form_token", token.as_str()), ("key", key), ("next", "/console")];

    let mut pages: Vec<_> = keys.into_iter().map(|key| window.clone().post("/console/session", &fields(key))).collect();
    office.server.block_on(async {
        let mut tx = office.server.store.begin().await.expect("a transaction");
        assert!(tx.revoke_operator_key("tests").await.expect("a query"));
        tx.commit().await.expect("a commit");
    });
    pages.push(window.clone().post("/console/session", &fields(good)));

    for page in &pages {
        assert_eq!(page.status, 401, "{}", page.text());
        assert_eq!(page.text(), pages[0].text());
        assert_eq!(page.header("set-cookie"), None);
    }
    assert!(pages[0].text().contains("This key does not sign in"));
    assert_eq!(office.server.count("operator_sessions"), 0);
}

/// Browsers keep no cookie of ours on plain http, but for localhost.
#[rstest]
fn who_has_no_cookie_is_told_where_to_open_the_console(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let office = Office::open(engine);
    let token = form_token(&office.window().get("/console"));
    let fields = [("form_token", token.as_str()), ("key", office.key.as_str())];

    let answer = office.window().post("/console/session", &fields);

    assert_eq!(answer.status, 403, "{}", answer.text());
    assert!(answer.text().contains("over https"), "{}", answer.text());
}

#[rstest]
fn who_guesses_is_told_to_come_back_later(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let office = Office::open(engine);
    let mut window = office.window();
    let token = form_token(&window.get("/console"));
    let attempt = |window: &Window<'_>, site: &str, key: &str| {
        let fields = [("form_token", token.as_str()), ("key", key)];
        window.form_of(site, "/console/session", &fields).send()
    };
    for _ in 0..20 {
        // A page of somebody else uses up nothing.
        assert_eq!(attempt(&window, "cross-site", "x").status, 403);
    }
    for _ in 0..10 {
        assert_eq!(attempt(&window, "same-origin", "x").status, 401);
    }
    // On a slow machine one may be given back meanwhile.
    let is_used_up = (0..100).any(|_| attempt(&window, "same-origin", "x").status == 429);
    assert!(is_used_up);

    let answer = attempt(&window, "same-origin", &office.key);

    assert_eq!(answer.status, 429, "{}", answer.text());
    let seconds: u64 = answer.header("retry-after").expect("Retry-After").parse().expect("seconds");
    assert!((1..=60).contains(&seconds));
    assert_eq!(office.server.count("operator_sessions"), 0);
}

#[rstest]
#[case::customer("/console/customers/ABC?type=sep6", "/console/customers/ABC?type=sep6")]
#[case::list("/console?status=ACCEPTED", "/console?status=ACCEPTED")]
#[case::nothing("", "/console")]
#[case::another_site("https://evil.example.com/console", "/console")]
#[case::another_host("//evil.example.com/console", "/console")]
#[case::another_path("/customers", "/console")]
#[case::another_name("/console.evil.example.com", "/console")]
#[case::a_line("/console/\r\nset-cookie: a=b", "/console")]
fn signing_in_leads_to_the_console_and_nowhere_else(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] next: &str,
    #[case] expected: &str,
) {
    let office = Office::open(engine);
    let mut window = office.window();

    let answer = window.sign_in_to(&office.key, next);

    assert_eq!((answer.status, answer.header("location")), (303, Some(expected)));
}

#[rstest]
fn a_session_opens_no_route_of_programs_and_a_key_no_page(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let office = Office::open(engine);
    let id = office.waiting(1);
    let window = office.signed_in();
    let cookie = format!("{SESSION}={}", window.session());

    office.server.operate("GET", "/customers").header("cookie", &cookie).send().refusal(401);
    office.server.operate("GET", &format!("/customers/{id}")).header("cookie", &cookie).send().refusal(401);
    assert_eq!(office.server.operate("GET", &customer(&id)).page().token(&office.key).send().status, 401);
}
