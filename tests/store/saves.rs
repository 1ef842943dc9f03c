//! Documents that are saved at once: all of different customers, one of each customer, none that somebody has locked.

use futures_util::future::join_all;
use kycd::domain::memo::{CustomerKey, Memo};
use kycd::domain::payto::Payto;
use kycd::domain::session::{Reach, Selector};
use kycd::store::{OpenTarget, Store};
use rstest::rstest;

use crate::database::Engine;
use crate::installation::Installation;
use crate::people::{A, register, value, with_memo};
use crate::requirements::requirements;

/// More than share a few statements.
const CUSTOMERS: u64 = 100;

fn key(number: u64) -> CustomerKey {
    with_memo(A, Memo::Id(number))
}

async fn open(store: &Store, number: u64) -> OpenTarget {
    let found = store.open_customer(&Selector::Key(key(number)), &Reach::Account(A)).await;
    found.expect("an answer").expect("the customer")
}

async fn city(store: &Store, number: u64) -> Option<String> {
    value(&open(store, number).await.document().expect("it opens"), "city")
}

/// Moves customers to cities, all at once. Tells for each whether it was saved.
async fn move_all(store: &Store, moves: impl IntoIterator<Item = (OpenTarget, String)>) -> Vec<bool> {
    let moving = moves.into_iter().map(async |(found, city): (OpenTarget, String)| {
        let mut document = found.document().expect("it opens");
        document.set_value("city", city);
        let now = store.now();
        let facts = store.assess(&found, &document, &requirements(), now);
        store.save_quietly(&found, &document, &facts, now).await.expect("an answer")
    });
    join_all(moving).await
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn each_of_many_is_saved_with_its_own_values(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let mut found = Vec::new();
    for number in 0..CUSTOMERS {
        register(&store, &key(number), &[("first_name", &format!("Ada {number}"))]).await;
        found.push((open(&store, number).await, format!("City {number}")));
    }

    let saved = move_all(&store, found).await;

    assert_eq!(saved, vec![true; saved.len()]);
    for number in 0..CUSTOMERS {
        let document = open(&store, number).await.document().expect("it opens");
        assert_eq!(value(&document, "first_name"), Some(format!("Ada {number}")));
        assert_eq!(value(&document, "city"), Some(format!("City {number}")));
    }
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn of_several_who_change_one_customer_one_is_saved(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    for number in 0..4 {
        register(&store, &key(number), &[("first_name", "Ada")]).await;
    }
    let mut moves = Vec::new();
    for attempt in 0..CUSTOMERS {
        moves.push((open(&store, attempt % 4).await, format!("City {attempt}")));
    }

    let saved = move_all(&store, moves).await;

    for number in 0..4 {
        let winners: Vec<_> =
            (0..CUSTOMERS).zip(&saved).filter(|(attempt, saved)| attempt % 4 == number && **saved).collect();
        let [(winner, _)] = winners[..] else { panic!("saved for customer {number}: {winners:?}") };
        assert_eq!(city(&store, number).await, Some(format!("City {winner}")));
        assert_eq!(open(&store, number).await.version(), 2);
    }
}

#[tokio::test]
async fn nobody_waits_for_a_customer_that_somebody_has_locked() {
    let Installation { store, database: _database, .. } = Installation::on(Engine::Postgres).await;
    let mut moves = Vec::new();
    for number in 0..CUSTOMERS {
        register(&store, &key(number), &[("first_name", "Ada")]).await;
        moves.push((open(&store, number).await, format!("City {number}")));
    }
    let mut tx = store.begin().await.expect("a transaction");
    tx.lock_or_insert_target(&Payto::from(&key(7))).await.expect("the customer");

    let alone = (open(&store, 7).await, "Oslo".to_owned());
    assert_eq!(move_all(&store, [alone]).await, [false]);
    let saved = move_all(&store, moves).await;

    drop(tx);
    let expected: Vec<_> = (0..CUSTOMERS).map(|number| number != 7).collect();
    assert_eq!(saved, expected);
    assert_eq!(city(&store, 7).await, None);
}
