//! Verification codes, brought out by the senders of the configuration.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;

use crate::config::{self, Config, Mode};
use crate::domain::clock::Clock;
use crate::domain::requirement::Requirements;
use crate::domain::verification::Channel;
use crate::egress::{Configured, Limits};
use crate::outbox::Courier;
use crate::outbox::codes::{CodeCourier, Gateway, Print, Sender, Smtp, SmtpSettings, SmtpTls};
use crate::store::Store;

/// Of a call to a gateway: less than a lease lasts.
const LIMITS: Limits = Limits { connect: Duration::from_secs(5), total: Duration::from_secs(15), body: 64 * 1024 };

type Senders = BTreeMap<Channel, Arc<dyn Sender>>;

/// What brings codes out, where anything does.
pub(super) fn courier(
    senders: Senders,
    config: &Config,
    store: &Store,
    requirements: &Arc<Requirements>,
) -> Option<Arc<dyn Courier>> {
    let operator = config.server.public_url.host_str().unwrap_or_default().into();
    let (store, requirements) = (store.clone(), Arc::clone(requirements));
    (!senders.is_empty()).then(|| Arc::new(CodeCourier { store, requirements, senders, operator }) as _)
}

/// The senders, by channel.
pub(super) fn senders(config: &Config, clock: &Arc<dyn Clock>) -> anyhow::Result<Senders> {
    let config::Verification { email, phone } = &config.verification;
    let mut senders = Senders::new();
    for (channel, settings) in [(Channel::Email, email), (Channel::Phone, phone)] {
        if let Some(settings) = settings {
            let sender = sender(settings, config, clock).with_context(|| config::Verification::key(channel))?;
            senders.insert(channel, sender);
        }
    }
    Ok(senders)
}

fn sender(settings: &config::Sender, config: &Config, clock: &Arc<dyn Clock>) -> anyhow::Result<Arc<dyn Sender>> {
    Ok(match settings {
        config::Sender::Print => Arc::new(Print),
        config::Sender::Gateway { url, token } => {
            let client = Configured::new(LIMITS, config.mode == Mode::Dev)?;
            Arc::new(Gateway { client, url: url.clone(), token: token.clone(), clock: Arc::clone(clock) })
        }
        config::Sender::Smtp(smtp) => Arc::new(Smtp::new(SmtpSettings {
            host: smtp.host.clone(),
            port: smtp.port,
            tls: match smtp.tls {
                config::SmtpTls::Implicit => SmtpTls::Implicit,
                config::SmtpTls::StartTls => SmtpTls::StartTls,
                config::SmtpTls::None => SmtpTls::None,
            },
            login: smtp.login.clone(),
            from: smtp.from.clone(),
            hello: config.server.public_url.host_str().unwrap_or("localhost").to_owned(),
        })?),
    })
}
