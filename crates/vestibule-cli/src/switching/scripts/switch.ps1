# Use this profile in this shell; without a name, select one; with -Unset, use none.
function vestibule-use([string] $Name, [switch] $Unset, [switch] $Help) {
    if ($Help -or $Name -eq '--help') { vestibule use --help; return }
    if ($Unset -or $Name -eq '--unset') { __vestibule_forget; return }
    $given = if ($Name) { @($Name) } else { @() }
    $selected = vestibule select @given
    if ($LASTEXITCODE) { return }
    __vestibule_forget
    $Env:AWS_PROFILE = $selected
}

# Put the credentials and the region of this profile into the environment until they expire.
function vestibule-env([string] $Name, [switch] $Help) {
    if ($Help -or $Name -eq '--help') { vestibule use --help; return }
    $given = if ($Name) { @($Name) } else { @() }
    $selected = vestibule select --keep @given
    if ($LASTEXITCODE) { return }
    # The region of the profile, and not that of the shell.
    $region, $other = $Env:AWS_REGION, $Env:AWS_DEFAULT_REGION
    $Env:AWS_REGION = $Env:AWS_DEFAULT_REGION = $null
    $keys = vestibule export-credentials --format powershell --with-region --profile $selected
    $failed = $LASTEXITCODE
    $Env:AWS_REGION, $Env:AWS_DEFAULT_REGION = $region, $other
    if ($failed) { return }
    vestibule select --profile $selected | Out-Null
    __vestibule_forget
    $keys | Out-String | Invoke-Expression
    $Env:VESTIBULE_PROFILE = $selected
    $Env:VESTIBULE_EXPIRATION = $Env:AWS_CREDENTIAL_EXPIRATION
}

# Keys in the environment take precedence over a profile.
function __vestibule_forget {
    'AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_SECURITY_TOKEN', 'AWS_CREDENTIAL_EXPIRATION',
    'AWS_ACCOUNT_ID', 'VESTIBULE_PROFILE', 'VESTIBULE_EXPIRATION' |
        ForEach-Object { Remove-Item "Env:$_" -ErrorAction SilentlyContinue }
}
