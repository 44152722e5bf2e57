use std::io::{self, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio_rustls::TlsAcceptor;
use vestibule_hyper::{Cause, Config, Hyper};
use vestibule_world::{TransportErrorKind as Kind, Vars};

use crate::certificates::{Authority, accept};
use crate::server::{OK, header, read_request, responding, serve};
use crate::{check, get, send};

const HOST: &str = "oidc.us-east-1.amazonaws.com";

/// `me:p@ss` as a value of `Proxy-Authorization`.
const BASIC: &str = "Basic bWU6cEBzcw==";

fn vars(name: &str, value: impl Into<String>) -> Config {
    Config::new(Vars::default().with(name, value))
}

/// Starts a proxy whose tunnels all lead to one port; returns its port and the requests it gets.
fn start_tunnel_proxy(port: u16) -> (u16, Arc<Mutex<Vec<String>>>) {
    let requests = Arc::new(Mutex::new(Vec::new()));
    let recorder = requests.clone();
    let proxy = serve(move |_, mut near| {
        recorder.lock().unwrap().push(read_request(&mut near));
        let mut far = TcpStream::connect(("127.0.0.1", port)).unwrap();
        near.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").unwrap();
        let (mut from, mut to) = (near.try_clone().unwrap(), far.try_clone().unwrap());
        thread::spawn(move || {
            let _ = io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Write);
        });
        let _ = io::copy(&mut far, &mut near);
    });
    (proxy, requests)
}

fn start_https(authority: &Authority) -> u16 {
    let config = authority.server(HOST);
    serve(move |_, stream| {
        let mut stream = accept(&config, stream);
        let host = header(&read_request(&mut stream), "host").map(str::to_owned);
        assert_eq!(host.as_deref(), Some(HOST));
        stream.write_all(OK.as_bytes()).unwrap();
    })
}

#[tokio::test]
async fn https_is_sent_through_a_tunnel() {
    let authority = Authority::new();
    let (proxy, requests) = start_tunnel_proxy(start_https(&authority));
    for (value, basic) in [("me:p%40ss@127.0.0.1", Some(BASIC)), ("http://127.0.0.1", None)] {
        let config = vars("HTTPS_PROXY", format!("{value}:{proxy}"));
        let transport = Hyper::new(config.with_ca_bundle(authority.bundle.path()));
        let response = send(&transport, get(&format!("https://{HOST}/token"))).await.unwrap();
        assert_eq!(response, (200, "ok".into()));
        let request = requests.lock().unwrap().pop().unwrap();
        assert!(request.starts_with(&format!("CONNECT {HOST}:443 HTTP/1.1\r\n")), "{request}");
        assert_eq!(header(&request, "host"), Some(&*format!("{HOST}:443")));
        assert_eq!(header(&request, "proxy-authorization"), basic);
    }
}

#[tokio::test]
async fn https_proxy_is_connected_to_by_tls() {
    let authority = Authority::new();
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
async fn plain_http_is_forwarded_with_the_absolute_url() {
    let received = Arc::new(Mutex::new(String::new()));
    let recorder = received.clone();
    let proxy = serve(move |_, mut stream| {
        *recorder.lock().unwrap() = read_request(&mut stream);
        stream.write_all(OK.as_bytes()).unwrap();
    });
    let transport = Hyper::new(vars("HTTP_PROXY", format!("http://me:p%40ss@127.0.0.1:{proxy}")));
    let response = send(&transport, get("http://service.test:8080/path?query")).await.unwrap();
    assert_eq!(response, (200, "ok".into()));
    let received = received.lock().unwrap();
    assert!(
        received.starts_with("GET http://service.test:8080/path?query HTTP/1.1\r\n"),
        "{received}"
    );
    assert_eq!(header(&received, "host"), Some("service.test:8080"));
    assert_eq!(header(&received, "proxy-authorization"), Some(BASIC));
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
async fn loopback_host_has_no_proxy() {
    let transport = Hyper::new(vars("ALL_PROXY", "http://127.0.0.1:1"));
    assert_eq!(send(&transport, get(&responding(OK))).await.unwrap(), (200, "ok".into()));
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
