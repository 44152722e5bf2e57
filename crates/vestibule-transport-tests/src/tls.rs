use std::io::Write;

use vestibule_world::TransportErrorKind as Kind;

use crate::certificates::{Authority, accept};
use crate::server::{OK, read_request, serve};
use crate::{Settings, Subject, check, get, send};

/// Starts an HTTPS server with a certificate for a name.
pub fn start_https(authority: &Authority, name: &str) -> u16 {
    let config = authority.server(name);
    serve(move |_, stream| {
        let mut stream = accept(&config, stream);
        while !read_request(&mut stream).is_empty() {
            stream.write_all(OK.as_bytes()).unwrap();
        }
    })
}

fn trusting<S: Subject>(authority: &Authority) -> S::Transport {
    S::transport(Settings {
        ca_bundle: Some(authority.bundle.path().into()),
        ..Settings::default()
    })
}

pub async fn certificate_of_the_bundle_is_trusted<S: Subject>() {
    let authority = Authority::generate();
    let port = start_https(&authority, "127.0.0.1");
    let transport = trusting::<S>(&authority);
    for _ in 0..2 {
        let response = send(&transport, get(&format!("https://127.0.0.1:{port}/"))).await;
        assert_eq!(response.unwrap(), (200, "ok".into()));
    }
}

pub async fn unknown_issuer_and_wrong_name_are_tls_errors<S: Subject>() {
    let authority = Authority::generate();
    let port = start_https(&authority, "127.0.0.1");
    let result =
        send(&S::transport(Settings::default()), get(&format!("https://127.0.0.1:{port}/"))).await;
    let expected = format!(
        "could not open a TLS connection to 127.0.0.1:{port}: \
         the certificate is signed by an unknown authority (UnknownIssuer); \
         if a company proxy inspects TLS, "
    );
    check(result, Kind::Tls, &expected);

    let port = start_https(&authority, "oidc.us-east-1.amazonaws.com");
    let transport = trusting::<S>(&authority);
    let result = send(&transport, get(&format!("https://127.0.0.1:{port}/"))).await;
    check(result, Kind::Tls, "certificate");
}

pub async fn failed_handshake_is_distinct_from_a_lost_connection<S: Subject>() {
    let transport = S::transport(Settings::default());
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
