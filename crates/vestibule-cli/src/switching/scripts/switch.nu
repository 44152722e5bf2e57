const vestibule_ours = [
    AWS_PROFILE AWS_DEFAULT_PROFILE AWS_REGION AWS_DEFAULT_REGION AWS_ACCESS_KEY_ID
    AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_SECURITY_TOKEN AWS_CREDENTIAL_EXPIRATION
    AWS_ACCOUNT_ID VESTIBULE_PROFILE VESTIBULE_EXPIRATION
]

def "nu-complete vestibule profiles" [] { ^vestibule list-profiles | lines }

# Use this profile in this shell; without a name, select one; with --unset, use none.
def --env vestibule-use [name?: string@"nu-complete vestibule profiles", --unset] {
    if $unset {
        hide-env --ignore-errors ...$vestibule_ours
        return
    }
    let given = if $name == null { [] } else { [$name] }
    let profile = (^vestibule select ...$given | str trim)
    if ($profile | is-empty) { error make { msg: "no profile was selected" } }
    hide-env --ignore-errors ...$vestibule_ours
    $env.AWS_PROFILE = $profile
}

# Put the credentials and the region of this profile into the environment until they expire.
def --env vestibule-env [name?: string@"nu-complete vestibule profiles"] {
    let given = if $name == null { [] } else { [$name] }
    let profile = (^vestibule select --keep ...$given | str trim)
    if ($profile | is-empty) { error make { msg: "no profile was selected" } }
    # The region of the profile, and not that of the shell.
    let keys = (with-env { AWS_REGION: "", AWS_DEFAULT_REGION: "" } {
        ^vestibule export-credentials --format nu --with-region --profile $profile
    } | from nuon)
    ^vestibule select --profile $profile | ignore
    hide-env --ignore-errors ...$vestibule_ours
    load-env $keys
    load-env { VESTIBULE_PROFILE: $profile, VESTIBULE_EXPIRATION: ($keys.AWS_CREDENTIAL_EXPIRATION? | default "") }
}
