//! CHAL-02 and CHAL-03: what a challenge is made of, and that nothing else passes for one.

use std::time::Duration;

use kycd::auth::sep10::{Client, Invalid, User};
use rstest::rstest;
use stellar_xdr::{
    BumpSequenceOp, FeeBumpTransaction, FeeBumpTransactionEnvelope, FeeBumpTransactionExt, FeeBumpTransactionInnerTx,
    Hash, ManageDataOp, Memo, MuxedAccount, MuxedAccountMed25519, Operation, OperationBody, Preconditions,
    PreconditionsV2, SequenceNumber, TimeBounds, TimePoint, Transaction, TransactionEnvelope, TransactionV0,
    TransactionV0Envelope, TransactionV0Ext, Uint256,
};

use super::{DOMAIN, HOME_DOMAIN, SERVER, WALLET, WEB_AUTH_DOMAIN, client, client_of_a_domain, now, terms};
use crate::forge::NOW;
use crate::stellar::{Key, answer, close, open, signed};

/// The transaction of a challenge for a wallet with a domain.
fn transaction() -> Transaction {
    open(&terms().challenge(&client_of_a_domain(), &[7; 48], now())).tx
}

/// Signs a changed transaction by everybody who has to, the server included: nothing but the change can be wrong.
fn refusal_of(change: impl FnOnce(&mut Transaction)) -> Option<Invalid> {
    let mut changed = transaction();
    change(&mut changed);
    let keys = [Key::of(SERVER), Key::of(DOMAIN), Key::of(WALLET)];
    terms().read(&signed(changed, &keys.each_ref()), now()).err()
}

/// Replaces the operations.
fn with_operations(transaction: &mut Transaction, change: impl FnOnce(&mut Vec<Operation>)) {
    let mut operations = Vec::from(std::mem::take(&mut transaction.operations));
    change(&mut operations);
    transaction.operations = operations.try_into().unwrap();
}

fn key(somebody: u8) -> MuxedAccount {
    MuxedAccount::Ed25519(Uint256(Key::of(somebody).public()))
}

fn manage_data(source: Option<MuxedAccount>, name: &str, value: Option<&[u8]>) -> Operation {
    let data_name = stellar_xdr::String64(name.try_into().unwrap());
    let data_value = value.map(|value| stellar_xdr::DataValue(value.try_into().unwrap()));
    Operation { source_account: source, body: OperationBody::ManageData(ManageDataOp { data_name, data_value }) }
}

fn time_bounds(min: i64, max: i64) -> Preconditions {
    let point = |seconds: i64| TimePoint(seconds.try_into().unwrap());
    Preconditions::Time(TimeBounds { min_time: point(min), max_time: point(max) })
}

#[test]
fn a_challenge_is_what_the_specification_describes() {
    let challenge = open(&terms().challenge(&client_of_a_domain(), &[7; 48], now()));

    let transaction = &challenge.tx;
    assert_eq!(transaction.source_account, key(SERVER));
    assert_eq!(transaction.seq_num, SequenceNumber(0));
    assert_eq!(transaction.cond, time_bounds(NOW, NOW + 900));
    assert_eq!(transaction.memo, Memo::None);
    let nonce = data_encoding::BASE64.encode(&[7; 48]);
    assert_eq!(nonce.len(), 64);
    let operations = [
        manage_data(Some(key(WALLET)), "anchor.example.com auth", Some(nonce.as_bytes())),
        manage_data(Some(key(SERVER)), "web_auth_domain", Some(WEB_AUTH_DOMAIN.as_bytes())),
        manage_data(Some(key(DOMAIN)), "client_domain", Some(b"wallet.example.org")),
    ];
    assert_eq!(*transaction.operations, operations);
    assert_eq!(challenge.signatures.len(), 1);
}

#[rstest]
#[case::a_memo(User::Memo(u64::MAX), key(WALLET), Memo::Id(u64::MAX))]
#[case::a_muxed_account(
    User::Muxed(5),
    MuxedAccount::MuxedEd25519(MuxedAccountMed25519 { id: 5, ed25519: Uint256(Key::of(WALLET).public()) }),
    Memo::None
)]
fn a_challenge_names_the_user(#[case] user: User, #[case] source: MuxedAccount, #[case] memo: Memo) {
    let challenge = open(&terms().challenge(&Client { user, ..client() }, &[7; 48], now()));

    assert_eq!(challenge.tx.operations[0].source_account, Some(source));
    assert_eq!(challenge.tx.memo, memo);
}

#[test]
fn an_unchanged_challenge_is_accepted() {
    assert_eq!(refusal_of(|_| {}), None);
}

#[test]
fn the_order_of_the_further_operations_means_nothing() {
    assert_eq!(refusal_of(|transaction| with_operations(transaction, |operations| operations.swap(1, 2))), None);
}

#[test]
fn the_server_may_add_what_is_reserved_for_the_future() {
    let more = manage_data(Some(key(SERVER)), "something", Some(b"new"));
    assert_eq!(refusal_of(|transaction| with_operations(transaction, |operations| operations.push(more))), None);
}

#[rstest]
#[case::a_sequence_number(|it: &mut Transaction| it.seq_num = SequenceNumber(1), Invalid::Sequence)]
#[case::a_negative_sequence_number(|it: &mut Transaction| it.seq_num = SequenceNumber(-1), Invalid::Sequence)]
#[case::another_source(|it: &mut Transaction| it.source_account = key(WALLET), Invalid::Source)]
#[case::no_time_bounds(|it: &mut Transaction| it.cond = Preconditions::None, Invalid::TimeBounds)]
#[case::no_end(|it: &mut Transaction| it.cond = time_bounds(NOW, 0), Invalid::TimeBounds)]
#[case::other_conditions(
    |it: &mut Transaction| it.cond = Preconditions::V2(PreconditionsV2::default()),
    Invalid::TimeBounds
)]
#[case::expired(|it: &mut Transaction| it.cond = time_bounds(NOW - 901, NOW - 1), Invalid::Expired)]
#[case::not_yet_valid(|it: &mut Transaction| it.cond = time_bounds(NOW + 61, NOW + 900), Invalid::NotYet)]
#[case::a_text_memo(|it: &mut Transaction| it.memo = Memo::Text("5".try_into().unwrap()), Invalid::TransactionMemo)]
#[case::a_hash_memo(|it: &mut Transaction| it.memo = Memo::Hash(Hash([5; 32])), Invalid::TransactionMemo)]
#[case::a_return_memo(|it: &mut Transaction| it.memo = Memo::Return(Hash([5; 32])), Invalid::TransactionMemo)]
fn a_changed_transaction_is_refused(#[case] change: fn(&mut Transaction), #[case] reason: Invalid) {
    assert_eq!(refusal_of(change), Some(reason));
}

#[test]
fn a_memo_beside_a_muxed_account_is_refused() {
    let refusal = refusal_of(|transaction| {
        let muxed = MuxedAccountMed25519 { id: 5, ed25519: Uint256(Key::of(WALLET).public()) };
        with_operations(transaction, |operations| {
            operations[0].source_account = Some(MuxedAccount::MuxedEd25519(muxed));
        });
        transaction.memo = Memo::Id(5);
    });

    assert_eq!(refusal, Some(Invalid::TransactionMemo));
}

const NONCE: &[u8; 64] = &[b'A'; 64];

fn bump() -> Operation {
    Operation {
        source_account: Some(key(WALLET)),
        body: OperationBody::BumpSequence(BumpSequenceOp { bump_to: SequenceNumber(9) }),
    }
}

#[rstest]
#[case::is_none(vec![], Invalid::FirstOperation)]
#[case::is_of_another_kind(vec![bump()], Invalid::FirstOperation)]
#[case::has_no_source(vec![manage_data(None, "anchor.example.com auth", Some(NONCE))], Invalid::FirstOperation)]
#[case::has_no_value(vec![manage_data(Some(key(WALLET)), "anchor.example.com auth", None)], Invalid::FirstOperation)]
#[case::is_for_another_home_domain(
    vec![manage_data(Some(key(WALLET)), "bank.example.com auth", Some(NONCE))],
    Invalid::FirstOperation
)]
#[case::is_for_no_home_domain(vec![manage_data(Some(key(WALLET)), " auth", Some(NONCE))], Invalid::FirstOperation)]
#[case::has_a_short_nonce(
    vec![manage_data(Some(key(WALLET)), "anchor.example.com auth", Some(&NONCE[..60]))],
    Invalid::Nonce
)]
#[case::has_a_nonce_that_is_no_base64(
    vec![manage_data(Some(key(WALLET)), "anchor.example.com auth", Some(&[b'!'; 64]))],
    Invalid::Nonce
)]
fn the_first_operation_is_refused_that(#[case] operations: Vec<Operation>, #[case] reason: Invalid) {
    let refusal = refusal_of(|transaction| {
        with_operations(transaction, |all| {
            let more = all.split_off(1);
            *all = operations;
            // Without a first operation, nothing else is there either.
            if !all.is_empty() {
                all.extend(more);
            }
        });
    });

    assert_eq!(refusal, Some(reason));
}

#[rstest]
#[case::is_of_another_kind(bump(), Invalid::Operation)]
#[case::has_a_foreign_source(manage_data(Some(key(WALLET)), "more", Some(b"data")), Invalid::Operation)]
#[case::has_no_source(manage_data(None, "more", Some(b"data")), Invalid::Operation)]
#[case::names_the_server_again(
    manage_data(Some(key(SERVER)), "web_auth_domain", Some(WEB_AUTH_DOMAIN.as_bytes())),
    Invalid::WebAuthDomain
)]
#[case::names_another_client_domain(
    manage_data(Some(key(DOMAIN)), "client_domain", Some(b"bank.example.com")),
    Invalid::ClientDomainOperation
)]
fn a_further_operation_is_refused_that(#[case] operation: Operation, #[case] reason: Invalid) {
    let refusal = refusal_of(|it| with_operations(it, |operations| operations.push(operation)));

    assert_eq!(refusal, Some(reason));
}

#[rstest]
#[case::is_missing(None, Invalid::WebAuthDomain)]
#[case::names_another_server(Some(("bank.example.com", SERVER)), Invalid::WebAuthDomain)]
#[case::leaves_out_the_port(Some(("kyc.example.com", SERVER)), Invalid::WebAuthDomain)]
#[case::is_somebody_elses(Some((WEB_AUTH_DOMAIN, WALLET)), Invalid::Operation)]
fn the_name_of_the_server_is_refused_that(#[case] given: Option<(&str, u8)>, #[case] reason: Invalid) {
    let refusal = refusal_of(|transaction| {
        with_operations(transaction, |operations| {
            operations.remove(1);
            let operation =
                |(name, source): (&str, u8)| manage_data(Some(key(source)), "web_auth_domain", Some(name.as_bytes()));
            operations.extend(given.map(operation));
        });
    });

    assert_eq!(refusal, Some(reason));
}

#[rstest]
#[case::the_server_would_prove(key(SERVER), b"anchor.example.com".as_slice())]
#[case::has_no_name(key(DOMAIN), b"".as_slice())]
#[case::is_no_text(key(DOMAIN), b"\xff.example.org".as_slice())]
fn a_client_domain_is_refused_that(#[case] source: MuxedAccount, #[case] name: &[u8]) {
    let refusal = refusal_of(|transaction| {
        with_operations(transaction, |operations| {
            operations[2] = manage_data(Some(source), "client_domain", Some(name));
        });
    });

    assert_eq!(refusal, Some(Invalid::ClientDomainOperation));
}

#[test]
fn a_challenge_of_another_network_is_refused() {
    let other = kycd::auth::sep10::Terms { network_passphrase: "Another Network".to_owned(), ..terms() };
    let challenge = answer(&other.challenge(&client(), &[7; 48], now()), &[&Key::of(WALLET)]);

    assert_eq!(terms().read(&challenge, now()).err(), Some(Invalid::ServerSignature));
}

#[test]
fn an_older_kind_of_envelope_is_refused() {
    let Transaction { fee, seq_num, memo, operations, .. } = transaction();
    let tx = TransactionV0 {
        source_account_ed25519: Uint256(Key::of(SERVER).public()),
        fee,
        seq_num,
        time_bounds: None,
        memo,
        operations,
        ext: TransactionV0Ext::V0,
    };
    let envelope = TransactionEnvelope::TxV0(TransactionV0Envelope { tx, signatures: Vec::new().try_into().unwrap() });

    assert_eq!(terms().read(&close(&envelope), now()).err(), Some(Invalid::Envelope));
}

#[test]
fn a_fee_bump_is_refused() {
    let inner_tx = FeeBumpTransactionInnerTx::Tx(open(&terms().challenge(&client(), &[7; 48], now())));
    let tx = FeeBumpTransaction { fee_source: key(WALLET), fee: 400, inner_tx, ext: FeeBumpTransactionExt::V0 };
    let signatures = Vec::new().try_into().unwrap();
    let envelope = TransactionEnvelope::TxFeeBump(FeeBumpTransactionEnvelope { tx, signatures });

    assert_eq!(terms().read(&close(&envelope), now()).err(), Some(Invalid::Envelope));
}

#[rstest]
#[case::nothing("")]
#[case::no_base64("not a transaction")]
#[case::no_xdr("AAAA")]
#[case::more_than_an_envelope(&format!("{}AAAA", challenge_without_padding()))]
#[case::a_line_break(&format!("{}\n", challenge_without_padding()))]
fn what_is_no_envelope_is_refused(#[case] transaction: &str) {
    assert_eq!(terms().read(transaction, now()).err(), Some(Invalid::Envelope));
}

/// A challenge to whose base64 more can be added.
fn challenge_without_padding() -> String {
    let domains = ["a.example.org", "ab.example.org", "abc.example.org", "abcd.example.org", "abcdefghi.example.org"];
    let challenge = |name: &&str| {
        let mut client = client_of_a_domain();
        if let Some(domain) = &mut client.domain {
            (*name).clone_into(&mut domain.name);
        }
        terms().challenge(&client, &[7; 48], now())
    };
    domains.iter().map(challenge).find(|challenge| !challenge.ends_with('=')).expect("one of them")
}

#[test]
fn a_challenge_can_be_answered_until_it_expires() {
    let challenge = answer(&terms().challenge(&client(), &[7; 48], now()), &[&Key::of(WALLET)]);

    let read = |moment| terms().read(&challenge, moment).err();
    assert_eq!(read(now() - Duration::from_mins(1)), None, "another replica's clock may be behind");
    assert_eq!(read(now() - Duration::from_secs(61)), Some(Invalid::NotYet));
    assert_eq!(read(now() + Duration::from_mins(15)), None);
    assert_eq!(read(now() + Duration::from_secs(901)), Some(Invalid::Expired));
    let answer = terms().read(&challenge, now()).expect("in time");
    assert!(answer.expires_at() > now() + Duration::from_mins(15), "{HOME_DOMAIN} remembers it for longer");
}
