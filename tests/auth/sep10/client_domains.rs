//! CHAL-07: keys of wallets' domains. Names are resolved by a resolver of ours, and what must not be called is a
//! listener that counts its callers.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kycd::auth::sep10::{ClientDomains, Invalid};
use kycd::egress::{Resolver, Untrusted};
use rstest::rstest;
use tokio::net::TcpListener;

use super::{DOMAIN, now};
use crate::clock::ManualClock;
use crate::stellar::Key;

/// Resolves every name to the same addresses.
struct Names(Vec<IpAddr>);

impl Resolver for Names {
    fn resolve(&self, _: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let addresses = self.0.clone();
        async move { Ok(addresses) }.boxed()
    }
}

/// The domains, and the clock by which they are remembered.
fn domains(addresses: &[&str], dev: bool) -> (ClientDomains, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(now()));
    let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
    let client = Untrusted::new(Arc::new(Names(addresses)), Arc::clone(&clock) as _, dev).unwrap();
    (ClientDomains::new(client, Arc::clone(&clock) as _, dev), clock)
}

/// A listener that gives everybody the same document, and how often it did.
async fn publish(text: String) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let callers = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&callers);
    let answering = async move || {
        counted.fetch_add(1, Ordering::SeqCst);
        text
    };
    let router = kycd::http::Router::new().fallback(answering);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (port, callers)
}

fn toml() -> String {
    format!("# a wallet\nSIGNING_KEY = \"{}\"\n[DOCUMENTATION]\nORG_NAME = \"Wallet\"\n", Key::of(DOMAIN).address())
}

#[rstest]
#[case::loopback_by_name("localhost", &["127.0.0.1"])]
#[case::loopback_by_name_with_a_port("localhost:{port}", &["127.0.0.1"])]
#[case::loopback_by_address("127.0.0.1:{port}", &["127.0.0.1"])]
#[case::redis("127.0.0.1:6379", &["127.0.0.1"])]
#[case::the_metadata_service("169.254.169.254", &["169.254.169.254"])]
#[case::loopback_of_ipv6("[::1]", &["::1"])]
#[case::loopback_of_ipv6_with_a_port("[::1]:{port}", &["::1"])]
#[case::a_number("2130706433", &["127.0.0.1"])]
#[case::a_hexadecimal_number("0x7f.0.0.1", &["127.0.0.1"])]
#[case::a_path("localhost:{port}/x", &["127.0.0.1"])]
#[case::another_path("x/y", &["127.0.0.1"])]
#[case::a_user("a@b", &["127.0.0.1"])]
#[case::a_user_of_loopback("a.example.org@127.0.0.1:{port}", &["127.0.0.1"])]
#[case::a_fragment("a.example.org#b.example.org", &["127.0.0.1"])]
#[case::a_query("a.example.org?b", &["127.0.0.1"])]
#[case::a_blank("a.example.org b", &["127.0.0.1"])]
#[case::a_final_dot("wallet.example.org.", &["127.0.0.1"])]
#[case::capitals("Wallet.example.org", &["127.0.0.1"])]
#[case::another_alphabet("wället.example.org", &["127.0.0.1"])]
#[case::a_scheme("https://wallet.example.org", &["127.0.0.1"])]
#[case::nothing("", &["127.0.0.1"])]
#[case::more_than_fits(&format!("{}.example.org", "a".repeat(60)), &["127.0.0.1"])]
#[case::a_name_of_a_private_address("wallet.example.org", &["10.0.0.1"])]
#[case::a_name_of_loopback("rebinding.example.org", &["127.0.0.1"])]
#[case::a_name_of_a_public_and_a_private_address("half.example.org", &["8.8.8.8", "10.0.0.1"])]
#[case::a_name_of_nothing("nowhere.example.org", &[])]
#[tokio::test]
async fn a_domain_is_refused_and_nobody_called(#[case] name: &str, #[case] addresses: &[&str]) {
    let (port, callers) = publish(toml()).await;
    let (domains, _) = domains(addresses, false);

    let found = domains.find(&name.replace("{port}", &port.to_string())).await;

    assert_eq!(found, Err(Invalid::ClientDomain));
    assert_eq!(callers.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn dev_takes_a_domain_of_this_machine_and_remembers_its_key_for_a_while() {
    let (port, callers) = publish(toml()).await;
    let (domains, clock) = domains(&["127.0.0.1"], true);
    let name = format!("localhost:{port}");

    let found = domains.find(&name).await.unwrap();
    assert_eq!((found.name.as_str(), found.key), (name.as_str(), Key::of(DOMAIN).public()));
    assert_eq!(domains.find(&name).await.unwrap(), found);
    assert_eq!(callers.load(Ordering::SeqCst), 1);

    clock.advance(Duration::from_mins(5));
    assert_eq!(domains.find(&name).await.unwrap(), found);
    assert_eq!(callers.load(Ordering::SeqCst), 2);
}

#[rstest]
#[case::no_toml("SIGNING_KEY = ".to_owned())]
#[case::no_key("ACCOUNTS = []".to_owned())]
#[case::a_key_of_another_kind(format!("SIGNING_KEY = \"{}\"", Key::of(DOMAIN).muxed(5)))]
#[case::a_seed(format!("SIGNING_KEY = \"{}\"", Key::of(DOMAIN).seed()))]
#[case::no_text("SIGNING_KEY = 5".to_owned())]
#[case::a_key_in_a_table(format!("[A]\n{}", toml()))]
#[case::more_than_100_kilobytes(format!("{}{}", toml(), "# more\n".repeat(20_000)))]
#[tokio::test]
async fn a_document_without_a_key_proves_no_domain(#[case] text: String) {
    let (port, callers) = publish(text).await;
    let (domains, _) = domains(&["127.0.0.1"], true);

    assert_eq!(domains.find(&format!("localhost:{port}")).await, Err(Invalid::ClientDomain));
    assert_eq!(callers.load(Ordering::SeqCst), 1);
}
