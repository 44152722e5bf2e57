function __vestibule_complete
    set -l before (commandline -opc)
    set -l at (commandline -ct)
    set -l found (vestibule complete fish --at="$at" -- $before[2..-1] 2>/dev/null)
    if test (count $found) -eq 0
        __fish_complete_path "$at"
    else
        printf '%s\n' $found
    end
end
complete -c vestibule -k -f -a '(__vestibule_complete)'
