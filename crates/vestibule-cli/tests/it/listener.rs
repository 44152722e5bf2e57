//! The place where the browser comes back to, as the rest of the world meets it.

use std::io::{Read as _, Write as _};
use std::net::{TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use crate::support::{Lab, Running, query, say, visit};

/// A sign-in that waits for its redirect.
struct Waiting<'a> {
    login: Running<'a>,
    page: String,
    /// `127.0.0.1:PORT`.
    host: String,
}

impl<'a> Waiting<'a> {
    fn new(lab: &'a Lab) -> Self {
        let mut login = lab.vestibule(["login", "--no-browser", "--json"]).start();
        let page = login.event("open")["url"].as_str().unwrap().to_owned();
        let port = query(&page)["redirect_uri"].split("%3A").nth(2).unwrap();
        let host = format!("127.0.0.1:{}", &port[..port.find('%').unwrap()]);
        Self { login, page, host }
    }

    fn get(&self, target: &str) -> String {
        visit(&format!("http://{}{target}", self.host)).unwrap()
    }

    /// The right redirect, after all.
    fn completes(self, lab: &Lab) {
        visit(&lab.emulator.authorize(&self.page).unwrap()).unwrap();
        self.login.ends().succeeded();
    }
}

#[test]
fn the_state_of_another_sign_in_changes_nothing_and_nothing_is_echoed() {
    let lab = Lab::new();
    let waiting = Waiting::new(&lab);
    let state = query(&waiting.page)["state"].to_owned();
    for target in [
        "/oauth/callback".to_owned(),
        "/oauth/callback?code=stolen&state=".to_owned(),
        "/oauth/callback?code=stolen&state=%3Cscript%3Ealert(1)%3C/script%3E".to_owned(),
        format!("/oauth/callback?code=stolen&state={}", state.to_uppercase()),
        format!("/oauth/callback?code=stolen&state={state}&state=other"),
        "/oauth/callback?error=%3Cimg%20src=x%3E&error_description=stolen".to_owned(),
    ] {
        let answer = waiting.get(&target);
        assert!(answer.starts_with("HTTP/1.1 200 "), "{target}: {answer}");
        assert!(answer.contains("Nothing to do here"), "{target}: {answer}");
        for echoed in ["stolen", "alert", "<img", "script>"] {
            assert!(!answer.contains(echoed), "{target}: {answer}");
        }
        assert!(answer.contains("Content-Security-Policy: default-src 'none'"), "{answer}");
    }
    waiting.completes(&lab);
}

#[test]
fn what_browsers_ask_besides_is_not_there() {
    let lab = Lab::new();
    let waiting = Waiting::new(&lab);
    for target in ["/favicon.ico", "/", "/oauth", "/oauth/callback/..", "/robots.txt"] {
        let answer = waiting.get(target);
        assert!(answer.starts_with("HTTP/1.1 404 "), "{target}: {answer}");
    }
    let host = waiting.host.clone();
    let with =
        |line: &str, name: &str| say(&host, &format!("{line}\r\nHost: {name}\r\n\r\n")).unwrap();
    assert!(with("POST /oauth/callback HTTP/1.1", &host).starts_with("HTTP/1.1 405 "));
    // A page that has its own name resolve to this machine.
    assert!(with("GET /oauth/callback HTTP/1.1", "rebound.example").starts_with("HTTP/1.1 421 "));
    assert!(with("SSH-2.0-OpenSSH_9.9", &host).starts_with("HTTP/1.1 400 "));
    waiting.completes(&lab);
}

#[test]
fn an_oversized_request_is_cut_off() {
    let lab = Lab::new();
    let waiting = Waiting::new(&lab);
    let answer = waiting.get(&format!("/oauth/callback?code={}", "x".repeat(16 << 10)));
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");

    // One that never ends meets a closed door.
    let mut stream = TcpStream::connect(&waiting.host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let began = Instant::now();
    let _ = stream.write_all(b"GET /oauth/callback?code=");
    while stream.write_all(&[b'x'; 4096]).is_ok() {
        assert!(began.elapsed() < Duration::from_secs(30), "it takes everything");
    }
    waiting.completes(&lab);
}

#[test]
fn slow_and_silent_clients_keep_nobody_waiting() {
    let lab = Lab::new();
    let waiting = Waiting::new(&lab);
    let mut silent: Vec<_> = (0..40).map(|_| TcpStream::connect(&waiting.host).unwrap()).collect();
    for stream in &mut silent {
        // Those beyond the limit are gone already.
        let _ = stream.write_all(b"GET /oauth/call");
    }
    // A browser is served beside them.
    assert!(waiting.get("/favicon.ico").starts_with("HTTP/1.1 404 "));
    let began = Instant::now();
    let mut last = silent.pop().unwrap();
    last.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut answer = String::new();
    let _ = last.read_to_string(&mut answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    waiting.completes(&lab);
}

#[test]
fn other_interfaces_are_closed() {
    let lab = Lab::new();
    let waiting = Waiting::new(&lab);
    let port = waiting.host.split(':').nth(1).unwrap().to_owned();
    // The address by which others know this machine; no packet is sent to learn it.
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    let known = socket.connect("192.0.2.1:9").and_then(|()| socket.local_addr());
    let mut others = vec!["127.0.0.2".to_owned(), "::1".to_owned()];
    others.extend(known.ok().map(|address| address.ip().to_string()));
    for other in others.iter().filter(|other| *other != "127.0.0.1") {
        let address = (other.as_str(), port.parse().unwrap());
        assert!(TcpStream::connect(address).is_err(), "{other} is open");
    }
    waiting.completes(&lab);
}

#[test]
fn a_second_tab_is_told_that_it_is_over() {
    let lab = Lab::new();
    let waiting = Waiting::new(&lab);
    let first = lab.emulator.authorize(&waiting.page).unwrap();
    let second = lab.emulator.authorize(&waiting.page).unwrap();
    // The same page in two tabs, and both approved.
    assert!(visit(&first).unwrap().contains("Signed in"));
    let late = visit(&second);
    waiting.login.ends().succeeded();
    // Whether it came before or after the door closed, it did no harm.
    assert!(late.is_err() || !late.unwrap().contains("Signed in"));
    lab.run(["export-credentials"]).succeeded();
    assert!(visit(&first).is_err(), "the door is open still");
}
