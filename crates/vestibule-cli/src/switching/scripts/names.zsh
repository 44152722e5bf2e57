
_vestibule_profiles() {
    compadd -- "${(@f)$(vestibule list-profiles 2>/dev/null)}"
}
if (( $+functions[compdef] )); then
    compdef _vestibule_profiles vestibule-use vestibule-env
fi
