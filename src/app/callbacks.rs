//! Callbacks: what the built-in integration answers, brought out by the outbox.

use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use uuid::Uuid;

use crate::config::{self, Config};
use crate::domain::callback::CallbackBody;
use crate::domain::clock::Clock;
use crate::domain::facts::Status;
use crate::egress::Untrusted;
use crate::integration::{CallbackHosts, CallbackPolicy, CustomerAnswer, IntegrationError, Stored};
use crate::outbox::{Answers, CallbackCourier, Courier, NoAnswer, Signer, Statement};
use crate::store::Store;
use crate::vault::SigningKey;

/// Which URLs wallets may name.
pub(super) fn policy(config: &Config, client: Untrusted) -> CallbackPolicy {
    let hosts = match &config.callbacks.hosts {
        config::CallbackHosts::Any => CallbackHosts::Any,
        config::CallbackHosts::ClientDomain => CallbackHosts::ClientDomain,
        config::CallbackHosts::Listed(domains) => CallbackHosts::Listed(domains.clone()),
    };
    CallbackPolicy { hosts, client }
}

/// What brings callbacks out.
pub(super) fn courier(
    config: &Config,
    key: SigningKey,
    client: Untrusted,
    clock: Arc<dyn Clock>,
    store: Store,
    integration: Arc<Stored>,
) -> Arc<dyn Courier> {
    let answers = Arc::new(StoredAnswers { integration, stops: !config.callbacks.continue_after_terminal });
    Arc::new(CallbackCourier { store, answers, client, signer: Signer::new(key), clock })
}

struct StoredAnswers {
    integration: Arc<Stored>,
    /// Whether ACCEPTED and REJECTED are the last word.
    stops: bool,
}

#[async_trait]
impl Answers for StoredAnswers {
    async fn answer(&self, customer: Uuid, customer_type: &str) -> Result<Option<Statement>, NoAnswer> {
        let answer = self.integration.answer_about(customer, customer_type).await.map_err(|error| match error {
            IntegrationError::Store(error) => NoAnswer::Store(error),
            error => NoAnswer::Unready(error.into()),
        })?;
        answer.map(|answer| self.state(&answer)).transpose().map_err(NoAnswer::Unready)
    }
}

impl StoredAnswers {
    fn state(&self, answer: &CustomerAnswer) -> Result<Statement, Box<dyn Error + Send + Sync>> {
        answer.check()?;
        let body = CallbackBody::new(serde_json::to_string(answer)?).ok_or("an answer that is no JSON object")?;
        let terminal = matches!(answer.status, Status::Accepted | Status::Rejected);
        Ok(Statement { body, last: self.stops && terminal })
    }
}
