function vestibule-use -d 'Use this profile in this shell; without a name, select one'
    __vestibule_show_help $argv
    and return
    if test "$argv[1]" = --unset
        __vestibule_forget
        return
    end
    set -l profile (vestibule select $argv)
    or return
    __vestibule_forget
    set -gx AWS_PROFILE $profile
end

function vestibule-env -d 'Put the credentials and the region of this profile into the environment'
    __vestibule_show_help $argv
    and return
    set -l profile (vestibule select --keep $argv)
    or return
    # The region of the profile, and not that of the shell.
    set -l keys (AWS_REGION= AWS_DEFAULT_REGION= \
        vestibule export-credentials --format fish --with-region --profile $profile)
    or return
    vestibule select --profile $profile >/dev/null
    or return
    __vestibule_forget
    printf '%s\n' $keys | source
    set -gx VESTIBULE_PROFILE $profile
    set -gx VESTIBULE_EXPIRATION "$AWS_CREDENTIAL_EXPIRATION"
end

function __vestibule_show_help
    contains -- -h $argv; or contains -- --help $argv
    or return
    vestibule use --help
end

# Keys in the environment take precedence over a profile.
function __vestibule_forget
    set -e AWS_PROFILE AWS_DEFAULT_PROFILE AWS_REGION AWS_DEFAULT_REGION AWS_ACCESS_KEY_ID \
        AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_SECURITY_TOKEN AWS_CREDENTIAL_EXPIRATION \
        AWS_ACCOUNT_ID VESTIBULE_PROFILE VESTIBULE_EXPIRATION
    return 0
end

complete -c vestibule-use -f -a '(vestibule list-profiles 2>/dev/null)'
complete -c vestibule-env -f -a '(vestibule list-profiles 2>/dev/null)'
