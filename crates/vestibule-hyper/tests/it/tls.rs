use std::io::Write;

use vestibule_hyper::{Config, Hyper};
use vestibule_world::{TransportErrorKind as Kind, Vars};

use crate::certificates::{Authority, accept};
use crate::server::{OK, read_request, responding, serve};
use crate::{check, get, plain, send};

/// Starts an HTTPS server with a certificate for a name.
fn start_https(authority: &Authority, name: &str) -> u16 {
    let config = authority.server(name);
    serve(move |_, stream| {
        let mut stream = accept(&config, stream);
        while !read_request(&mut stream).is_empty() {
            stream.write_all(OK.as_bytes()).unwrap();
        }
    })
}

#[tokio::test]
async fn bundle_is_trusted_from_variable_and_profile() {
    let authority = Authority::new();
    let port = start_https(&authority, "127.0.0.1");
    let bundle = authority.bundle.path();
    let variable = Vars::default().with("AWS_CA_BUNDLE", bundle.display().to_string());
    for config in [plain().with_ca_bundle(bundle), Config::new(variable)] {
        let transport = Hyper::new(config);
        for _ in 0..2 {
            let response = send(&transport, get(&format!("https://127.0.0.1:{port}/"))).await;
            assert_eq!(response.unwrap(), (200, "ok".into()));
        }
    }
}

#[tokio::test]
async fn unknown_issuer_and_wrong_name_are_tls_errors() {
    let authority = Authority::new();
    let port = start_https(&authority, "127.0.0.1");
    let result = send(&Hyper::new(plain()), get(&format!("https://127.0.0.1:{port}/"))).await;
    check(result, Kind::Tls, "UnknownIssuer");

    let port = start_https(&authority, "oidc.us-east-1.amazonaws.com");
    let transport = Hyper::new(plain().with_ca_bundle(authority.bundle.path()));
    let result = send(&transport, get(&format!("https://127.0.0.1:{port}/"))).await;
    check(result, Kind::Tls, "certificate");
}

#[tokio::test]
async fn unusable_bundle_is_named() {
    let empty = tempfile::NamedTempFile::new().unwrap();
    for (bundle, reason) in
        [("/missing/ca.pem", "o such file"), (empty.path().to_str().unwrap(), "")]
    {
        // The variable takes precedence over the profile, and no connection is opened.
        let config = Config::new(Vars::default().with("AWS_CA_BUNDLE", bundle));
        let transport = Hyper::new(config.with_ca_bundle("/other/ca.pem"));
        let result = send(&transport, get("https://127.0.0.1:1/")).await;
        check(result, Kind::Local, &format!("the CA bundle `{bundle}` cannot be used: "));
        let result = send(&transport, get("https://127.0.0.1:1/")).await;
        check(result, Kind::Local, reason);
    }
}

#[tokio::test]
async fn plain_http_reads_no_bundle() {
    let transport = Hyper::new(plain().with_ca_bundle("/missing/ca.pem"));
    let url = responding(OK);
    assert_eq!(send(&transport, get(&url)).await.unwrap(), (200, "ok".into()));
}

#[tokio::test]
async fn failed_handshake_is_distinct_from_a_lost_connection() {
    let transport = Hyper::new(plain());
    let port =
        serve(|_, mut stream| stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap());
    let result = send(&transport, get(&format!("https://127.0.0.1:{port}/"))).await;
    check(result, Kind::Tls, "");

    let port = serve(|_, stream| {
        stream.peek(&mut [0]).unwrap();
    });
    let result = send(&transport, get(&format!("https://127.0.0.1:{port}/"))).await;
    check(result, Kind::Lost, "");
}
