#![doc = include_str!("tour.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod builder;
mod configuration;
mod error;
mod identity_center;
mod remedy;
#[cfg(feature = "cli-cache")]
mod role_cache;
mod session;
mod setting;
#[cfg(feature = "tokio")]
mod shifted_clock;
mod signer;
mod worlds;

#[cfg(feature = "sign-in")]
mod accounts;
#[cfg(all(feature = "os", feature = "sign-in"))]
pub mod browser;
#[cfg(feature = "sign-in")]
mod listing;
#[cfg(feature = "sign-in")]
mod sign_in;
#[cfg(feature = "sign-in")]
mod sign_out;

#[cfg(feature = "edit")]
mod correct_region;
#[cfg(feature = "edit")]
mod edit;

#[cfg(feature = "console-sign-in")]
mod console_login;

pub use builder::Builder;
pub use configuration::Configuration;
#[cfg(feature = "console-sign-in")]
pub use console_login::{BlockingConsoleLogin, ConsoleLogin, ConsoleLoginOptions, Replaces};
#[cfg(feature = "edit")]
pub use edit::Edited;
pub use error::{Error, ErrorKind};
pub use identity_center::{BlockingIdentityCenter, IdentityCenter};
pub use remedy::Remedy;
#[cfg(feature = "cli-cache")]
pub use role_cache::CachedCredentials;
pub use session::{Blocking, Session};
#[cfg(feature = "http")]
pub use worlds::Timeouts;

/// The sources of credentials, for custom chains.
pub mod providers {
    pub use vestibule_cache::Folder;
    #[cfg(feature = "cli-cache")]
    pub use vestibule_chain::RoleCache;
    pub use vestibule_chain::{
        AssumeRole, Container, Environment, InstanceMetadata, NativeProcesses, Process, Resolver,
        Saml, SsoRole, Sts, UserSession, WebIdentity,
    };
    pub use vestibule_profile::{CommandLine, MetadataSettings, ProcessCommand, Role};
    pub use vestibule_provider::ExpiredCredentials;
    pub use vestibule_sso::{Instance, Sessions};
    pub use vestibule_sts::sigv4::ClockSkew;
    pub use vestibule_wire::{Endpoint, EndpointError, EndpointParams};
}

#[cfg(feature = "sign-in")]
pub use vestibule_cache::Listing;
pub use vestibule_chain::MfaPrompt;
#[cfg(feature = "explain")]
pub use vestibule_chain::{Source, SourceState};
/// The text of the configuration files, and, with the feature `edit`, changes to it.
pub use vestibule_config as config;
#[cfg(feature = "console-sign-in")]
pub use vestibule_console_login::Device;
/// The steps of a sign-in, for callers of [`IdentityCenter::begin_sign_in`].
#[cfg(feature = "sign-in")]
pub use vestibule_oidc as oidc;
#[cfg(feature = "sign-in")]
pub use vestibule_oidc::{Flow, Verification, WebAddress};
/// This machine, for worlds with another HTTP client.
#[cfg(feature = "os")]
pub use vestibule_os as os;
#[cfg(feature = "sign-in")]
pub use vestibule_portal::Account;
#[cfg(feature = "explain")]
pub use vestibule_profile::PlanEntry;
pub use vestibule_profile::{
    AccountIdEndpointMode, Base, ConfiguredSession, EndpointUrls, Files, Finding, Keys, Location,
    Locations, LoginSession, NamedSource, NotConfigured, Note, Origin, Overrides, Place, Plan,
    Profile, RetryMode, RoleOverride, Setting, Settings, Sourced,
};
#[cfg(feature = "edit")]
pub use vestibule_profile::{Diagnostic, Level, lint};
pub use vestibule_provider::RefreshPolicy;
pub use vestibule_provider::{
    Cached, Chain, ChosenBy, Error as ProviderError, ErrorKind as ProviderErrorKind, Lookup,
    Provider, SkippedSources,
};
#[cfg(feature = "sign-in")]
pub use vestibule_sso::page as redirect_page;
#[cfg(feature = "sign-in")]
pub use vestibule_sso::{BegunSignIn, Event, PendingSignIn, SignInOptions, SignedOut, Ui};
pub use vestibule_sso::{
    Contents, FileTokenStore, MemoryTokenStore, Mismatch, NotRefreshable, PortalSession,
    PreparedStore, SessionState, SignInNeeded, SignInReason, Status, StoreError, StoreErrorKind,
    Token, TokenStore,
};
#[cfg(feature = "refresh-helper")]
pub use vestibule_sso::{RefreshHelper, RefreshJob, RefreshReport};
pub use vestibule_sts::CallerIdentity;
/// Signature Version 4, for requests of other clients; see [`Session::signer`].
pub use vestibule_sts::sigv4;
pub use vestibule_types::{
    AccessToken, AccountId, Credentials, InvalidName, Platform, RefreshToken, Region, RoleArn,
    RoleName, RoleSessionName, Secret, SecretAccessKey, SessionName, SessionToken, SsoSession,
    StartUrl, Timestamp, Vars,
};
/// Files, HTTP, time and the other effects, with versions in memory for tests.
pub use vestibule_world as world;

/// The examples of these pages are doctests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

#[cfg(doctest)]
#[doc = include_str!("../../../docs/test-your-sso-code.md")]
mod test_your_sso_code {}
