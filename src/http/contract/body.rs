//! The bodies of requests: the same names and values as JSON, as a form, or as multipart.

use std::borrow::Cow;

use utoipa::openapi::encoding::EncodingBuilder;
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{AdditionalProperties, Object, ObjectBuilder, Schema, Type};
use utoipa::openapi::{ContentBuilder, RefOr, Required};

use super::schema::{self, either};
use crate::domain::field::{FieldRef, FieldType};
use crate::domain::file::FileType;
use crate::domain::language::Language;
use crate::domain::requirement::Requirements;
use crate::domain::submission::FILE_ID;
use crate::domain::verification::SUFFIX;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// A member: its name, its form, and whether it has to be there.
pub(super) type Member = (&'static str, RefOr<Schema>, bool);

/// A few texts, in any of the three; others are ignored.
pub(super) fn of_texts(members: &[Member]) -> RequestBody {
    let mut object = object(members);
    object.properties.insert("lang".to_owned(), schema::lang().into());
    in_each(object.clone(), object, members)
}

/// A few texts and no others, in any of the three.
pub(super) fn of_texts_alone(members: &[Member]) -> RequestBody {
    let mut object = object(members);
    object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
    in_each(object.clone(), object, members)
}

/// Who is meant by a memo.
pub(super) fn of_memo() -> RequestBody {
    let members = |memo: RefOr<Schema>| {
        [
            ("memo", memo, false),
            ("memo_type", schema::memo_type().into(), false),
            ("lang", schema::lang().into(), false),
        ]
    };
    let texts = members(schema::memo().into());
    in_each(object(&members(schema::json_memo())), object(&texts), &texts)
}

/// A URL for callbacks, and whose they are.
pub(super) fn of_callback() -> RequestBody {
    let url = ObjectBuilder::new()
        .schema_type(Type::String)
        .max_length(Some(2048))
        .description(Some("An https URL of a public host; an empty one takes the callback back."))
        .build();
    let members = |memo: RefOr<Schema>| {
        [
            ("url", url.clone().into(), true),
            ("id", schema::id().into(), false),
            ("account", schema::account().into(), false),
            ("memo", memo, false),
            ("memo_type", schema::memo_type().into(), false),
            ("lang", schema::lang().into(), false),
        ]
    };
    let texts = members(schema::memo().into());
    in_each(object(&members(schema::json_memo())), object(&texts), &texts)
}

/// What a page of ours posts.
pub(super) fn form(members: &[Member]) -> RequestBody {
    with_content(RequestBodyBuilder::new(), (FORM, object(members))).required(Some(Required::True)).build()
}

/// What a page of ours posts, perhaps with files; other members are the fields that it asks for.
pub(super) fn form_with_files(members: &[Member]) -> RequestBody {
    let contents = [(FORM, object(members)), (MULTIPART, object(members))];
    contents.into_iter().fold(RequestBodyBuilder::new(), with_content).required(Some(Required::True)).build()
}

/// What a provider tells by itself.
pub(super) fn message() -> RequestBody {
    with_content(RequestBodyBuilder::new(), (JSON, schema::any_object())).required(Some(Required::True)).build()
}

/// What a page of ours posts, or an object of a program's that says nothing.
pub(super) fn form_or_json(members: &[Member]) -> RequestBody {
    let contents = [(JSON, schema::any_object()), (FORM, object(members))];
    contents.into_iter().fold(RequestBodyBuilder::new(), with_content).required(Some(Required::True)).build()
}

/// What a customer gives.
pub(super) fn of_customer(requirements: &Requirements, by_transaction: bool) -> RequestBody {
    let mut texts = parameters(requirements, by_transaction);
    let mut json = texts.clone();
    texts.properties.insert("memo".to_owned(), schema::memo().into());
    json.properties.insert("memo".to_owned(), schema::json_memo());
    let mut multipart = texts.clone();
    let mut parts = ContentBuilder::new();
    for (name, field) in requirements.spelled_fields() {
        let add = |object: &mut Object, schema| object.properties.insert(name.to_owned(), schema);
        if field.kind() == FieldType::Binary {
            add(&mut multipart, described(schema::file(), field).into());
            parts = parts.encoding(name, EncodingBuilder::new().content_type(Some(content_types(field.file_types()))));
            for object in [&mut json, &mut texts, &mut multipart] {
                object.properties.insert(format!("{name}{FILE_ID}"), schema::text().into());
            }
        } else {
            add(&mut json, json_value(field));
            add(&mut texts, text_value(field).into());
            add(&mut multipart, text_value(field).into());
        }
    }
    for object in [&mut json, &mut texts, &mut multipart] {
        object.properties.extend(codes(requirements));
    }
    [(JSON, json), (FORM, texts)]
        .into_iter()
        .fold(RequestBodyBuilder::new(), with_content)
        .content(MULTIPART, parts.schema(Some(multipart)).build())
        .description(Some("Members that no customer type asks for are ignored. An empty body registers."))
        .build()
}

/// A file by itself.
pub(super) fn of_file() -> RequestBody {
    let file = ObjectBuilder::new().property("file", schema::file().build()).required("file").build();
    let types = EncodingBuilder::new().content_type(Some(content_types(&FileType::ALL)));
    let content = ContentBuilder::new().schema(Some(file)).encoding("file", types).build();
    RequestBodyBuilder::new().content(MULTIPART, content).required(Some(Required::True)).build()
}

fn content_types(types: &[FileType]) -> String {
    types.iter().map(|file_type| file_type.content_type()).collect::<Vec<_>>().join(", ")
}

/// The codes by which fields are verified.
pub(super) fn of_codes(requirements: &Requirements, by_transaction: bool) -> RequestBody {
    let mut texts = parameters(requirements, by_transaction);
    texts.properties.extend(codes(requirements));
    let mut json = texts.clone();
    texts.properties.insert("memo".to_owned(), schema::memo().into());
    json.properties.insert("memo".to_owned(), schema::json_memo());
    [(JSON, json), (FORM, texts.clone()), (MULTIPART, texts)]
        .into_iter()
        .fold(RequestBodyBuilder::new(), with_content)
        .required(Some(Required::True))
        .build()
}

fn codes(requirements: &Requirements) -> impl Iterator<Item = (String, RefOr<Schema>)> {
    let sent_to = requirements.spelled_fields().filter(|(_, field)| field.channel().is_some());
    sent_to.map(|(name, _)| (format!("{name}{SUFFIX}"), schema::pattern("^[0-9]{6}$").into()))
}

fn parameters(requirements: &Requirements, by_transaction: bool) -> Object {
    let types = requirements.of(true).map(|(name, _)| name);
    let names = ObjectBuilder::new().schema_type(Type::String).max_length(Some(64)).pattern(Some(FIELD_NAME));
    let object = ObjectBuilder::new()
        .property_names(Some(names.build()))
        .max_properties(Some(128))
        .property("id", schema::id())
        .property("account", schema::account())
        .property("memo_type", schema::memo_type())
        .property("lang", schema::lang())
        .property("type", schema::one_of(types));
    if by_transaction { object.property("transaction_id", schema::transaction_id()) } else { object }.build()
}

fn text_value(field: &FieldRef) -> Object {
    let choices = field.choices();
    let text = ObjectBuilder::new().schema_type(Type::String);
    let shape = field.shape();
    let text = if choices.is_empty() {
        text.pattern(shape.pattern).min_length(Some(shape.min_length)).max_length(Some(shape.max_length))
    } else {
        text.enum_values(Some(choices.into_iter().map(Cow::into_owned)))
    };
    described(text, field)
}

fn json_value(field: &FieldRef) -> RefOr<Schema> {
    match field.kind() {
        FieldType::Number => either(text_value(field), schema::whole_number_within(field.shape())),
        FieldType::String | FieldType::Date | FieldType::Binary => text_value(field).into(),
    }
}

fn described(value: ObjectBuilder, field: &FieldRef) -> Object {
    value.description(Some(field.description(Language::En).into_owned())).build()
}

/// What a name can be that is no parameter.
const FIELD_NAME: &str = r"^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)?$";

fn object(members: &[Member]) -> Object {
    let object = members.iter().fold(ObjectBuilder::new(), |object, (name, schema, is_required)| {
        let object = object.property(*name, schema.clone());
        if *is_required { object.required(*name) } else { object }
    });
    object.build()
}

fn in_each(json: Object, texts: Object, members: &[Member]) -> RequestBody {
    let is_required = members.iter().any(|(_, _, is_required)| *is_required);
    [(JSON, json), (FORM, texts.clone()), (MULTIPART, texts)]
        .into_iter()
        .fold(RequestBodyBuilder::new(), with_content)
        .required(Some(if is_required { Required::True } else { Required::False }))
        .build()
}

fn with_content(body: RequestBodyBuilder, (content_type, object): (&str, Object)) -> RequestBodyBuilder {
    body.content(content_type, ContentBuilder::new().schema(Some(object)).build())
}
