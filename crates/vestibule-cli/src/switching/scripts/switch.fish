function vestibule-use -d 'This shell has that profile from now on; without a name, none'
    if set -q argv[1]; and not contains -- $argv[1] (vestibule list-profiles)
        echo "vestibule-use: there is no profile $argv[1]" >&2
        return 6
    end
    __vestibule_forget
    if set -q argv[1]
        set -gx AWS_PROFILE $argv[1]
    end
end

function vestibule-env -d 'This shell has the credentials and the region of that profile'
    set -l profile
    if set -q argv[1]
        set profile --profile $argv[1]
    end
    set -l keys (vestibule export-credentials --format fish $profile)
    or return
    set -l region (vestibule configure get region $profile 2>/dev/null)
    __vestibule_forget
    printf '%s\n' $keys | source
    if test -n "$region"
        set -gx AWS_REGION $region
        set -gx AWS_DEFAULT_REGION $region
    end
end

# Keys in the environment come before a profile.
function __vestibule_forget
    set -e AWS_PROFILE AWS_DEFAULT_PROFILE AWS_REGION AWS_DEFAULT_REGION AWS_ACCESS_KEY_ID \
        AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_SECURITY_TOKEN AWS_CREDENTIAL_EXPIRATION
    return 0
end

complete -c vestibule-use -f -a '(vestibule list-profiles 2>/dev/null)'
complete -c vestibule-env -f -a '(vestibule list-profiles 2>/dev/null)'
