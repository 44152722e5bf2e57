
_vestibule_profiles() {
    compadd -- "${(@f)$(vestibule list-profiles 2>/dev/null)}"
}
_vestibule_register_names() {
    precmd_functions=("${(@)precmd_functions:#_vestibule_register_names}")
    if (( $+functions[compdef] )); then
        compdef _vestibule_profiles vestibule-use vestibule-env
    fi
}
if (( $+functions[compdef] )); then
    _vestibule_register_names
else
    # compinit may follow: completion is registered before the first prompt.
    precmd_functions+=(_vestibule_register_names)
fi
