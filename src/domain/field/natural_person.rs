//! SEP-9, natural person fields.

use super::Field;
use super::check::{BIRTH_DATE, COUNTRY, DAY, IP_ADDRESS, LANGUAGE, OCCUPATION, PAST_DAY, day_over};
use crate::domain::language::Text;

pub(super) static FIELDS: &[Field] = &[
    Field::text(
        "last_name",
        Text {
            en: "Family name, as on the passport",
            es: "Apellidos, como figuran en el pasaporte",
            de: "Familienname, wie im Pass angegeben",
        },
    )
    .or(&["family_name"]),
    Field::text(
        "first_name",
        Text {
            en: "Given name, as on the passport",
            es: "Nombre, como figura en el pasaporte",
            de: "Vorname, wie im Pass angegeben",
        },
    )
    .or(&["given_name"]),
    Field::text(
        "additional_name",
        Text {
            en: "Middle name or other additional name",
            es: "Segundo nombre u otro nombre adicional",
            de: "Zweiter Vorname oder weiterer Name",
        },
    ),
    Field::checked(
        "address_country_code",
        Text {
            en: "Country of residence, three letters (ISO 3166-1 alpha-3)",
            es: "País de residencia, tres letras (ISO 3166-1 alfa-3)",
            de: "Land des Wohnsitzes, drei Buchstaben (ISO 3166-1 alpha-3)",
        },
        COUNTRY,
    ),
    Field::text(
        "state_or_province",
        Text {
            en: "State, province, region or prefecture",
            es: "Estado, provincia, región o prefectura",
            de: "Bundesland, Provinz, Region oder Präfektur",
        },
    ),
    Field::text("city", Text { en: "City or town", es: "Ciudad o localidad", de: "Ort" }),
    Field::text("postal_code", Text { en: "Postal code", es: "Código postal", de: "Postleitzahl" }),
    Field::lines(
        "address",
        Text {
            en: "Full address, on several lines if needed",
            es: "Dirección completa, en varias líneas si es necesario",
            de: "Vollständige Anschrift, bei Bedarf in mehreren Zeilen",
        },
    ),
    Field::phone(
        "mobile_number",
        Text {
            en: "Mobile phone number with country code, like +14155550123 (E.164)",
            es: "Número de teléfono móvil con prefijo internacional, por ejemplo +14155550123 (E.164)",
            de: "Mobilfunknummer mit Ländervorwahl, zum Beispiel +14155550123 (E.164)",
        },
    ),
    Field::choice(
        "mobile_number_format",
        Text {
            en: "How mobile_number is written; E.164 if left out",
            es: "Formato de mobile_number; si se omite, E.164",
            de: "Schreibweise von mobile_number; ohne Angabe E.164",
        },
        &["E.164", "hash"],
    ),
    Field::email("email_address", Text { en: "E-mail address", es: "Correo electrónico", de: "E-Mail-Adresse" }),
    Field::date(
        "birth_date",
        Text {
            en: "Date of birth, like 1976-07-04",
            es: "Fecha de nacimiento, por ejemplo 1976-07-04",
            de: "Geburtsdatum, zum Beispiel 1976-07-04",
        },
        BIRTH_DATE,
    ),
    Field::text(
        "birth_place",
        Text {
            en: "Place of birth (city, state, country), as on the passport",
            es: "Lugar de nacimiento (ciudad, estado, país), como figura en el pasaporte",
            de: "Geburtsort (Ort, Bundesland, Staat), wie im Pass angegeben",
        },
    ),
    Field::checked(
        "birth_country_code",
        Text {
            en: "Country of birth, three letters (ISO 3166-1 alpha-3)",
            es: "País de nacimiento, tres letras (ISO 3166-1 alfa-3)",
            de: "Geburtsland, drei Buchstaben (ISO 3166-1 alpha-3)",
        },
        COUNTRY,
    ),
    Field::text(
        "tax_id",
        Text {
            en: "Tax number in the customer's country (in the US the social security number)",
            es: "Número de identificación fiscal en el país del cliente (en EE. UU., el número de la seguridad social)",
            de: "Steuernummer im Land des Kunden (in den USA die Sozialversicherungsnummer)",
        },
    ),
    Field::text(
        "tax_id_name",
        Text {
            en: "Name of the tax number (in the US SSN or ITIN)",
            es: "Denominación del número fiscal (en EE. UU., SSN o ITIN)",
            de: "Bezeichnung der Steuernummer (in den USA SSN oder ITIN)",
        },
    ),
    Field::number(
        "occupation",
        Text {
            en: "Occupation, as an ISCO-08 code",
            es: "Ocupación, como código CIUO-08 (ISCO-08)",
            de: "Beruf, als ISCO-08-Code",
        },
        OCCUPATION,
    ),
    Field::text(
        "employer_name",
        Text { en: "Name of the employer", es: "Nombre del empleador", de: "Name des Arbeitgebers" },
    ),
    Field::lines(
        "employer_address",
        Text { en: "Address of the employer", es: "Dirección del empleador", de: "Anschrift des Arbeitgebers" },
    ),
    Field::checked(
        "language_code",
        Text {
            en: "Primary language, two letters (ISO 639-1)",
            es: "Idioma principal, dos letras (ISO 639-1)",
            de: "Hauptsprache, zwei Buchstaben (ISO 639-1)",
        },
        LANGUAGE,
    ),
    Field::choice(
        "id_type",
        Text { en: "Kind of identity document", es: "Tipo de documento de identidad", de: "Art des Ausweisdokuments" },
        &["passport", "drivers_license", "id_card", "residence_permit", "other"],
    ),
    Field::checked(
        "id_country_code",
        Text {
            en: "Country that issued the document, three letters (ISO 3166-1 alpha-3)",
            es: "País que expidió el documento, tres letras (ISO 3166-1 alfa-3)",
            de: "Ausstellungsland des Dokuments, drei Buchstaben (ISO 3166-1 alpha-3)",
        },
        COUNTRY,
    ),
    Field::date(
        "id_issue_date",
        Text {
            en: "Day on which the document was issued, like 2020-01-31",
            es: "Fecha de expedición del documento, por ejemplo 2020-01-31",
            de: "Ausstellungsdatum des Dokuments, zum Beispiel 2020-01-31",
        },
        PAST_DAY,
    ),
    Field::date(
        "id_expiration_date",
        Text {
            en: "Day on which the document expires, like 2030-01-31",
            es: "Fecha de caducidad del documento, por ejemplo 2030-01-31",
            de: "Ablaufdatum des Dokuments, zum Beispiel 2030-01-31",
        },
        DAY,
    )
    .expiring(day_over),
    Field::text(
        "id_number",
        Text {
            en: "Number of the passport or other document",
            es: "Número del pasaporte u otro documento",
            de: "Nummer des Passes oder eines anderen Dokuments",
        },
    ),
    Field::file(
        "photo_id_front",
        Text {
            en: "Image of the front of the photo ID or passport",
            es: "Imagen del anverso del documento de identidad con fotografía o del pasaporte",
            de: "Bild der Vorderseite des Lichtbildausweises oder Passes",
        },
    ),
    Field::file(
        "photo_id_back",
        Text {
            en: "Image of the back of the photo ID or passport",
            es: "Imagen del reverso del documento de identidad con fotografía o del pasaporte",
            de: "Bild der Rückseite des Lichtbildausweises oder Passes",
        },
    ),
    Field::file(
        "notary_approval_of_photo_id",
        Text {
            en: "Image of a notary's approval of the photo ID or passport",
            es: "Imagen de la certificación notarial del documento de identidad con fotografía o del pasaporte",
            de: "Bild der notariellen Beglaubigung des Lichtbildausweises oder Passes",
        },
    ),
    Field::checked(
        "ip_address",
        Text {
            en: "IP address of the customer's computer",
            es: "Dirección IP del dispositivo del cliente",
            de: "IP-Adresse des Geräts des Kunden",
        },
        IP_ADDRESS,
    ),
    Field::file(
        "photo_proof_residence",
        Text {
            en: "Image of a utility bill, bank statement or similar, with name and address",
            es: "Imagen de una factura de suministros, un extracto bancario o similar, con nombre y dirección",
            de: "Bild einer Versorgerrechnung, eines Kontoauszugs oder Ähnlichem mit Name und Anschrift",
        },
    ),
    Field::choice("sex", Text { en: "Sex", es: "Sexo", de: "Geschlecht" }, &["male", "female", "other"]),
    // The wallet SDKs send `photo_proof_of_income`, which SEP-9 does not know.
    Field::file(
        "proof_of_income",
        Text {
            en: "Image of a document that proves the income",
            es: "Imagen de un documento que acredite los ingresos",
            de: "Bild eines Einkommensnachweises",
        },
    )
    .or(&["photo_proof_of_income"]),
    Field::recording(
        "proof_of_liveness",
        Text {
            en: "Video or image of the customer as a proof of liveness",
            es: "Vídeo o imagen del cliente como prueba de vida",
            de: "Video oder Bild des Kunden als Lebendnachweis",
        },
    ),
    Field::text(
        "referral_id",
        Text {
            en: "Where the customer came from: an id in another application or a referral code",
            es: "Procedencia del cliente: un identificador en otra aplicación o un código de recomendación",
            de: "Herkunft des Kunden: eine Kennung in einer anderen Anwendung oder ein Empfehlungscode",
        },
    ),
];
