/// How far the list is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The accounts are being asked for.
    Accounts,
    /// So many of the accounts that matter have been dealt with; of some a run before knew the roles.
    Roles {
        /// Those whose roles are known, or could not be listed.
        done: usize,
        /// All of them.
        of: usize,
    },
}
