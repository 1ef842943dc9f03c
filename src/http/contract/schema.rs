//! The forms of values that documents speak of.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, OneOfBuilder, Schema, SchemaFormat, Type};

use crate::domain::field::Shape;
use crate::domain::language::Language;
use crate::domain::transaction;

/// Any text.
pub(super) fn text() -> Object {
    Object::with_type(Type::String)
}

/// Text of so many characters.
pub(super) fn text_of(min: usize, max: usize) -> Object {
    ObjectBuilder::new().schema_type(Type::String).min_length(Some(min)).max_length(Some(max)).build()
}

/// Text that matches a regular expression.
pub(super) fn pattern(pattern: &str) -> Object {
    ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern)).build()
}

/// Text of a known format.
pub(super) fn format(format: KnownFormat) -> Object {
    ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(format))).build()
}

/// One of some words.
pub(super) fn one_of(words: impl IntoIterator<Item = impl Into<String>>) -> Object {
    let words: Vec<String> = words.into_iter().map(Into::into).collect();
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).build()
}

/// A whole number from `min`.
pub(super) fn whole_number(min: u32) -> Object {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(f64::from(min))).build()
}

/// The id of a customer.
pub(super) fn id() -> Object {
    format(KnownFormat::Uuid)
}

/// A Stellar address.
pub(super) fn account() -> Object {
    pattern("^([GC][A-Z2-7]{55}|M[A-Z2-7]{68})$")
}

/// A memo, whose form depends on its type.
pub(super) fn memo() -> Object {
    text_of(1, 64)
}

/// A memo in JSON, where an id may be a number.
pub(super) fn json_memo() -> RefOr<Schema> {
    either(memo(), whole_number(0))
}

/// One form or the other.
pub(super) fn either(one: Object, other: Object) -> RefOr<Schema> {
    RefOr::T(Schema::OneOf(OneOfBuilder::new().item(one).item(other).build()))
}

/// The type of a memo.
pub(super) fn memo_type() -> Object {
    one_of(["id", "text", "hash"])
}

/// The id of a transaction.
pub(super) fn transaction_id() -> Object {
    pattern(transaction::ID_PATTERN)
}

/// What is made of 32 random bytes or a keyed hash, in base64url.
pub(super) fn token() -> Object {
    pattern("^[A-Za-z0-9_-]+$")
}

/// Some object.
pub(super) fn any_object() -> Object {
    Object::with_type(Type::Object)
}

/// The bytes of a file.
pub(super) fn file() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
}

/// The language to answer in.
pub(super) fn lang() -> Object {
    let codes = Language::ALL.map(Language::code).join(", ");
    let description = format!("The language to answer in: {codes}, also with a region; English for any other.");
    ObjectBuilder::new().schema_type(Type::String).description(Some(description)).build()
}

/// A whole number that a field takes.
#[expect(clippy::cast_precision_loss, reason = "beyond 2^53 no JSON number is exact either")]
pub(super) fn whole_number_within(shape: Shape) -> Object {
    let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(shape.least.unwrap_or_default() as f64));
    number.maximum(shape.greatest.map(|greatest| greatest as f64)).build()
}
