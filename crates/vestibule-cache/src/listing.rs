use std::collections::BTreeMap;

use vestibule_types::{AccountId, RoleName};

/// The accounts and roles that a portal last listed, for who must not wait for it: completion
/// while somebody types.
///
/// A file of ours alone: an account a line, with its name and its roles, between tabs. It may be
/// behind the portal, and decides nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing(BTreeMap<AccountId, Known>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Known {
    name: String,
    roles: Vec<RoleName>,
}

impl Listing {
    /// Reads the file. Whatever makes no sense is passed over.
    pub fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        Self(text.lines().filter_map(line).collect())
    }

    /// The file.
    pub fn write(&self) -> Vec<u8> {
        let mut text = String::new();
        for (account, known) in &self.0 {
            text.push_str(account.as_str());
            let roles = known.roles.iter().map(RoleName::as_str);
            for part in [known.name.as_str()].into_iter().chain(roles) {
                text.push('\t');
                text.extend(part.chars().filter(|c| !c.is_control()));
            }
            text.push('\n');
        }
        text.into_bytes()
    }

    /// The accounts, with what their owners call them; empty if nothing.
    pub fn accounts(&self) -> impl Iterator<Item = (&AccountId, &str)> {
        self.0.iter().map(|(account, known)| (account, known.name.as_str()))
    }

    /// The roles in an account; none if nobody listed them.
    pub fn roles(&self, account: &AccountId) -> &[RoleName] {
        self.0.get(account).map_or(&[], |known| &known.roles)
    }

    /// All accounts were listed: these are they, and the roles of the others are forgotten.
    pub fn set_accounts<'a>(
        &mut self,
        accounts: impl IntoIterator<Item = (&'a AccountId, Option<&'a str>)>,
    ) {
        let mut before = std::mem::take(&mut self.0);
        for (account, name) in accounts {
            let roles = before.remove(account).map(|known| known.roles).unwrap_or_default();
            let name = name.unwrap_or_default().to_owned();
            self.0.insert(account.clone(), Known { name, roles });
        }
    }

    /// The roles of an account were listed.
    pub fn set_roles(&mut self, account: &AccountId, roles: &[RoleName]) {
        self.0.entry(account.clone()).or_default().roles = roles.to_vec();
    }
}

fn line(line: &str) -> Option<(AccountId, Known)> {
    let mut parts = line.split('\t');
    let account = AccountId::new(parts.next()?).ok()?;
    let name = parts.next().unwrap_or_default().to_owned();
    let roles = parts.filter_map(|role| RoleName::new(role).ok()).collect();
    Some((account, Known { name, roles }))
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
    fn what_is_written_is_read_back() {
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
    fn accounts_that_are_gone_take_their_roles_with_them() {
        let mut listing = Listing::read(b"111111111111\tA\tAdmin\n222222222222\tB\tAdmin\n");
        listing.set_accounts([(&account('1'), Some("A2"))]);
        assert_eq!(listing.accounts().collect::<Vec<_>>(), [(&account('1'), "A2")]);
        assert_eq!(listing.roles(&account('1')), [role("Admin")]);
        assert!(listing.roles(&account('2')).is_empty());
    }

    #[test]
    fn nonsense_is_passed_over() {
        let listing = Listing::read(b"\xff\n\n1 2\tA\n111111111111\tA\t\tAdmin\n");
        assert_eq!(listing.accounts().count(), 1);
        assert_eq!(listing.roles(&account('1')), [role("Admin")]);
    }
}
