//! HTTP transport for vestibule-world over hyper and rustls.
