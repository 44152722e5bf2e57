//! The log of a request: a span (`wait`) while its response is waited for, then a line.

use std::time::Duration;

use tracing::Span;
use vestibule_types::with_causes;
use vestibule_wire::{Request, RequestInfo, Response};

use crate::TransportError;

/// The description of a request for the log: its operation and host, since paths, queries and
/// bodies may hold secrets.
///
/// Empty if nothing is logged.
pub(crate) struct RequestDescription(Option<(RequestInfo, String)>, Span);

impl RequestDescription {
    pub(crate) fn new(request: &Request) -> Self {
        let info = request.extensions().get().copied();
        let info = info.unwrap_or(RequestInfo { operation: "request", attempt: 1 });
        let (scheme, authority) = (request.uri().scheme_str(), request.uri().authority());
        let authority = authority.map_or("", |authority| authority.as_str());
        let what = format_args!("{} at {authority}", info.operation);
        let span = tracing::debug_span!("wait", %what);
        let is_logged = tracing::event_enabled!(tracing::Level::INFO);
        let endpoint = || format!("{}://{authority}", scheme.unwrap_or_default());
        Self(is_logged.then(|| (info, endpoint())), span)
    }

    pub(crate) fn log(self, result: &Result<Response, TransportError>, duration: Duration) {
        drop(self.1);
        let Some((RequestInfo { operation, attempt }, endpoint)) = self.0 else { return };
        let ms = duration.as_millis();
        match result {
            Ok(response) => {
                let request_id = response.headers().get("x-amzn-requestid");
                let request_id = request_id.and_then(|id| id.to_str().ok()).unwrap_or_default();
                let status = response.status().as_u16();
                tracing::info!(endpoint, attempt, status, request_id, ms, "{operation}");
            }
            Err(error) => {
                let error = with_causes(error);
                tracing::info!(endpoint, attempt, %error, ms, "{operation}");
            }
        }
    }
}
