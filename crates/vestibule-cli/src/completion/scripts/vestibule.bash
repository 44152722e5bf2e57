_vestibule() {
    local at="${COMP_WORDS[COMP_CWORD]}" word
    # `=` is a word to bash; the value behind it has not begun.
    [[ "$at" == "=" ]] && at=
    COMPREPLY=()
    while IFS= read -r word; do
        COMPREPLY+=("$word")
    done < <(
        vestibule complete bash --at="$at" -- "${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null
    )
}
# Bash before 4.4 has no `nosort`.
complete -F _vestibule -o nosort -o bashdefault -o default vestibule 2>/dev/null ||
    complete -F _vestibule -o bashdefault -o default vestibule
