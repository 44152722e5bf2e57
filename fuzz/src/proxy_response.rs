use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread;

use vestibule_hyper::{Config, Hyper};
use vestibule_os::Blocking;
use vestibule_types::{Vars, printable, with_causes};
use vestibule_wire::{Body, Request};
use vestibule_world::{Transport as _, block_on};

use crate::SECRET;

/// The response of the proxy in place of a tunnel.
static RESPONSE: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Checks that what a proxy sends in place of a tunnel is an error without the proxy's password.
pub fn proxy_response(bytes: &[u8]) {
    static TRANSPORT: LazyLock<Blocking> = LazyLock::new(|| {
        let proxy = format!("http://me:{SECRET}@127.0.0.1:{}", start_proxy());
        let config = Config::new(Vars::default().with("HTTPS_PROXY", proxy));
        Blocking::new(Arc::new(Hyper::new(config)))
    });
    bytes.clone_into(&mut RESPONSE.lock().unwrap_or_else(PoisonError::into_inner));
    let mut request = Request::new(Body::default());
    *request.uri_mut() = http::Uri::from_static("https://oidc.us-east-1.amazonaws.com/token");
    match block_on(TRANSPORT.send(request)) {
        Ok(response) => panic!("a response without TLS: {response:?}"),
        Err(error) => {
            let shown = with_causes(&error);
            assert_eq!(printable(&shown), shown);
            let may_be_sent = bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
            let shown = format!("{shown} {error:?}");
            assert!(
                may_be_sent || !shown.contains(SECRET),
                "the error shows the password: {shown}"
            );
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the proxy has a thread")]
fn start_proxy() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let reader = BufReader::new(stream.try_clone().expect("a second handle"));
            let head = reader.lines().map_while(Result::ok).take_while(|line| !line.is_empty());
            if 0 < head.count() {
                let response = RESPONSE.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let _ = stream.write_all(&response);
            }
        }
    });
    port
}
