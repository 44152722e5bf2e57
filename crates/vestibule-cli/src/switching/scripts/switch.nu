const vestibule_ours = [
    AWS_PROFILE AWS_DEFAULT_PROFILE AWS_REGION AWS_DEFAULT_REGION AWS_ACCESS_KEY_ID
    AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_SECURITY_TOKEN AWS_CREDENTIAL_EXPIRATION
]

def "nu-complete vestibule profiles" [] { ^vestibule list-profiles | lines }

# This shell has that profile from now on; without a name, none.
def --env vestibule-use [name?: string@"nu-complete vestibule profiles"] {
    if $name != null and $name not-in (^vestibule list-profiles | lines) {
        error make { msg: $"there is no profile ($name)" }
    }
    hide-env --ignore-errors ...$vestibule_ours
    if $name != null { $env.AWS_PROFILE = $name }
}

# This shell has the credentials and the region of that profile until they end.
def --env vestibule-env [name?: string@"nu-complete vestibule profiles"] {
    let profile = if $name == null { [] } else { [--profile $name] }
    let keys = (^vestibule export-credentials --format nu ...$profile | from nuon)
    let region = (do { ^vestibule configure get region ...$profile } | complete | get stdout | str trim)
    hide-env --ignore-errors ...$vestibule_ours
    load-env $keys
    if ($region | is-not-empty) { load-env { AWS_REGION: $region, AWS_DEFAULT_REGION: $region } }
}
