_vestibule() {
    local at="${COMP_WORDS[COMP_CWORD]}"
    # `=` is a word to bash; the value behind it has not begun.
    [[ "$at" == "=" ]] && at=
    mapfile -t COMPREPLY < <(
        vestibule complete bash --at="$at" -- "${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null
    )
}
complete -F _vestibule -o nosort -o bashdefault -o default vestibule
