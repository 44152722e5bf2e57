# vestibule-use [NAME]: use this profile in this shell; without a name, select one from a list.
# vestibule-use --unset: use no profile.
vestibule-use() {
    local profile
    if _vestibule_shows_help "$@"; then
        return
    fi
    if [ "${1-}" = --unset ]; then
        _vestibule_forget
        return
    fi
    profile="$(vestibule select "$@")" || return
    _vestibule_forget
    export AWS_PROFILE="$profile"
}

# vestibule-env [NAME]: put the credentials and the region of this profile into the environment, for
# programs that cannot use a profile; without a name, of the profile that the shell or the folder uses.
vestibule-env() {
    local profile keys
    if _vestibule_shows_help "$@"; then
        return
    fi
    profile="$(vestibule select --keep "$@")" || return
    # The region of the profile, and not that of the shell.
    keys="$(AWS_REGION='' AWS_DEFAULT_REGION='' \
        vestibule export-credentials --format env --with-region --profile "$profile")" || return
    vestibule select --profile "$profile" >/dev/null || return
    _vestibule_forget
    eval "$keys"
    export VESTIBULE_PROFILE="$profile" VESTIBULE_EXPIRATION="${AWS_CREDENTIAL_EXPIRATION-}"
}

_vestibule_shows_help() {
    local word
    for word in "$@"; do
        case "$word" in
            -h | --help)
                vestibule use "$word"
                return 0
                ;;
        esac
    done
    return 1
}

# Keys in the environment take precedence over a profile.
_vestibule_forget() {
    unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_REGION AWS_DEFAULT_REGION AWS_ACCESS_KEY_ID \
        AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_SECURITY_TOKEN AWS_CREDENTIAL_EXPIRATION \
        AWS_ACCOUNT_ID VESTIBULE_PROFILE VESTIBULE_EXPIRATION
}
