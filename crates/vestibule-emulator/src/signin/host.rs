use vestibule_types::Region;
use vestibule_wire::Partition;

/// The region of a host that signs people in, of those that begin with the region; the one that
/// does not is in the first of all regions.
pub(crate) fn region_of(name: &str) -> Option<Region> {
    let (region, rest) =
        if name == "signin.aws.amazon.com" { ("us-east-1", name) } else { name.split_once('.')? };
    let domain = rest.strip_prefix("signin")?;
    let domain = domain.strip_prefix("-fips").unwrap_or(domain).strip_prefix('.')?;
    let region = Region::new(region).ok()?;
    let partition = Partition::of(&region).id;
    DOMAINS.contains(&(partition, domain)).then_some(region)
}

/// Partitions, and what stands after `signin` in them; they share no name with the other services.
const DOMAINS: [(&str, &str); 8] = [
    ("aws", "aws.amazon.com"),
    ("aws-cn", "amazonaws.cn"),
    ("aws-eusc", "amazonaws-eusc.eu"),
    ("aws-iso", "c2shome.ic.gov"),
    ("aws-iso-b", "sc2shome.sgov.gov"),
    ("aws-iso-e", "csphome.adc-e.uk"),
    ("aws-iso-f", "csphome.hci.ic.gov"),
    ("aws-us-gov", "amazonaws-us-gov.com"),
];
