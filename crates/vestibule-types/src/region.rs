use crate::name::name;

name! {
    /// The name of an AWS region, such as `eu-central-1`.
    ///
    /// It becomes part of a host name, so it must be a host label: up to 63 letters, digits and
    /// `-`, not at the ends, and not digits alone.
    Region, "a region", "a name such as `us-east-1`", |text| {
        (1..=63).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-')
            && !text.bytes().all(|byte| byte.is_ascii_digit())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn region_that_is_not_a_host_label_is_an_error() {
        for text in ["", "us east 1", "us-east-1/", "us.east", "-us", "us-", "123", "évreux"] {
            assert!(Region::new(text).is_err(), "{text:?}");
        }
        for text in ["us-east-1", "us-gov-west-1", "aws-global", "fake-region-10"] {
            assert!(Region::new(text).is_ok(), "{text:?}");
        }
    }
}
