//! A machine without configured credentials.

use std::sync::Arc;

use vestibule::world::{World, memory};
use vestibule::{ErrorKind, Remedy, Session};

/// Returns the error if the instance metadata service responds with this status.
fn error(status: u16, vars: &[(&str, &str)]) -> (ErrorKind, Option<Remedy>, String) {
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
    let (kind, remedy, message) = error(403, &[]);
    assert_eq!((kind, remedy), (ErrorKind::NothingConfigured, Some(Remedy::SetUp)));
    let sources: Vec<_> =
        message.lines().skip(1).map(|line| line.trim().split(':').next()).collect();
    let all = ["environment", "profile", "web-identity", "container", "instance"];
    assert_eq!(sources, all.map(Some), "{message}");
    assert!(message.contains("(http://169.254.169.254) is disabled"), "{message}");
}

#[test]
fn closed_metadata_at_configured_endpoint_is_an_error() {
    let url = ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1338");
    assert_eq!(error(403, &[url]).0, ErrorKind::Refused);
    assert_eq!(error(400, &[]).0, ErrorKind::Unavailable);
}
