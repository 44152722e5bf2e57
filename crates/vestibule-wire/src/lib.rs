//! AWS calls as values: requests, responses, endpoints, service errors, retry decisions.
