//! SEP-9, financial account fields.

use super::Field;
use super::check::{cbu_number, clabe_number, phone};

pub(super) static FIELDS: &[Field] = &[
    Field::text("bank_name", "Name of the bank"),
    Field::choice("bank_account_type", "Kind of bank account", &["checking", "savings"]),
    Field::text("bank_account_number", "Number of the bank account"),
    Field::text("bank_number", "Number of the bank in its country's banking system (in the US the routing number)"),
    Field::checked("bank_phone_number", "Phone number of the bank with country code, like +14155550123", phone),
    Field::text("bank_branch_number", "Number of the bank's branch"),
    Field::text("external_transfer_memo", "Destination tag or memo that identifies the transfer"),
    Field::checked("clabe_number", "CLABE, the 18 digits of a Mexican bank account", clabe_number),
    Field::checked("cbu_number", "CBU or CVU, the 22 digits of an Argentine account", cbu_number),
    Field::text("cbu_alias", "Alias of the CBU or CVU"),
    Field::checked("mobile_money_number", "Phone number of the mobile money account, like +254712345678", phone),
    Field::text("mobile_money_provider", "Name of the mobile money provider"),
    Field::text("crypto_address", "Address of the cryptocurrency account"),
    Field::text("crypto_memo", "Destination tag or memo (deprecated: use external_transfer_memo)"),
];
