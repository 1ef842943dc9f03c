//! What pages load is kept by browsers for good, under URLs that change when it does.

use std::path::Path;

use rstest::rstest;
use serde_json::json;

use crate::database::Engine;
use crate::raw_http::Answer;
use crate::server::{PUBLIC_URL, Server, account, token};

const FOR_GOOD: &str = "public, max-age=31536000, immutable";
const FOR_A_WHILE: &str = "public, max-age=300";

/// A server with a logo, in this colour.
fn start(engine: Engine, color: &str) -> Server {
    let logo = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/photo.png");
    Server::start_with(engine, json!({ "branding": { "color": color, "logo_file": logo } }))
}

/// The URLs that a page names for what it loads.
fn loaded(server: &Server) -> Vec<String> {
    let token = token(account(1));
    server.register(&token);
    let customer = server.get(&token).query("type", "sep6-high").send().customer();
    let page = customer["more_info_url"].as_str().expect("a URL").strip_prefix(PUBLIC_URL).expect("one of ours");
    let html = server.call("GET", page).page().send().text();
    let urls = html.split('"').filter(|text| text.starts_with("/assets/"));
    urls.map(str::to_owned).collect()
}

fn ask(server: &Server, url: &str) -> Answer {
    let answer = server.call("GET", url).page().send();
    assert_eq!((answer.status, answer.header("x-content-type-options")), (200, Some("nosniff")), "{url}");
    answer
}

#[rstest]
fn a_page_names_what_is_kept_for_good(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = start(engine, "#0b5f56");
    let urls = loaded(&server);
    let paths: Vec<_> = urls.iter().map(|url| url.split_once("?v=").expect("a version").0).collect();
    assert_eq!(paths, ["/assets/kycd.css", "/assets/kycd.js", "/assets/logo"]);
    for url in &urls {
        let kept = ask(&server, url);
        assert_eq!(kept.header("cache-control"), Some(FOR_GOOD), "{url}");
        let (path, version) = url.split_once("?v=").expect("a version");
        let (shorter, longer) = (&version[1..], format!("{version}A"));
        for other in [path.to_owned(), format!("{path}?v={shorter}"), format!("{path}?v={longer}"), format!("{url}&v=")]
        {
            let answer = ask(&server, &other);
            let life = if other == path { FOR_A_WHILE } else { "no-store" };
            assert_eq!(answer.header("cache-control"), Some(life), "{other}");
            assert_eq!(answer.body, kept.body, "{other}");
        }
    }
}

#[rstest]
fn another_colour_is_another_url(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (green, red) = (start(engine, "#0b5f56"), start(engine, "#e2001a"));
    let (before, after) = (loaded(&green), loaded(&red));
    assert_ne!(before[0], after[0]);
    assert_eq!(before[1..], after[1..]);
    // A page of the one that loads from the other, while they are changed over, spoils nothing.
    assert_eq!(ask(&red, &before[0]).header("cache-control"), Some("no-store"));
}
