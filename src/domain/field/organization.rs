//! SEP-9, organization fields.

use super::Field;
use super::check::{COUNTRY, PAST_DAY, WEBSITE, WHOLE_NUMBER};
use crate::domain::language::Text;

pub(super) static FIELDS: &[Field] = &[
    Field::text(
        "organization.name",
        Text {
            en: "Full name of the organization, as incorporated",
            es: "Denominación social completa, como consta en la escritura de constitución",
            de: "Vollständiger Name der Organisation, wie in der Gründungsurkunde",
        },
    ),
    Field::text(
        "organization.VAT_number",
        Text {
            en: "VAT number of the organization",
            es: "Número de IVA de la organización",
            de: "Umsatzsteuer-Identifikationsnummer der Organisation",
        },
    ),
    Field::text(
        "organization.registration_number",
        Text {
            en: "Registration number of the organization",
            es: "Número de registro de la organización",
            de: "Registernummer der Organisation",
        },
    ),
    Field::checked(
        "organization.registration_date",
        Text {
            en: "Day of the registration, like 2010-03-31",
            es: "Fecha de inscripción en el registro, por ejemplo 2010-03-31",
            de: "Tag der Eintragung ins Register, zum Beispiel 2010-03-31",
        },
        PAST_DAY,
    ),
    Field::lines(
        "organization.registered_address",
        Text {
            en: "Registered address of the organization",
            es: "Domicilio social de la organización",
            de: "Eingetragene Anschrift der Organisation",
        },
    ),
    Field::number(
        "organization.number_of_shareholders",
        Text { en: "Number of shareholders", es: "Número de accionistas", de: "Anzahl der Anteilseigner" },
        WHOLE_NUMBER,
    ),
    Field::text(
        "organization.shareholder_name",
        Text {
            en: "Name of a shareholder, a person or an organization",
            es: "Nombre de un accionista, persona u organización",
            de: "Name eines Anteilseigners, einer Person oder Organisation",
        },
    ),
    Field::file(
        "organization.photo_incorporation_doc",
        Text {
            en: "Image of the incorporation documents",
            es: "Imagen de los documentos de constitución",
            de: "Bild der Gründungsunterlagen",
        },
    ),
    Field::file(
        "organization.photo_proof_address",
        Text {
            en: "Image of a utility bill or bank statement with name and address",
            es: "Imagen de una factura de suministros o un extracto bancario, con nombre y dirección",
            de: "Bild einer Versorgerrechnung oder eines Kontoauszugs mit Name und Anschrift",
        },
    ),
    Field::checked(
        "organization.address_country_code",
        Text {
            en: "Country, three letters (ISO 3166-1 alpha-3)",
            es: "País, tres letras (ISO 3166-1 alfa-3)",
            de: "Land, drei Buchstaben (ISO 3166-1 alpha-3)",
        },
        COUNTRY,
    ),
    Field::text(
        "organization.state_or_province",
        Text {
            en: "State, province, region or prefecture",
            es: "Estado, provincia, región o prefectura",
            de: "Bundesland, Provinz, Region oder Präfektur",
        },
    ),
    Field::text("organization.city", Text { en: "City or town", es: "Ciudad o localidad", de: "Ort" }),
    Field::text("organization.postal_code", Text { en: "Postal code", es: "Código postal", de: "Postleitzahl" }),
    Field::text(
        "organization.director_name",
        Text {
            en: "Name of the registered managing director",
            es: "Nombre del administrador inscrito en el registro",
            de: "Name der eingetragenen Geschäftsführung",
        },
    ),
    Field::checked(
        "organization.website",
        Text {
            en: "Website, beginning with https:// or http://",
            es: "Sitio web, que empiece por https:// o http://",
            de: "Website, beginnend mit https:// oder http://",
        },
        WEBSITE,
    ),
    Field::email(
        "organization.email",
        Text {
            en: "E-mail address of the organization",
            es: "Correo electrónico de la organización",
            de: "E-Mail-Adresse der Organisation",
        },
    ),
    Field::phone(
        "organization.phone",
        Text {
            en: "Phone number with country code, like +14155550123 (E.164)",
            es: "Número de teléfono con prefijo internacional, por ejemplo +14155550123 (E.164)",
            de: "Telefonnummer mit Ländervorwahl, zum Beispiel +14155550123 (E.164)",
        },
    ),
];
