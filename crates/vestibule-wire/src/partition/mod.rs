//! The partitions of AWS: sets of regions with a DNS suffix of their own.

mod generated;

use vestibule_types::Region;

use generated::PARTITIONS;

/// A set of regions that share DNS suffixes and identities.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
#[non_exhaustive]
pub struct Partition {
    /// Its id, as in ARNs: `aws-cn`.
    pub id: &'static str,
    /// The suffix of host names.
    pub dns_suffix: &'static str,
    /// The suffix of dual-stack host names.
    pub dual_stack_dns_suffix: &'static str,
    /// The region that requests to global services are signed for.
    pub implicit_global_region: &'static str,
    /// Whether it has FIPS endpoints.
    pub supports_fips: bool,
    /// Whether it has dual-stack endpoints.
    pub supports_dual_stack: bool,
    region_prefixes: &'static [&'static str],
    regions: &'static [&'static str],
}

impl Partition {
    /// Returns the partition of a region: by name, otherwise by pattern, otherwise `aws`.
    pub fn for_region(region: &Region) -> &'static Self {
        let region = region.as_str();
        PARTITIONS
            .iter()
            .find(|partition| partition.regions.contains(&region))
            .or_else(|| PARTITIONS.iter().find(|partition| partition.has_pattern_of(region)))
            .unwrap_or(&PARTITIONS[0])
    }

    /// Returns the names of all published regions.
    pub fn known_regions() -> impl Iterator<Item = &'static str> {
        PARTITIONS.iter().flat_map(|partition| partition.regions).copied()
    }

    /// Returns true if a region is published, or has the pattern of a partition.
    #[inline]
    pub fn is_plausible(region: &Region) -> bool {
        let is_known = Self::known_regions().any(|known| known == region.as_str());
        is_known || PARTITIONS.iter().any(|partition| partition.has_pattern_of(region.as_str()))
    }

    /// Returns whether a region has the pattern of this partition, which is `prefix-word-digits`.
    fn has_pattern_of(&self, region: &str) -> bool {
        self.region_prefixes.iter().any(|prefix| {
            let rest = region.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('-'));
            rest.and_then(|rest| rest.split_once('-')).is_some_and(|(word, number)| {
                !word.is_empty()
                    && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                    && !number.is_empty()
                    && number.bytes().all(|byte| byte.is_ascii_digit())
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_name_by_pattern_by_default() {
        for (region, id) in [
            ("us-east-1", "aws"),
            ("aws-global", "aws"),
            ("us-newtown-12", "aws"),
            ("us-gov-west-1", "aws-us-gov"),
            ("us-gov-new-9", "aws-us-gov"),
            ("cn-north-1", "aws-cn"),
            ("eusc-de-east-1", "aws-eusc"),
            ("us-isof-south-1", "aws-iso-f"),
            ("mars-1", "aws"),
        ] {
            assert_eq!(Partition::for_region(&Region::new(region).unwrap()).id, id, "{region}");
        }
    }

    #[test]
    fn region_that_is_not_published_is_plausible_if_it_has_the_pattern() {
        let aws = Partition::for_region(&Region::new("us-east-1").unwrap());
        for (region, has_pattern) in [
            ("us-newtown-12", true),
            ("us-new_town-1", true),
            ("us--1", false),
            ("us-new.town-1", false),
            ("us-newtown-", false),
            ("us-newtown-1a", false),
            ("us-newtown", false),
            ("usnewtown-1", false),
            ("mars-newtown-1", false),
        ] {
            assert_eq!(aws.has_pattern_of(region), has_pattern, "{region}");
        }
        for (region, is_plausible) in
            [("aws-global", true), ("us-newtown-12", true), ("mars-newtown-1", false)]
        {
            let region = Region::new(region).unwrap();
            assert_eq!(Partition::is_plausible(&region), is_plausible, "{region}");
        }
    }
}
