use std::io::{self, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use vestibule_types::with_causes;
use vestibule_world::TransportErrorKind as Kind;

use crate::certificates::{Authority, accept};
use crate::server::{OK, header, read_request, responding, serve};
use crate::{Settings, Subject, check, get, send};

/// The host of requests through proxies.
pub const HOST: &str = "oidc.us-east-1.amazonaws.com";

/// `me:p@ss` as a value of `Proxy-Authorization`.
const BASIC: &str = "Basic bWU6cEBzcw==";

fn through<S: Subject>(proxy: impl Into<String>) -> S::Transport {
    S::transport(Settings { proxy: Some(proxy.into()), ..Settings::default() })
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

pub fn start_https(authority: &Authority) -> u16 {
    let config = authority.server(HOST);
    serve(move |_, stream| {
        let mut stream = accept(&config, stream);
        let host = header(&read_request(&mut stream), "host").map(str::to_owned);
        assert_eq!(host.as_deref(), Some(HOST));
        stream.write_all(OK.as_bytes()).unwrap();
    })
}

pub async fn https_is_sent_through_a_tunnel<S: Subject>() {
    let authority = Authority::generate();
    let (proxy, requests) = start_tunnel_proxy(start_https(&authority));
    for (value, basic) in [("http://me:p%40ss@127.0.0.1", Some(BASIC)), ("http://127.0.0.1", None)]
    {
        let transport = S::transport(Settings {
            proxy: Some(format!("{value}:{proxy}")),
            ca_bundle: Some(authority.bundle.path().into()),
            ..Settings::default()
        });
        let response = send(&transport, get(&format!("https://{HOST}/token"))).await.unwrap();
        assert_eq!(response, (200, "ok".into()));
        let request = requests.lock().unwrap().pop().unwrap();
        assert!(request.starts_with(&format!("CONNECT {HOST}:443 HTTP/1.1\r\n")), "{request}");
        assert_eq!(header(&request, "host"), Some(&*format!("{HOST}:443")));
        assert_eq!(header(&request, "proxy-authorization"), basic);
    }
}

pub async fn plain_http_is_forwarded_with_the_absolute_url<S: Subject>() {
    let received = Arc::new(Mutex::new(String::new()));
    let recorder = received.clone();
    let proxy = serve(move |_, mut stream| {
        *recorder.lock().unwrap() = read_request(&mut stream);
        stream.write_all(OK.as_bytes()).unwrap();
    });
    let transport = through::<S>(format!("http://me:p%40ss@127.0.0.1:{proxy}"));
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

pub async fn loopback_host_has_no_proxy<S: Subject>() {
    let transport = through::<S>("http://127.0.0.1:1");
    assert_eq!(send(&transport, get(&responding(OK))).await.unwrap(), (200, "ok".into()));
}

pub async fn refusing_proxy_is_told_from_a_failing_one<S: Subject>() {
    for (response, kind) in [
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", Kind::ProxyRefused),
        ("HTTP/1.1 502 Bad Gateway\r\n\r\n", Kind::Proxy),
        ("", Kind::Lost),
    ] {
        let proxy = responding(response).replace("http://", "http://me:hidden@");
        let transport = through::<S>(proxy);
        let error = check(send(&transport, get(&format!("https://{HOST}/"))).await, kind, HOST);
        let shown = format!("{} {error:?} {transport:?}", with_causes(&error));
        assert!(!shown.contains("hidden"), "{shown}");
    }
}

pub async fn unreachable_proxy_is_told_from_an_unreachable_host<S: Subject>() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let transport = through::<S>(format!("http://127.0.0.1:{port}"));
    let result = send(&transport, get(&format!("https://{HOST}/"))).await;
    check(result, Kind::Proxy, "connection refused");
}
