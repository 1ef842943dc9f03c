//! Whom the tests are about.

use std::collections::BTreeMap;

use kycd::domain::account::Account;
use kycd::domain::clock::Timestamp;
use kycd::domain::document::{Document, ProvidedProof};
use kycd::domain::memo::{CustomerKey, Memo};
use kycd::domain::payto::Payto;
use kycd::domain::session::{Reach, Selector};
use kycd::store::{LockedTarget, Store, StoreError};
use uuid::Uuid;

use crate::requirements::requirements;

pub(crate) const A: Account = Account::Classic([0xa; 32]);
pub(crate) const B: Account = Account::Classic([0xb; 32]);

/// An account without memo.
pub(crate) fn plain(account: Account) -> CustomerKey {
    CustomerKey::new(account, None).expect("an account")
}

/// An account with a memo.
pub(crate) fn with_memo(account: Account, memo: Memo) -> CustomerKey {
    CustomerKey::new(account, Some(memo)).expect("a classic account")
}

/// Comes again while the database is busy with the others, and for no other reason.
pub(crate) async fn admitted<T, F: Future<Output = Result<T, StoreError>>>(attempt: impl Fn() -> F) -> T {
    loop {
        match attempt().await {
            Err(StoreError::Busy(_)) => {}
            outcome => return outcome.expect("an answer"),
        }
    }
}

/// Registers a customer, or gives an old one more values.
pub(crate) async fn register(store: &Store, key: &CustomerKey, values: &[(&str, &str)]) -> Uuid {
    save(store, &Payto::from(key), |document| {
        for (field, value) in values {
            document.set_value(field, (*value).to_owned());
        }
    })
    .await
}

/// Changes the document of a target, which is made if it is missing.
pub(crate) async fn save(store: &Store, payto: &Payto, change: impl FnOnce(&mut Document)) -> Uuid {
    let mut tx = admitted(|| store.begin()).await;
    let locked = tx.lock_or_insert_target(payto).await.expect("a target");
    let mut document = locked.document().expect("a document");
    change(&mut document);
    tx.save_assessed(&locked, &document, &requirements()).await.expect("it can be saved");
    tx.commit().await.expect("it can be committed");
    locked.target.id
}

/// Finds a customer by its key, with everything that is known of it.
pub(crate) async fn find(store: &Store, key: &CustomerKey) -> Option<LockedTarget> {
    let mut tx = store.begin().await.expect("a transaction");
    let reach = Reach::Account(key.account());
    tx.lock_customer(&Selector::Key(key.clone()), &reach).await.expect("an answer")
}

/// The value that a document holds, or nothing.
pub(crate) fn value(document: &Document, field: &str) -> Option<String> {
    let json = serde_json::to_value(document).expect("JSON");
    json.pointer(&format!("/fields/{field}/value")).and_then(|value| value.as_str()).map(str::to_owned)
}

/// A provider's word that never expires.
pub(crate) fn proof(values: &[(&str, &str)]) -> ProvidedProof {
    ProvidedProof {
        subject: "subject-at-the-provider".to_owned(),
        verified_at: Timestamp::from_seconds(0),
        expires_at: None,
        values: values
            .iter()
            .map(|(field, value)| ((*field).to_owned(), (*value).to_owned()))
            .collect::<BTreeMap<_, _>>(),
    }
}
