use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use vestibule_hyper::{Cause, Config, Hyper};
use vestibule_transport_tests::certificates::Authority;
use vestibule_transport_tests::server::{OK, responding};
use vestibule_transport_tests::tls::start_https;
use vestibule_transport_tests::{get, send};
use vestibule_world::{TransportErrorKind as Kind, Vars};

use crate::{check, plain};

#[tokio::test]
async fn bundle_is_trusted_from_variable_and_profile() {
    let authority = Authority::generate();
    let port = start_https(&authority, "127.0.0.1");
    let bundle = authority.bundle.path();
    let variable = Vars::default().with("AWS_CA_BUNDLE", bundle.display().to_string());
    let requests = Vars::default().with("REQUESTS_CA_BUNDLE", bundle.display().to_string());
    let folder = bundle.parent().unwrap().display().to_string();
    let name = bundle.file_name().unwrap().to_str().unwrap();
    let home = Vars::default().with("HOME", folder).with("AWS_CA_BUNDLE", format!("~/{name}"));
    for config in [
        plain().with_ca_bundle(bundle),
        Config::new(variable),
        Config::new(requests),
        Config::new(home),
    ] {
        let transport = Hyper::new(config);
        for _ in 0..2 {
            let response = send(&transport, get(&format!("https://127.0.0.1:{port}/"))).await;
            assert_eq!(response.unwrap(), (200, "ok".into()));
        }
    }
}

#[tokio::test]
async fn unknown_authority_is_a_cause() {
    let authority = Authority::generate();
    let port = start_https(&authority, "127.0.0.1");
    let result = send(&Hyper::new(plain()), get(&format!("https://127.0.0.1:{port}/"))).await;
    let expected =
        "if a company proxy inspects TLS, set AWS_CA_BUNDLE, or `ca_bundle` in the profile,";
    assert_eq!(check(result, Kind::Tls, expected), Some(Cause::UnknownAuthority));

    let port = start_https(&authority, "oidc.us-east-1.amazonaws.com");
    let transport = Hyper::new(plain().with_ca_bundle(authority.bundle.path()));
    let result = send(&transport, get(&format!("https://127.0.0.1:{port}/"))).await;
    assert_eq!(check(result, Kind::Tls, "certificate"), None);
}

#[tokio::test]
async fn unusable_bundle_is_named() {
    let empty = tempfile::NamedTempFile::new().unwrap();
    // The words of Windows are in the user's language.
    let missing = if cfg!(unix) { "No such file or directory" } else { "(os error 3)" };
    for (bundle, reason) in [("/missing/ca.pem", missing), (empty.path().to_str().unwrap(), "")] {
        // The variable takes precedence over the profile, and no connection is opened.
        let config = Config::new(Vars::default().with("AWS_CA_BUNDLE", bundle));
        let transport = Hyper::new(config.with_ca_bundle("/other/ca.pem"));
        let result = send(&transport, get("https://127.0.0.1:1/")).await;
        let expected = format!("the CA bundle `{bundle}` (AWS_CA_BUNDLE) cannot be used: ");
        let cause = check(result, Kind::Local, &expected);
        assert_eq!(cause, Some(Cause::CaBundle { setting: "AWS_CA_BUNDLE" }));
        let result = send(&transport, get("https://127.0.0.1:1/")).await;
        check(result, Kind::Local, reason);
    }
}

#[tokio::test]
async fn bundle_in_the_forms_of_openssl_is_trusted() {
    let authority = Authority::generate();
    let port = start_https(&authority, "127.0.0.1");
    let plain_text = std::fs::read_to_string(authority.bundle.path()).unwrap();
    let base64 = plain_text.lines().nth(1).unwrap();
    let mut trusted = BASE64_STANDARD.decode(base64).unwrap();
    // The uses that OpenSSL appends: a sequence of object identifiers.
    trusted.extend(b"\x30\x0c\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01");
    let trusted = BASE64_STANDARD.encode(trusted);
    for text in [
        format!("\u{feff}{plain_text}"),
        plain_text.replace('\n', "\r\n"),
        format!("# Company root\n\n{plain_text}\nsome text after it\n"),
        plain_text.replace("CERTIFICATE", "X509 CERTIFICATE"),
        format!(
            "-----BEGIN TRUSTED CERTIFICATE-----\n{trusted}\n-----END TRUSTED CERTIFICATE-----\n"
        ),
    ] {
        let bundle = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(bundle.path(), &text).unwrap();
        let transport = Hyper::new(plain().with_ca_bundle(bundle.path()));
        let response = send(&transport, get(&format!("https://127.0.0.1:{port}/"))).await;
        assert_eq!(response.unwrap(), (200, "ok".into()), "{text}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn device_or_pipe_as_bundle_is_refused_at_once() {
    let home = tempfile::tempdir().unwrap();
    let fifo = home.path().join("fifo");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status().unwrap();
    assert!(made.success());
    for path in ["/dev/zero".as_ref(), fifo.as_path(), home.path()] {
        let transport = Hyper::new(plain().with_ca_bundle(path));
        let result = send(&transport, get("https://127.0.0.1:1/")).await;
        let expected = format!(
            "the CA bundle `{}` (`ca_bundle` of the profile) cannot be used: it is not a regular file",
            path.display()
        );
        check(result, Kind::Local, &expected);
    }
}

#[tokio::test]
async fn plain_http_reads_no_bundle() {
    let transport = Hyper::new(plain().with_ca_bundle("/missing/ca.pem"));
    let url = responding(OK);
    assert_eq!(send(&transport, get(&url)).await.unwrap(), (200, "ok".into()));
}
