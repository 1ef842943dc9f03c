//! SSRF-03 and SSRF-04: which addresses are public.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use kycd::domain::public_address::is_public;
use proptest::prelude::*;
use rstest::rstest;

#[rstest]
#[case::this_network("0.0.0.0/8")]
#[case::private_10("10.0.0.0/8")]
#[case::private_172("172.16.0.0/12")]
#[case::private_192("192.168.0.0/16")]
#[case::loopback("127.0.0.0/8")]
#[case::link_local("169.254.0.0/16")]
#[case::carrier_grade_nat("100.64.0.0/10")]
#[case::protocol_assignments("192.0.0.0/24")]
#[case::documentation_1("192.0.2.0/24")]
#[case::documentation_2("198.51.100.0/24")]
#[case::documentation_3("203.0.113.0/24")]
#[case::six_to_four_relays("192.88.99.0/24")]
#[case::benchmarking("198.18.0.0/15")]
#[case::multicast("224.0.0.0/4")]
#[case::reserved("240.0.0.0/4")]
#[case::cloud_host_agent("168.63.129.16/32")]
#[case::unspecified_v6("::/128")]
#[case::loopback_v6("::1/128")]
#[case::compatible("::/96")]
#[case::mapped("::ffff:0:0/96")]
#[case::nat64("64:ff9b::/96")]
#[case::local_nat64("64:ff9b:1::/48")]
#[case::discard_only("100::/64")]
#[case::teredo("2001::/32")]
#[case::protocol_assignments_v6("2001::/23")]
#[case::documentation_v6("2001:db8::/32")]
#[case::six_to_four("2002::/16")]
#[case::documentation_3fff("3fff::/20")]
#[case::segment_routing("5f00::/16")]
#[case::unique_local("fc00::/7")]
#[case::link_local_v6("fe80::/10")]
#[case::site_local("fec0::/10")]
#[case::multicast_v6("ff00::/8")]
fn no_address_of_a_special_range_is_public(#[case] range: IpNet) {
    for address in [range.network(), middle(range), range.broadcast()] {
        assert!(!is_public(address), "{address}");
    }
}

/// Somewhere between the first and the last address.
fn middle(range: IpNet) -> IpAddr {
    match range {
        IpNet::V4(range) => {
            let (first, last) = (range.network().to_bits(), range.broadcast().to_bits());
            IpAddr::V4((first + (last - first) / 2).into())
        }
        IpNet::V6(range) => {
            let (first, last) = (range.network().to_bits(), range.broadcast().to_bits());
            IpAddr::V6((first + (last - first) / 2).into())
        }
    }
}

#[rstest]
#[case::loopback("::1")]
#[case::unspecified("::")]
#[case::mapped_loopback("::ffff:127.0.0.1")]
#[case::compatible_loopback("::127.0.0.1")]
#[case::nat64_loopback("64:ff9b::7f00:1")]
#[case::local_nat64_loopback("64:ff9b:1::7f00:1")]
#[case::six_to_four_loopback("2002:7f00:1::")]
#[case::teredo("2001:0:4136:e378:8000:63bf:3fff:fdd2")]
#[case::metadata("fd00:ec2::254")]
#[case::site_local("fec0::1")]
#[case::multicast("ff02::1")]
#[case::discard_only("100::1")]
#[case::segment_routing("5f00::1")]
#[case::mapped_public("::ffff:8.8.8.8")]
#[case::metadata_v4("169.254.169.254")]
#[case::metadata_in_shared_space("100.100.100.200")]
#[case::metadata_in_assignments("192.0.0.192")]
#[case::broadcast("255.255.255.255")]
fn no_address_that_leads_inwards_is_public(#[case] address: IpAddr) {
    assert!(!is_public(address));
}

#[rstest]
#[case::before_private_10("9.255.255.255")]
#[case::after_private_10("11.0.0.0")]
#[case::before_shared_space("100.63.255.255")]
#[case::after_shared_space("100.128.0.0")]
#[case::before_private_172("172.15.255.255")]
#[case::after_private_172("172.32.0.0")]
#[case::before_benchmarking("198.17.255.255")]
#[case::after_benchmarking("198.20.0.0")]
#[case::before_multicast("223.255.255.255")]
#[case::somebody("93.184.216.34")]
#[case::somebody_v6("2606:2800:220:1:248:1893:25c8:1946")]
#[case::after_protocol_assignments_v6("2001:200::1")]
fn an_address_that_anybody_can_have_is_public(#[case] address: IpAddr) {
    assert!(is_public(address));
}

proptest! {
    /// The standard library knows some of the ranges; nothing of what it calls special may be public.
    #[test]
    fn no_ipv4_address_is_public_that_the_library_calls_special(bits: u32) {
        let address = std::net::Ipv4Addr::from_bits(bits);
        let special = address.is_private() || address.is_loopback() || address.is_link_local()
            || address.is_multicast() || address.is_documentation() || address.is_broadcast()
            || address.is_unspecified();
        prop_assert!(!special || !is_public(address.into()));
    }

    #[test]
    fn no_ipv6_address_outside_the_global_unicast_space_is_public(bits: u128) {
        let global: Ipv6Net = "2000::/3".parse().unwrap();
        let address = std::net::Ipv6Addr::from_bits(bits);
        prop_assert!(global.contains(&address) || !is_public(address.into()));
    }

    #[test]
    fn no_ipv6_address_that_carries_an_ipv4_one_is_public(bits: u32) {
        let inner = std::net::Ipv4Addr::from_bits(bits);
        prop_assert!(!is_public(inner.to_ipv6_mapped().into()));
        prop_assert!(!is_public(inner.to_ipv6_compatible().into()));
    }

    #[test]
    fn every_ipv4_address_of_private_space_is_refused(host in 0_u32..1 << 20) {
        let range: Ipv4Net = "172.16.0.0/12".parse().unwrap();
        prop_assert!(!is_public(std::net::Ipv4Addr::from_bits(range.network().to_bits() + host).into()));
    }
}
