//! SEP-9, card fields.

use super::Field;
use super::check::{CARD_CODE, CARD_MONTH, CARD_NUMBER, COUNTRY_ALPHA2, card_month_over};
use crate::domain::language::Text;

pub(super) static FIELDS: &[Field] = &[
    Field::checked(
        "card.number",
        Text { en: "Card number", es: "Número de la tarjeta", de: "Kartennummer" },
        CARD_NUMBER,
    ),
    Field::date(
        "card.expiration_date",
        Text {
            en: "Year and month in which the card expires, like 29-11",
            es: "Año y mes de caducidad de la tarjeta, por ejemplo 29-11",
            de: "Jahr und Monat, in dem die Karte abläuft, zum Beispiel 29-11",
        },
        CARD_MONTH,
    )
    .expiring(card_month_over),
    Field::checked(
        "card.cvc",
        Text { en: "Security code of the card", es: "Código de seguridad de la tarjeta", de: "Prüfnummer der Karte" },
        CARD_CODE,
    )
    .never_stored(),
    Field::text(
        "card.holder_name",
        Text { en: "Name on the card", es: "Nombre que figura en la tarjeta", de: "Name auf der Karte" },
    ),
    Field::text(
        "card.network",
        Text {
            en: "Brand of the card (Visa, Mastercard …)",
            es: "Marca de la tarjeta (Visa, Mastercard…)",
            de: "Kartenmarke (Visa, Mastercard …)",
        },
    ),
    Field::text(
        "card.postal_code",
        Text {
            en: "Postal code of the billing address",
            es: "Código postal de la dirección de facturación",
            de: "Postleitzahl der Rechnungsanschrift",
        },
    ),
    Field::checked(
        "card.country_code",
        Text {
            en: "Country of the billing address, two letters (alpha-2)",
            es: "País de la dirección de facturación, dos letras (alfa-2)",
            de: "Land der Rechnungsanschrift, zwei Buchstaben (alpha-2)",
        },
        COUNTRY_ALPHA2,
    ),
    Field::text(
        "card.state_or_province",
        Text {
            en: "State or province of the billing address (ISO 3166-2)",
            es: "Estado o provincia de la dirección de facturación (ISO 3166-2)",
            de: "Bundesland oder Provinz der Rechnungsanschrift (ISO 3166-2)",
        },
    ),
    Field::text(
        "card.city",
        Text {
            en: "City or town of the billing address",
            es: "Ciudad o localidad de la dirección de facturación",
            de: "Ort der Rechnungsanschrift",
        },
    ),
    Field::lines(
        "card.address",
        Text {
            en: "Full billing address, on several lines if needed",
            es: "Dirección de facturación completa, en varias líneas si es necesario",
            de: "Vollständige Rechnungsanschrift, bei Bedarf in mehreren Zeilen",
        },
    ),
    Field::text(
        "card.token",
        Text {
            en: "Token that stands for the card in an external payment system",
            es: "Token que representa la tarjeta en un sistema de pago externo",
            de: "Token, das in einem externen Zahlungssystem für die Karte steht",
        },
    ),
];
