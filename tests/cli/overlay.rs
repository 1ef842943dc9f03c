//! `kycd dev --config`: a file laid over what dev brings itself.

use rstest::rstest;

use crate::database::Engine;
use crate::workplace::{ACCOUNT, ADA, Workplace};

const OVERLAY: &str = r#"
[[token_issuers]]
kind = "sep10"
issuer = "https://anchor.example.com/auth"
audience = ["https://kyc.example.com"]
max_lifetime = "5m"
algorithm = "HS256"
secret = "another secret"

[customer_types.trader]
fields = ["organization.name"]
provider = "eid"

[providers.eid]
kind = "oauth2"
display_name = "Example eID"
issuer = "https://eid.example.com"
client_id = "kycd"
client_auth = "none"
"#;

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_file_adds_types_providers_and_issuers_and_moves_the_database(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let place = Workplace::new();
    place.put("more.toml", format!("{OVERLAY}\n[database]\nurl = \"{}\"\n", database.url), 0o644);
    let dev = place.dev(&["--config", "more.toml"]);
    let token = dev.dev("token");

    // Dev's own type and issuer are still there.
    assert_eq!(dev.put_customer(token, &format!("{{{ADA}}}")).status, 202);
    assert_eq!(dev.status("/customer?type=sep6", token), "ACCEPTED");
    let trader = dev.get("/customer?type=trader", token).json();
    assert_eq!(trader["fields"]["organization.name"]["type"], "string");
    let page =
        dev.get(&dev.dev("kyc_url").split_once("/kyc-spa").map(|(_, rest)| format!("/kyc-spa{rest}")).unwrap(), "");
    assert!(page.text().contains("Sandbox"), "{}", page.text());
    let page =
        trader["more_info_url"].as_str().and_then(|url| url.find("/kyc-spa").map(|at| &url[at..])).expect("a URL");
    assert!(dev.get(page, "").text().contains("Example eID"));

    let foreign = place.kycd(&["token", "--account", ACCOUNT, "--ttl", "1m"]);
    assert_eq!(dev.status("/customer", foreign.stdout.trim_end()), "NEEDS_INFO");
    drop(dev);
    assert!(!place.path(".kycd/kycd.db").exists(), "everything is in the other database");
}

#[test]
fn everything_wrong_with_the_file_is_said_at_once() {
    let place = Workplace::new();
    place.put("more.toml", "[log]\nlevel = 1\n[sever]\n", 0o644);

    let outcome = place.kycd(&["dev", "--config", "more.toml"]);

    assert_eq!(outcome.code, 2);
    let wrong: Vec<_> = outcome.stderr.lines().filter(|line| line.starts_with("more.toml:")).collect();
    assert_eq!(wrong.len(), 2, "{}", outcome.stderr);
    assert!(outcome.stderr.ends_with("\n\n`kycd config reference` explains every key.\n"));
}
