use vestibule_types::{AccountId, RoleName, is_printable};

/// The accounts and roles that a portal last listed, for who must not wait for it: completion
/// while somebody types.
///
/// A file of ours alone: an account a line, with its name and its roles, between tabs. It may be
/// behind the portal, and decides nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing(Vec<Known>);

/// An account; the list is in the order of their ids.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    account: AccountId,
    name: String,
    roles: Vec<RoleName>,
}

impl Listing {
    /// Reads the file. Whatever makes no sense is passed over.
    pub fn read(bytes: &[u8]) -> Self {
        let mut listing = Self::default();
        for known in String::from_utf8_lossy(bytes).lines().filter_map(line) {
            let before = listing.known(&known.account);
            *before = known;
        }
        listing
    }

    /// The file.
    pub fn write(&self) -> Vec<u8> {
        let mut text = String::new();
        for known in &self.0 {
            text.push_str(known.account.as_str());
            push_part(&mut text, &known.name);
            for role in &known.roles {
                push_part(&mut text, role.as_str());
            }
            text.push('\n');
        }
        text.into_bytes()
    }

    /// The accounts, with what their owners call them; empty if nothing.
    pub fn accounts(&self) -> impl Iterator<Item = (&AccountId, &str)> {
        self.0.iter().map(|known| (&known.account, known.name.as_str()))
    }

    /// The roles in an account; none if nobody listed them.
    pub fn roles(&self, account: &AccountId) -> &[RoleName] {
        self.place(account).map_or(&[], |at| &self.0[at].roles)
    }

    /// All accounts were listed: these are they, and the roles of the others are forgotten.
    pub fn set_accounts<'a>(
        &mut self,
        accounts: impl IntoIterator<Item = (&'a AccountId, Option<&'a str>)>,
    ) {
        let before = std::mem::take(self);
        for (account, name) in accounts {
            *self.known(account) = Known {
                account: account.clone(),
                name: name.unwrap_or_default().to_owned(),
                roles: before.roles(account).to_vec(),
            };
        }
    }

    /// The roles of an account were listed.
    pub fn set_roles(&mut self, account: &AccountId, roles: &[RoleName]) {
        self.known(account).roles = roles.to_vec();
    }

    /// What is known of an account, if only its id.
    fn known(&mut self, account: &AccountId) -> &mut Known {
        let at = match self.place(account) {
            Ok(at) => at,
            Err(at) => {
                let (name, roles) = (String::new(), Vec::new());
                self.0.insert(at, Known { account: account.clone(), name, roles });
                at
            }
        };
        &mut self.0[at]
    }

    /// Where an account is, or would be.
    fn place(&self, account: &AccountId) -> Result<usize, usize> {
        self.0.binary_search_by(|known| known.account.cmp(account))
    }
}

fn push_part(line: &mut String, part: &str) {
    line.push('\t');
    line.extend(part.chars().filter(|&c| is_printable(c)));
}

fn line(line: &str) -> Option<Known> {
    let mut parts = line.split('\t');
    let account = AccountId::new(parts.next()?).ok()?;
    let name = parts.next().unwrap_or_default().to_owned();
    let roles = parts.filter_map(|role| RoleName::new(role).ok()).collect();
    Some(Known { account, name, roles })
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
