# SPDX-License-Identifier: Apache-2.0
# Bash completion for v2x: source it, or put it into /etc/bash_completion.d as v2x.
_v2x()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local command=${COMP_WORDS[1]}
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W "$(v2x --help 2>/dev/null | sed -n '/^commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p') --help --version" -- "$word"))
        return
    fi
    case $before in
    --from) COMPREPLY=($(compgen -W "auto hex bin pcap" -- "$word")); return ;;
    --as) COMPREPLY=($(compgen -W "auto j2735 its 1609dot2 wsmp gn" -- "$word")); return ;;
    --wrap) COMPREPLY=($(compgen -W "none 1609dot2 wsmp gn pc5 forward" -- "$word")); return ;;
    --to)
        case $command in
        encode) COMPREPLY=($(compgen -W "hex pcapng udp:" -- "$word")) ;;
        *) COMPREPLY=($(compgen -W "csv" -- "$word")) ;;
        esac
        return ;;
    esac
    if [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "$(v2x "$command" --help 2>/dev/null | sed -n 's/^  \(--[a-z-]*\).*/\1/p') --help" -- "$word"))
    else
        COMPREPLY=($(compgen -f -- "$word"))
    fi
}
complete -o filenames -F _v2x v2x
