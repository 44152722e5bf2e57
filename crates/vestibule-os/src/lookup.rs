use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};

/// Returns the addresses of a host, from the system's resolver. Blocks until a name server
/// responds.
///
/// # Errors
/// Those of the resolver.
pub fn lookup_host(host: &str) -> io::Result<Vec<IpAddr>> {
    Ok((host, 0).to_socket_addrs()?.map(|address: SocketAddr| address.ip()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn localhost_resolves_and_an_invalid_name_does_not() {
        let found = lookup_host("localhost").unwrap();
        assert!(!found.is_empty() && found.iter().all(IpAddr::is_loopback), "{found:?}");
        assert_eq!(lookup_host("127.0.0.1").unwrap(), [IpAddr::from([127, 0, 0, 1])]);
        assert!(lookup_host("a b").is_err());
    }
}
