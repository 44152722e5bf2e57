use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};

/// The addresses of a host, as the system's resolver has them. Blocks for as long as a name server
/// takes.
///
/// # Errors
/// As the machine says.
pub fn addresses(host: &str) -> io::Result<Vec<IpAddr>> {
    Ok((host, 0).to_socket_addrs()?.map(|address: SocketAddr| address.ip()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_addresses_and_an_invalid_name_has_none() {
        let found = addresses("localhost").unwrap();
        assert!(!found.is_empty() && found.iter().all(IpAddr::is_loopback), "{found:?}");
        assert_eq!(addresses("127.0.0.1").unwrap(), [IpAddr::from([127, 0, 0, 1])]);
        assert!(addresses("a b").is_err());
    }
}
