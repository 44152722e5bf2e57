//! Custom providers, and what adapters depend on.

use std::sync::Arc;

use vestibule::world::{BoxFuture, TransportError, TransportErrorKind, World, memory};
use vestibule::{
    Chain, Credentials, Error, ErrorKind, Lookup, Provider, ProviderError, ProviderErrorKind,
    Remedy, SecretAccessKey, Session,
};

fn session(config: &str) -> Session {
    let files = memory::Files::default().with("/home/.aws/config", config);
    let world = World { files: Arc::new(files), ..memory::world() };
    Session::builder().world(world).load_blocking().unwrap()
}

fn access_key_id(session: &Session) -> Result<String, Error> {
    Ok(session.blocking().credentials()?.access_key_id().to_owned())
}

const KEYS: &str = "[default]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = hush\n";

#[test]
fn custom_provider_takes_precedence_as_composed() {
    let own = || Credentials::new("AKIDOWN", SecretAccessKey::new("hush"));
    let before = session(KEYS).with_provider(|profile| Chain::default().then(own()).then(profile));
    assert_eq!(access_key_id(&before).unwrap(), "AKIDOWN");
    let after = session(KEYS).with_provider(|profile| Chain::default().then(profile).then(own()));
    assert_eq!(access_key_id(&after).unwrap(), "AKIDPROFILE");
    let instead = session("").with_provider(|_| own());
    assert_eq!(access_key_id(&instead).unwrap(), "AKIDOWN");
}

#[test]
fn invalid_setting_names_its_line() {
    let session = session("[default]\nsize = large\n");
    let size =
        |names| session.setting_as(names, ("a size", "a number"), |it| it.parse::<u8>().ok());
    assert_eq!(size(("AWS_OTHER", "other")).unwrap(), None);
    let error = size(("AWS_SIZE", "size")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(
        error.to_string(),
        "`size` is `large`, which is not a size: expected a number (~/.aws/config:2:8)"
    );
}

#[test]
fn error_is_found_among_sources_of_another_error() {
    #[derive(Debug, thiserror::Error)]
    #[error("another library gave up")]
    struct Theirs(#[source] Box<dyn std::error::Error + Send + Sync>);

    let ours = access_key_id(&session("").with_provider(|_| Chain::default()));
    let theirs = Theirs(Box::new(Theirs(Box::new(ours.unwrap_err()))));
    assert_eq!(Error::find_in_chain(&theirs).unwrap().kind(), ErrorKind::NothingConfigured);
    assert!(Error::find_in_chain(&std::fmt::Error).is_none());
}

#[test]
fn failing_custom_provider_is_named() {
    #[derive(Debug)]
    struct Vault;

    impl Provider for Vault {
        fn name(&self) -> &'static str {
            "vault"
        }

        fn provide<'a>(&'a self, _: &'a World) -> BoxFuture<'a, Result<Lookup, ProviderError>> {
            let error = ProviderError::new("vault", ProviderErrorKind::Refused, "it is sealed");
            Box::pin(async { Err(error) })
        }
    }

    let error = access_key_id(&session(KEYS).with_provider(|_| Vault)).unwrap_err();
    assert_eq!((error.kind(), error.provider()), (ErrorKind::Refused, Some("vault")));
    assert_eq!(error.chosen_by().unwrap().to_string(), "Session::with_provider");
    assert_eq!(error.to_string(), "it is sealed");
}

#[cfg(feature = "http")]
#[tokio::test]
async fn transport_of_the_caller_sends_the_requests_of_this_machine() {
    let transport = memory::Transport::new(|request| {
        assert_eq!(request.uri(), "http://127.0.0.1:7/credentials");
        let body = r#"{"AccessKeyId":"AKIDEXAMPLE","SecretAccessKey":"hush","Token":"t",
            "Expiration":"2126-01-01T00:00:00Z"}"#;
        Ok(http::Response::new(body.into()))
    });
    let vars = vestibule::Vars::default()
        .with("HOME", "/no/home")
        .with("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:7/credentials");
    let builder = Session::builder().vars(vars).transport(Arc::new(transport));
    let session = builder.load().await.unwrap();
    assert_eq!(session.credentials().await.unwrap().access_key_id(), "AKIDEXAMPLE");
    assert_eq!(access_key_id(&session).unwrap(), "AKIDEXAMPLE");
}

#[test]
fn call_outside_of_a_runtime_names_the_remedy() {
    let config = "[default]\nregion = us-east-1\nrole_arn = arn:aws:iam::111122223333:role/R\n\
                  web_identity_token_file = /token\n";
    let transport =
        memory::Transport::new(|_| Err(TransportError::new(TransportErrorKind::NoRuntime, "sts")));
    let files = memory::Files::default().with("/home/.aws/config", config).with("/token", "t");
    let (files, transport) = (Arc::new(files), Arc::new(transport));
    for files in [files, Arc::default()] {
        let world = World { files, transport: transport.clone(), ..memory::world() };
        let session = Session::builder().world(world).load_blocking().unwrap();
        let error = access_key_id(&session).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoRuntime, "{error:?}");
        assert_eq!(error.remedy(), Some(&Remedy::EnterRuntime));
    }
}
