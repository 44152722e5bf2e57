use std::collections::BTreeMap;

use vestibule_types::{AccountId, RoleName, is_printable};

/// The accounts and roles that a portal last listed, for completion, which cannot wait for the
/// portal.
///
/// Only vestibule reads the file: one line per account, with its name and roles, separated by tabs.
/// It may be out of date, and no decision depends on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing(BTreeMap<AccountId, Account>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Account {
    /// Empty if it is not known.
    name: String,
    /// Empty if they were not listed.
    roles: Vec<RoleName>,
}

impl Listing {
    /// Reads the file. Invalid lines are skipped.
    pub fn read(bytes: &[u8]) -> Self {
        Self(String::from_utf8_lossy(bytes).lines().filter_map(parse_line).collect())
    }

    /// Returns the contents of the file.
    pub fn write(&self) -> Vec<u8> {
        let mut text = String::new();
        for (id, account) in &self.0 {
            text.push_str(id.as_str());
            for part in [account.name.as_str()]
                .into_iter()
                .chain(account.roles.iter().map(RoleName::as_str))
            {
                text.push('\t');
                text.extend(part.chars().filter(|&c| is_printable(c)));
            }
            text.push('\n');
        }
        text.into_bytes()
    }

    /// Returns the accounts with their names; the name is empty if it is not known.
    pub fn accounts(&self) -> impl Iterator<Item = (&AccountId, &str)> {
        self.0.iter().map(|(id, account)| (id, account.name.as_str()))
    }

    /// Returns the roles in an account; empty if they were not listed.
    pub fn roles(&self, account: &AccountId) -> &[RoleName] {
        self.0.get(account).map_or(&[], |account| &account.roles)
    }

    /// Sets the accounts, and removes the roles of all others.
    pub fn set_accounts<'a>(
        &mut self,
        accounts: impl IntoIterator<Item = (&'a AccountId, Option<&'a str>)>,
    ) {
        let before = std::mem::take(self);
        for (id, name) in accounts {
            let roles = before.roles(id).to_vec();
            let name = name.unwrap_or_default().to_owned();
            self.0.insert(id.clone(), Account { name, roles });
        }
    }

    /// Sets the roles of an account.
    pub fn set_roles(&mut self, account: &AccountId, roles: &[RoleName]) {
        self.0.entry(account.clone()).or_default().roles = roles.to_vec();
    }
}

fn parse_line(line: &str) -> Option<(AccountId, Account)> {
    let mut parts = line.split('\t');
    let id = AccountId::new(parts.next()?).ok()?;
    let name = parts.next().unwrap_or_default().to_owned();
    let roles = parts.filter_map(|role| RoleName::new(role).ok()).collect();
    Some((id, Account { name, roles }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(digit: char) -> AccountId {
        AccountId::new(&digit.to_string().repeat(12)).unwrap()
    }

    fn role(name: &str) -> RoleName {
        RoleName::new(name).unwrap()
    }

    #[test]
    fn written_listing_is_read_back() {
        let mut listing = Listing::default();
        listing.set_accounts([(&account('1'), Some("Prod\tEU\n")), (&account('2'), None)]);
        listing.set_roles(&account('2'), &[role("Admin"), role("ReadOnly")]);
        listing.set_roles(&account('3'), &[role("Admin")]);
        let text = String::from_utf8(listing.write()).unwrap();
        assert_eq!(
            text,
            "111111111111\tProdEU\n222222222222\t\tAdmin\tReadOnly\n333333333333\t\tAdmin\n"
        );
        assert_eq!(Listing::read(text.as_bytes()).write(), text.as_bytes());
    }

    #[test]
    fn removed_account_loses_its_roles() {
        let mut listing = Listing::read(b"111111111111\tA\tAdmin\n222222222222\tB\tAdmin\n");
        listing.set_accounts([(&account('1'), Some("A2"))]);
        assert_eq!(listing.accounts().collect::<Vec<_>>(), [(&account('1'), "A2")]);
        assert_eq!(listing.roles(&account('1')), [role("Admin")]);
        assert!(listing.roles(&account('2')).is_empty());
    }

    #[test]
    fn invalid_line_is_skipped() {
        let listing = Listing::read(b"\xff\n\n1 2\tA\n111111111111\tA\t\tAdmin\n");
        assert_eq!(listing.accounts().count(), 1);
        assert_eq!(listing.roles(&account('1')), [role("Admin")]);
    }
}
