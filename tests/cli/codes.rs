//! Codes of the real binary: what `kill -9` cannot do, and how the way to a mail server is kept secret.

use std::fs;
use std::path::Path;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use rstest::rstest;
use tokio::time::sleep;

use crate::database::{Database, Engine};
use crate::mailbox::{Mail, Mailbox, Manners, Secrecy};
use crate::serve::prepared;
use crate::sql::Sql;
use crate::workplace::{Server, Workplace};

/// Longer than anything takes that happens at all.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(5);

/// A type that verifies the one thing it asks for, by a mail server.
fn verifying(mailbox: &Mailbox, tls: &str) -> String {
    format!(
        "[customer_types.sep6]\nfields = [\"email_address\"]\nverify = [\"email_address\"]\n\
         [verification.email]\nkind = \"smtp\"\nhost = \"localhost\"\nport = {}\ntls = \"{tls}\"\n\
         from = \"kyc@anchor.example.com\"\n",
        mailbox.port
    )
}

#[track_caller]
fn put(server: &Server, memo: u64, members: &str) -> u16 {
    server.put_customer(server.dev("token"), &format!(r#"{{"memo":"{memo}",{members}}}"#)).status
}

/// Waits until a message is at rest, and gives its state and trouble.
async fn outcome(sql: &mut Sql) -> String {
    let begun = Instant::now();
    loop {
        let tried = "SELECT state || ' ' || COALESCE(trouble, '-') FROM outbox WHERE attempts > 0 AND lease IS NULL";
        if let Some(found) = sql.texts(tried).await.pop() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "nothing was tried");
        sleep(PAUSE).await;
    }
}

async fn settle(sql: &mut Sql) {
    let begun = Instant::now();
    while !sql.texts("SELECT topic FROM outbox WHERE state = 'waiting' OR lease IS NOT NULL").await.is_empty() {
        assert!(begun.elapsed() < PATIENCE, "something is left");
        // Whoever was killed does not come back for what it had leased.
        sql.execute("UPDATE outbox SET due_at = 0 WHERE state = 'waiting' AND lease IS NULL AND due_at > 0", &[]).await;
    }
}

/// Waits until it is known that a code arrived: no guess is looked at before.
pub(crate) async fn wait_for_arrival(sql: &mut Sql) {
    let begun = Instant::now();
    while sql.texts("SELECT field FROM codes WHERE arrived_at IS NOT NULL").await.is_empty() {
        assert!(begun.elapsed() < PATIENCE, "no code arrived");
        sleep(PAUSE).await;
    }
}

async fn restart(place: &Workplace, database: &Database) -> Server {
    let mut sql = Sql::connect(database).await;
    sql.execute("UPDATE outbox SET leased_until = 0 WHERE lease IS NOT NULL", &[]).await;
    place.dev(&["--config", "codes.toml"])
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_code_that_a_kill_interrupts_comes_again_and_is_the_same(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let (place, mailbox) = (Workplace::on(&database.url), Mailbox::start());
    place.put("codes.toml", verifying(&mailbox, "none"), 0o644);
    let dev = place.dev(&["--config", "codes.toml"]);
    let (_end, ends) = channel();
    mailbox.will([Manners::After(ends)]);
    assert_eq!(put(&dev, 1, r#""email_address":"ada@example.com""#), 202);
    let first = mailbox.next();
    dev.process.signal(Signal::SIGKILL);
    dev.process.end();

    let dev = restart(&place, &database).await;
    let second = mailbox.next();

    assert_eq!((first.code(), first.header("Message-ID")), (second.code(), second.header("Message-ID")));
    settle(&mut Sql::connect(&database).await).await;
    assert_eq!(put(&dev, 1, &format!(r#""email_address_verification":"{}""#, first.code())), 202);
    assert_eq!(dev.status("/customer?memo=1", dev.dev("token")), "ACCEPTED");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn no_kill_loses_a_code(#[case] engine: Engine) {
    const CUSTOMERS: u64 = 8;
    let database = engine.fresh_database().await;
    let (place, mailbox) = (Workplace::on(&database.url), Mailbox::start());
    place.put("codes.toml", verifying(&mailbox, "none"), 0o644);
    let mut mails: Vec<Mail> = Vec::new();
    for memo in 0..CUSTOMERS {
        let dev = restart(&place, &database).await;
        assert_eq!(put(&dev, memo, &format!(r#""email_address":"ada{memo}@example.com""#)), 202);
        // Before, while or after it is sent, as it comes.
        thread::sleep(Duration::from_millis(memo * 80));
        dev.process.signal(Signal::SIGKILL);
        dev.process.end();
    }

    let dev = restart(&place, &database).await;
    settle(&mut Sql::connect(&database).await).await;
    mails.extend(std::iter::from_fn(|| mailbox.came()));

    for memo in 0..CUSTOMERS {
        let to = format!("ada{memo}@example.com");
        let codes: Vec<_> = mails.iter().filter(|mail| mail.to == to).map(Mail::code).collect();
        assert!(!codes.is_empty(), "nothing came to {to}");
        assert!(codes.iter().all(|code| *code == codes[0]), "{codes:?}");
        assert_eq!(put(&dev, memo, &format!(r#""email_address_verification":"{}""#, codes[0])), 202);
        assert_eq!(dev.status(&format!("/customer?memo={memo}"), dev.dev("token")), "ACCEPTED");
    }
}

/// What a server of this kind does.
#[derive(Clone, Copy)]
enum Speaks {
    Plainly,
    StartTls,
    Tls,
}

#[rstest]
#[case::from_the_first_byte("implicit", Speaks::Tls, "good", true)]
#[case::by_starttls("starttls", Speaks::StartTls, "good", true)]
#[case::to_one_without_starttls("starttls", Speaks::Plainly, "good", false)]
#[case::to_one_that_speaks_plainly("implicit", Speaks::Plainly, "good", false)]
#[case::to_one_of_another_name("implicit", Speaks::Tls, "wrong-name", false)]
#[case::to_one_whose_time_is_over("starttls", Speaks::StartTls, "expired", false)]
#[case::to_one_that_nobody_knows("starttls", Speaks::StartTls, "self-signed", false)]
#[tokio::test]
async fn mails_go_where_nobody_else_reads_them(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] tls: &str,
    #[case] speaks: Speaks,
    #[case] certificate: &str,
    #[case] arrives: bool,
) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/tls");
    let certificate = || {
        let pem = fs::read(folder.join(format!("{certificate}.pem"))).expect("a certificate");
        Secrecy::certificate(&pem)
    };
    let mailbox = Mailbox::start_with(match speaks {
        Speaks::Plainly => Secrecy::None,
        Speaks::StartTls => Secrecy::StartTls(certificate()),
        Speaks::Tls => Secrecy::Implicit(certificate()),
    });
    let database = engine.fresh_database().await;
    let authority = folder.join("authority.pem");
    let place = Workplace::on(&database.url).with("SSL_CERT_FILE", authority.to_str().expect("UTF-8"));
    place.put("codes.toml", verifying(&mailbox, tls), 0o644);
    let dev = place.dev(&["--config", "codes.toml"]);

    assert_eq!(put(&dev, 1, r#""email_address":"ada@example.com""#), 202);

    let outcome = outcome(&mut Sql::connect(&database).await).await;
    if arrives {
        assert_eq!(outcome, "delivered -");
        assert!(mailbox.next().secret);
    } else {
        assert_eq!(outcome.split_once(' ').map(|(state, _)| state), Some("waiting"), "{outcome}");
        assert!(mailbox.came().is_none());
        let heard = mailbox.heard();
        assert!(!heard.iter().any(|line| line.starts_with("MAIL") || line.starts_with("AUTH")), "{heard:?}");
    }
}

#[test]
fn serve_prints_no_codes() {
    let place = prepared("sqlite://kycd.db").with("KYCD_VERIFICATION__EMAIL__KIND", "\"print\"");

    let refused = place.kycd(&["serve", "--config", "kycd.toml"]);

    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(refused.stderr.contains("verification.email.kind: \"print\""), "{}", refused.stderr);
}
