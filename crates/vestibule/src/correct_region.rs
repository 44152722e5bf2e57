use vestibule_config::{Dialect, Document, Edit, EditError, SectionKind};
use vestibule_types::Region;
use vestibule_world::{World, block_on};

use crate::{BlockingIdentityCenter, Edited, Error, IdentityCenter};

impl IdentityCenter {
    /// Writes the region of the portal into the config file: into the `[sso-session]`, and into the
    /// profile if that has an `sso_region` too.
    ///
    /// # Errors
    /// As [`Configuration::edit`](crate::Configuration::edit).
    pub async fn correct_region(&self, region: &Region) -> Result<Edited, Error> {
        self.correct_region_in(self.async_world(), region).await
    }

    async fn correct_region_in(&self, world: &World, region: &Region) -> Result<Edited, Error> {
        let change = |document: &Document| self.with_region(document, region);
        self.configuration().edit_in(world, Dialect::Config, change).await
    }

    fn with_region(&self, document: &Document, region: &Region) -> Result<Document, EditError> {
        const KEY: &str = "sso_region";
        let set = |kind, name: &str| Edit::set(kind, name, KEY, region.as_str());
        let Some(session) = &self.session().name else {
            return set(SectionKind::Profile, self.profile()).apply(document);
        };
        let corrected = set(SectionKind::SsoSession, session.as_str()).apply(document)?;
        let profile = document.section(SectionKind::Profile, self.profile());
        match profile.and_then(|profile| profile.get(KEY)) {
            Some(_) => set(SectionKind::Profile, self.profile()).apply(&corrected),
            None => Ok(corrected),
        }
    }
}

impl BlockingIdentityCenter<'_> {
    /// See [`IdentityCenter::correct_region`].
    ///
    /// # Errors
    /// As [`IdentityCenter::correct_region`].
    pub fn correct_region(&self, region: &Region) -> Result<Edited, Error> {
        block_on(self.center.correct_region_in(self.world, region))
    }
}
