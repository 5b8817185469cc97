//! The address a request came from. `X-Forwarded-For` counts only behind a proxy we trust.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

use crate::config::Network;

/// Proxies whose word is believed.
pub struct TrustedProxies(Vec<Network>);

impl TrustedProxies {
    pub fn new(networks: Vec<Network>) -> Self {
        Self(networks)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// From the right: the first address that is not a trusted proxy's is the client's.
    fn client(&self, peer: IpAddr, forwarded: &str) -> IpAddr {
        let mut client = peer;
        for hop in forwarded.rsplit(',') {
            if !self.trusts(client) {
                break;
            }
            let Ok(hop) = hop.trim().parse() else { break };
            client = hop;
        }
        client
    }
}

/// Where a request came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    pub fn of(req: &HttpRequest) -> Self {
        let peer = req.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        let proxies = req.app_data::<Data<TrustedProxies>>();
        let forwarded = req
            .headers()
            .get_all("x-forwarded-for")
            .filter_map(|value| value.to_str().ok())
            .collect::<Vec<_>>()
            .join(",");
        Self(match proxies {
            Some(proxies) if !forwarded.is_empty() => proxies.client(peer, &forwarded),
            _ => peer,
        })
    }

    /// What limits count by: one who has an IPv6 network has all its addresses.
    pub fn network(self) -> IpAddr {
        match self.0.to_canonical() {
            IpAddr::V6(address) => {
                let bits = u128::from(address) & (u128::MAX << 64);
                IpAddr::V6(Ipv6Addr::from(bits))
            }
            v4 => v4,
        }
    }
}

impl FromRequest for ClientAddress {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(req)))
    }
}

#[cfg(test)]
mod tests {
    use super::{ClientAddress, TrustedProxies};
    use crate::config::Network;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let trusted = TrustedProxies::new(vec![Network::parse("10.0.0.0/8").unwrap()]);
        let client = |peer: &str, forwarded: &str| {
            trusted.client(peer.parse().unwrap(), forwarded).to_string()
        };
        assert_eq!(client("9.9.9.9", "1.1.1.1"), "9.9.9.9");
        assert_eq!(client("10.0.0.1", "1.1.1.1"), "1.1.1.1");
        assert_eq!(client("10.0.0.1", "6.6.6.6, 1.1.1.1, 10.0.0.2"), "1.1.1.1");
        assert_eq!(client("10.0.0.1", "nonsense"), "10.0.0.1");
    }

    #[test]
    fn an_ipv6_network_counts_as_one() {
        let network = |text: &str| ClientAddress(text.parse().unwrap()).network();
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:2"));
        assert_ne!(network("2001:db8:0:1::1"), network("2001:db8:0:2::1"));
    }
}
