# Use this profile in this shell; without a name, select one; with -Unset, use none.
function vestibule-use([string] $Name, [switch] $Unset) {
    if ($Unset) { __vestibule_forget; return }
    $given = if ($Name) { @($Name) } else { @() }
    $selected = vestibule select @given
    if ($LASTEXITCODE) { return }
    __vestibule_forget
    $Env:AWS_PROFILE = $selected
}

# Put the credentials and the region of this profile into the environment until they expire.
function vestibule-env([string] $Name) {
    $given = if ($Name) { @($Name) } else { @() }
    $selected = vestibule select --keep @given
    if ($LASTEXITCODE) { return }
    $keys = vestibule export-credentials --format powershell --profile $selected
    if ($LASTEXITCODE) { return }
    $region = vestibule configure get region --profile $selected 2>$null
    __vestibule_forget
    $keys | Out-String | Invoke-Expression
    $Env:VESTIBULE_PROFILE = $selected
    $Env:VESTIBULE_EXPIRATION = $Env:AWS_CREDENTIAL_EXPIRATION
    if ($region) { $Env:AWS_REGION = $region; $Env:AWS_DEFAULT_REGION = $region }
}

# Keys in the environment take precedence over a profile.
function __vestibule_forget {
    'AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_SECURITY_TOKEN', 'AWS_CREDENTIAL_EXPIRATION',
    'VESTIBULE_PROFILE', 'VESTIBULE_EXPIRATION' |
        ForEach-Object { Remove-Item "Env:$_" -ErrorAction SilentlyContinue }
}
