//! `kycd dev`: what it promises to people, and to scripts by `dev.json`.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::thread;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rstest::rstest;
use serde_json::Value;

use crate::database::Engine;
use crate::ports::uncommon_port;
use crate::process::Process;
use crate::raw_http::{exchange, request};
use crate::waiting::until;
use crate::workplace::{KYCD, Workplace};

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn the_printed_lines_lead_to_an_accepted_customer(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let place = Workplace::on(&database.url);
    let dev = place.dev(&[]);

    let page = dev.get(path_of(dev.dev("kyc_url")), "");
    assert_eq!(page.status, 200, "before the first PUT: {}", page.text());

    let banner = dev.process.output();
    let curls: Vec<_> = banner.lines().filter(|line| line.starts_with("curl ")).collect();
    assert_eq!(curls.len(), 3, "{banner}");
    let answers: Vec<_> = curls.iter().map(|line| place.sh(line)).collect();
    assert!(answers.iter().all(|answer| answer.code == 0 && answer.stderr.is_empty()));
    assert!(answers[0].stdout.contains("\"NEEDS_INFO\""), "{}", answers[0].stdout);
    assert!(answers[1].stdout.starts_with("{\"id\":\""), "{}", answers[1].stdout);
    assert!(answers[2].stdout.contains("\"ACCEPTED\"") && answers[2].stdout.ends_with("}\n"), "{}", answers[2].stdout);

    assert_eq!(dev.get(path_of(dev.dev("kyc_url")), "").status, 200);
    assert_eq!(dev.status("/customer?type=sep6-high", dev.dev("token")), "NEEDS_INFO");
}

#[test]
fn it_needs_nothing_but_a_folder_and_says_the_same_to_scripts_as_to_people() {
    let place = Workplace::new();
    let dev = place.dev(&[]);

    let json: Value = serde_json::from_str(&place.read(".kycd/dev.json")).expect("JSON");
    let members = json.as_object().expect("an object");
    assert_eq!(
        members.keys().collect::<Vec<_>>(),
        ["account", "kyc_url", "operator_key", "operator_url", "public_url", "token"]
    );
    let banner = dev.process.output();
    for (name, value) in members {
        assert!(banner.contains(value.as_str().expect("a plain text")), "{name} is not in {banner}");
    }
    assert_eq!(dev.dev("public_url"), format!("http://localhost:{}", dev.public.port()));
    assert_eq!(dev.dev("operator_url"), format!("http://localhost:{}", dev.operator.port()));
    assert!(dev.dev("kyc_url").ends_with("?type=sep6-high"));
    // Only a library may have something to say, of what takes a slow machine a second.
    let (_, _, log) = dev.process.stop();
    assert!(!log.contains(" kycd"), "{log}");
}

/// Whoever reads what it prints and logs may go before the last line, as `head` does.
#[test]
fn it_stays_and_answers_when_nobody_reads_what_it_prints_and_logs() {
    let place = Workplace::new();
    let address = SocketAddr::from(([127, 0, 0, 1], uncommon_port()));
    let unread = || std::io::pipe().expect("a pipe").1;
    let mut command = place.command(KYCD);
    command.args(["dev", "--listen", &address.to_string(), "--operator-listen", "127.0.0.1:0"]);
    let mut dev = command.stdout(unread()).stderr(unread()).spawn().expect("it starts");
    until("it is ready", || {
        assert!(dev.try_wait().expect("a status").is_none(), "it ended");
        place.path(".kycd/dev.json").exists()
    });

    for _ in 0..100 {
        assert_eq!(exchange(address, request("GET /customer", "", b"")).status, 401);
    }
    kill(Pid::from_raw(dev.id().try_into().expect("an id of a process")), Signal::SIGTERM).expect("it runs");

    assert!(dev.wait().expect("it ends").success());
}

/// Lines of a busy server are written several at once.
#[test]
fn every_request_leaves_one_whole_line_in_its_place_when_many_come_at_once() {
    let place = Workplace::new();
    let dev = place.dev(&[]);
    let address = dev.public;
    let ask = move || {
        let answer = exchange(address, request("GET /customer", "", b""));
        answer.header("x-request-id").expect("an id").to_owned()
    };

    let callers: Vec<_> = (0..8).map(|_| thread::spawn(move || (0..100).map(|_| ask()).collect::<Vec<_>>())).collect();
    let answered: Vec<_> = callers.into_iter().map(|caller| caller.join().expect("it does not panic")).collect();
    let (_, _, log) = dev.process.stop();

    let logged = log.lines().filter_map(|line| {
        let (_, ours) = line.split_once("  INFO kycd::access: request_id=\"")?;
        let (id, rest) = ours.split_once('"')?;
        rest.split_once("micros=")?.1.parse::<u64>().ok().map(|_| id.to_owned())
    });
    let mut logged: Vec<String> = logged.collect();
    for answers in &answered {
        let lines = answers.iter().map(|id| logged.iter().position(|line| line == id).expect("a line"));
        assert!(lines.is_sorted(), "what one caller asked, one after the other, is logged in that order");
    }
    let mut answered = answered.concat();
    answered.sort_unstable();
    logged.sort_unstable();
    assert_eq!(answered.len(), 800);
    assert_eq!(logged, answered);
}

#[test]
fn what_it_keeps_is_for_its_owner_alone() {
    let place = Workplace::new();
    let _dev = place.dev(&["--data-dir", "somewhere/else"]);

    assert_eq!(place.mode("somewhere/else"), 0o700);
    for entry in fs::read_dir(place.path("somewhere/else")).expect("the folder") {
        let name = entry.expect("an entry").file_name().into_string().expect("text");
        // What the database's files hold is sealed, and their mode is SQLite's choice.
        if !name.starts_with("kycd.db") {
            assert_eq!(place.mode(&format!("somewhere/else/{name}")), 0o600, "{name}");
        }
    }
}

#[test]
fn whoever_finds_dev_json_finds_both_listeners() {
    let place = Workplace::new();
    let mut command = place.command(KYCD);
    command.args(["dev", "--listen", "127.0.0.1:0", "--operator-listen", "127.0.0.1:0"]);
    let _process = Process::start(command);

    let mut json = String::new();
    until("it is there", || fs::read_to_string(place.path(".kycd/dev.json")).map(|text| json = text).is_ok());
    let dev: Value = serde_json::from_str(&json).expect("it is whole as soon as it is there");
    for url in [&dev["public_url"], &dev["operator_url"]] {
        let port = url.as_str().and_then(|url| url.rsplit(':').next()).expect("a port");
        TcpStream::connect(format!("127.0.0.1:{port}")).expect("it accepts");
    }
}

#[test]
fn account_and_operator_key_stay_and_the_token_of_an_earlier_start_goes_on() {
    let place = Workplace::new();
    let port = uncommon_port();
    let start = || {
        let mut command = place.command(KYCD);
        command.args(["dev", "--operator-listen", "127.0.0.1:0", "--listen", &format!("127.0.0.1:{port}")]);
        let dev = Process::start(command);
        dev.wait_for_output("Ctrl-C");
        dev
    };
    let first = start();
    let dev: Value = serde_json::from_str(&place.read(".kycd/dev.json")).expect("JSON");
    let (account, key, token) = (&dev["account"], &dev["operator_key"], &dev["token"]);
    let [account, key, token] = [account, key, token].map(|text| text.as_str().expect("a text").to_owned());
    assert!(first.stop().0.success());

    // The issuer of a token is the URL of its server, so the port has to be the same.
    let second = start();
    assert!(second.output().contains(&account) && second.output().contains(&key));
    let url = format!("http://localhost:{port}/customer");
    let answer = place.sh(&format!("curl -sS -H 'Authorization: Bearer {token}' {url}"));
    assert!(answer.stdout.contains("\"NEEDS_INFO\""), "{}", answer.stdout);
}

#[test]
fn a_folder_has_one_dev_and_the_second_says_so() {
    let place = Workplace::new();
    let first = place.dev(&[]);

    let second = place.kycd(&["dev", "--listen", "127.0.0.1:0", "--operator-listen", "127.0.0.1:0"]);

    assert_eq!(second.code, 1);
    assert!(second.stderr.starts_with("kycd: another kycd dev uses /"), "{}", second.stderr);
    assert!(second.stdout.is_empty());
    assert!(place.read(".kycd/dev.json").contains(first.dev("token")), "it touched what the first one wrote");
    first.process.stop();
    place.dev(&[]);
}

#[rstest]
#[case::public("--listen", "--operator-listen")]
#[case::operator("--operator-listen", "--listen")]
fn an_address_in_use_is_named_and_no_dev_json_is_left(#[case] option: &str, #[case] other: &str) {
    let place = Workplace::new();
    drop(place.dev(&[]));
    assert!(place.path(".kycd/dev.json").exists(), "a killed dev leaves it");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();

    let outcome = place.kycd(&["dev", option, &address, other, "127.0.0.1:0"]);

    assert_eq!(outcome.code, 1);
    let message = format!("kycd: cannot listen on {address}, as {option} says: Address already in use");
    assert!(outcome.stderr.starts_with(&message), "{}", outcome.stderr);
    assert!(!place.path(".kycd/dev.json").exists());
}

#[rstest]
#[case::all_addresses("0.0.0.0:8000")]
#[case::all_addresses_of_ipv6("[::]:8000")]
#[case::an_address_of_the_network("192.0.2.1:8000")]
fn it_listens_on_loopback_only(#[case] address: &str) {
    let place = Workplace::new();
    for option in ["--listen", "--operator-listen"] {
        let outcome = place.kycd(&["dev", option, address]);
        assert_eq!(outcome.code, 2);
        assert!(outcome.stderr.contains("dev listens on loopback only"), "{}", outcome.stderr);
    }
    assert!(!place.path(".kycd").exists());
}

#[test]
fn it_starts_on_ipv6_loopback() {
    let place = Workplace::new();
    let mut command: Command = place.command(KYCD);
    command.args(["dev", "--listen", "[::1]:0", "--operator-listen", "[::1]:0"]);
    Process::start(command).wait_for_output("kycd is ready");
}

fn path_of(url: &str) -> &str {
    let (_, rest) = url.split_once("://").expect("a URL");
    &rest[rest.find('/').expect("a path")..]
}
