use std::io::Write;
use std::sync::{Arc, Mutex};

use vestibule_world::{Transport, TransportErrorKind, block_on};

use crate::server::{OK, header, read_request, responding, serve};
use crate::{Settings, Subject, check, get, post, send};

pub async fn request_is_sent_unchanged<S: Subject>() {
    let received = Arc::new(Mutex::new(String::new()));
    let recorder = received.clone();
    let port = serve(move |_, mut stream| {
        *recorder.lock().unwrap() = read_request(&mut stream);
        stream.write_all(OK.as_bytes()).unwrap();
    });
    let mut request = post(&format!("http://127.0.0.1:{port}/token?a=%20b"), "{\"code\":1}");
    request.headers_mut().insert("x-amz-sso_bearer_token", "token".parse().unwrap());
    let response = send(&S::transport(Settings::default()), request).await.unwrap();
    assert_eq!(response, (200, "ok".into()));

    let received = received.lock().unwrap();
    assert!(received.starts_with("POST /token?a=%20b HTTP/1.1\r\n"), "{received}");
    assert!(received.ends_with("\r\n\r\n{\"code\":1}"), "{received}");
    assert_eq!(header(&received, "host").unwrap(), format!("127.0.0.1:{port}"));
    assert_eq!(header(&received, "content-length"), Some("10"));
    assert_eq!(header(&received, "x-amz-sso_bearer_token"), Some("token"));
}

pub async fn every_status_is_returned<S: Subject>() {
    let transport = S::transport(Settings::default());
    for (response, expected) in [
        ("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", 302),
        ("HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n", 503),
        ("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", 407),
        ("HTTP/1.1 204 No Content\r\n\r\n", 204),
        ("HTTP/1.0 200 OK\r\n\r\n", 200),
    ] {
        let response = send(&transport, get(&responding(response))).await.unwrap();
        assert_eq!(response, (expected, String::new()));
    }
}

pub async fn informational_responses_are_skipped<S: Subject>() {
    let response =
        format!("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n{OK}");
    let response =
        send(&S::transport(Settings::default()), get(&responding(response))).await.unwrap();
    assert_eq!(response, (200, "ok".into()));
}

pub async fn body_is_read_in_every_framing<S: Subject>() {
    let transport = S::transport(Settings::default());
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
                   1\r\no\r\n1\r\nk\r\n0\r\nTrailer: x\r\n\r\n";
    let until_close = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok";
    for response in [OK, chunked, until_close] {
        let response = send(&transport, get(&responding(response))).await.unwrap();
        assert_eq!(response, (200, "ok".into()));
    }
}

pub async fn each_exchange_opens_and_closes_a_connection<S: Subject>() {
    let port = serve(move |number, mut stream| {
        read_request(&mut stream);
        let response = format!("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{number}");
        stream.write_all(response.as_bytes()).unwrap();
        assert_eq!(read_request(&mut stream), "");
    });
    let transport = S::transport(Settings::default());
    let url = format!("http://127.0.0.1:{port}/");
    for number in ["0", "1", "2"] {
        assert_eq!(send(&transport, get(&url)).await.unwrap(), (200, number.into()));
    }
}

pub async fn concurrent_exchanges_do_not_mix<S: Subject>() {
    let port = serve(move |_, mut stream| {
        loop {
            let request = read_request(&mut stream);
            let Some(path) = request.split(' ').nth(1) else { break };
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", path.len());
            stream.write_all((head + path).as_bytes()).unwrap();
        }
    });
    let transport = Arc::new(S::transport(Settings::default()));
    let tasks: Vec<_> = (0..64)
        .map(|number| {
            let transport = transport.clone();
            tokio::spawn(async move {
                let url = format!("http://127.0.0.1:{port}/{number}");
                assert_eq!(
                    send(&*transport, get(&url)).await.unwrap(),
                    (200, format!("/{number}"))
                );
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

pub async fn url_that_is_not_http_is_not_sent<S: Subject>() {
    let transport = S::transport(Settings::default());
    for url in ["/path", "ftp://127.0.0.1/", "file:///etc/passwd"] {
        let Ok(url) = url.parse() else { continue };
        let mut request = get("/");
        *request.uri_mut() = url;
        check(send(&transport, request).await, TransportErrorKind::Local, "not an absolute");
    }
}

pub fn transport_without_a_runtime_is_an_error<S: Subject>() {
    let error =
        block_on(S::transport(Settings::default()).send(get("http://127.0.0.1:1/"))).unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::NoRuntime);
}
