//! `kycd provider test`, as operators type it.

use std::sync::Arc;

use kycd::domain::clock::SystemClock;

use crate::provider::{CLIENT_ID, Document, KycProvider, Mode};
use crate::workplace::Workplace;

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_fits_is_told_from_one_that_does_not() {
    let provider = KycProvider::start(Arc::new(SystemClock)).await;
    let table = format!(
        r#"{{ kind = "oauth2", issuer = "{}", client_id = "{CLIENT_ID}", client_secret = "not to be shown" }}"#,
        provider.origin
    );
    let place = Workplace::new().with("KYCD_PROVIDERS__EID", &table);
    let dev = place.dev(&[]);

    let right = place.kycd(&["provider", "test", "eid"]);
    assert_eq!(right.code, 0, "{}{}", right.stdout, right.stderr);
    let redirect_uri = format!("Register there: the redirect URI {}/kyc-proof/eid\n", dev.dev("public_url"));
    assert!(right.stdout.starts_with(&redirect_uri), "{}", right.stdout);
    assert!(right.stdout.contains("\ngood   the token endpoint knows us"), "{}", right.stdout);

    let methods = serde_json::json!(["private_key_jwt"]);
    provider.misbehave(Mode::Says(Document::Metadata, "token_endpoint_auth_methods_supported", methods));
    let wrong = place.kycd(&["provider", "test", "eid"]);
    assert_eq!((wrong.code, wrong.stderr.as_str()), (1, "kycd: the provider does not fit its configuration\n"));
    assert!(wrong.stdout.contains("\nWRONG  client_auth needs client_secret_basic"), "{}", wrong.stdout);
    assert!(!wrong.stdout.contains("not to be shown"));

    let sandbox = place.kycd(&["provider", "test", "sandbox"]);
    assert_eq!(sandbox.code, 0, "{}{}", sandbox.stdout, sandbox.stderr);
    let unknown = place.kycd(&["provider", "test", "nobody"]);
    assert_eq!((unknown.code, unknown.stderr.as_str()), (1, "kycd: the configuration has no provider \"nobody\"\n"));
}
