# vestibule-use [NAME]: use this profile in this shell; without a name, select one from a list.
# vestibule-use --unset: use no profile.
vestibule-use() {
    local profile
    if [ "${1-}" = --unset ]; then
        _vestibule_forget
        return
    fi
    profile="$(vestibule select "$@")" || return
    _vestibule_forget
    export AWS_PROFILE="$profile"
}

# vestibule-env [NAME]: put the credentials and the region of this profile into the environment, for
# programs that cannot use a profile; without a name, of the profile that the shell uses.
vestibule-env() {
    local profile keys region
    profile="$(vestibule select --keep "$@")" || return
    keys="$(vestibule export-credentials --format env --profile "$profile")" || return
    region="$(vestibule configure get region --profile "$profile" 2>/dev/null)"
    _vestibule_forget
    eval "$keys"
    export VESTIBULE_PROFILE="$profile" VESTIBULE_EXPIRATION="${AWS_CREDENTIAL_EXPIRATION-}"
    if [ -n "$region" ]; then
        export AWS_REGION="$region" AWS_DEFAULT_REGION="$region"
    fi
}

# Keys in the environment take precedence over a profile.
_vestibule_forget() {
    unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_REGION AWS_DEFAULT_REGION AWS_ACCESS_KEY_ID \
        AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_SECURITY_TOKEN AWS_CREDENTIAL_EXPIRATION \
        VESTIBULE_PROFILE VESTIBULE_EXPIRATION
}
