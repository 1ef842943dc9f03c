//! Writes a configuration down, so that two can be compared. Structs are taken apart whole: a new key that is left out
//! here does not compile.

use std::fmt::Write as _;

use kycd::config::{
    ClientAuth, Config, CustomerType, Customers, Database, IssuerKey, Keys, Operator, Provider, Sender, Sep10, Server,
    Smtp, TokenIssuer, Transactions, Verification,
};
use kycd::domain::pii::Secret;

pub(crate) fn describe(config: &Config) -> String {
    let Config {
        mode,
        server,
        operator,
        database,
        keys,
        token_issuers,
        branding,
        callbacks,
        files,
        sep10,
        stellar_toml,
        verification,
        custom_fields,
        customers,
        payment_targets,
        transactions,
        providers,
        log,
    } = config;
    let Server { listen, trusted_proxies, public_url } = server;
    let mut text = format!("{mode:?} {listen} {trusted_proxies:?} {public_url}\n");
    let Operator { listen } = operator;
    let Database { url, migrate, max_connections, acquire_timeout } = database;
    let Keys { master_keys, signing_seed } = keys;
    writeln!(text, "{listen} {} {migrate} {max_connections} {acquire_timeout:?}", url.expose()).expect("a line");
    let master_keys = master_keys.iter().map(Secret::expose).collect::<Vec<_>>();
    writeln!(text, "{master_keys:?} {:?}", signing_seed.as_ref().map(Secret::expose)).expect("a line");
    for issuer in token_issuers {
        writeln!(text, "{}", describe_issuer(issuer)).expect("a line");
    }
    writeln!(text, "{:?} {stellar_toml:?}", sep10.as_ref().map(describe_sep10)).expect("a line");
    writeln!(text, "{branding:?} {custom_fields:?}").expect("a line");
    let Verification { email, phone } = verification;
    let senders = [email, phone].map(|sender| sender.as_ref().map(describe_sender));
    writeln!(text, "{senders:?}").expect("a line");
    let Customers { default_type, sticky_rejection, types } = customers;
    writeln!(text, "{default_type} {sticky_rejection} {callbacks:?} {files:?} {payment_targets:?} {log:?}")
        .expect("a line");
    if let Some(Transactions { url, key }) = transactions {
        writeln!(text, "{url} {}", key.expose()).expect("a line");
    }
    for (name, CustomerType { fields, optional_fields, verify, choices, provider, review }) in types {
        writeln!(text, "{name} {fields:?} {optional_fields:?} {verify:?} {choices:?} {provider:?} {review}")
            .expect("a line");
    }
    for (name, provider) in providers {
        writeln!(text, "{name} {}", describe_provider(provider)).expect("a line");
    }
    text
}

fn describe_issuer(issuer: &TokenIssuer) -> String {
    let TokenIssuer { kind, issuer, home_domains, algorithm, audience, max_lifetime, key } = issuer;
    let key = match key {
        IssuerKey::Secret(secret) => format!("{:?}", secret.expose()),
        IssuerKey::PublicKey(pem) => format!("{pem:?}"),
        IssuerKey::Jwks(url) => url.to_string(),
    };
    format!("{kind:?} {issuer} {home_domains:?} {algorithm:?} {audience:?} {max_lifetime:?} {key}")
}

fn describe_sep10(sep10: &Sep10) -> String {
    let Sep10 {
        endpoint,
        issuer,
        web_auth_domain,
        home_domains,
        network_passphrase,
        challenge_lifetime,
        token_lifetime,
        require_authorization,
        horizon_url,
        requests_per_minute,
        signing_seed,
        token_secret,
    } = sep10;
    format!(
        "{endpoint} {issuer} {web_auth_domain} {home_domains:?} {network_passphrase} {challenge_lifetime:?} \
         {token_lifetime:?} {require_authorization} {horizon_url:?} {requests_per_minute} {:?} {:?}",
        signing_seed.expose(),
        token_secret.expose()
    )
}

fn describe_sender(sender: &Sender) -> String {
    match sender {
        Sender::Smtp(Smtp { host, port, tls, login, from }) => {
            let login = login.as_ref().map(|(user, password)| (user, password.expose()));
            format!("smtp {host} {port} {tls:?} {login:?} {from}")
        }
        Sender::Gateway { url, token } => format!("gateway {url} {:?}", token.as_ref().map(Secret::expose)),
        Sender::Print => "print".to_owned(),
    }
}

fn describe_provider(provider: &Provider) -> String {
    let Provider {
        display_name,
        endpoints,
        client_id,
        client_auth,
        scopes,
        authorize_parameters,
        pkce,
        pushing,
        form_post,
        algorithms,
        claims_source,
        acr,
        verified_claims,
        failure_limit,
        failure_pause,
        browser_binding,
        allows_reuse,
        validity,
        expires,
        done_url,
        subject,
        success,
        pending,
        webhook_secret,
        claims,
    } = provider;
    let webhook_secret = webhook_secret.as_ref().map(|secret| secret.expose().clone());
    let client_auth = match client_auth {
        ClientAuth::SecretBasic(secret) => format!("basic {}", secret.expose()),
        ClientAuth::SecretPost(secret) => format!("post {}", secret.expose()),
        ClientAuth::PrivateKey { keys, algorithm, audience } => {
            let keys = keys.iter().map(|key| String::from_utf8_lossy(key.expose())).collect::<Vec<_>>();
            format!("keys {keys:?} {algorithm:?} {audience:?}")
        }
        ClientAuth::None => "none".to_owned(),
    };
    format!(
        "{display_name} {endpoints:?} {client_id} {client_auth} {scopes:?} {authorize_parameters:?} {pkce} \
         {pushing:?} {form_post} {algorithms:?} {claims_source:?} {acr:?} {verified_claims:?} {failure_limit} \
         {failure_pause:?} {browser_binding:?} {allows_reuse} {validity:?} {expires:?} {done_url:?} {subject} {success:?} {pending:?} \
         {webhook_secret:?} {claims:?}"
    )
}
