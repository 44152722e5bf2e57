def "nu-complete vestibule" [context: string] {
    let words = ($context | split row --regex '\s+' | skip 1)
    let at = ($words | last | default "")
    let before = ($words | drop 1)
    ^vestibule complete nushell $"--at=($at)" -- ...$before e> /dev/null
    | lines
    | split column "\t" value description
}

export extern "vestibule" [...words: string@"nu-complete vestibule"]
