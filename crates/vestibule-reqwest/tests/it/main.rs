//! Exchanges with servers on loopback.
#![expect(clippy::unwrap_used, reason = "a panic fails the test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::{Certificate, Client, ClientBuilder, Proxy, redirect::Policy};
use vestibule_reqwest::Reqwest;
use vestibule_transport_tests::server::{OK, responding};
use vestibule_transport_tests::{Settings, Subject, check, get, send};
use vestibule_world::TransportErrorKind as Kind;

struct ReqwestSubject;

impl Subject for ReqwestSubject {
    type Transport = Reqwest;

    fn transport(Settings { limits, ca_bundle, proxy }: Settings) -> Reqwest {
        let builder = move || {
            let mut builder = builder().no_proxy();
            if let Some(file) = &ca_bundle {
                let text = std::fs::read(file).unwrap();
                builder = builder.tls_certs_merge([Certificate::from_pem(&text).unwrap()]);
            }
            match &proxy {
                Some(url) => builder.proxy(Proxy::all(url).unwrap()),
                None => builder,
            }
        };
        Reqwest::new(builder).with_limits(limits)
    }
}

/// Returns the builder of a program that has installed ring as the cryptography of TLS.
fn builder() -> ClientBuilder {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
}

vestibule_transport_tests::http_tests!(ReqwestSubject);
#[cfg(feature = "rustls")]
vestibule_transport_tests::https_tests!(ReqwestSubject);

#[tokio::test]
async fn redirect_policy_of_the_builder_is_replaced() {
    let transport = Reqwest::new(|| builder().redirect(Policy::limited(10)));
    let redirect = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n",
        responding(OK)
    );
    let response = send(&transport, get(&responding(redirect))).await;
    assert_eq!(response.unwrap(), (307, String::new()));
}

#[tokio::test]
async fn proxy_of_the_environment_is_the_builders() {
    // Metadata services are reached directly, with the builder's proxy or without one.
    let transport = Reqwest::new(|| builder().proxy(Proxy::all("http://127.0.0.1:1").unwrap()));
    assert_eq!(send(&transport, get(&responding(OK))).await.unwrap(), (200, "ok".into()));
    let result = send(&transport, get("http://service.test/")).await;
    check(result, Kind::Connect, "connection refused");
}

#[tokio::test]
async fn builder_is_called_when_needed_and_its_error_is_not_cached() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = calls.clone();
    let transport = Reqwest::new(move || {
        let user_agent = if counter.fetch_add(1, Ordering::SeqCst) == 0 { "\n" } else { "agent" };
        builder().user_agent(user_agent)
    });
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    check(send(&transport, get(&responding(OK))).await, Kind::Local, "builder error");
    for _ in 0..2 {
        assert_eq!(send(&transport, get(&responding(OK))).await.unwrap(), (200, "ok".into()));
    }
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn error_has_no_part_of_the_url_but_the_host() {
    let transport = Reqwest::new(|| builder().no_proxy());
    for server in ["http://me:hidden@127.0.0.1:1/hidden?code=hidden".to_owned(), {
        let url = responding("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
        format!("{url}hidden?code=hidden")
    }] {
        let error = send(&transport, get(&server)).await.unwrap_err();
        let shown = format!("{} {error:?}", vestibule_world::types::with_causes(&error));
        assert!(!shown.contains("hidden"), "{shown}");
    }
}
