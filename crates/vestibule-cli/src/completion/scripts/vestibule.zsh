#compdef vestibule
_vestibule() {
    local -a words_before found shown
    local line
    words_before=("${(@Q)words[2,CURRENT-1]}")
    for line in "${(@f)$(vestibule complete zsh --at="${(Q)words[CURRENT]}" -- "${words_before[@]}" 2>/dev/null)}"; do
        [[ -n "$line" ]] || continue
        found+=("${line%%$'\t'*}")
        line="${line/$'\t'/  -- }"
        shown+=("${line%  -- }")
    done
    if (( $#found )); then
        compadd -V vestibule -l -d shown -a found
    else
        _files
    fi
}
if [[ "$funcstack[1]" == _vestibule ]]; then
    _vestibule "$@"
else
    compdef _vestibule vestibule
fi
