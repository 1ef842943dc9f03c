//! Who asks, for which account: what a person compares with the wallet before going on.

use serde::Serialize;

/// How many characters of an account or memo are shown.
const TAIL: usize = 6;

/// The parties of a verification, as every page on the way names them.
#[derive(Clone, Serialize)]
pub struct Subject {
    /// The operator: the host of `public_url`.
    pub operator: String,
    /// The proven domain of the wallet, if its token named one.
    pub wallet: Option<String>,
    /// The account, masked.
    pub account: MaskedAccount,
    /// The customer type; none for a bare payto.
    pub customer_type: Option<String>,
}

/// An account of which only the end is shown: enough to compare, too little to look up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MaskedAccount {
    kind: String,
    tail: String,
    memo: Option<String>,
}

impl MaskedAccount {
    /// Masks the normal form of a payto URI: `payto://stellar/G…`, `payto://iban/…` or any other.
    #[must_use]
    pub fn of_payto(normal_form: &str) -> Self {
        let rest = normal_form.strip_prefix("payto://").unwrap_or(normal_form);
        let (target_type, path) = rest.split_once('/').unwrap_or(("", rest));
        let mut parts = path.split('/');
        match target_type {
            "stellar" => Self {
                kind: "Stellar account".to_owned(),
                tail: tail(parts.next().unwrap_or_default()),
                memo: parts.nth(1).map(tail),
            },
            "iban" => Self { kind: "Bank account (IBAN)".to_owned(), tail: tail(path), memo: None },
            _ => Self { kind: "Account".to_owned(), tail: tail(path), memo: None },
        }
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
            account: MaskedAccount::of_payto(
                "payto://stellar/GBRPYHIL2CI3FNQ4BXLFMNDLFJUNPU2HY3ZMFSHONUCEOASW7QC7OX2H/id/9007199254740993",
            ),
            customer_type: Some("sep6-high".to_owned()),
        }
    }
}
