use vestibule_sts::sigv4::Signer;
use vestibule_wire::EndpointError;
use vestibule_world::{World, block_on};

use crate::{Blocking, Error, Session};

impl Session {
    /// Returns a signer of requests to a service (Signature Version 4), with the credentials of this
    /// moment, the region of the session, and its correction of the clock. Get one for each request.
    ///
    /// `service` is the signing name, such as `execute-api`. The requests of [`crate::world`] are
    /// those of the crate `http`, which most HTTP clients accept.
    ///
    /// S3 has [options](Signer::with_options) of its own, [`Options::s3`]. A host of another region,
    /// such as the global `sts.amazonaws.com`, needs [`Signer::with_region`].
    ///
    /// [`Options::s3`]: crate::sigv4::Options::s3
    ///
    /// ```
    /// # use vestibule::world::{World, memory};
    /// use http::Request;
    /// use vestibule::world::Body;
    ///
    /// # let base = memory::world();
    /// # let vars = base.vars.with("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").with("AWS_SECRET_ACCESS_KEY", "x");
    /// # let world = World { vars, ..base };
    /// # let builder = vestibule::Session::builder().world(world).region("eu-west-1");
    /// let session = builder.load_blocking()?;
    /// let url = "https://abc123.execute-api.eu-west-1.amazonaws.com/orders";
    /// let mut request = Request::get(url).body(Body::default())?;
    /// session.blocking().signer("execute-api")?.sign(&mut request, session.now())?;
    /// assert!(request.headers().contains_key("authorization"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Session::credentials`]; no region.
    pub async fn signer(&self, service: &'static str) -> Result<Signer, Error> {
        self.signer_in(self.async_world(), service).await
    }

    async fn signer_in(&self, world: &World, service: &'static str) -> Result<Signer, Error> {
        let Some(region) = self.region() else {
            let error = EndpointError::MissingRegion;
            return Err(Error::endpoint(error, self.settings()));
        };
        let credentials = self.credentials_in(world).await?;
        let skew = self.configuration().context().skew.clone();
        Ok(Signer::new((*credentials).clone(), region.clone(), service).with_skew(skew))
    }
}

impl Blocking<'_> {
    /// See [`Session::signer`].
    ///
    /// # Errors
    /// As [`Session::signer`].
    pub fn signer(&self, service: &'static str) -> Result<Signer, Error> {
        block_on(self.session().signer_in(self.world(), service))
    }
}
