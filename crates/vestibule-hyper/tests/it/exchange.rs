use std::io::Write;

use vestibule_hyper::{Config, Hyper};
use vestibule_transport_tests::server::{OK, header, read_request, serve};
use vestibule_transport_tests::{get, send};

use crate::plain;

#[tokio::test]
async fn end_of_the_connection_is_announced() {
    let port = serve(move |_, mut stream| {
        let request = read_request(&mut stream);
        assert_eq!(header(&request, "connection"), Some("close"));
        stream.write_all(OK.as_bytes()).unwrap();
    });
    let response = send(&Hyper::new(plain()), get(&format!("http://127.0.0.1:{port}/"))).await;
    assert_eq!(response.unwrap(), (200, "ok".into()));
}

#[tokio::test]
async fn debug_output_has_no_values_of_variables() {
    let vars = [("HTTPS_PROXY", "http://me:hidden@127.0.0.1:1")].into_iter().collect();
    let shown = format!("{:?}", Hyper::new(Config::new(vars)));
    assert!(shown.contains("HTTPS_PROXY") && !shown.contains("hidden"), "{shown}");
}
