//! SEP-9, natural person fields.

use super::Field;
use super::check::{birth_date, country, day, day_over, email, ip_address, language, occupation, past_day, phone};

pub(super) static FIELDS: &[Field] = &[
    Field::text("last_name", "Family name, as on the passport").or(&["family_name"]),
    Field::text("first_name", "Given name, as on the passport").or(&["given_name"]),
    Field::text("additional_name", "Middle name or other additional name"),
    Field::checked("address_country_code", "Country of residence, three letters (ISO 3166-1 alpha-3)", country),
    Field::text("state_or_province", "State, province, region or prefecture"),
    Field::text("city", "City or town"),
    Field::text("postal_code", "Postal code"),
    Field::lines("address", "Full address, on several lines if needed"),
    Field::checked("mobile_number", "Mobile phone number with country code, like +14155550123 (E.164)", phone),
    Field::choice("mobile_number_format", "How mobile_number is written; E.164 if left out", &["E.164", "hash"]),
    Field::checked("email_address", "E-mail address", email),
    Field::date("birth_date", "Date of birth, like 1976-07-04", birth_date),
    Field::text("birth_place", "Place of birth (city, state, country), as on the passport"),
    Field::checked("birth_country_code", "Country of birth, three letters (ISO 3166-1 alpha-3)", country),
    Field::text("tax_id", "Tax number in the customer's country (in the US the social security number)"),
    Field::text("tax_id_name", "Name of the tax number (in the US SSN or ITIN)"),
    Field::number("occupation", "Occupation, as an ISCO-08 code", occupation),
    Field::text("employer_name", "Name of the employer"),
    Field::lines("employer_address", "Address of the employer"),
    Field::checked("language_code", "Primary language, two letters (ISO 639-1)", language),
    Field::choice(
        "id_type",
        "Kind of identity document",
        &["passport", "drivers_license", "id_card", "residence_permit", "other"],
    ),
    Field::checked("id_country_code", "Country that issued the document, three letters (ISO 3166-1 alpha-3)", country),
    Field::date("id_issue_date", "Day on which the document was issued, like 2020-01-31", past_day),
    Field::date("id_expiration_date", "Day on which the document expires, like 2030-01-31", day).expiring(day_over),
    Field::text("id_number", "Number of the passport or other document"),
    Field::file("photo_id_front", "Image of the front of the photo ID or passport"),
    Field::file("photo_id_back", "Image of the back of the photo ID or passport"),
    Field::file("notary_approval_of_photo_id", "Image of a notary's approval of the photo ID or passport"),
    Field::checked("ip_address", "IP address of the customer's computer", ip_address),
    Field::file("photo_proof_residence", "Image of a utility bill, bank statement or similar, with name and address"),
    Field::choice("sex", "Sex", &["male", "female", "other"]),
    // The wallet SDKs send `photo_proof_of_income`, which SEP-9 does not know.
    Field::file("proof_of_income", "Image of a document that proves the income").or(&["photo_proof_of_income"]),
    Field::file("proof_of_liveness", "Video or image of the customer as a proof of liveness"),
    Field::text("referral_id", "Where the customer came from: an id in another application or a referral code"),
];
