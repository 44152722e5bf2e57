use vestibule_types::Timestamp;
use vestibule_wire::Request;

use crate::origin::Origin;

/// A request, with where and when it arrived.
pub(crate) struct RequestContext<'a> {
    pub(crate) request: &'a Request,
    pub(crate) origin: Origin,
    /// The value of `x-amzn-requestid` in the response.
    pub(crate) id: String,
    pub(crate) now: Timestamp,
}
