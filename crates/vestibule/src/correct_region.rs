use vestibule_config::{Dialect, Document, Edit, EditError, SectionKind};
use vestibule_types::Region;
use vestibule_world::{World, block_on};

use crate::{BlockingIdentityCenter, Edited, Error, IdentityCenter};

impl IdentityCenter<'_> {
    /// Writes the region in which somebody signed in into the config file, as the AWS CLI does:
    /// to the `[sso-session]`, and to the profile if it says a region itself.
    ///
    /// # Errors
    /// As [`Configuration::edit`](crate::Configuration::edit).
    pub async fn correct_region(&self, region: &Region) -> Result<Edited, Error> {
        self.correct_region_through(self.configuration.worlds.waiting(), region).await
    }

    async fn correct_region_through(
        &self,
        world: &World,
        region: &Region,
    ) -> Result<Edited, Error> {
        let change = |document: &Document| self.with_region(document, region);
        self.configuration.edit_through(world, Dialect::Config, change).await
    }

    fn with_region(&self, document: &Document, region: &Region) -> Result<Document, EditError> {
        const KEY: &str = "sso_region";
        let set = |kind, name: &str| Edit::set(kind, name, KEY, region.as_str());
        let Some(session) = &self.instance.session.name else {
            return set(SectionKind::Profile, &self.profile).apply(document);
        };
        let corrected = set(SectionKind::SsoSession, session.as_str()).apply(document)?;
        let profile = document.section(SectionKind::Profile, &self.profile);
        match profile.and_then(|profile| profile.get(KEY)) {
            Some(_) => set(SectionKind::Profile, &self.profile).apply(&corrected),
            None => Ok(corrected),
        }
    }
}

impl BlockingIdentityCenter<'_> {
    /// See [`IdentityCenter::correct_region`].
    ///
    /// # Errors
    /// As there.
    pub fn correct_region(&self, region: &Region) -> Result<Edited, Error> {
        block_on(self.center.correct_region_through(self.world, region))
    }
}
