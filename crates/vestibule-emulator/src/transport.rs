use vestibule_wire::{Request, Response};
use vestibule_world::{BoxFuture, Clock as _, Transport, TransportError, TransportErrorKind};

use crate::emulator::Emulator;
use crate::handle::Delivery;

/// In process: no socket, no thread, no waiting but on the emulator's clock.
impl Transport for Emulator {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async move {
            let reply = self.exchange(&request);
            if !reply.late.is_zero() {
                self.clock().sleep(reply.late).await;
            }
            let lost = |kind| {
                let uri = request.uri();
                let host = uri.authority().map_or("", http::uri::Authority::as_str);
                let scheme = uri.scheme_str().unwrap_or("http");
                TransportError::new(kind, format!("{scheme}://{host}"))
            };
            match reply.delivery {
                Delivery::Whole => Ok(reply.response),
                Delivery::Reset | Delivery::ResetMidBody => Err(lost(TransportErrorKind::Lost)),
                Delivery::Endless => Err(lost(TransportErrorKind::TooLarge)),
            }
        })
    }
}
