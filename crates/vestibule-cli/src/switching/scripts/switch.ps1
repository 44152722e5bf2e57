# This shell has that profile from now on; without a name, none.
function vestibule-use([string] $Name) {
    if ($Name -and (vestibule list-profiles) -cnotcontains $Name) {
        Write-Error "there is no profile $Name"
        return
    }
    __vestibule_forget
    if ($Name) { $Env:AWS_PROFILE = $Name }
}

# This shell has the credentials and the region of that profile until they end.
function vestibule-env([string] $Name) {
    $profile_of = if ($Name) { @('--profile', $Name) } else { @() }
    $keys = vestibule export-credentials --format powershell @profile_of
    if ($LASTEXITCODE) { return }
    $region = vestibule configure get region @profile_of 2>$null
    __vestibule_forget
    $keys | Out-String | Invoke-Expression
    if ($region) { $Env:AWS_REGION = $region; $Env:AWS_DEFAULT_REGION = $region }
}

# Keys in the environment come before a profile.
function __vestibule_forget {
    'AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_SECURITY_TOKEN', 'AWS_CREDENTIAL_EXPIRATION' |
        ForEach-Object { Remove-Item "Env:$_" -ErrorAction SilentlyContinue }
}
