//! Verification codes: brought to the address or number that waits for one.
//!
//! A [`Sender`] brings a message to somebody on one [`Channel`]. Adding one: implement the trait here, give it a `kind`
//! in `config/verification.rs`, and make it in `app/codes.rs`. What it is given goes into no log and no error.

mod gateway;
mod print;
mod smtp;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use uuid::Uuid;

use super::Courier;
use crate::domain::delivery::{Kind, Outcome};
use crate::domain::field::FieldRef;
use crate::domain::language::{Language, Text};
use crate::domain::pii::Pii;
use crate::domain::requirement::Requirements;
use crate::domain::verification::{Channel, Code, LIFETIME};
use crate::store::{Message, Store, StoreError};

pub use gateway::Gateway;
pub use print::Print;
pub use smtp::{Smtp, SmtpError, SmtpSettings, SmtpTls};

const SUBJECT: Text =
    Text { en: "Your verification code", es: "Su código de verificación", de: "Ihr Bestätigungscode" };

/// A code for somebody.
pub struct CodeMessage {
    /// The same at each attempt to bring it out.
    pub id: Uuid,
    /// Whose field it verifies.
    pub customer: Uuid,
    /// The field, by canonical name.
    pub field: String,
    /// Where to: an e-mail address, or a phone number in E.164.
    pub destination: Pii<String>,
    /// The code.
    pub code: Code,
    /// The language of whom it is for.
    pub language: Language,
    /// Who sends it, for people.
    pub operator: Arc<str>,
}

impl CodeMessage {
    /// What the customer reads, sentences apart by `separator`; in one line it fits into a short message.
    #[must_use]
    pub fn text(&self, separator: &str) -> Pii<String> {
        let (code, operator, minutes) = (self.code.expose(), &self.operator, LIFETIME.as_secs() / 60);
        let sentences = match self.language {
            Language::En => [
                format!("{code} is your code for {operator}."),
                format!("It is good for {minutes} minutes."),
                "If you did not ask for it, do nothing.".to_owned(),
            ],
            Language::Es => [
                format!("{code} es su código para {operator}."),
                format!("Es válido durante {minutes} minutos."),
                "Si no lo ha solicitado, no tiene que hacer nada.".to_owned(),
            ],
            Language::De => [
                format!("{code} ist Ihr Code für {operator}."),
                format!("Er gilt {minutes} Minuten."),
                "Wenn Sie ihn nicht angefordert haben, müssen Sie nichts tun.".to_owned(),
            ],
        };
        Pii::new(sentences.join(separator))
    }

    /// What a mail is about.
    #[must_use]
    pub fn subject(&self) -> &'static str {
        SUBJECT.say(self.language)
    }
}

/// Brings codes to people.
#[async_trait]
pub trait Sender: Send + Sync + 'static {
    /// Tries once, for less time than a lease lasts.
    async fn send(&self, message: &CodeMessage) -> Outcome;
}

/// Brings codes out, each on the channel of its field.
pub struct CodeCourier {
    /// Where the codes are.
    pub store: Store,
    /// Which field has which channel.
    pub requirements: Arc<Requirements>,
    /// Who brings them.
    pub senders: BTreeMap<Channel, Arc<dyn Sender>>,
    /// Who sends them, for people.
    pub operator: Arc<str>,
}

#[async_trait]
impl Courier for CodeCourier {
    fn kind(&self) -> Kind {
        Kind::Code
    }

    async fn deliver(&self, message: &Message) -> Result<Outcome, StoreError> {
        let channel = self.requirements.field(&message.topic).and_then(FieldRef::channel);
        let sender = channel.and_then(|channel| self.senders.get(&channel));
        let outgoing = self.store.find_outgoing_code(message.target, &message.topic).await?;
        let (Some(sender), Some(outgoing)) = (sender, outgoing) else { return Ok(Outcome::Moot) };
        let message = CodeMessage {
            id: message.id,
            customer: message.target,
            field: message.topic.clone(),
            destination: outgoing.destination,
            code: outgoing.code,
            language: outgoing.language,
            operator: Arc::clone(&self.operator),
        };
        Ok(sender.send(&message).await)
    }
}
