use std::net::TcpListener;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio_rustls::TlsAcceptor;
use vestibule_hyper::{Cause, Config, Hyper};
use vestibule_transport_tests::certificates::Authority;
use vestibule_transport_tests::proxies::{HOST, start_https};
use vestibule_transport_tests::server::responding;
use vestibule_transport_tests::{get, send};
use vestibule_world::{TransportErrorKind as Kind, Vars};

use crate::check;

fn vars(name: &str, value: impl Into<String>) -> Config {
    Config::new(Vars::default().with(name, value))
}

#[tokio::test]
async fn https_proxy_is_connected_to_by_tls() {
    let authority = Authority::generate();
    let target = start_https(&authority);
    let acceptor = TlsAcceptor::from(authority.server("127.0.0.1"));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut near = acceptor.accept(stream).await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(near.read_u8().await.unwrap());
        }
        near.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
        let mut far = tokio::net::TcpStream::connect(("127.0.0.1", target)).await.unwrap();
        let _ = copy_bidirectional(&mut near, &mut far).await;
    });
    let config = vars("HTTPS_PROXY", format!("https://127.0.0.1:{proxy}"));
    let transport = Hyper::new(config.with_ca_bundle(authority.bundle.path()));
    let response = send(&transport, get(&format!("https://{HOST}/"))).await.unwrap();
    assert_eq!(response, (200, "ok".into()));
}

#[tokio::test]
async fn refusing_proxy_is_named_without_its_password() {
    for (response, kind, reason) in [
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
            Kind::ProxyRefused,
            "HTTP 407 Proxy Authentication Required: user or password is missing or wrong",
        ),
        ("HTTP/1.1 403 Forbidden\r\n\r\n", Kind::ProxyRefused, "HTTP 403 Forbidden"),
        ("HTTP/1.1 502 Bad Gateway\r\n\r\n", Kind::Proxy, "HTTP 502 Bad Gateway"),
        ("", Kind::Lost, "connection closed before message completed"),
    ] {
        let proxy = responding(response);
        let address = proxy.trim_start_matches("http://").trim_end_matches('/');
        let transport = Hyper::new(vars("ALL_PROXY", format!("http://me:hidden@{address}")));
        let expected = format!("the proxy http://{address} (ALL_PROXY): {reason}");
        check(send(&transport, get(&format!("https://{HOST}/"))).await, kind, &expected);
    }
    let proxy =
        responding("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    let transport = Hyper::new(vars("HTTP_PROXY", proxy));
    let result = send(&transport, get("http://service.test/")).await;
    check(result, Kind::ProxyRefused, "(HTTP_PROXY): HTTP 407");
}

#[tokio::test]
async fn unreachable_proxy_is_named_with_its_variable() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let transport = Hyper::new(vars("HTTPS_PROXY", format!("http://127.0.0.1:{port}")));
    let expected = format!(
        "could not connect to {HOST} through the proxy: \
         the proxy http://127.0.0.1:{port} (HTTPS_PROXY): connection refused"
    );
    let result = send(&transport, get(&format!("https://{HOST}/"))).await;
    let cause = check(result, Kind::Proxy, &expected);
    assert_eq!(cause, Some(Cause::Proxy { variable: "HTTPS_PROXY" }));

    let transport = Hyper::new(vars("https_proxy", "http://no-such-proxy.invalid:3128"));
    let expected = "the proxy http://no-such-proxy.invalid:3128 (https_proxy): ";
    let result = send(&transport, get(&format!("https://{HOST}/"))).await;
    let cause = check(result, Kind::Proxy, expected);
    assert_eq!(cause, Some(Cause::ProxyName { variable: "https_proxy" }));
}

#[tokio::test]
async fn invalid_proxy_names_the_variable_and_not_the_value() {
    for (value, reason) in [
        ("socks5://me:hidden@127.0.0.1:1", "only proxies with http:// or https:// are supported"),
        ("http://me:hidden@", "not the address of an HTTP proxy"),
        ("http://me:hid@den@127.0.0.1:1", "the user or password has a character that must be"),
        ("http://me:hidden@127.0.0.1:99999", "the port is not a number up to 65535"),
    ] {
        let transport = Hyper::new(vars("https_proxy", value));
        let result = send(&transport, get(&format!("https://{HOST}/"))).await;
        let expected =
            format!("could not send the request to {HOST}: https_proxy is not valid: {reason}");
        check(result, Kind::Local, &expected);
    }
}
