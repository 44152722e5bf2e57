use std::fmt;

use vestibule_oidc::SignedIn;
use vestibule_profile::Origin;
use vestibule_provider::ChosenBy;
use vestibule_sso::{
    BegunSignIn, PendingSignIn, SignInCause, SignInError, SignInOptions, Token, Ui,
};
use vestibule_types::{Region, StartUrl};
use vestibule_wire::sign_in::FlowError;
use vestibule_world::{TransportErrorKind, World, block_on};

use crate::{BlockingIdentityCenter, Configuration, Error, ErrorKind, IdentityCenter, Remedy};

impl IdentityCenter {
    /// Signs the user in and stores the token.
    ///
    /// If the host of the portal names another region than the configuration, the sign-in is in the
    /// portal's region, which the token contains; the token is used once the configuration has that
    /// region too: see [`IdentityCenter::correct_region`].
    ///
    /// # Errors
    /// A folder that cannot be written, before the user is asked; a request that the user denies or
    /// does not approve in time.
    pub async fn sign_in(&self, options: SignInOptions, ui: &dyn Ui) -> Result<Token, Error> {
        self.sign_in_in(self.async_world(), options, ui).await
    }

    /// Begins a sign-in that the caller drives with its own screen and event loop: checks that the
    /// token can be stored, waits for a sign-in of another process, and opens the port for the
    /// redirect. [`IdentityCenter::finish_sign_in`] stores the token.
    ///
    /// The caller performs every step; a step that is ignored is returned again at once. A program
    /// that selects the device authorization flow gets no [`Step::Open`] and no
    /// [`Step::AwaitRedirect`]. After `machine.cancel()` the next step is [`Step::Failed`] with
    /// [`FlowError::Cancelled`].
    ///
    /// ```no_run
    /// # async fn example(center: vestibule::IdentityCenter) -> Result<(), Box<dyn std::error::Error>> {
    /// use vestibule::oidc::{SignInMachine, Step};
    /// use vestibule::world::{Either, race};
    /// use vestibule::{BegunSignIn, browser, redirect_page};
    ///
    /// let options = center.sign_in_options();
    /// let BegunSignIn::Pending(mut pending) = center.begin_sign_in(options).await? else {
    ///     return Ok(());
    /// };
    /// let world = center.async_world();
    /// let signed_in = loop {
    ///     match pending.machine.step(center.now()) {
    ///         Step::Send(request) => match world.send(request).await {
    ///             Ok(response) => pending.machine.handle_response(&response, center.now()),
    ///             Err(_) => pending.machine.handle_failure(center.now()),
    ///         },
    ///         Step::StoreRegistration(_) => {} // `finish_sign_in` stores it.
    ///         Step::Open(page) => {
    ///             browser::open(page.as_str(), &world.vars);
    ///             println!("If no browser opens, open {page}");
    ///         }
    ///         Step::Show(shown) => println!("{} {}", shown.complete_address, shown.user_code),
    ///         Step::AwaitRedirect { until } => {
    ///             let callbacks = pending.callbacks.as_mut().ok_or("no listener")?;
    ///             let timeout = world.clock.sleep(until.saturating_since(center.now()));
    ///             // After the timeout the next step is `Failed`.
    ///             if let Either::First(callback) = race(callbacks.next(), timeout).await {
    ///                 let callback = callback?;
    ///                 let redirected = pending.machine.handle_redirect(callback.target.expose());
    ///                 callback.respond(&redirect_page(redirected));
    ///             }
    ///         }
    ///         Step::Wait(span) => world.clock.sleep(span).await,
    ///         Step::Done(signed_in) => break signed_in,
    ///         Step::Failed(error) => return Err(center.sign_in_error(error).into()),
    ///     }
    /// };
    /// center.finish_sign_in(pending, signed_in).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`Step::Open`]: vestibule_wire::sign_in::Step::Open
    /// [`Step::AwaitRedirect`]: vestibule_wire::sign_in::Step::AwaitRedirect
    /// [`Step::Failed`]: vestibule_wire::sign_in::Step::Failed
    ///
    /// # Errors
    /// As [`IdentityCenter::sign_in`].
    pub async fn begin_sign_in(&self, options: SignInOptions) -> Result<BegunSignIn, Error> {
        self.begin_sign_in_in(self.async_world(), options).await
    }

    /// Stores the token of a sign-in that the caller drove.
    ///
    /// # Errors
    /// The token cannot be stored.
    pub async fn finish_sign_in(
        &self,
        pending: Box<PendingSignIn>,
        signed_in: SignedIn,
    ) -> Result<Token, Error> {
        let finished = pending.finish(self.async_world(), signed_in).await;
        finished.map_err(|error| self.classify(error))
    }

    /// Returns the error of a sign-in that the caller drove, from [`Step::Failed`]: with the kind and
    /// the remedy that [`IdentityCenter::sign_in`] gives to it.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use vestibule::world::{World, memory};
    /// use vestibule::{ErrorKind, Remedy, oidc};
    ///
    /// # let config = "[default]\nsso_session = s\n[sso-session s]\nsso_region = us-east-1\n\
    /// #     sso_start_url = https://provided-domain.awsapps.com/start\n";
    /// # let files = memory::Files::default().with("/home/.aws/config", config);
    /// # let world = World { files: Arc::new(files), ..memory::world() };
    /// # let configuration = vestibule::Session::builder().world(world).configuration()?;
    /// let center = configuration.identity_center()?;
    /// let error = center.sign_in_error(oidc::FlowError::Expired);
    /// assert_eq!(error.kind(), ErrorKind::SignInNeeded);
    /// assert!(matches!(error.remedy(), Some(Remedy::SignIn { .. })));
    /// # Ok::<(), vestibule::Error>(())
    /// ```
    ///
    /// [`Step::Failed`]: vestibule_wire::sign_in::Step::Failed
    pub fn sign_in_error(&self, error: vestibule_oidc::FlowError) -> Error {
        let session = self.session().label().to_owned();
        self.classify(SignInError::Failed { session, source: SignInCause::Flow(error) })
    }

    /// Returns options with the flow that fits this machine, and the reason if that is a device code.
    ///
    /// With a usable browser it is the authorization code flow, whose redirect returns to this
    /// machine. Over SSH, in a container, without a browser, and for profiles without `sso_session`,
    /// it is the device authorization flow.
    pub fn sign_in_options(&self) -> SignInOptions {
        if self.session().name.is_none() {
            let reason = "the profile has no sso_session (legacy configuration)";
            return SignInOptions::auto(Some(reason));
        }
        #[cfg(feature = "os")]
        return SignInOptions::auto(crate::browser::unavailable_reason(&self.async_world().vars));
        #[cfg(not(feature = "os"))]
        SignInOptions::auto(
            self.async_world().listener.is_none().then_some("this program cannot listen"),
        )
    }

    async fn begin_sign_in_in(
        &self,
        world: &World,
        options: SignInOptions,
    ) -> Result<BegunSignIn, Error> {
        self.in_region_of_portal(options, |center| async move {
            self.sessions().begin_sign_in(world, center.instance(), options).await
        })
        .await
    }

    async fn sign_in_in(
        &self,
        world: &World,
        options: SignInOptions,
        ui: &dyn Ui,
    ) -> Result<Token, Error> {
        self.in_region_of_portal(options, |center| async move {
            self.sessions().sign_in(world, center.instance(), options, ui).await
        })
        .await
    }

    /// Performs a sign-in, in the region of the portal if that is another than configured.
    async fn in_region_of_portal<T, F>(
        &self,
        options: SignInOptions,
        sign_in: impl Fn(Self) -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, SignInError>>,
    {
        if options.ends_portal_session {
            self.forget_assignments();
        }
        let result = match sign_in(self.clone()).await {
            Err(SignInError::OtherRegion { portal, .. }) => sign_in(self.in_region(portal)?).await,
            result => result,
        };
        result.map_err(|error| self.classify(error))
    }

    /// Adds the kind and the remedy to an error.
    fn classify(&self, error: SignInError) -> Error {
        let fix = |origin: Option<&Origin>| {
            let origin = origin.cloned();
            (ErrorKind::Configuration, origin.map(|origin| Remedy::FixConfiguration { origin }))
        };
        let (kind, remedy) = match &error {
            SignInError::NotStorable(error) => (ErrorKind::Machine, Remedy::for_store(error)),
            SignInError::Listen { .. } => (ErrorKind::Machine, Some(Remedy::UseAnotherFlow)),
            SignInError::OtherTool { .. } | SignInError::NotHttps { .. } => {
                fix(self.start_url_origin())
            }
            SignInError::OtherRegion { .. } => fix(self.region_origin()),
            SignInError::Failed { source, .. } => {
                cause_kind(source, vestibule_oidc::Error::is_transient, || self.remedy())
            }
            _ => (ErrorKind::Machine, None),
        };
        let chosen_by = self.setting_at_fault(&error);
        if is_unknown_start_url(&error) {
            let region = self.session().region.clone();
            let session = self.session().label().to_owned();
            let origins = [self.start_url_origin(), self.region_origin()];
            let origins: Vec<_> = origins.into_iter().flatten().cloned().collect();
            let remedy = (!origins.is_empty()).then_some(Remedy::FixOneOf { origins });
            let error = UnknownStartUrl { session, region, source: error };
            return Error::new(kind, error).with_remedy(remedy).with_chosen_by(chosen_by);
        }
        Error::new(kind, error).with_remedy(remedy).with_chosen_by(chosen_by)
    }

    /// Returns the setting that made the service refuse the sign-in, or its host not exist.
    fn setting_at_fault(&self, error: &SignInError) -> Option<ChosenBy> {
        let SignInError::Failed { source, .. } = error else { return None };
        match source {
            _ if is_unknown_start_url(error) => {
                Some(ChosenBy::setting("sso_start_url", self.start_url_origin()?))
            }
            SignInCause::Transport(error) if error.kind == TransportErrorKind::Resolve => {
                Some(ChosenBy::setting("sso_region", self.region_origin()?))
            }
            _ => None,
        }
    }
}

/// Error returned when the region of a session does not know its start URL: one of the two is wrong.
#[derive(Debug)]
struct UnknownStartUrl {
    session: String,
    region: Region,
    source: SignInError,
}

impl fmt::Display for UnknownStartUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { session, region, .. } = self;
        write!(f, "The start URL of SSO session \"{session}\" is not known in {region}.")
    }
}

/// The message says what [`SignInError::Failed`] does, so only its causes follow.
impl std::error::Error for UnknownStartUrl {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.source()
    }
}

/// Returns whether the service refused the request because of the start URL. Nothing else in it is
/// from the configuration.
fn is_unknown_start_url(error: &SignInError) -> bool {
    let SignInError::Failed { source: SignInCause::Flow(FlowError::Service(error)), .. } = error
    else {
        return false;
    };
    error.service_error().is_some_and(|error| error.has_code("InvalidRequestException"))
}

/// Returns the kind and the remedy of a failed sign-in.
pub(crate) fn cause_kind<E: std::error::Error>(
    cause: &SignInCause<E>,
    is_transient: impl Fn(&E) -> bool,
    sign_in: impl Fn() -> Remedy,
) -> (ErrorKind, Option<Remedy>) {
    let service_kind = |is_transient| {
        if is_transient {
            (ErrorKind::Unavailable, Some(Remedy::TryLater))
        } else {
            (ErrorKind::Refused, None)
        }
    };
    match cause {
        SignInCause::Flow(FlowError::Cancelled) => (ErrorKind::Cancelled, None),
        SignInCause::Flow(FlowError::Denied(_) | FlowError::Expired) => {
            (ErrorKind::SignInNeeded, Some(sign_in()))
        }
        SignInCause::Flow(FlowError::Service(error)) => service_kind(is_transient(error)),
        SignInCause::Flow(FlowError::Unreachable) => service_kind(true),
        SignInCause::Flow(FlowError::Request(_)) => (ErrorKind::Configuration, None),
        SignInCause::Transport(error) => service_kind(error.kind.is_transient()),
        _ => (ErrorKind::Machine, None),
    }
}

impl BlockingIdentityCenter<'_> {
    /// See [`IdentityCenter::sign_in`].
    ///
    /// # Errors
    /// As [`IdentityCenter::sign_in`].
    pub fn sign_in(&self, options: SignInOptions, ui: &dyn Ui) -> Result<Token, Error> {
        block_on(self.center.sign_in_in(self.world, options, ui))
    }

    /// See [`IdentityCenter::begin_sign_in`].
    ///
    /// # Errors
    /// As [`IdentityCenter::begin_sign_in`].
    pub fn begin_sign_in(&self, options: SignInOptions) -> Result<BegunSignIn, Error> {
        block_on(self.center.begin_sign_in_in(self.world, options))
    }

    /// See [`IdentityCenter::finish_sign_in`].
    ///
    /// # Errors
    /// As [`IdentityCenter::finish_sign_in`].
    pub fn finish_sign_in(
        &self,
        pending: Box<PendingSignIn>,
        signed_in: SignedIn,
    ) -> Result<Token, Error> {
        let finished = block_on(pending.finish(self.world, signed_in));
        finished.map_err(|error| self.center.classify(error))
    }
}

impl Configuration {
    /// Returns the region of the portal behind a start URL, if the portal's host names one. A
    /// company's own address is followed to AWS's.
    pub async fn portal_region(&self, start_url: &StartUrl) -> Option<Region> {
        vestibule_sso::portal_region(self.async_world(), start_url).await
    }

    /// See [`Configuration::portal_region`]; for callers that block.
    pub fn portal_region_blocking(&self, start_url: &StartUrl) -> Option<Region> {
        block_on(vestibule_sso::portal_region(self.blocking_world(), start_url))
    }
}
