use crate::name::name;

name! {
    /// The id of an AWS account.
    ///
    /// AWS's are twelve digits, leading zeros included, which is how users should write them.
    /// No SDK checks it, and AWS's own test data has shorter ones, so any printable text without
    /// blanks is accepted; linters can use [`AccountId::is_twelve_digits`].
    AccountId, "an account id", "twelve digits", |text| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
    }
}

impl AccountId {
    /// Returns whether the id has the form that AWS uses.
    pub fn is_twelve_digits(&self) -> bool {
        self.as_str().len() == 12 && self.as_str().bytes().all(|byte| byte.is_ascii_digit())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_id_keeps_leading_zeros() {
        let id = AccountId::new("000000000042").unwrap();
        assert_eq!(id.as_str(), "000000000042");
        assert!(id.is_twelve_digits());
    }

    #[test]
    fn account_id_of_another_form_is_accepted_and_recognized() {
        for other in ["42", "00000000042x", "0000000000042"] {
            assert!(!AccountId::new(other).unwrap().is_twelve_digits(), "{other}");
        }
    }

    #[test]
    fn account_id_with_blanks_is_an_error_with_the_rule() {
        let error = AccountId::new("1111 2222").unwrap_err();
        assert_eq!(error.to_string(), "`1111 2222` is not an account id: expected twelve digits");
    }
}
