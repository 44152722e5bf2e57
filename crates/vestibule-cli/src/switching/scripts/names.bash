
_vestibule_profiles() {
    mapfile -t COMPREPLY < <(
        vestibule complete bash --at="${COMP_WORDS[COMP_CWORD]}" -- --profile 2>/dev/null
    )
}
complete -F _vestibule_profiles -o nosort vestibule-use vestibule-env
