//! A machine on which nothing is set up.

use std::sync::Arc;

use vestibule::world::{World, memory};
use vestibule::{ErrorKind, Remedy, Session};

/// What is said where the instance metadata address answers with this status.
fn say(status: u16, vars: &[(&str, &str)]) -> (ErrorKind, Option<Remedy>, String) {
    let transport = memory::Transport::new(move |request| {
        assert_eq!(request.uri().path(), "/latest/api/token");
        Ok(http::Response::builder().status(status).body(bytes::Bytes::new()).unwrap())
    });
    let base = memory::world();
    let vars = vars.iter().fold(base.vars, |vars, &(name, value)| vars.with(name, value));
    let world = World { transport: Arc::new(transport), vars, ..base };
    let session = Session::builder().world(world).load_blocking().unwrap();
    let error = session.blocking().credentials().unwrap_err();
    (error.kind(), error.remedy().cloned(), error.to_string())
}

#[test]
fn closed_metadata_counts_as_not_configured() {
    let (kind, remedy, said) = say(403, &[]);
    assert_eq!((kind, remedy), (ErrorKind::NothingConfigured, Some(Remedy::SetUp)));
    let sources: Vec<_> = said.lines().skip(1).map(|line| line.trim().split(':').next()).collect();
    let all = ["environment", "profile", "web-identity", "container", "instance"];
    assert_eq!(sources, all.map(Some), "{said}");
    assert!(said.contains("(http://169.254.169.254) is disabled"), "{said}");
}

#[test]
fn closed_metadata_at_configured_endpoint_is_an_error() {
    let url = ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1338");
    assert_eq!(say(403, &[url]).0, ErrorKind::Refused);
    assert_eq!(say(400, &[]).0, ErrorKind::Unavailable);
}
