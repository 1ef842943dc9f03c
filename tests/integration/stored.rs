//! The built-in integration, on both engines.

use std::collections::BTreeMap;
use std::time::Duration;

use kycd::domain::assessment::FieldState;
use kycd::domain::clock::Timestamp;
use kycd::domain::document::Held;
use kycd::domain::facts::Status;
use kycd::domain::field;
use kycd::domain::file::{FileType, Inspected};
use kycd::domain::language::Language;
use kycd::domain::requirement::Requirements;
use kycd::domain::session::{Selector, Session};
use kycd::integration::{CustomerAnswer, CustomerIntegration, GetCustomer, IntegrationError, Seen, Stored};
use kycd::store::{AccessToken, StagedFile, Store, StoreError};
use rstest::rstest;
use serde_json::json;
use time::macros::date;
use uuid::Uuid;

use crate::database::Engine;
use crate::installation::Installation;
use crate::requirements::{requirement, requirements};
use crate::sql::Sql;
use crate::wallet::{A, B, NAMES, PUBLIC_URL, Wallet, prove, stored};

fn missing(answer: &CustomerAnswer) -> Vec<&str> {
    answer.fields.iter().flat_map(BTreeMap::keys).map(String::as_str).collect()
}

fn provided(answer: &CustomerAnswer) -> Vec<(&str, Option<FieldState>)> {
    answer.provided_fields.iter().flatten().map(|(name, field)| (name.as_str(), field.status)).collect()
}

/// What every change of a customer changes.
async fn versions(sql: &mut Sql) -> Vec<String> {
    sql.texts(
        "SELECT CAST(document_version AS TEXT) || ' ' || CAST(updated_at AS TEXT) FROM payment_targets ORDER BY 1",
    )
    .await
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_new_customer_needs_info_and_has_no_id(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let wallet = Wallet::of(&store, A, None);

    let answer = wallet.get(None).await.expect("an answer");

    assert_eq!(answer.check(), Ok(()));
    let description = |name| field::find(name).expect("a field").description.en;
    let expected = json!({
        "status": "NEEDS_INFO",
        "fields": {
            "first_name": { "type": "string", "description": description("first_name") },
            "family_name": { "type": "string", "description": description("last_name") },
            "photo_id_front": { "type": "binary", "description": description("photo_id_front"), "optional": true },
        },
    });
    assert_eq!(serde_json::to_value(answer).expect("JSON"), expected);
    assert!(versions(&mut Sql::connect(&database).await).await.is_empty(), "a GET registers nobody");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_put_registers_and_the_customer_is_found_by_key_and_by_id(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let wallet = Wallet::of(&store, A, None);

    let id = wallet.put(&[]).await.expect("an empty PUT registers");
    assert_eq!(wallet.get(None).await.expect("an answer").id.as_deref(), Some(id.as_str()));
    assert_eq!(wallet.put(&NAMES[..1]).await.expect("the same customer"), id);
    assert_eq!(wallet.put_id(&id, None, &NAMES[1..]).await.expect("the same customer"), id);

    for answer in [wallet.get(None).await, wallet.get_id(&id, None).await, wallet.get(Some("sep6")).await] {
        let answer = answer.expect("an answer");
        assert_eq!(answer.check(), Ok(()));
        assert_eq!((answer.id.as_deref(), answer.status), (Some(id.as_str()), Status::Accepted));
        assert_eq!(missing(&answer), ["photo_id_front"]);
        let accepted = Some(FieldState::Accepted);
        assert_eq!(provided(&answer), [("family_name", accepted), ("first_name", accepted)]);
        assert_eq!((answer.message, answer.more_info_url), (None, None));
    }
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_put_of_equal_values_changes_nothing(#[case] engine: Engine) {
    let Installation { store, database, clock, .. } = Installation::on(engine).await;
    let (wallet, mut sql) = (Wallet::of(&store, A, None), Sql::connect(&database).await);
    let id = wallet.put(&NAMES).await.expect("registered");
    let before = versions(&mut sql).await;
    clock.advance(Duration::from_secs(1));

    for values in [&NAMES[..], &NAMES[..1], &[]] {
        assert_eq!(wallet.put(values).await.expect("the same customer"), id);
    }
    assert_eq!(versions(&mut sql).await, before);

    wallet.put(&[("first_name", "Grace")]).await.expect("the same customer");
    assert_ne!(versions(&mut sql).await, before);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn an_id_that_the_session_does_not_reach_is_like_one_that_nobody_has(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let (a5, a6) = (Wallet::of(&store, A, Some(5)), Wallet::of(&store, A, Some(6)));
    let (b, plain_a) = (Wallet::of(&store, B, None), Wallet::of(&store, A, None));
    let id = a6.put(&NAMES).await.expect("registered");
    let before = versions(&mut Sql::connect(&database).await).await;

    for id in [id.clone(), Uuid::nil().to_string()] {
        for stranger in [&a5, &b] {
            assert!(matches!(stranger.get_id(&id, None).await, Err(IntegrationError::NotFound)));
            let put = stranger.put_id(&id, None, &[("first_name", "Eve")]).await;
            assert!(matches!(put, Err(IntegrationError::NotFound)));
        }
    }

    assert_eq!(versions(&mut Sql::connect(&database).await).await, before);
    assert_eq!(plain_a.get_id(&id, None).await.expect("a token without memo reaches it").id, Some(id));
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn idor_11_an_id_never_wins_over_a_memo(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let wallet = Wallet::of(&store, A, None);
    let (plain, five) = (wallet.put(&[]).await.expect("an id"), wallet.put_memo("5").await.expect("an id"));
    assert_ne!(plain, five);

    assert_eq!(wallet.get_id(&five, Some("5")).await.expect("they agree").id.as_ref(), Some(&five));
    assert_eq!(wallet.put_id(&five, Some("5"), &[]).await.expect("they agree"), five);
    for (id, memo) in [(&plain, "5"), (&five, "6")] {
        assert!(matches!(wallet.get_id(id, Some(memo)).await, Err(IntegrationError::Forbidden)));
        let put = wallet.put_id(id, Some(memo), &[("first_name", "Eve")]).await;
        assert!(matches!(put, Err(IntegrationError::Forbidden)));
    }
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn del_01_an_erased_customer_is_new_again(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let wallet = Wallet::of(&store, A, None);
    let (plain, five) = (wallet.put(&NAMES).await.expect("an id"), wallet.put_memo("5").await.expect("an id"));

    wallet.delete(None).await.expect("it was there");

    assert!(matches!(wallet.delete(None).await, Err(IntegrationError::NotFound)), "DEL-02");
    assert!(matches!(wallet.delete(Some(7)).await, Err(IntegrationError::NotFound)), "DEL-02");
    assert!(matches!(wallet.get_id(&plain, None).await, Err(IntegrationError::NotFound)));
    assert!(matches!(wallet.put_id(&plain, None, &NAMES).await, Err(IntegrationError::NotFound)));
    let answer = wallet.get(None).await.expect("an answer");
    assert_eq!((answer.id.clone(), answer.status, provided(&answer)), (None, Status::NeedsInfo, vec![]));
    assert_ne!(wallet.put(&NAMES).await.expect("a new customer"), plain);
    assert_eq!(wallet.get_id(&five, None).await.expect("the other one is still there").id, Some(five));
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_type_that_nobody_configured_is_refused_before_anything_is_done(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let wallet = Wallet::of(&store, A, None);

    for refused in [wallet.get(Some("sep31")).await.map(drop), wallet.put_type("sep31").await.map(drop)] {
        let Err(IntegrationError::Invalid(text)) = refused else { panic!("it was not refused") };
        assert_eq!(text.to_string(), "'type' is not one that this server knows");
    }

    assert!(versions(&mut Sql::connect(&database).await).await.is_empty());
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn changed_requirements_assess_a_customer_again(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let mut sql = Sql::connect(&database).await;
    let statuses = "SELECT type || ' ' || status FROM statuses ORDER BY 1";
    let old = Wallet::of(&store, A, None);
    old.put(&NAMES).await.expect("registered");
    assert_eq!(sql.texts(statuses).await, ["sep6 ACCEPTED"]);

    let asks_more = BTreeMap::from([("sep6".to_owned(), requirement(&["first_name", "birth_date"], &[], None))]);
    let asks_more = Requirements::new("sep6".to_owned(), asks_more, None);
    let new = Wallet { integration: stored(&store, asks_more), ..Wallet::of(&store, A, None) };
    let answer = new.get(None).await.expect("an answer");

    assert_eq!((answer.status, missing(&answer)), (Status::NeedsInfo, vec!["birth_date"]));
    assert_eq!(sql.texts(statuses).await, ["sep6 NEEDS_INFO"]);
    let before = versions(&mut sql).await;
    new.get(None).await.expect("an answer");
    assert_eq!(versions(&mut sql).await, before, "once is enough");

    old.put(&[]).await.expect("the old configuration is back");
    assert_eq!(sql.texts(statuses).await, ["sep6 ACCEPTED"]);
}

/// The target that a link of `message` or `more_info_url` names, and the type it is for.
async fn follow(store: &Store, link: &str) -> (String, String) {
    let (token, customer_type) = link
        .strip_prefix(&format!("{PUBLIC_URL}/kyc-spa/"))
        .and_then(|rest| rest.split_once("?type="))
        .expect("a link to our page");
    let token = AccessToken::parse(token).expect("a token");
    let target = store.find_linked(&token, &requirements()).await.expect("an answer").expect("a target").target;
    (target.id.to_string(), customer_type.to_owned())
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_customer_whose_proof_is_missing_is_told_where_to_go(#[case] engine: Engine) {
    let Installation { store, clock, database: _database, .. } = Installation::on(engine).await;
    let wallet = Wallet::of(&store, A, None);
    let high = Some("sep6-high");
    let new = wallet.get(high).await.expect("an answer");
    assert_eq!((new.check(), new.more_info_url), (Ok(()), None));
    assert!(new.message.expect("a message").ends_with("Register first; the link to the verification follows."));

    let id = wallet.put(&NAMES).await.expect("registered");
    let answer = wallet.get(high).await.expect("an answer");
    assert_eq!((answer.check(), answer.status), (Ok(()), Status::NeedsInfo));
    assert_eq!(missing(&answer), ["photo_id_front"]);
    let link = answer.more_info_url.expect("a link");
    assert_eq!(follow(&store, &link).await, (id, "sep6-high".to_owned()));
    let message = format!("Your identity has to be verified by Example eID. Continue here: {link}");
    assert_eq!(answer.message, Some(message));
    let request = GetCustomer {
        selector: Selector::Key(wallet.session.key().clone()),
        customer_type: high,
        language: Language::En,
    };
    let asked = wallet.integration.more_info_url(&wallet.session, request).await.expect("an answer");
    assert_eq!(asked, Some(link));

    prove(&store, &wallet, &NAMES).await;
    let proven = wallet.get(high).await.expect("an answer");
    assert_eq!((proven.status, proven.message, proven.more_info_url), (Status::Accepted, None, None));

    clock.advance(Duration::from_hours(1));
    let expired = wallet.get(high).await.expect("an answer");
    assert_eq!((expired.check(), expired.status), (Ok(()), Status::NeedsInfo));
    assert!(expired.message.expect("a message").starts_with("Your verification by Example eID has expired."));
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn fields_tell_what_the_provider_confirmed(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let wallet = Wallet::of(&store, A, None);
    let states = |answer: &CustomerAnswer| provided(answer).iter().filter_map(|(_, state)| *state).collect::<Vec<_>>();
    wallet.put(&NAMES).await.expect("registered");

    prove(&store, &wallet, &[("first_name", "Grace"), ("last_name", "LOVELACE")]).await;
    let contested = wallet.get(Some("sep6-high")).await.expect("an answer");
    assert_eq!((contested.check(), contested.status), (Ok(()), Status::Processing));
    assert_eq!(states(&contested), [FieldState::Accepted, FieldState::Processing]);
    assert!(contested.message.expect("a message").contains("is being checked"));

    wallet.put(&[("first_name", "Grace")]).await.expect("corrected");
    let corrected = wallet.get(Some("sep6-high")).await.expect("an answer");
    assert_eq!((corrected.status, states(&corrected)), (Status::Processing, vec![FieldState::Accepted; 2]));

    prove(&store, &wallet, &[("first_name", "Grace"), ("last_name", "LOVELACE")]).await;
    assert_eq!(wallet.get(Some("sep6-high")).await.expect("an answer").status, Status::Accepted);
    wallet.put(&[("last_name", "Hopper")]).await.expect("changed");
    let changed = wallet.get(Some("sep6-high")).await.expect("an answer");
    assert_eq!(states(&changed), [FieldState::Processing, FieldState::Accepted]);
    assert!(changed.message.expect("a message").starts_with("You changed what Example eID had confirmed."));
}

/// A callback says what a GET would say, not what was so when its change was noted.
#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn what_is_told_about_a_customer_is_so_under_the_configuration_of_now(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let wallet = Wallet::of(&store, A, None);
    let id = Uuid::parse_str(&wallet.put(&NAMES).await.expect("registered")).expect("an id");
    let told = async |integration: &Stored| {
        integration.answer_about(id, "sep6").await.expect("an answer").expect("the customer").status
    };
    assert_eq!(told(&wallet.integration).await, Status::Accepted);

    let types = BTreeMap::from([("sep6".to_owned(), requirement(&["first_name", "city"], &[], None))]);
    let narrowed = stored(&store, Requirements::new("sep6".to_owned(), types, None));

    assert_eq!(told(&narrowed).await, Status::NeedsInfo);
}

/// The store says only which field is over, and when the next one will be; so a GET at that moment looks again.
#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_document_is_over_from_the_very_moment_on(#[case] engine: Engine) {
    let Installation { store, clock, database, .. } = Installation::on(engine).await;
    let fields = ["first_name", "id_expiration_date", "card.expiration_date"];
    let types = BTreeMap::from([("sep6".to_owned(), requirement(&fields, &[], None))]);
    let session = Session::new(A, None, None).expect("an account");
    let integration = stored(&store, Requirements::new("sep6".to_owned(), types, None));
    let wallet = Wallet { session, integration };
    let values = [("first_name", "Ada"), ("id_expiration_date", "2031-05-09"), ("card.expiration_date", "31-07")];
    wallet.put(&values).await.expect("registered");
    let over = Timestamp::from_date(date!(2031 - 05 - 10));

    clock.set(Timestamp::from_micros(over.micros() - 1));
    assert_eq!(wallet.get(None).await.expect("an answer").status, Status::Accepted);

    clock.set(over);
    let answer = wallet.get(None).await.expect("an answer");
    assert_eq!((answer.check(), answer.status), (Ok(()), Status::NeedsInfo));
    assert_eq!(missing(&answer), ["id_expiration_date"]);
    let clear = Sql::connect(&database).await.texts("SELECT facts FROM payment_targets").await;
    assert!(clear[0].contains(r#""expired":["id_expiration_date"]"#), "{clear:?}");

    wallet.put(&[("id_expiration_date", "2041-05-09")]).await.expect("it counts again");
    assert_eq!(wallet.get(None).await.expect("an answer").status, Status::Accepted);
    clock.set(Timestamp::from_date(date!(2031 - 08 - 01)));
    assert_eq!(missing(&wallet.get(None).await.expect("an answer")), ["card.expiration_date"]);
}

async fn upload(store: &Store, content: &[u8]) -> StagedFile {
    let mut upload = store.begin_upload().await.expect("an upload");
    upload.write(content).await.expect("it can be written");
    upload.finish(Inspected { file_type: FileType::Png, quarantine: None }).await.expect("it arrives")
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_file_is_kept_until_another_one_replaces_it(#[case] engine: Engine) {
    let Installation { store, clock, database: _database, .. } = Installation::on(engine).await;
    let wallet = Wallet::of(&store, A, None);
    let (one, two) = (upload(&store, b"one").await, upload(&store, b"two").await);

    wallet.put_file("photo_id_front", &one).await.expect("claimed");
    assert_eq!(provided(&wallet.get(None).await.expect("an answer")), [("photo_id_front", Some(FieldState::Accepted))]);
    wallet.put_file("photo_id_front", &two).await.expect("claimed");

    clock.advance(Duration::from_hours(1));
    assert_eq!(store.delete_unclaimed_files().await.expect("an answer"), 0);
    assert!(store.read_file(one.id).await.expect("an answer").is_none());
    assert_eq!(store.read_file(two.id).await.expect("it opens").expect("it is there").as_slice(), b"two");
    wallet.delete(None).await.expect("it was there");
    assert!(store.read_file(two.id).await.expect("an answer").is_none());
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_file_that_was_swept_or_claimed_by_another_is_refused(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let (a, b) = (Wallet::of(&store, A, None), Wallet::of(&store, B, None));
    let (swept, of_a) = (upload(&store, b"swept").await, upload(&store, b"of a").await);
    store.delete_unclaimed_file(swept.id).await.expect("an answer");
    a.put_file("photo_id_front", &of_a).await.expect("claimed");

    for file in [&swept, &of_a] {
        let Err(IntegrationError::Invalid(text)) = b.put_file("photo_id_front", file).await else {
            panic!("it was not refused");
        };
        assert_eq!(text.to_string(), "'photo_id_front' did not arrive in time: send it again");
    }

    assert_eq!(b.get(None).await.expect("an answer").id, None, "the refused PUT registered nobody");
    assert!(store.read_file(of_a.id).await.expect("it opens").is_some());
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn idor_23_first_puts_at_two_replicas_at_once_give_one_customer(#[case] engine: Engine) {
    let installation = Installation::on(engine).await;
    let (one, two) = (Wallet::of(&installation.store, A, None), Wallet::of(&installation.replica().await, A, None));

    let (first, second) = tokio::join!(one.put(&NAMES[..1]), two.put(&NAMES[1..]));

    assert_eq!(first.expect("registered"), second.expect("registered"));
    for replica in [one, two] {
        assert_eq!(replica.get(None).await.expect("an answer").status, Status::Accepted, "a value was lost");
    }
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn of_many_puts_at_once_that_change_no_status_no_value_is_lost(#[case] engine: Engine) {
    const FIELDS: [&str; 6] = ["additional_name", "address", "city", "employer_name", "employer_address", "tax_id"];
    let installation = Installation::on(engine).await;
    let wallets = [Wallet::of(&installation.store, A, None), Wallet::of(&installation.replica().await, A, None)];
    let id: Uuid = wallets[0].put(&NAMES).await.expect("registered").parse().expect("a UUID");

    for turn in ["one", "two", "three"] {
        let values = FIELDS.map(|field| [(field, turn)]);
        let puts = values.iter().enumerate().map(|(index, value)| wallets[index % 2].put(value));
        for put in futures_util::future::join_all(puts).await {
            assert_eq!(put.expect("taken"), id.to_string());
        }

        let target = installation.store.find_by_id(id).await.expect("an answer").expect("the customer");
        let document = target.document().expect("it opens");
        for field in FIELDS {
            assert!(document.held(field) == Some(&Held::Value(turn.to_owned())), "{field}");
        }
    }
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn what_is_given_to_a_customer_as_it_was_seen_is_not_taken_when_it_changed(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let wallet = Wallet::of(&store, A, None);
    let id: Uuid = wallet.put(&NAMES[..1]).await.expect("registered").parse().expect("a UUID");
    let look = async || store.find_by_id(id).await.expect("an answer");
    let seen = Seen::from(&look().await.expect("the customer"));

    assert_eq!(wallet.put_seen(seen, &NAMES[1..]).await.expect("it is as it was seen"), id.to_string());
    let renamed = look().await.expect("the customer");
    // One changes a status, the other does not.
    for values in [[("first_name", "")], [("city", "Oslo")]] {
        assert!(matches!(wallet.put_seen(seen, &values).await, Err(IntegrationError::Changed)));
    }
    assert!(look().await.expect("the customer").version() == renamed.version());

    wallet.delete(None).await.expect("erased");
    assert!(matches!(wallet.put_seen(Seen::from(&renamed), &NAMES).await, Err(IntegrationError::NotFound)));
    assert_eq!(wallet.get(None).await.expect("an answer").id, None, "it was made again");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_corrupt_customer_is_a_failure_of_storage(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let wallet = Wallet::of(&store, A, None);
    let id = wallet.put(&NAMES).await.expect("registered").parse().expect("a UUID");

    let corrupt = "UPDATE payment_targets SET document_version = 7 WHERE id = $1";
    Sql::connect(&database).await.execute(corrupt, &[id]).await;

    let refused = wallet.put(&[("first_name", "Grace")]).await;
    assert!(matches!(refused, Err(IntegrationError::Store(StoreError::Vault(_)))));
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn the_domain_of_the_wallet_is_remembered_until_another_one_calls(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let plain = || Wallet::of(&store, A, None);
    let id = plain().at("one.example").put(&NAMES).await.expect("registered").parse().expect("a UUID");

    plain().put(&[("first_name", "Grace")]).await.expect("a token without domain");
    assert_eq!(wallet_of(&store, id).await.as_deref(), Some("one.example"));

    plain().at("two.example").put(&[]).await.expect("another wallet");
    assert_eq!(wallet_of(&store, id).await.as_deref(), Some("two.example"));
}

async fn wallet_of(store: &Store, id: Uuid) -> Option<String> {
    let target = store.find_by_id(id).await.expect("an answer").expect("the customer");
    target.document().expect("it opens").wallet().map(str::to_owned)
}
