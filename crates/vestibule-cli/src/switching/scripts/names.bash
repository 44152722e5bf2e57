
_vestibule_profiles() {
    local word
    COMPREPLY=()
    while IFS= read -r word; do
        COMPREPLY+=("$word")
    done < <(
        vestibule complete bash --at="${COMP_WORDS[COMP_CWORD]}" -- --profile 2>/dev/null
    )
}
# Bash before 4.4 has no `nosort`.
complete -F _vestibule_profiles -o nosort vestibule-use vestibule-env 2>/dev/null ||
    complete -F _vestibule_profiles vestibule-use vestibule-env
