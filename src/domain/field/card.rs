//! SEP-9, card fields.

use super::Field;
use super::check::{card_code, card_month, card_month_over, card_number, country_alpha2};

pub(super) static FIELDS: &[Field] = &[
    Field::checked("card.number", "Card number", card_number),
    Field::date("card.expiration_date", "Year and month in which the card expires, like 29-11", card_month)
        .expiring(card_month_over),
    Field::checked("card.cvc", "Security code of the card", card_code).never_stored(),
    Field::text("card.holder_name", "Name on the card"),
    Field::text("card.network", "Brand of the card (Visa, Mastercard …)"),
    Field::text("card.postal_code", "Postal code of the billing address"),
    Field::checked("card.country_code", "Country of the billing address, two letters (alpha-2)", country_alpha2),
    Field::text("card.state_or_province", "State or province of the billing address (ISO 3166-2)"),
    Field::text("card.city", "City or town of the billing address"),
    Field::lines("card.address", "Full billing address, on several lines if needed"),
    Field::text("card.token", "Token that stands for the card in an external payment system"),
];
