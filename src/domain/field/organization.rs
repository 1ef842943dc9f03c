//! SEP-9, organization fields.

use super::Field;
use super::check::{country, email, past_day, phone, website, whole_number};

pub(super) static FIELDS: &[Field] = &[
    Field::text("organization.name", "Full name of the organization, as incorporated"),
    Field::text("organization.VAT_number", "VAT number of the organization"),
    Field::text("organization.registration_number", "Registration number of the organization"),
    Field::checked("organization.registration_date", "Day of the registration, like 2010-03-31", past_day),
    Field::lines("organization.registered_address", "Registered address of the organization"),
    Field::number("organization.number_of_shareholders", "Number of shareholders", whole_number),
    Field::text("organization.shareholder_name", "Name of a shareholder, a person or an organization"),
    Field::file("organization.photo_incorporation_doc", "Image of the incorporation documents"),
    Field::file("organization.photo_proof_address", "Image of a utility bill or bank statement with name and address"),
    Field::checked("organization.address_country_code", "Country, three letters (ISO 3166-1 alpha-3)", country),
    Field::text("organization.state_or_province", "State, province, region or prefecture"),
    Field::text("organization.city", "City or town"),
    Field::text("organization.postal_code", "Postal code"),
    Field::text("organization.director_name", "Name of the registered managing director"),
    Field::checked("organization.website", "Website, beginning with https:// or http://", website),
    Field::checked("organization.email", "E-mail address of the organization", email),
    Field::checked("organization.phone", "Phone number with country code, like +14155550123 (E.164)", phone),
];
