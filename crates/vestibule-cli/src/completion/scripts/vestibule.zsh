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
_vestibule_register() {
    precmd_functions=("${(@)precmd_functions:#_vestibule_register}")
    if (( $+functions[compdef] )); then
        compdef _vestibule vestibule
    fi
}
if [[ "$funcstack[1]" == _vestibule ]]; then
    _vestibule "$@"
elif (( $+functions[compdef] )); then
    _vestibule_register
else
    # compinit may follow: completion is registered before the first prompt.
    precmd_functions+=(_vestibule_register)
fi
