//! Tokens for EKS clusters, and their entries in kubeconfig files.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use vestibule::providers::{AssumeRole, EndpointParams, Folder, Role, RoleCache, Sts};
use vestibule::world::{WriteMode, block_on};
use vestibule::{Platform, Region, RoleArn, RoleSessionName, Session, Sourced, Vars};
use vestibule_eks::{Cluster, ErrorKind, Kubeconfig, TokenCommand, describe_cluster};
use vestibule_presign::{EKS_TOKEN_LIFETIME, eks_token};

use super::profile;
use crate::advice::{missing_region, request_hint};
use crate::app::App;
use crate::args::{Eks, EksToken, UpdateKubeconfig};
use crate::error::Error;
use crate::exit::Exit;
use crate::printer::Tone;
use crate::program::own_path;

const BETA: &str = "client.authentication.k8s.io/v1beta1";
const USE_ANOTHER_FILE: &str = "name another file with --kubeconfig";
const VERSIONS: [&str; 3] =
    ["client.authentication.k8s.io/v1", BETA, "client.authentication.k8s.io/v1alpha1"];

pub(crate) fn run(app: &App<'_>, command: &Eks) -> Result<Exit, Error> {
    profile::with_credentials(app, |app| match command {
        Eks::GetToken(args) => get_token(app, args),
        Eks::UpdateKubeconfig(args) => update_kubeconfig(app, args),
    })
}

/// Returns the region of a session.
pub(super) fn region(session: &Session) -> Result<Region, Error> {
    session.blocking().region_or_instance().ok_or_else(|| {
        let message = missing_region(session.configuration());
        Error::new(Exit::Configuration, message)
            .with_hint("add --region NAME, set AWS_REGION, or write `region` into the profile")
    })
}

/// Prints a token in the layout of `aws eks get-token`, which every Kubernetes client reads.
fn get_token(app: &App<'_>, args: &EksToken) -> Result<Exit, Error> {
    let session = session(app, args)?;
    let credentials = session.blocking().credentials()?;
    let region = region(&session)?;
    let mut sts = Sts::new(session.settings())
        .configured()
        .map_err(|error| Error::from_source(Exit::Configuration, &error))?;
    if sts.region().is_none() {
        sts = sts.with_region(region.clone());
    }
    let cluster = args.cluster_name.as_ref().or(args.cluster_id.as_ref());
    let cluster = cluster.map(String::as_str).unwrap_or_default();
    let now = session.now();
    let token = eks_token(&credentials, &sts, &region, cluster, now)
        .map_err(|error| Error::from_source(Exit::Usage, &error))?;
    // EKS rejects a token whose credentials have expired, which the AWS CLI does not take into account.
    let expires = now + EKS_TOKEN_LIFETIME;
    let expires = credentials.expires_at().map_or(expires, |at| at.min(expires));
    let credential = format!(
        r#"{{
    "kind": "ExecCredential",
    "apiVersion": "{}",
    "spec": {{}},
    "status": {{
        "expirationTimestamp": "{expires}",
        "token": "{}"
    }}
}}

"#,
        api_version(app),
        token.expose()
    );
    app.printer.raw(&credential)?;
    Ok(Exit::Done)
}

/// Loads the session, with the role of `--role-arn` if there is one.
fn session(app: &App<'_>, args: &EksToken) -> Result<Session, Error> {
    let session = app.session()?;
    let Some(arn) = &args.role_arn else { return Ok(session) };
    let invalid = |option| move |error| Error::new(Exit::Usage, format!("{option}: {error}"));
    let mut role = Role::new(RoleArn::new(arn).map_err(invalid("--role-arn"))?);
    let name = RoleSessionName::new(&args.session_name).map_err(invalid("--session-name"))?;
    role.session_name = Some(Sourced::argument(name, "--session-name"));
    let sts = Sts::new(session.settings());
    let cache = app.vars.home(Platform::HERE).map(|home| Folder::cli(&home, Platform::HERE));
    Ok(session.with_provider(|chain| RoleCache::new(AssumeRole::new(chain, role, sts), cache)))
}

/// Returns the version that the client asks for in `KUBERNETES_EXEC_INFO`.
fn api_version(app: &App<'_>) -> &'static str {
    let Some(info) = app.vars.get("KUBERNETES_EXEC_INFO") else { return BETA };
    let info: Value = serde_json::from_str(info).unwrap_or_default();
    let wanted = VERSIONS.into_iter().find(|version| info["apiVersion"] == *version);
    wanted.unwrap_or_else(|| {
        app.printer.warn("KUBERNETES_EXEC_INFO has no supported apiVersion; using v1beta1");
        BETA
    })
}

fn update_kubeconfig(app: &App<'_>, args: &UpdateKubeconfig) -> Result<Exit, Error> {
    let session = app.session()?;
    let blocking = session.blocking();
    let credentials = (*blocking.credentials()?).clone();
    let region = region(&session)?;
    let settings = session.settings();
    let params = EndpointParams::new(region.clone())
        .with_fips(settings.use_fips.value)
        .with_dual_stack(settings.use_dual_stack.value)
        .with_url(settings.endpoint_urls.get("eks").map(|url| url.value.clone()));
    let cluster = describe_cluster(blocking.world(), &params, credentials, &args.name);
    let cluster = block_on(cluster).map_err(|error| describe_error(app, &error))?;
    let (path, mut file) = select_file(app, &session, args, &cluster)?;
    let is_update = file.has_cluster(&cluster.arn);
    let command = token_command(app, &session, args, &region);
    let context = file
        .set_cluster(&cluster, &command, args.alias.as_deref())
        .map_err(|error| invalid(&path, &error))?;
    let text = file.to_string();
    if args.dry_run {
        app.printer.raw(&text)?;
        return Ok(Exit::Done);
    }
    let files = &blocking.world().files;
    files.replace(&path, text.as_bytes(), WriteMode::PreserveMode).map_err(|error| {
        let message = format!("{} could not be written", path.display());
        Error::failed(message, &error).with_hint(USE_ANOTHER_FILE)
    })?;
    if app.printer.json {
        let result = json!({ "context": context, "kubeconfig": path, "updated": is_update });
        app.printer.result(&result.to_string())?;
    } else {
        let done = if is_update { "Updated context" } else { "Added context" };
        let context = app.printer.tone(Tone::Good, &context);
        app.printer.note(&format!("{done} {context} in {}", path.display()));
    }
    Ok(Exit::Done)
}

fn describe_error(app: &App<'_>, error: &vestibule_eks::Error) -> Error {
    let shown = Error::from_source(Exit::Failed, error);
    match error.kind() {
        ErrorKind::Endpoint => Error::from_source(Exit::Configuration, error),
        ErrorKind::NotFound { .. } => {
            shown.with_hint("name the cluster's region with --region, and its account's profile")
        }
        _ => shown.with_hint(request_hint(app, error, error.is_transient(), error.skew())),
    }
}

/// Returns the file that has the cluster already, else the first file of the list.
fn select_file(
    app: &App<'_>,
    session: &Session,
    args: &UpdateKubeconfig,
    cluster: &Cluster,
) -> Result<(PathBuf, Kubeconfig), Error> {
    let paths = paths(&app.vars, args.kubeconfig.as_deref());
    let Some(first) = paths.first() else {
        let message = "no home folder, KUBECONFIG or --kubeconfig";
        return Err(Error::new(Exit::Configuration, message).with_hint("add --kubeconfig PATH"));
    };
    for path in &paths {
        match read(session, path) {
            Ok(file) if file.has_cluster(&cluster.arn) => return Ok((path.clone(), file)),
            _ => {}
        }
    }
    Ok((first.clone(), read(session, first)?))
}

fn read(session: &Session, path: &Path) -> Result<Kubeconfig, Error> {
    let text = match session.blocking().world().files.read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return parse(path, ""),
        Err(error) => {
            let message = format!("{} could not be read", path.display());
            let error = Error::failed(message, &error);
            return Err(error.with_hint(USE_ANOTHER_FILE));
        }
    };
    parse(path, &String::from_utf8_lossy(&text))
}

fn parse(path: &Path, text: &str) -> Result<Kubeconfig, Error> {
    Kubeconfig::parse(text).map_err(|error| invalid(path, &error))
}

fn invalid(path: &Path, error: &vestibule_eks::InvalidKubeconfig) -> Error {
    let message = format!("{} cannot be changed", path.display());
    Error::new(Exit::Configuration, message)
        .with_cause(error.to_string())
        .with_hint(format!("correct {}, or name another file with --kubeconfig", path.display()))
}

/// Returns the absolute paths of the kubeconfig files in order of precedence.
fn paths(vars: &Vars, argument: Option<&Path>) -> Vec<PathBuf> {
    let listed = |list: &str| -> Vec<PathBuf> {
        std::env::split_paths(list).filter(|path| !path.as_os_str().is_empty()).collect()
    };
    let paths = match (argument, vars.get("KUBECONFIG").map(listed)) {
        (Some(path), _) => vec![path.to_owned()],
        (None, Some(paths)) if !paths.is_empty() => paths,
        _ => {
            let home = vars.home(Platform::HERE);
            home.map(|home| Path::new(&home).join(".kube/config")).into_iter().collect()
        }
    };
    paths.into_iter().map(|path| std::path::absolute(&path).unwrap_or(path)).collect()
}

/// Returns the command that prints tokens, also for programs with another environment, such as desktop
/// applications: it names the program, the profile, the region and the configuration files.
fn token_command(
    app: &App<'_>,
    session: &Session,
    args: &UpdateKubeconfig,
    region: &Region,
) -> TokenCommand {
    let mut words = Vec::new();
    let mut push = |name: &str, value: &str| words.extend([name.to_owned(), value.to_owned()]);
    match (&app.role.account_id, &app.role.role_name, session.plan().session()) {
        (Some(account), Some(role), found) => {
            push("--account-id", account);
            push("--role-name", role);
            if let Some(name) = found.and_then(|session| session.name.as_ref()) {
                push("--sso-session", name.value.as_str());
            }
        }
        _ if session.plan().profile.origin.is_given() => {
            push("--profile", &session.plan().profile.value);
        }
        _ => {}
    }
    push("--region", region.as_str());
    push("--cluster-name", &args.name);
    if let Some(arn) = &args.role_arn {
        push("--role-arn", arn);
    }
    let files = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"];
    let env = files.into_iter().filter_map(|name| {
        let path = std::path::absolute(app.vars.get(name)?).ok()?;
        Some((name.to_owned(), path.to_str()?.to_owned()))
    });
    TokenCommand {
        program: own_path().display().to_string(),
        args: ["eks", "get-token"].map(str::to_owned).into_iter().chain(words).collect(),
        env: env.collect(),
    }
}
