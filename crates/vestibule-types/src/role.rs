use crate::name::{is_one_line, name};

name! {
    /// The name of a role as the access portal lists it: that of its permission set.
    RoleName, "a role name", "one line of text", is_one_line
}

name! {
    /// The Amazon Resource Name of a role to assume.
    ///
    /// Left unchecked by every SDK but for being there; the service knows its own grammar.
    RoleArn, "a role ARN", "a text such as `arn:aws:iam::111122223333:role/Name`", |text| {
        is_one_line(text)
    }
}

impl RoleArn {
    /// The account in the ARN, if the ARN has one.
    pub fn account_id(&self) -> Option<crate::AccountId> {
        self.as_str().split(':').nth(4).and_then(|id| crate::AccountId::new(id).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_the_fifth_field() {
        let arn = RoleArn::new("arn:aws:iam::111122223333:role/Sample").unwrap();
        assert_eq!(arn.account_id().unwrap().as_str(), "111122223333");
        assert!(RoleArn::new("Sample").unwrap().account_id().is_none());
    }
}
