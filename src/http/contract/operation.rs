//! One operation of a document, under construction.

use axum::http::StatusCode;
use utoipa::ToSchema;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, Paths};
use utoipa::openapi::request_body::RequestBody;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Components, ContentBuilder, Ref, RefOr, Required, ResponseBuilder};

use super::refusals::{self, Form};
use super::schema;

/// How callers prove who they are.
#[derive(Clone, Copy)]
pub(super) enum Scheme {
    Sep10,
    OperatorKey,
    AccessToken,
}

impl Scheme {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sep10 => "wallet_token",
            Self::OperatorKey => "operator_key",
            Self::AccessToken => "access_token",
        }
    }

    pub(super) fn description(self) -> &'static str {
        match self {
            Self::Sep10 => "A token of SEP-10 or SEP-45, by an issuer that this server believes.",
            Self::OperatorKey => "A key made by `kycd operator-key create`.",
            Self::AccessToken => "The token of a payment target's page.",
        }
    }
}

/// What can be done at a path, and everything that can come of it.
pub(super) struct Operation {
    path: &'static str,
    method: HttpMethod,
    builder: OperationBuilder,
    is_spoken: bool,
    schemas: Vec<(String, RefOr<Schema>)>,
    refusals: Vec<(Form, StatusCode)>,
}

/// Begins an operation; `id` is the name of its handler.
pub(super) fn operation(method: HttpMethod, path: &'static str, id: &'static str, summary: &str) -> Operation {
    let builder = OperationBuilder::new().operation_id(Some(id)).summary(Some(summary));
    let (schemas, refusals) = (Vec::new(), Vec::new());
    Operation { path, method, builder, is_spoken: false, schemas, refusals }
}

impl Operation {
    /// Asks for a token or key.
    pub(super) fn for_bearer(mut self, scheme: Scheme) -> Self {
        let nothing: [&str; 0] = [];
        self.builder = self.builder.security(SecurityRequirement::new(scheme.name(), nothing));
        // Whether it is good may depend on an issuer, or on the database.
        self.refuses(&[401, 500, 503])
    }

    /// Answers in the language of whoever asks; what is refused is so in any case.
    pub(super) fn speaks(mut self) -> Self {
        self.is_spoken = true;
        self.query("lang", schema::lang(), "The language to answer in; `Accept-Language` when left out.")
    }

    /// Takes the segment of the path that has this name.
    pub(super) fn segment(self, name: &str, schema: impl Into<RefOr<Schema>>, description: &str) -> Self {
        self.parameter(ParameterIn::Path, Required::True, name, schema, description)
    }

    /// Takes a header that has to be there.
    pub(super) fn header(self, name: &str, schema: impl Into<RefOr<Schema>>, description: &str) -> Self {
        self.parameter(ParameterIn::Header, Required::True, name, schema, description)
    }

    /// Takes a parameter of the query.
    pub(super) fn query(self, name: &str, schema: impl Into<RefOr<Schema>>, description: &str) -> Self {
        self.parameter(ParameterIn::Query, Required::False, name, schema, description)
    }

    /// Takes a parameter of the query that has to be there.
    pub(super) fn required_query(self, name: &str, schema: impl Into<RefOr<Schema>>, description: &str) -> Self {
        self.parameter(ParameterIn::Query, Required::True, name, schema, description)
    }

    fn parameter(
        mut self,
        parameter_in: ParameterIn,
        required: Required,
        name: &str,
        schema: impl Into<RefOr<Schema>>,
        description: &str,
    ) -> Self {
        let parameter = ParameterBuilder::new().name(name).parameter_in(parameter_in).required(required);
        self.builder = self.builder.parameter(parameter.description(Some(description)).schema(Some(schema)));
        self
    }

    /// Takes a body, and refuses what every reader of bodies does.
    pub(super) fn takes(mut self, body: RequestBody) -> Self {
        self.builder = self.builder.request_body(Some(body));
        self.refuses(&[400, 408, 413, 415])
    }

    /// Takes a form of a page of ours; whatever else comes is refused as a page.
    pub(super) fn takes_form(mut self, form: RequestBody) -> Self {
        self.builder = self.builder.request_body(Some(form));
        self.shows_refusals(&[403])
    }

    /// Takes a body of this type as JSON alone.
    pub(super) fn takes_json<T: ToSchema>(mut self) -> Self {
        let content = ContentBuilder::new().schema(Some(self.reference::<T>())).build();
        let body = RequestBody::builder().required(Some(Required::True)).content("application/json", content).build();
        self.takes(body)
    }

    /// Answers with this type as JSON.
    pub(super) fn answers<T: ToSchema>(self, status: u16, description: &str) -> Self {
        self.answers_or::<T>(status, description, &[])
    }

    /// Answers with this type as JSON, or with another type of content.
    pub(super) fn answers_or<T: ToSchema>(
        mut self,
        status: u16,
        description: &str,
        others: &[(&'static str, RefOr<Schema>)],
    ) -> Self {
        let json = ("application/json", self.reference::<T>().into());
        self.answers_as(status, description, &[&[json], others].concat())
    }

    /// Answers with one of several types of content.
    pub(super) fn answers_as(mut self, status: u16, description: &str, contents: &[(&str, RefOr<Schema>)]) -> Self {
        let mut response = ResponseBuilder::new().description(description);
        for (content_type, schema) in contents {
            response = response.content(*content_type, ContentBuilder::new().schema(Some(schema.clone())).build());
        }
        if self.is_spoken {
            response = response.header("Content-Language", refusals::content_language());
        }
        self.builder = self.builder.response(status.to_string(), response);
        self
    }

    /// Answers with a page.
    pub(super) fn shows(self, description: &str) -> Self {
        self.answers_as(200, description, &[("text/html", schema::text().into())])
    }

    /// Sends the browser elsewhere.
    pub(super) fn redirects(mut self, status: u16, description: &str) -> Self {
        let location = HeaderBuilder::new().schema(Some(schema::text())).description(Some("Where to go on.")).build();
        let response = ResponseBuilder::new().description(description).header("Location", location);
        self.builder = self.builder.response(status.to_string(), response);
        self
    }

    /// Refuses with these statuses, as JSON.
    pub(super) fn refuses(self, statuses: &[u16]) -> Self {
        self.refuses_as(Form::Json, statuses)
    }

    /// Refuses with these statuses, as a page.
    pub(super) fn shows_refusals(self, statuses: &[u16]) -> Self {
        self.refuses_as(Form::Page, statuses)
    }

    fn refuses_as(mut self, form: Form, statuses: &[u16]) -> Self {
        let known = statuses.iter().filter_map(|status| StatusCode::from_u16(*status).ok());
        self.refusals.extend(known.map(|status| (form, status)));
        self
    }

    /// Marks it as one that is kept for old wallets.
    pub(super) fn deprecated(mut self) -> Self {
        self.builder = self.builder.deprecated(Some(utoipa::openapi::Deprecated::True));
        self
    }

    /// Says more about it.
    pub(super) fn described(mut self, description: &str) -> Self {
        self.builder = self.builder.description(Some(description));
        self
    }

    fn reference<T: ToSchema>(&mut self) -> Ref {
        self.schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(&mut self.schemas);
        Ref::from_schema_name(T::name())
    }

    /// Puts the operation into a document.
    pub(super) fn add_to(self, paths: &mut Paths, components: &mut Components) {
        let mut builder = self.builder;
        for (status, forms) in refusals::by_status(&self.refusals) {
            let name = refusals::add_to(components, status, &forms);
            builder = builder.response(status.as_str(), Ref::from_response_name(name));
        }
        components.schemas.extend(self.schemas);
        paths.add_path_operation(self.path, vec![self.method], builder);
    }
}
