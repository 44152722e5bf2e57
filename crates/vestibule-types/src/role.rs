use crate::name::{is_one_line, name};

name! {
    /// The name of a role as the access portal lists it: that of its permission set.
    RoleName, "a role name", "one line of text", is_one_line
}

name! {
    /// The Amazon Resource Name of a role to assume.
    ///
    /// Any line of text: like the SDKs, we leave the check of the form to the service.
    RoleArn, "a role ARN", "a text such as `arn:aws:iam::111122223333:role/Name`", |text| {
        is_one_line(text)
    }
}

impl RoleArn {
    /// Returns the account in the ARN, if there is one.
    pub fn account_id(&self) -> Option<crate::AccountId> {
        self.as_str().split(':').nth(4).and_then(|id| crate::AccountId::new(id).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_of_a_role_arn_is_the_fifth_field() {
        let arn = RoleArn::new("arn:aws:iam::111122223333:role/Sample").unwrap();
        assert_eq!(arn.account_id().unwrap().as_str(), "111122223333");
        assert!(RoleArn::new("Sample").unwrap().account_id().is_none());
    }
}
