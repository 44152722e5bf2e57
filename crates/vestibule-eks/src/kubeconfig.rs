//! The text of a kubeconfig file.
//!
//! <https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/> (read 2026-11)

use std::fmt;

use yaml_rust2::yaml::Hash;
use yaml_rust2::{Yaml, YamlEmitter, YamlLoader};

use crate::Cluster;

/// The API version of credential plugins that every supported version of Kubernetes accepts.
const API_VERSION: &str = "client.authentication.k8s.io/v1beta1";

/// The limit for the nesting, since the parser recurses.
const MAX_DEPTH: usize = 64;

/// Error returned when a kubeconfig file cannot be changed.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidKubeconfig {
    /// The text is not YAML.
    #[error("line {line}, column {column}: invalid YAML: {problem}")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// The problem that the parser found.
        problem: String,
    },
    /// The document is not a mapping, or there is more than one document.
    #[error("the file is not a kubeconfig: expected one mapping")]
    NotAMapping,
    /// The nesting is too deep.
    #[error("the file is nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
    /// The key is not a list of mappings.
    #[error("`{key}` is not a list of mappings")]
    NotAList {
        /// The key.
        key: &'static str,
    },
}

/// The command that returns tokens for a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the fields of an `exec` entry")]
pub struct TokenCommand {
    /// The program: an absolute path, since desktop applications have another `PATH` than shells.
    pub program: String,
    /// The arguments.
    pub args: Vec<String>,
    /// Variables that are added to the environment.
    pub env: Vec<(String, String)>,
}

/// A kubeconfig file.
///
/// `Display` is the text to write.
#[derive(Clone, Debug, PartialEq)]
pub struct Kubeconfig(Hash);

impl Kubeconfig {
    /// Parses a file; an empty text is a new file.
    ///
    /// # Errors
    /// The text is not YAML, or not one mapping.
    pub fn parse(text: &str) -> Result<Self, InvalidKubeconfig> {
        if MAX_DEPTH < nesting(text) {
            return Err(InvalidKubeconfig::TooDeep);
        }
        let documents = YamlLoader::load_from_str(text.trim_start_matches('\u{feff}'));
        let mut documents = documents.map_err(|error| InvalidKubeconfig::Syntax {
            line: error.marker().line(),
            column: error.marker().col() + 1,
            problem: error.info().to_owned(),
        })?;
        match (documents.pop(), documents.is_empty()) {
            (None | Some(Yaml::Null), true) => Ok(Self(empty_file())),
            (Some(Yaml::Hash(file)), true) => Ok(Self(file)),
            _ => Err(InvalidKubeconfig::NotAMapping),
        }
    }

    /// Returns whether there is a cluster with this name.
    pub fn has_cluster(&self, name: &str) -> bool {
        let clusters = self.0.get(&text("clusters")).and_then(Yaml::as_vec);
        clusters.is_some_and(|clusters| clusters.iter().any(|entry| is_named(entry, name)))
    }

    /// Adds or replaces the cluster, its user and its context, and makes the context the current one.
    /// Returns the name of the context: the alias, else the ARN, as with the AWS CLI.
    ///
    /// # Errors
    /// One of the lists is not a list of mappings.
    pub fn set_cluster(
        &mut self,
        cluster: &Cluster,
        command: &TokenCommand,
        alias: Option<&str>,
    ) -> Result<String, InvalidKubeconfig> {
        let name = cluster.arn.as_str();
        let context = alias.unwrap_or(name);
        self.set(
            "clusters",
            name,
            "cluster",
            mapping([
                ("certificate-authority-data", text(&cluster.certificate_authority)),
                ("server", text(&cluster.endpoint)),
            ]),
        )?;
        self.set("users", name, "user", mapping([("exec", exec(command))]))?;
        let pair = mapping([("cluster", text(name)), ("user", text(name))]);
        self.set("contexts", context, "context", pair)?;
        put(&mut self.0, "current-context", text(context));
        Ok(context.to_owned())
    }

    /// Adds or replaces the entry of this name in a list. Keys besides `kind` are kept.
    fn set(
        &mut self,
        key: &'static str,
        name: &str,
        kind: &'static str,
        value: Yaml,
    ) -> Result<(), InvalidKubeconfig> {
        if self.0.get(&text(key)).is_none_or(Yaml::is_null) {
            put(&mut self.0, key, Yaml::Array(Vec::new()));
        }
        let list = self.0.get_mut(&text(key));
        let Some(Yaml::Array(entries)) = list else {
            return Err(InvalidKubeconfig::NotAList { key });
        };
        if !entries.iter().all(|entry| matches!(entry, Yaml::Hash(_))) {
            return Err(InvalidKubeconfig::NotAList { key });
        }
        match entries.iter_mut().find(|entry| is_named(entry, name)) {
            Some(Yaml::Hash(entry)) => {
                // A context keeps its other members, such as a namespace that the user has chosen.
                match (entry.get_mut(&text(kind)), value) {
                    (Some(Yaml::Hash(old)), Yaml::Hash(pair)) if kind == "context" => {
                        for (key, value) in pair {
                            put(old, key.as_str().unwrap_or_default(), value);
                        }
                    }
                    (_, value) => put(entry, kind, value),
                }
            }
            _ => entries.push(mapping([(kind, value), ("name", text(name))])),
        }
        Ok(())
    }
}

impl fmt::Display for Kubeconfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut written = String::new();
        let mut emitter = YamlEmitter::new(&mut written);
        emitter.multiline_strings(false);
        emitter.dump(&Yaml::Hash(self.0.clone())).map_err(|_| fmt::Error)?;
        writeln!(f, "{}", written.trim_start_matches("---\n"))
    }
}

fn exec(command: &TokenCommand) -> Yaml {
    let args = command.args.iter().map(|arg| text(arg)).collect();
    let mut exec = vec![
        ("apiVersion", text(API_VERSION)),
        ("args", Yaml::Array(args)),
        ("command", text(&command.program)),
    ];
    let env: Vec<Yaml> = command
        .env
        .iter()
        .map(|(name, value)| mapping([("name", text(name)), ("value", text(value))]))
        .collect();
    if !env.is_empty() {
        exec.push(("env", Yaml::Array(env)));
    }
    exec.push(("interactiveMode", text("IfAvailable")));
    mapping(exec)
}

fn empty_file() -> Hash {
    let list = || Yaml::Array(Vec::new());
    let entries = [
        ("apiVersion", text("v1")),
        ("clusters", list()),
        ("contexts", list()),
        ("current-context", text("")),
        ("kind", text("Config")),
        ("preferences", Yaml::Hash(Hash::new())),
        ("users", list()),
    ];
    entries.into_iter().map(|(key, value)| (text(key), value)).collect()
}

fn mapping<'a>(pairs: impl IntoIterator<Item = (&'a str, Yaml)>) -> Yaml {
    Yaml::Hash(pairs.into_iter().map(|(key, value)| (text(key), value)).collect())
}

/// Replaces the value of a key in its place, or adds the key at the end.
fn put(mapping: &mut Hash, key: &str, value: Yaml) {
    match mapping.get_mut(&text(key)) {
        Some(old) => *old = value,
        None => drop(mapping.insert(text(key), value)),
    }
}

fn text(value: &str) -> Yaml {
    Yaml::String(value.to_owned())
}

fn is_named(entry: &Yaml, name: &str) -> bool {
    entry["name"].as_str() == Some(name)
}

/// Returns an upper bound for the nesting of a text, by its brackets and its indentation.
fn nesting(text: &str) -> usize {
    let mut brackets = 0_usize;
    let mut deepest = 0;
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => brackets += 1,
            b']' | b'}' => brackets = brackets.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(brackets);
    }
    let depth = |line: &str| {
        let indent = line.len() - line.trim_start().len();
        indent / 2 + line.split_whitespace().take_while(|word| matches!(*word, "-" | "?")).count()
    };
    text.lines().map(depth).max().unwrap_or_default().max(deepest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cluster() -> Cluster {
        Cluster {
            arn: "arn:aws:eks:eu-west-1:111122223333:cluster/demo".to_owned(),
            endpoint: "https://ABC.eks.amazonaws.com".to_owned(),
            certificate_authority: "Q0E=".to_owned(),
        }
    }

    fn command() -> TokenCommand {
        TokenCommand {
            program: "/opt/my tools/vestibule".to_owned(),
            args: ["eks", "get-token", "--cluster-name", "on"].map(str::to_owned).to_vec(),
            env: vec![("AWS_CONFIG_FILE".to_owned(), "/x: y".to_owned())],
        }
    }

    #[test]
    fn new_file_has_cluster_user_and_context() {
        let mut file = Kubeconfig::parse("").unwrap();
        assert!(!file.has_cluster(&cluster().arn));
        assert_eq!(file.set_cluster(&cluster(), &command(), Some("demo")).unwrap(), "demo");
        assert!(file.has_cluster(&cluster().arn));
        let expected = r#"apiVersion: v1
clusters:
  - cluster:
      certificate-authority-data: Q0E=
      server: "https://ABC.eks.amazonaws.com"
    name: "arn:aws:eks:eu-west-1:111122223333:cluster/demo"
contexts:
  - context:
      cluster: "arn:aws:eks:eu-west-1:111122223333:cluster/demo"
      user: "arn:aws:eks:eu-west-1:111122223333:cluster/demo"
    name: demo
current-context: demo
kind: Config
preferences: {}
users:
  - user:
      exec:
        apiVersion: client.authentication.k8s.io/v1beta1
        args:
          - eks
          - get-token
          - "--cluster-name"
          - "on"
        command: /opt/my tools/vestibule
        env:
          - name: AWS_CONFIG_FILE
            value: "/x: y"
        interactiveMode: IfAvailable
    name: "arn:aws:eks:eu-west-1:111122223333:cluster/demo"
"#;
        assert_eq!(file.to_string(), expected);
    }

    #[test]
    fn other_entries_and_unknown_keys_are_kept() {
        let arn = cluster().arn;
        let before = format!(
            "kind: Config\nextensions: [{{name: x, extension: 0x10}}]\nclusters:\n\
             - {{name: other, cluster: {{server: https://o, tls-server-name: '123'}}}}\n\
             - {{name: '{arn}', cluster: {{server: https://old, proxy-url: http://p}}}}\n\
             contexts:\n- name: '{arn}'\n  context: {{cluster: c, user: u, namespace: team}}\n\
             users:\ncurrent-context: other\n"
        );
        let mut file = Kubeconfig::parse(&before).unwrap();
        file.set_cluster(&cluster(), &command(), None).unwrap();
        let after = file.to_string();
        assert_eq!(Kubeconfig::parse(&after).unwrap(), file);
        assert!(after.starts_with("kind: Config\nextensions:"), "{after}");
        assert!(after.contains("tls-server-name: \"123\""), "{after}");
        assert!(after.contains("namespace: team"), "{after}");
        assert!(!after.contains("https://old"), "{after}");
        let order =
            ["kind:", "extensions:", "clusters:", "contexts:", "users:", "current-context:"];
        let order = order.map(|key| after.find(&format!("\n{key}")).unwrap_or_default());
        assert!(order.is_sorted(), "{after}");
        assert_eq!(after.matches("certificate-authority-data").count(), 1, "{after}");
    }

    #[test]
    fn text_that_is_not_a_kubeconfig_is_an_error() {
        let error = |text: &str| {
            let mut file = Kubeconfig::parse(text).map_err(|error| error.to_string())?;
            file.set_cluster(&cluster(), &command(), None).map_err(|error| error.to_string())
        };
        assert!(error("a: [").unwrap_err().contains("invalid YAML"));
        assert_eq!(error("- a").unwrap_err(), InvalidKubeconfig::NotAMapping.to_string());
        assert_eq!(
            error("a: 1\n---\nb: 1\n").unwrap_err(),
            InvalidKubeconfig::NotAMapping.to_string()
        );
        assert_eq!(error("users: 1").unwrap_err(), "`users` is not a list of mappings");
        assert_eq!(error("clusters: [a]").unwrap_err(), "`clusters` is not a list of mappings");
        let deep = "[".repeat(100_000);
        assert_eq!(error(&deep).unwrap_err(), InvalidKubeconfig::TooDeep.to_string());
        assert_eq!(
            error(&"- ".repeat(100_000)).unwrap_err(),
            InvalidKubeconfig::TooDeep.to_string()
        );
    }
}
