//! A wallet that calls the built-in integration.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kycd::domain::account::Account;
use kycd::domain::document::ProvidedProof;
use kycd::domain::language::Language;
use kycd::domain::memo::{CustomerKey, Memo};
use kycd::domain::payto::Payto;
use kycd::domain::pii::Pii;
use kycd::domain::requirement::Requirements;
use kycd::domain::session::{Naming, Selector, Session};
use kycd::integration::{
    CustomerAnswer, CustomerIntegration, GetCustomer, IntegrationError, PutCustomer, Seen, Stored,
};
use kycd::store::{StagedFile, Store};

use crate::requirements::{PROVIDER, requirements};

pub(crate) const A: Account = Account::Classic([0xa; 32]);
pub(crate) const B: Account = Account::Classic([0xb; 32]);
pub(crate) const PUBLIC_URL: &str = "https://kyc.example.com";
pub(crate) const NAMES: [(&str, &str); 2] = [("first_name", "Ada"), ("last_name", "Lovelace")];

/// A session with the integration that answers it.
pub(crate) struct Wallet {
    pub(crate) session: Session,
    pub(crate) integration: Arc<Stored>,
}

/// The integration over a store, under the given requirements.
pub(crate) fn stored(store: &Store, requirements: Requirements) -> Arc<Stored> {
    let names = BTreeMap::from([(PROVIDER.to_owned(), "Example eID".to_owned())]);
    Arc::new(Stored::new(store.clone(), Arc::new(requirements), names, PUBLIC_URL.to_owned()))
}

impl Wallet {
    /// A wallet of an account, with the memo of its token.
    pub(crate) fn of(store: &Store, account: Account, memo: Option<u64>) -> Self {
        let session = Session::new(account, memo, None).expect("an account that may have the memo");
        Self { session, integration: stored(store, requirements()) }
    }

    /// The same wallet, with the `client_domain` that its token names.
    pub(crate) fn at(self, client_domain: &str) -> Self {
        let session = Session::new(self.session.account(), None, Some(client_domain.to_owned())).expect("no memo");
        Self { session, ..self }
    }

    fn select(&self, id: Option<&str>, memo: Option<&str>) -> Selector {
        self.session.select(Naming { id, memo, ..Naming::default() }).expect("a naming that the token covers")
    }

    /// `GET /customer?type=`
    pub(crate) async fn get(&self, customer_type: Option<&str>) -> Result<CustomerAnswer, IntegrationError> {
        let selector = self.select(None, None);
        self.integration.get(&self.session, GetCustomer { selector, customer_type, language: Language::En }).await
    }

    /// `GET /customer?id=&memo=`
    pub(crate) async fn get_id(&self, id: &str, memo: Option<&str>) -> Result<CustomerAnswer, IntegrationError> {
        let selector = self.select(Some(id), memo);
        self.integration.get(&self.session, GetCustomer { selector, customer_type: None, language: Language::En }).await
    }

    /// `PUT /customer`
    pub(crate) async fn put(&self, values: &[(&str, &str)]) -> Result<String, IntegrationError> {
        self.put_selected(self.select(None, None), None, values, Vec::new()).await
    }

    /// `PUT /customer` with a `memo`
    pub(crate) async fn put_memo(&self, memo: &str) -> Result<String, IntegrationError> {
        self.put_selected(self.select(None, Some(memo)), None, &[], Vec::new()).await
    }

    /// `PUT /customer` with an `id`, and perhaps a `memo`
    pub(crate) async fn put_id(
        &self,
        id: &str,
        memo: Option<&str>,
        values: &[(&str, &str)],
    ) -> Result<String, IntegrationError> {
        self.put_selected(self.select(Some(id), memo), None, values, Vec::new()).await
    }

    /// `PUT /customer` with a `type`
    pub(crate) async fn put_type(&self, customer_type: &str) -> Result<String, IntegrationError> {
        self.put_selected(self.select(None, None), Some(customer_type), &[], Vec::new()).await
    }

    /// `PUT /customer` with a file
    pub(crate) async fn put_file(&self, field: &str, file: &StagedFile) -> Result<String, IntegrationError> {
        self.put_selected(self.select(None, None), None, &[], vec![(field.to_owned(), file.clone())]).await
    }

    /// Gives values to the customer as it was seen.
    pub(crate) async fn put_seen(&self, seen: Seen, values: &[(&str, &str)]) -> Result<String, IntegrationError> {
        let request = PutCustomer { seen: Some(seen), ..request(self.select(None, None), None, values, Vec::new()) };
        self.integration.put(&self.session, request).await
    }

    async fn put_selected(
        &self,
        selector: Selector,
        customer_type: Option<&str>,
        values: &[(&str, &str)],
        files: Vec<(String, StagedFile)>,
    ) -> Result<String, IntegrationError> {
        self.integration.put(&self.session, request(selector, customer_type, values, files)).await
    }

    /// `DELETE /customer/{account}`
    pub(crate) async fn delete(&self, memo: Option<u64>) -> Result<(), IntegrationError> {
        let key = CustomerKey::new(self.session.account(), memo.map(Memo::Id)).expect("a classic account");
        self.integration.delete(&self.session, &key).await
    }
}

/// Stores what a provider says about the customer of a wallet.
pub(crate) async fn prove(store: &Store, wallet: &Wallet, values: &[(&str, &str)]) {
    let mut tx = store.begin().await.expect("a transaction");
    let target = tx.lock_or_insert_target(&Payto::from(wallet.session.key())).await.expect("a target");
    let mut document = target.document().expect("a document");
    let word = ProvidedProof {
        subject: "subject".to_owned(),
        verified_at: tx.now(),
        expires_at: Some(tx.now() + std::time::Duration::from_hours(1)),
        values: values.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect(),
    };
    document.set_proof(PROVIDER, word, &tx.binder(&target));
    tx.save_assessed(&target, &document, &requirements()).await.expect("it can be saved");
    tx.commit().await.expect("a commit");
}

fn request(
    selector: Selector,
    customer_type: Option<&str>,
    values: &[(&str, &str)],
    files: Vec<(String, StagedFile)>,
) -> PutCustomer {
    PutCustomer {
        selector,
        customer_type: customer_type.map(str::to_owned),
        values: values.iter().map(|(field, value)| ((*field).to_owned(), Pii::new((*value).to_owned()))).collect(),
        files,
        file_ids: BTreeMap::new(),
        codes: BTreeMap::new(),
        resend: BTreeSet::new(),
        language: None,
        seen: None,
    }
}
