//! What must not be found, each value unlike anything else.

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use kycd::domain::field::{self, Field, FieldType};
use kycd::domain::payto::{Payto, PaytoHash};
use stellar_strkey::ed25519::PublicKey;

use super::browser::Browser;
use crate::canary::assert_absent;
use crate::provider::{KycProvider, Return};

pub(super) const MEMO: &str = "17893046152873649105";
pub(super) const FILE: &str = "canary of the content of a file";
pub(super) const ACCESS_TOKEN: &str = "canary-of-the-provider's-access-token";
pub(super) const CLIENT_SECRET: &str = "canary of the client secret";

/// The fields that the provider confirms.
pub(super) const CLAIMED: [&str; 2] = ["first_name", "last_name"];
pub(super) const CLAIMS: [(&str, &str); 4] = [
    ("sub", "canary of the subject"),
    ("given_name", "Canary of a given name"),
    ("family_name", "Canary of a family name"),
    ("nickname", "canary of a claim that nobody asked for"),
];

/// The fields that need a code.
pub(super) const VERIFIED: [&str; 4] =
    ["email_address", "mobile_money_number", "organization.email", "organization.phone"];

/// A search finds nothing shorter by purpose and not by chance: a country, a date, one of a few words.
const SHORTEST: usize = 12;

const PUBLIC_KEY: [u8; 32] = *b"raw canary of an ed25519 account";

/// Everything that is looked for.
pub(super) struct Canaries(Vec<(String, Vec<u8>)>);

impl Canaries {
    pub(super) fn new() -> Self {
        let mut canaries = Self(Vec::new());
        canaries.add("the account", account());
        canaries.add("the public key", PUBLIC_KEY);
        canaries.add("the memo", MEMO);
        canaries.add("the payto URI", payto());
        canaries.add("the IBAN", &payto()[13..]);
        canaries.add("the file", FILE);
        canaries.add("the provider's access token", ACCESS_TOKEN);
        canaries.add("the client secret", CLIENT_SECRET);
        canaries.add("what is refused", "canary of a ");
        canaries.add("what is refused, in one word", "canary-of-a-");
        canaries.add_hash(&hash_of_the_customer());
        for (name, value) in CLAIMS {
            canaries.add(name, value);
        }
        for (name, value) in values() {
            canaries.add(name, value);
        }
        canaries
    }

    pub(super) fn add_operator_key(&mut self, key: &str) {
        self.add("an operator key", key);
        let raw = key.strip_prefix("kycd_op_").expect("the form of keys");
        self.add("a raw operator key", BASE32_NOPAD.decode(raw.as_bytes()).expect("base32"));
    }

    pub(super) fn add_wallet_token(&mut self, token: &str) {
        self.add("a wallet's token", token);
        let signature = token.rsplit('.').next().expect("three parts");
        self.add("the signature of a wallet's token", signature);
        self.add("its raw signature", BASE64URL_NOPAD.decode(signature.as_bytes()).expect("base64"));
    }

    pub(super) fn add_hash(&mut self, hash: &str) {
        self.add("h_payto", hash);
        self.add("raw h_payto", PaytoHash::parse(hash).expect("a hash").as_bytes());
    }

    pub(super) fn add_link(&mut self, link: &str) {
        let token = link.rsplit('/').next().and_then(|rest| rest.split('?').next()).expect("a token");
        self.add("an access token", token);
        // It has the form of a hash: 32 bytes in the same base32.
        self.add("a raw access token", PaytoHash::parse(token).expect("32 bytes").as_bytes());
    }

    /// Adds what a browser carried to a provider and back.
    pub(super) fn add_way(&mut self, browser: &Browser, back: &Return) {
        self.add("a code", &back.code);
        self.add("a state", &back.state);
        let nonce = back.state.split_once('.').expect("hash and nonce").1;
        self.add("the nonce of a state", nonce);
        self.add("the raw nonce of a state", BASE64URL_NOPAD.decode(nonce.as_bytes()).expect("base64"));
        for secret in browser.secrets() {
            self.add("a cookie or what a page holds", secret);
        }
    }

    /// Adds the PKCE verifiers that a provider got.
    pub(super) fn add_verifiers(&mut self, provider: &KycProvider) {
        let received = provider.received("/token");
        assert!(!received.is_empty());
        for request in received {
            self.add("a PKCE verifier", &request.form["code_verifier"]);
        }
    }

    #[track_caller]
    pub(super) fn assert_absent_from(&self, place: &str, haystack: &[u8]) {
        assert!(self.0.len() > 80, "only {} canaries", self.0.len());
        let named: Vec<_> = self
            .0
            .iter()
            .filter(|(_, canary)| canary.len() >= SHORTEST)
            .map(|(name, canary)| (format!("{name}, in the {place},"), canary.as_slice()))
            .collect();
        assert_absent(haystack, &named.iter().map(|(name, canary)| (name.as_str(), *canary)).collect::<Vec<_>>());
    }

    fn add(&mut self, name: &str, canary: impl AsRef<[u8]>) {
        self.0.push((name.to_owned(), canary.as_ref().to_vec()));
    }
}

pub(super) fn account() -> String {
    PublicKey(PUBLIC_KEY).to_string().as_str().to_owned()
}

pub(super) fn payto() -> &'static str {
    "payto://iban/DE75512108001245126199"
}

fn hash_of_the_customer() -> String {
    let payto = format!("payto://stellar/{}/id/{MEMO}", account());
    Payto::parse(&payto).expect("a payto URI").hash().to_string()
}

/// A value for every field that travels as text, but for those that the provider confirms.
pub(super) fn values() -> impl Iterator<Item = (&'static str, String)> {
    let fields = field::all().filter(|field| field.kind != FieldType::Binary && !CLAIMED.contains(&field.name));
    fields.enumerate().map(|(index, field)| (field.name, value_of(field, index)))
}

fn value_of(field: &Field, index: usize) -> String {
    if let Some(choice) = field.choices.first() {
        return (*choice).to_owned();
    }
    match field.name {
        "mobile_number" | "bank_phone_number" | "mobile_money_number" | "organization.phone" => {
            format!("+4915123460{index:03}")
        }
        "email_address" | "organization.email" => format!("canary{index}@mail.example.com"),
        "organization.website" => "https://canary.example.com/of".to_owned(),
        "card.number" => "4539578763621486".to_owned(),
        "clabe_number" => "032180000118359719".to_owned(),
        "cbu_number" => "2850590940090418135201".to_owned(),
        "ip_address" => "2001:db8:ca:4a::77".to_owned(),
        "birth_date" | "id_issue_date" | "organization.registration_date" => "1987-03-14".to_owned(),
        "id_expiration_date" => "2099-03-14".to_owned(),
        "card.expiration_date" => "99-03".to_owned(),
        "card.cvc" => "731".to_owned(),
        "card.country_code" => "DE".to_owned(),
        "language_code" => "de".to_owned(),
        "occupation" => "2512".to_owned(),
        "organization.number_of_shareholders" => "4711".to_owned(),
        name if name.ends_with("country_code") => "DEU".to_owned(),
        name => format!("Canary of {name}"),
    }
}
