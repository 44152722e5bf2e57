//! The loopback listener that receives the redirect, under unexpected requests.

use std::io::{Read as _, Write as _};
use std::net::{TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use crate::support::{Running, TestEnv, query, send_raw, visit};

/// A `login` that waits for its redirect.
struct Waiting<'a> {
    login: Running<'a>,
    page: String,
    /// `127.0.0.1:PORT`.
    host: String,
}

impl<'a> Waiting<'a> {
    fn new(env: &'a TestEnv) -> Self {
        let mut login = env.vestibule(["login", "--no-browser", "--json"]).start();
        let page = login.event("open")["url"].as_str().unwrap().to_owned();
        let port = query(&page)["redirect_uri"].split("%3A").nth(2).unwrap();
        let host = format!("127.0.0.1:{}", &port[..port.find('%').unwrap()]);
        Self { login, page, host }
    }

    fn get(&self, target: &str) -> String {
        visit(&format!("http://{}{target}", self.host)).unwrap()
    }

    /// Sends the valid redirect and waits for the program.
    fn completes(self, env: &TestEnv) {
        visit(&env.emulator.authorize(&self.page).unwrap()).unwrap();
        self.login.wait().succeeded();
    }
}

#[test]
fn redirect_with_another_state_is_ignored_and_not_echoed() {
    let env = TestEnv::new();
    let waiting = Waiting::new(&env);
    let state = query(&waiting.page)["state"].to_owned();
    for target in [
        "/oauth/callback".to_owned(),
        "/oauth/callback?code=stolen&state=".to_owned(),
        "/oauth/callback?code=stolen&state=%3Cscript%3Ealert(1)%3C/script%3E".to_owned(),
        format!("/oauth/callback?code=stolen&state={}", state.to_uppercase()),
        format!("/oauth/callback?code=stolen&state={state}&state=other"),
        "/oauth/callback?error=%3Cimg%20src=x%3E&error_description=stolen".to_owned(),
    ] {
        let response = waiting.get(&target);
        assert!(response.starts_with("HTTP/1.1 200 "), "{target}: {response}");
        assert!(response.contains("Nothing to do here"), "{target}: {response}");
        for echoed in ["stolen", "alert", "<img", "script>"] {
            assert!(!response.contains(echoed), "{target}: {response}");
        }
        assert!(response.contains("Content-Security-Policy: default-src 'none'"), "{response}");
    }
    waiting.completes(&env);
}

#[test]
fn redirect_listener_other_requests_are_rejected() {
    let env = TestEnv::new();
    let waiting = Waiting::new(&env);
    for target in ["/favicon.ico", "/", "/oauth", "/oauth/callback/..", "/robots.txt"] {
        let response = waiting.get(target);
        assert!(response.starts_with("HTTP/1.1 404 "), "{target}: {response}");
    }
    let host = waiting.host.clone();
    let with = |line: &str, name: &str| {
        send_raw(&host, &format!("{line}\r\nHost: {name}\r\n\r\n")).unwrap()
    };
    assert!(with("POST /oauth/callback HTTP/1.1", &host).starts_with("HTTP/1.1 405 "));
    // DNS rebinding: a foreign name that resolves to this machine.
    assert!(with("GET /oauth/callback HTTP/1.1", "rebound.example").starts_with("HTTP/1.1 421 "));
    assert!(with("SSH-2.0-OpenSSH_9.9", &host).starts_with("HTTP/1.1 400 "));
    waiting.completes(&env);
}

#[test]
fn redirect_listener_oversized_request_is_rejected() {
    let env = TestEnv::new();
    let waiting = Waiting::new(&env);
    let response = waiting.get(&format!("/oauth/callback?code={}", "x".repeat(16 << 10)));
    assert!(response.starts_with("HTTP/1.1 431 "), "{response}");

    // A request that never ends is disconnected.
    let mut stream = TcpStream::connect(&waiting.host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let began = Instant::now();
    let _ = stream.write_all(b"GET /oauth/callback?code=");
    while stream.write_all(&[b'x'; 4096]).is_ok() {
        assert!(began.elapsed() < Duration::from_secs(30), "it takes everything");
    }
    waiting.completes(&env);
}

#[test]
fn redirect_listener_slow_clients_do_not_block_the_browser() {
    let env = TestEnv::new();
    let waiting = Waiting::new(&env);
    let mut silent: Vec<_> = (0..40).map(|_| TcpStream::connect(&waiting.host).unwrap()).collect();
    for stream in &mut silent {
        // Connections beyond the limit are closed already.
        let _ = stream.write_all(b"GET /oauth/call");
    }
    // A browser is still served.
    assert!(waiting.get("/favicon.ico").starts_with("HTTP/1.1 404 "));
    let began = Instant::now();
    let mut last = silent.pop().unwrap();
    last.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut response = String::new();
    let _ = last.read_to_string(&mut response);
    assert!(response.is_empty() || response.starts_with("HTTP/1.1 408 "), "{response}");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    waiting.completes(&env);
}

#[test]
fn redirect_listener_accepts_loopback_only() {
    let env = TestEnv::new();
    let waiting = Waiting::new(&env);
    let port = waiting.host.split(':').nth(1).unwrap().to_owned();
    // The external address of this machine; finding it sends no packet.
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    let known = socket.connect("192.0.2.1:9").and_then(|()| socket.local_addr());
    let mut others = vec!["127.0.0.2".to_owned(), "::1".to_owned()];
    others.extend(known.ok().map(|address| address.ip().to_string()));
    for other in others.iter().filter(|other| *other != "127.0.0.1") {
        let address = (other.as_str(), port.parse().unwrap());
        assert!(TcpStream::connect(address).is_err(), "{other} is open");
    }
    waiting.completes(&env);
}

#[test]
fn redirect_in_a_second_tab_is_harmless() {
    let env = TestEnv::new();
    let waiting = Waiting::new(&env);
    let first = env.emulator.authorize(&waiting.page).unwrap();
    let second = env.emulator.authorize(&waiting.page).unwrap();
    // The same page in two tabs, approved in both.
    assert!(visit(&first).unwrap().contains("Signed in"));
    let late = visit(&second);
    waiting.login.wait().succeeded();
    // The listener may have closed before or after the second redirect.
    assert!(late.is_err() || !late.unwrap().contains("Signed in"));
    env.run(["export-credentials"]).succeeded();
    assert!(visit(&first).is_err(), "the door is open still");
}
