//! Who asks, for which account: what a person compares with the wallet before going on.

use data_encoding::HEXLOWER;
use serde::Serialize;

use crate::domain::memo::Memo;
use crate::domain::payto::Payto;

/// How many characters of an account or memo are shown.
const TAIL: usize = 6;

/// The parties of a verification, as every page on the way names them.
#[derive(Clone, Serialize)]
pub struct Subject {
    /// The operator: the name of its brand, or the host of `public_url`.
    pub operator: String,
    /// The proven domain of the wallet, if its token named one.
    pub wallet: Option<String>,
    /// The account, masked.
    pub account: MaskedAccount,
    /// The customer type; none for a bare payto.
    pub customer_type: Option<String>,
}

/// What an account is, as far as a page tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum AccountKind {
    Stellar,
    Iban,
    Other,
}

/// An account of which only the end is shown: enough to compare, too little to look up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MaskedAccount {
    kind: AccountKind,
    tail: String,
    memo: Option<String>,
}

impl MaskedAccount {
    /// Masks a payment target.
    #[must_use]
    pub fn of(payto: &Payto) -> Self {
        if let Some(key) = payto.customer_key() {
            let memo = key.memo().map(|memo| match memo {
                Memo::Id(id) => tail(&id.to_string()),
                Memo::Text(text) => tail(text),
                Memo::Hash(hash) => tail(&HEXLOWER.encode(hash)),
            });
            return Self { kind: AccountKind::Stellar, tail: tail(&key.account().to_string()), memo };
        }
        let rest = payto.normal_form().strip_prefix("payto://").unwrap_or_default();
        let (kind, path) = match rest.split_once('/') {
            Some(("iban", iban)) => (AccountKind::Iban, iban),
            Some((_, path)) => (AccountKind::Other, path),
            None => (AccountKind::Other, rest),
        };
        Self { kind, tail: tail(path), memo: None }
    }
}

/// The last characters of `text`, and a sign that there are more; never more than half of it.
fn tail(text: &str) -> String {
    let length = text.chars().count();
    let hidden = length.saturating_sub(TAIL).max(length / 2);
    let shown: String = text.chars().skip(hidden).collect();
    if hidden == 0 { shown } else { format!("…{shown}") }
}

impl Subject {
    pub(super) fn sample() -> Self {
        Self {
            operator: "kyc.example.com".to_owned(),
            wallet: Some("wallet.example.org".to_owned()),
            account: MaskedAccount {
                kind: AccountKind::Stellar,
                tail: "…C7OX2H".to_owned(),
                memo: Some("…740993".to_owned()),
            },
            customer_type: Some("sep6-high".to_owned()),
        }
    }
}
