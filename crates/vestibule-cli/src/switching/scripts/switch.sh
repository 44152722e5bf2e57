# vestibule-use NAME: this shell has that profile from now on; without a name, none.
vestibule-use() {
    if [ "$#" -gt 0 ] && ! vestibule list-profiles | grep -qxF -- "$1"; then
        printf 'vestibule-use: there is no profile %s\n' "$1" >&2
        return 6
    fi
    _vestibule_forget
    if [ "$#" -gt 0 ]; then
        export AWS_PROFILE="$1"
    fi
}

# vestibule-env [NAME]: this shell has the credentials and the region of that profile until they end,
# for programs that cannot sign in; without a name, of the profile it has.
vestibule-env() {
    local keys region
    if [ "$#" -gt 0 ]; then
        set -- --profile "$1"
    fi
    keys="$(vestibule export-credentials --format env "$@")" || return
    region="$(vestibule configure get region "$@" 2>/dev/null)"
    _vestibule_forget
    eval "$keys"
    if [ -n "$region" ]; then
        export AWS_REGION="$region" AWS_DEFAULT_REGION="$region"
    fi
}

# Keys in the environment come before a profile.
_vestibule_forget() {
    unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_REGION AWS_DEFAULT_REGION AWS_ACCESS_KEY_ID \
        AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_SECURITY_TOKEN AWS_CREDENTIAL_EXPIRATION
}
