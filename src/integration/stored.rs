//! The built-in integration: our store and the configured requirements.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use uuid::Uuid;

use super::answer::{CustomerAnswer, FieldAnswer};
use super::files;
use super::message;
use super::verification::{request_codes, spend_codes};
use super::{CallbackPolicy, CustomerIntegration, GetCustomer, IntegrationError, PutCustomer, PutVerification, Seen};
use crate::domain::assessment::{Assessment, MissingField, ProvidedField, assess};
use crate::domain::document::Document;
use crate::domain::facts::{Facts, Status};
use crate::domain::language::Language;
use crate::domain::memo::CustomerKey;
use crate::domain::payto::Payto;
use crate::domain::requirement::{AskedField, Requirement, Requirements};
use crate::domain::session::{Selector, Session};
use crate::store::{LockedTarget, OpenTarget, Store, Target, Tx};

/// Keeps customers in the [`Store`].
pub struct Stored {
    pub(super) store: Store,
    pub(super) requirements: Arc<Requirements>,
    provider_names: BTreeMap<String, String>,
    public_url: String,
    callbacks: Option<CallbackPolicy>,
}

impl Stored {
    /// Joins the parts; `provider_names` gives each provider's display name, `public_url` has no trailing slash.
    #[must_use]
    pub fn new(
        store: Store,
        requirements: Arc<Requirements>,
        provider_names: BTreeMap<String, String>,
        public_url: String,
    ) -> Self {
        Self { store, requirements, provider_names, public_url, callbacks: None }
    }

    /// Takes callbacks, which somebody has to deliver.
    #[must_use]
    pub fn with_callbacks(mut self, policy: CallbackPolicy) -> Self {
        self.callbacks = Some(policy);
        self
    }

    /// Gives what [`get`](CustomerIntegration::get) would say of a customer now, in the language in which the wallet last
    /// gave something; `None` if there is no such customer or type.
    ///
    /// # Errors
    /// The database failed.
    pub async fn answer_about(
        &self,
        id: Uuid,
        customer_type: &str,
    ) -> Result<Option<CustomerAnswer>, IntegrationError> {
        let Some((type_name, requirement)) = self.requirements.find(Some(customer_type)) else { return Ok(None) };
        let Some(found) = self.store.find_as_of_now(id, &self.requirements).await? else { return Ok(None) };
        let language = found.document()?.language();
        Ok(Some(self.answer(type_name, requirement, Some(&found.target), language)))
    }

    fn requirement(&self, customer_type: Option<&str>) -> Result<(&str, &Requirement), IntegrationError> {
        let unknown = || IntegrationError::Invalid("'type' is not one that this server knows".into());
        self.requirements.find(customer_type).ok_or_else(unknown)
    }

    /// Assesses a customer anew whose statuses were assessed under another configuration, or before something ran out.
    async fn reassess(&self, session: &Session, selector: &Selector) -> Result<(), IntegrationError> {
        let mut tx = self.store.begin().await?;
        let locked = tx.lock_customer(selector, &session.reach()).await?;
        // Of several who found it so, one does it.
        if let Some(locked) = locked.filter(|locked| self.is_outdated(&locked.target)) {
            let document = locked.document()?;
            tx.save_assessed(&locked, &document, &self.requirements).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    fn answer(
        &self,
        type_name: &str,
        requirement: &Requirement,
        target: Option<&Target>,
        language: Language,
    ) -> CustomerAnswer {
        let nothing = Facts::default();
        let facts = target.map_or(&nothing, |target| &target.facts);
        let assessment = assess(type_name, requirement, facts, self.store.now());
        let link = assessment.proof.and(target).map(|target| self.link(target, type_name));
        CustomerAnswer {
            id: target.filter(|target| target.registered).map(|target| target.id.to_string()),
            status: assessment.status,
            message: message::compose(&assessment, language, |provider| self.display_name(provider), link.as_deref()),
            fields: missing_fields(&assessment, language),
            provided_fields: provided_fields(&assessment, language),
            more_info_url: link,
        }
    }

    fn display_name<'a>(&'a self, provider: &'a str) -> &'a str {
        self.provider_names.get(provider).map_or(provider, String::as_str)
    }

    fn link(&self, target: &Target, type_name: &str) -> String {
        let token = target.access_token(self.store.vault()).reveal();
        format!("{}/kyc-spa/{token}?type={type_name}", self.public_url)
    }
}

#[async_trait]
impl CustomerIntegration for Stored {
    async fn get(&self, session: &Session, request: GetCustomer<'_>) -> Result<CustomerAnswer, IntegrationError> {
        let (type_name, requirement) = self.requirement(request.customer_type)?;
        let reach = session.reach();
        let find = || self.store.find_customer(&request.selector, &reach);
        let mut target = find().await?;
        check_found(&self.store, &request.selector, target.as_ref())?;
        if target.as_ref().is_some_and(|target| self.is_outdated(target)) {
            self.reassess(session, &request.selector).await?;
            target = find().await?;
        }
        Ok(self.answer(type_name, requirement, target.as_ref(), request.language))
    }

    async fn put(&self, session: &Session, request: PutCustomer) -> Result<String, IntegrationError> {
        let (type_name, requirement) = self.requirement(request.customer_type.as_deref())?;
        let values = request.values.iter().map(|(field, value)| (field.as_str(), value.expose().as_str()));
        requirement.check_choices(values).map_err(|error| IntegrationError::Invalid(error.into()))?;
        if let Some(id) = self.put_values(session, &request, type_name, requirement).await? {
            return Ok(id);
        }
        let codes = self.try_codes(session, &request.selector, &request.codes).await?;
        let mut tx = self.store.begin().await?;
        let locked = lock(&self.store, &mut tx, session, &request.selector, request.seen).await?;
        let before = locked.document()?;
        let mut document = with_values(&before, session, &request);
        for (field, file) in files::claim(&mut tx, &locked, &before, session, &request, &self.requirements).await? {
            if let Some(replaced) = document.set_file(field, file.id, file.quarantine) {
                tx.delete_file(replaced).await?;
            }
        }
        spend_codes(&mut tx, &locked, &mut document, &codes).await?;
        let unchanged = document == before && locked.target.registered && !self.is_outdated(&locked.target);
        let facts = if unchanged {
            Cow::Borrowed(&locked.target.facts)
        } else {
            Cow::Owned(tx.save_assessed(&locked, &document, &self.requirements).await?)
        };
        let given = |field: &str| request.values.contains_key(field) || request.resend.contains(field);
        let assessment = assess(type_name, requirement, &facts, tx.now());
        request_codes(&mut tx, &locked, &document, &assessment, given).await?;
        tx.commit().await?;
        Ok(locked.target.id.to_string())
    }

    async fn delete(&self, _: &Session, customer: &CustomerKey) -> Result<(), IntegrationError> {
        let mut tx = self.store.begin().await?;
        if !tx.delete_customer(customer).await? {
            return Err(IntegrationError::NotFound);
        }
        Ok(tx.commit().await?)
    }

    async fn callback(&self, session: &Session, customer: Selector, url: &str) -> Result<(), IntegrationError> {
        let Some(policy) = &self.callbacks else {
            return Err(IntegrationError::NotImplemented("PUT /customer/callback (keys.signing_key_file is not set)"));
        };
        let found = self.store.find_customer(&customer, &session.reach()).await?;
        check_found(&self.store, &customer, found.as_ref())?;
        if !found.is_some_and(|found| found.registered) {
            return Err(IntegrationError::NotFound);
        }
        // Names are looked up, so before the transaction.
        let url = if url.is_empty() { None } else { Some(policy.check(session, url).await?) };
        let mut tx = self.store.begin().await?;
        let locked = tx.lock_customer(&customer, &session.reach()).await?.ok_or(IntegrationError::NotFound)?;
        match &url {
            Some(url) => tx.save_callback(&locked, url).await?,
            None if tx.delete_callback(&locked).await? => {}
            None => {
                return Err(IntegrationError::Invalid("'url' is empty, and there is no callback to take back".into()));
            }
        }
        Ok(tx.commit().await?)
    }

    async fn put_verification(
        &self,
        session: &Session,
        request: PutVerification,
    ) -> Result<CustomerAnswer, IntegrationError> {
        let PutVerification { selector, customer_type, codes, language } = request;
        let put = PutCustomer {
            selector: selector.clone(),
            customer_type: customer_type.clone(),
            values: BTreeMap::new(),
            files: Vec::new(),
            file_ids: BTreeMap::new(),
            codes,
            resend: BTreeSet::new(),
            language: None,
            seen: None,
        };
        self.put(session, put).await?;
        self.get(session, GetCustomer { selector, customer_type: customer_type.as_deref(), language }).await
    }
}

impl Stored {
    /// Does by one look and one guarded statement what takes a transaction otherwise, if the request brings nothing but
    /// values that leave every status of a customer as it is. Gives the customer's id; `None` if there is more to do, or
    /// somebody else changed the customer meanwhile.
    async fn put_values(
        &self,
        session: &Session,
        request: &PutCustomer,
        type_name: &str,
        requirement: &Requirement,
    ) -> Result<Option<String>, IntegrationError> {
        if !(request.files.is_empty() && request.file_ids.is_empty() && request.codes.is_empty()) {
            return Ok(None);
        }
        let found = self.store.open_customer(&request.selector, &session.reach()).await?;
        check_found(&self.store, &request.selector, found.as_ref().map(|found| &found.target))?;
        let is_same = |found: &OpenTarget| request.seen.is_none_or(|seen| seen == Seen::from(found));
        let Some(found) = found.filter(|found| found.target.registered && is_same(found)) else { return Ok(None) };
        let before = found.document()?;
        let document = with_values(&before, session, request);
        let now = self.store.now();
        let facts = self.store.assess(&found, &document, &self.requirements, now);
        let sends_codes = assess(type_name, requirement, &facts, now).unverified().next().is_some();
        if sends_codes || facts.statuses != found.target.facts.statuses {
            return Ok(None);
        }
        let unchanged = document == before && !self.is_outdated(&found.target);
        let is_done = unchanged || self.store.save_quietly(&found, &document, &facts, now).await?;
        Ok(is_done.then(|| found.target.id.to_string()))
    }

    fn is_outdated(&self, target: &Target) -> bool {
        target.registered && !target.facts.are_current(self.requirements.digest(), self.store.now())
    }
}

/// A document with what a request says.
fn with_values(before: &Document, session: &Session, request: &PutCustomer) -> Document {
    let mut document = before.clone();
    if let Some(domain) = session.client_domain() {
        document.set_wallet(domain);
    }
    if let Some(language) = request.language {
        document.set_language(language);
    }
    for (field, value) in &request.values {
        document.set_value(field, value.expose().clone());
    }
    document
}

async fn lock(
    store: &Store,
    tx: &mut Tx,
    session: &Session,
    selector: &Selector,
    seen: Option<Seen>,
) -> Result<LockedTarget, IntegrationError> {
    let locked = match selector {
        Selector::Key(key) if seen.is_none() => Some(tx.lock_or_insert_target(&Payto::from(key)).await?),
        Selector::Key(_) | Selector::Id { .. } => tx.lock_customer(selector, &session.reach()).await?,
    };
    check_found(store, selector, locked.as_ref().map(|locked| &locked.target))?;
    let locked = locked.ok_or(IntegrationError::NotFound)?;
    match seen {
        Some(seen) if seen.id != locked.target.id => Err(IntegrationError::NotFound),
        Some(seen) if seen != Seen::from(&*locked) => Err(IntegrationError::Changed),
        Some(_) | None => Ok(locked),
    }
}

impl From<&OpenTarget> for Seen {
    fn from(target: &OpenTarget) -> Self {
        Self { id: target.target.id, version: target.version() }
    }
}

/// An id has to belong to somebody, and to the very customer whose memo the request gives with it.
pub(super) fn check_found(store: &Store, selector: &Selector, found: Option<&Target>) -> Result<(), IntegrationError> {
    match (selector, found) {
        (Selector::Id { .. }, None) => Err(IntegrationError::NotFound),
        (Selector::Id { expected: Some(key), .. }, Some(target)) if !target.has_key(store.vault(), key) => {
            Err(IntegrationError::Forbidden)
        }
        (Selector::Id { .. } | Selector::Key(_), _) => Ok(()),
    }
}

fn missing_fields(assessment: &Assessment<'_>, language: Language) -> Option<BTreeMap<String, FieldAnswer>> {
    let needs_info = assessment.status == Status::NeedsInfo;
    let field = |missing: &MissingField<'_>| {
        (
            missing.asked.spelling.clone(),
            FieldAnswer { optional: missing.optional, ..describe(missing.asked, language) },
        )
    };
    let fields: BTreeMap<_, _> = assessment.fields.iter().map(field).collect();
    (needs_info || !fields.is_empty()).then_some(fields)
}

fn provided_fields(assessment: &Assessment<'_>, language: Language) -> Option<BTreeMap<String, FieldAnswer>> {
    let field = |provided: &ProvidedField<'_>| {
        let error = provided.fault.map(|fault| Cow::Borrowed(message::fault(fault).say(language)));
        let answer = FieldAnswer { status: Some(provided.state), error, ..describe(provided.asked, language) };
        (provided.asked.spelling.clone(), answer)
    };
    let fields: BTreeMap<_, _> = assessment.provided_fields.iter().map(field).collect();
    (!fields.is_empty()).then_some(fields)
}

fn describe(asked: &AskedField, language: Language) -> FieldAnswer {
    let choices = asked.listed_choices();
    FieldAnswer {
        r#type: asked.field.kind(),
        description: asked.field.description(language),
        choices: (!choices.is_empty()).then_some(choices),
        optional: asked.optional,
        status: None,
        error: None,
    }
}
