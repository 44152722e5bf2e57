//! What adapters and programs with sources of their own rely on.

use std::sync::Arc;

use vestibule::world::{World, memory};
use vestibule::{Chain, Credentials, Error, ErrorKind, SecretAccessKey, Session};

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
fn a_source_of_one_s_own_comes_before_the_profile_or_in_its_place() {
    let own = || Credentials::new("AKIDOWN", SecretAccessKey::new("hush"));
    let before = session(KEYS).with_provider(|profile| Chain::default().then(own()).then(profile));
    assert_eq!(access_key_id(&before).unwrap(), "AKIDOWN");
    let after = session(KEYS).with_provider(|profile| Chain::default().then(profile).then(own()));
    assert_eq!(access_key_id(&after).unwrap(), "AKIDPROFILE");
    let instead = session("").with_provider(|_| own());
    assert_eq!(access_key_id(&instead).unwrap(), "AKIDOWN");
}

#[test]
fn a_setting_that_makes_no_sense_says_where_it_is() {
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
fn our_error_is_found_behind_those_of_others() {
    #[derive(Debug, thiserror::Error)]
    #[error("another library gave up")]
    struct Theirs(#[source] Box<dyn std::error::Error + Send + Sync>);

    let ours = access_key_id(&session("").with_provider(|_| Chain::default()));
    let theirs = Theirs(Box::new(Theirs(Box::new(ours.unwrap_err()))));
    assert_eq!(Error::find_in_chain(&theirs).unwrap().kind(), ErrorKind::NothingConfigured);
    assert!(Error::find_in_chain(&std::fmt::Error).is_none());
}
