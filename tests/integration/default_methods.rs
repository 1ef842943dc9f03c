//! What an implementation gets that leaves everything, or all but `get`, out.

use std::collections::{BTreeMap, BTreeSet};

use kycd::domain::account::Account;
use kycd::domain::facts::Status;
use kycd::domain::language::Language;
use kycd::domain::memo::CustomerKey;
use kycd::domain::session::{Selector, Session};
use kycd::integration::{
    CustomerAnswer, CustomerIntegration, GetCustomer, IntegrationError, PutCustomer, PutVerification,
};

const LINK: &str = "https://kyc.example.com/go";

struct Nothing;
impl CustomerIntegration for Nothing {}

struct OnlyGet;
#[async_trait::async_trait]
impl CustomerIntegration for OnlyGet {
    async fn get(&self, _: &Session, _: GetCustomer<'_>) -> Result<CustomerAnswer, IntegrationError> {
        Ok(CustomerAnswer { more_info_url: Some(LINK.to_owned()), ..CustomerAnswer::new(Status::Processing) })
    }
}

fn caller() -> (Session, CustomerKey) {
    let session = Session::new(Account::Classic([0xa; 32]), None, None).expect("a session");
    let key = session.key().clone();
    (session, key)
}

fn left_out<T>(answer: &Result<T, IntegrationError>) -> Option<&'static str> {
    match answer {
        Err(IntegrationError::NotImplemented(what)) => Some(what),
        _ => None,
    }
}

#[tokio::test]
async fn every_method_can_be_left_out() {
    let (session, key) = caller();
    let selector = || Selector::Key(key.clone());
    let get = || GetCustomer { selector: selector(), customer_type: None, language: Language::En };
    let put = PutCustomer {
        selector: selector(),
        customer_type: None,
        values: BTreeMap::default(),
        files: Vec::default(),
        file_ids: BTreeMap::default(),
        codes: BTreeMap::default(),
        resend: BTreeSet::default(),
        language: None,
        seen: None,
    };
    let verification = PutVerification {
        selector: selector(),
        customer_type: None,
        codes: BTreeMap::default(),
        language: Language::En,
    };

    assert_eq!(left_out(&Nothing.get(&session, get()).await), Some("GET /customer"));
    assert_eq!(left_out(&Nothing.put(&session, put).await), Some("PUT /customer"));
    assert_eq!(left_out(&Nothing.delete(&session, &key).await), Some("DELETE /customer"));
    assert_eq!(left_out(&Nothing.callback(&session, selector(), LINK).await), Some("PUT /customer/callback"));
    assert_eq!(left_out(&Nothing.more_info_url(&session, get()).await), Some("GET /customer"));
    let verified = Nothing.put_verification(&session, verification).await;
    assert_eq!(left_out(&verified), Some("PUT /customer/verification"));
}

#[tokio::test]
async fn the_link_is_the_one_of_the_answer() {
    let (session, key) = caller();

    let link = OnlyGet
        .more_info_url(
            &session,
            GetCustomer { selector: Selector::Key(key), customer_type: None, language: Language::En },
        )
        .await;

    assert_eq!(link.expect("an answer").as_deref(), Some(LINK));
}
