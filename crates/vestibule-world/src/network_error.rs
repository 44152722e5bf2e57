use std::{error, io};

use crate::transport::TransportCause;

/// An error of the network, in words that are the same on every platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// Nothing listens at the port.
    #[error("connection refused")]
    Refused,
    /// The other side closed the connection early.
    #[error("connection reset")]
    Reset,
    /// No route leads to the host.
    #[error("the host is unreachable")]
    HostUnreachable,
    /// This machine has no network that leads to the host.
    #[error("the network is unreachable")]
    NetworkUnreachable,
    /// The host did not respond to the connection attempt.
    #[error("no response to the connection attempt")]
    TimedOut,
}

impl NetworkError {
    /// Returns the error of the network in a chain of causes, if there is one.
    pub fn find_in_chain(error: &(dyn error::Error + 'static)) -> Option<Self> {
        causes(error).find_map(|cause| Self::from_io(cause.downcast_ref::<io::Error>()?.kind()))
    }

    fn from_io(kind: io::ErrorKind) -> Option<Self> {
        match kind {
            io::ErrorKind::ConnectionRefused => Some(Self::Refused),
            io::ErrorKind::ConnectionReset => Some(Self::Reset),
            io::ErrorKind::HostUnreachable => Some(Self::HostUnreachable),
            io::ErrorKind::NetworkUnreachable => Some(Self::NetworkUnreachable),
            io::ErrorKind::TimedOut => Some(Self::TimedOut),
            _ => None,
        }
    }
}

/// Returns an error and its causes, including those inside IO errors and [`TransportError`]s.
///
/// [`TransportError`]: crate::TransportError
pub fn causes<'e>(
    error: &'e (dyn error::Error + 'static),
) -> impl Iterator<Item = &'e (dyn error::Error + 'static)> {
    // The source of these errors is the source of the error inside them, which would be skipped.
    std::iter::successors(Some(error), |error| {
        if let Some(cause) = error.downcast_ref::<TransportCause>() {
            return Some(&*cause.error);
        }
        match error.downcast_ref().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        }
    })
}

/// Returns the first error of a type in a chain of causes, including those inside IO errors.
pub fn find_in_chain<'e, E: error::Error + 'static>(
    error: &'e (dyn error::Error + 'static),
) -> Option<&'e E> {
    causes(error).find_map(<dyn error::Error>::downcast_ref)
}
