use std::io::{self, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio_rustls::TlsAcceptor;
use vestibule_hyper::{Config, Hyper};
use vestibule_world::{TransportErrorKind as Kind, Vars};

use crate::certificates::{Authority, accept};
use crate::server::{OK, answering, header, read_request, serve};
use crate::{check, get, send};

const HOST: &str = "oidc.us-east-1.amazonaws.com";

/// `me:p@ss` as `Proxy-Authorization` has it.
const BASIC: &str = "Basic bWU6cEBzcw==";

fn vars(name: &str, value: impl Into<String>) -> Config {
    Config::new(Vars::default().with(name, value))
}

/// A proxy whose tunnels all lead to one port; what it is asked for is noted.
fn tunnels_to(port: u16) -> (u16, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let notes = asked.clone();
    let proxy = serve(move |_, mut near| {
        notes.lock().unwrap().push(read_request(&mut near));
        let mut far = TcpStream::connect(("127.0.0.1", port)).unwrap();
        near.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").unwrap();
        let (mut from, mut to) = (near.try_clone().unwrap(), far.try_clone().unwrap());
        thread::spawn(move || {
            let _ = io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Write);
        });
        let _ = io::copy(&mut far, &mut near);
    });
    (proxy, asked)
}

fn secure(authority: &Authority) -> u16 {
    let config = authority.server(HOST);
    serve(move |_, stream| {
        let mut stream = accept(&config, stream);
        let host = header(&read_request(&mut stream), "host").map(str::to_owned);
        assert_eq!(host.as_deref(), Some(HOST));
        stream.write_all(OK.as_bytes()).unwrap();
    })
}

#[tokio::test]
async fn https_goes_through_a_tunnel() {
    let authority = Authority::new();
    let (proxy, asked) = tunnels_to(secure(&authority));
    for (value, basic) in [("me:p%40ss@127.0.0.1", Some(BASIC)), ("http://127.0.0.1", None)] {
        let config = vars("HTTPS_PROXY", format!("{value}:{proxy}"));
        let transport = Hyper::new(config.with_ca_bundle(authority.bundle.path()));
        let answer = send(&transport, get(&format!("https://{HOST}/token"))).await.unwrap();
        assert_eq!(answer, (200, "ok".into()));
        let asked = asked.lock().unwrap().pop().unwrap();
        assert!(asked.starts_with(&format!("CONNECT {HOST}:443 HTTP/1.1\r\n")), "{asked}");
        assert_eq!(header(&asked, "host"), Some(&*format!("{HOST}:443")));
        assert_eq!(header(&asked, "proxy-authorization"), basic);
    }
}

#[tokio::test]
async fn a_proxy_may_itself_be_reached_by_tls() {
    let authority = Authority::new();
    let target = secure(&authority);
    let acceptor = TlsAcceptor::from(authority.server("127.0.0.1"));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut near = acceptor.accept(stream).await.unwrap();
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n") {
            asked.push(near.read_u8().await.unwrap());
        }
        near.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
        let mut far = tokio::net::TcpStream::connect(("127.0.0.1", target)).await.unwrap();
        let _ = copy_bidirectional(&mut near, &mut far).await;
    });
    let config = vars("HTTPS_PROXY", format!("https://127.0.0.1:{proxy}"));
    let transport = Hyper::new(config.with_ca_bundle(authority.bundle.path()));
    let answer = send(&transport, get(&format!("https://{HOST}/"))).await.unwrap();
    assert_eq!(answer, (200, "ok".into()));
}

#[tokio::test]
async fn plain_http_is_forwarded() {
    let heard = Arc::new(Mutex::new(String::new()));
    let notes = heard.clone();
    let proxy = serve(move |_, mut stream| {
        *notes.lock().unwrap() = read_request(&mut stream);
        stream.write_all(OK.as_bytes()).unwrap();
    });
    let transport = Hyper::new(vars("HTTP_PROXY", format!("http://me:p%40ss@127.0.0.1:{proxy}")));
    let answer = send(&transport, get("http://service.test:8080/path?query")).await.unwrap();
    assert_eq!(answer, (200, "ok".into()));
    let heard = heard.lock().unwrap();
    assert!(heard.starts_with("GET http://service.test:8080/path?query HTTP/1.1\r\n"), "{heard}");
    assert_eq!(header(&heard, "host"), Some("service.test:8080"));
    assert_eq!(header(&heard, "proxy-authorization"), Some(BASIC));
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_without_its_password() {
    for (answer, why) in [
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "proxy authorization required"),
        ("HTTP/1.1 403 Forbidden\r\n\r\n", "unsuccessful"),
        ("", "unexpected end of file"),
    ] {
        let proxy = answering(answer);
        let address = proxy.trim_start_matches("http://").trim_end_matches('/');
        let transport = Hyper::new(vars("ALL_PROXY", format!("http://me:hidden@{address}")));
        let says = format!(
            "the proxy refused (https://{HOST}): through the proxy http://{address}: tunnel error: {why}"
        );
        check(send(&transport, get(&format!("https://{HOST}/"))).await, Kind::Proxy, &says);
    }
    let asks = answering("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    let transport = Hyper::new(vars("HTTP_PROXY", asks));
    check(send(&transport, get("http://service.test/")).await, Kind::Proxy, "HTTP 407");
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let transport = Hyper::new(vars("HTTPS_PROXY", format!("http://127.0.0.1:{port}")));
    let says =
        format!("could not connect (https://{HOST}): through the proxy http://127.0.0.1:{port}: ");
    check(send(&transport, get(&format!("https://{HOST}/"))).await, Kind::Connect, &says);
}

#[tokio::test]
async fn loopback_needs_no_proxy() {
    let transport = Hyper::new(vars("ALL_PROXY", "http://127.0.0.1:1"));
    assert_eq!(send(&transport, get(&answering(OK))).await.unwrap(), (200, "ok".into()));
}

#[tokio::test]
async fn what_is_no_proxy_is_said_and_not_shown() {
    for value in ["socks5://me:hidden@127.0.0.1:1", "http://me:hidden@", "http://hidden host"] {
        let transport = Hyper::new(vars("https_proxy", value));
        let result = send(&transport, get(&format!("https://{HOST}/"))).await;
        let says = format!(
            "the request could not be sent from here (https://{HOST}): \
             https_proxy is not the address of an HTTP proxy"
        );
        check(result, Kind::Local, &says);
    }
}
