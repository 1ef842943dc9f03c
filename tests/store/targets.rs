//! Finding and making targets: whom a session reaches, and that there is one row for each.

use futures_util::future::join_all;
use kycd::domain::account::Address;
use kycd::domain::memo::{CustomerKey, Memo};
use kycd::domain::payto::Payto;
use kycd::domain::session::{Reach, Selector};
use kycd::store::{AccessToken, Store};
use rstest::rstest;
use stellar_strkey::ed25519::MuxedAccount;
use uuid::Uuid;

use crate::database::Engine;
use crate::installation::Installation;
use crate::people::{A, B, plain, register, save, with_memo};
use crate::requirements::requirements;

/// Finds by id with both methods that do, which have to agree.
async fn reaches(store: &Store, reach: &Reach, id: Uuid) -> bool {
    let selector = Selector::Id { id, expected: None };
    let found = store.find_customer(&selector, reach).await.expect("an answer").is_some();
    let mut tx = store.begin().await.expect("a transaction");
    let locked = tx.lock_customer(&selector, reach).await.expect("an answer").is_some();
    assert_eq!(found, locked);
    found
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_session_finds_by_id_what_it_reaches_and_nothing_else(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let plain_a = register(&store, &plain(A), &[]).await;
    let a5 = register(&store, &with_memo(A, Memo::Id(5)), &[]).await;
    let a6 = register(&store, &with_memo(A, Memo::Id(6)), &[]).await;
    let plain_b = register(&store, &plain(B), &[]).await;

    for (reach, reached) in [
        (Reach::Account(A), [true, true, true, false]),
        (Reach::Customer(with_memo(A, Memo::Id(5))), [false, true, false, false]),
        (Reach::Customer(with_memo(A, Memo::Id(7))), [false, false, false, false]),
        (Reach::Customer(with_memo(B, Memo::Id(5))), [false, false, false, false]),
        (Reach::Account(B), [false, false, false, true]),
    ] {
        for (id, expected) in [plain_a, a5, a6, plain_b].into_iter().zip(reached) {
            assert_eq!(reaches(&store, &reach, id).await, expected, "{reach:?}");
        }
        assert!(!reaches(&store, &reach, Uuid::nil()).await);
    }
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn id_text_and_hash_memos_of_one_spelling_never_meet(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let mut hash = [0; 32];
    hash[31] = 123;
    let memos = [Memo::Id(123), Memo::Text("123".to_owned()), Memo::Hash(hash)];
    let keys: Vec<_> = memos.map(|memo| with_memo(A, memo)).into_iter().chain([plain(A)]).collect();

    let mut ids = Vec::new();
    for key in &keys {
        let nobody = store.find_customer(&Selector::Key(key.clone()), &Reach::Account(A)).await.expect("an answer");
        assert!(nobody.is_none(), "{key:?} meets an earlier one");
        ids.push(register(&store, key, &[]).await);
    }

    for (key, id) in keys.iter().zip(&ids) {
        let found = store.find_customer(&Selector::Key(key.clone()), &Reach::Account(A)).await.expect("an answer");
        let found = found.expect("the customer");
        assert_eq!(found.id, *id);
        assert!(keys.iter().all(|other| found.has_key(store.vault(), other) == (other == key)));
    }
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_muxed_address_and_its_account_with_id_are_one_customer(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let muxed = MuxedAccount { ed25519: [0xa; 32], id: 5 }.to_string();
    let address = Address::parse(muxed.as_str()).expect("an address");
    let folded = CustomerKey::new(address.account, address.muxed_id.map(Memo::Id)).expect("a key");
    let spelled = Payto::parse(&format!("payto://stellar/{muxed}")).expect("a payto URI");

    let id = register(&store, &with_memo(A, Memo::Id(5)), &[]).await;

    assert_eq!(register(&store, &folded, &[]).await, id);
    assert_eq!(save(&store, &spelled, |_| ()).await, id);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_target_has_no_customer_id_until_it_is_saved(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let payto = Payto::from(&plain(A));
    let mut tx = store.begin().await.expect("a transaction");
    let id = tx.lock_or_insert_target(&payto).await.expect("a target").target.id;
    tx.commit().await.expect("a commit");

    let found = store.find_target(&payto.hash()).await.expect("an answer").expect("the target");
    assert!(!found.registered && found.is_customer && found.has_hash(store.vault(), &payto.hash()));
    assert!(!reaches(&store, &Reach::Account(A), id).await);
    let mut tx = store.begin().await.expect("a transaction");
    assert!(!tx.delete_customer(&plain(A)).await.expect("an answer"), "nobody is registered");
    drop(tx);

    assert_eq!(register(&store, &plain(A), &[]).await, id);
    assert!(store.find_target(&payto.hash()).await.expect("an answer").expect("the target").registered);
    assert!(reaches(&store, &Reach::Account(A), id).await);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_bare_payto_is_no_customer(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let payto = Payto::parse("payto://iban/DE75512108001245126199?receiver-name=Alice").expect("a payto URI");

    let id = save(&store, &payto, |_| ()).await;

    let found = store.find_target(&payto.hash()).await.expect("an answer").expect("the target");
    assert!(!found.is_customer);
    assert!(!reaches(&store, &Reach::Account(A), id).await);
    let named = store.find_by_id(id).await.expect("an answer").expect("the target").payto().expect("it opens");
    assert!(named == payto);
    assert!(store.find_by_id(Uuid::nil()).await.expect("an answer").is_none());
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn an_access_token_names_its_target_alone(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let (a, b) = (register(&store, &plain(A), &[]).await, register(&store, &plain(B), &[]).await);
    let mut links = Vec::new();
    for id in [a, b] {
        let target = store.find_by_id(id).await.expect("an answer").expect("the target").target;
        links.push(target.access_token(store.vault()).reveal());
    }
    assert_ne!(links[0], links[1]);

    for (id, link) in [a, b].into_iter().zip(&links) {
        for spelling in [link.clone(), link.to_lowercase()] {
            let token = AccessToken::parse(&spelling).expect("a token");
            assert_eq!(
                store.find_linked(&token, &requirements()).await.expect("an answer").expect("a target").target.id,
                id
            );
        }
    }
    let unknown = AccessToken::parse(&"0".repeat(52)).expect("a token");
    assert!(store.find_linked(&unknown, &requirements()).await.expect("an answer").is_none());
    assert!(AccessToken::parse("short").is_none());
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn idor_23_fifty_first_puts_over_two_replicas_give_one_customer(#[case] engine: Engine) {
    let installation = Installation::on(engine).await;
    let replicas = [installation.store.clone(), installation.replica().await];

    let puts = (0..50).map(|turn| {
        let store = replicas[turn % 2].clone();
        tokio::spawn(async move { register(&store, &plain(A), &[("first_name", "Ada")]).await })
    });
    let mut ids: Vec<_> = join_all(puts).await.into_iter().map(|id| id.expect("no panic")).collect();

    ids.dedup();
    assert_eq!(ids.len(), 1);
}
