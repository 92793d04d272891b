# SPDX-License-Identifier: Apache-2.0
# Bash completion for v2xd: source it, or put it into /etc/bash_completion.d as v2xd.
_v2xd()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local command=${COMP_WORDS[1]}
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W "run replay check explain --help --version" -- "$word"))
        return
    fi
    case $before in
    --tier) COMPREPLY=($(compgen -W "d0 d1 d2 d3 d4 d5" -- "$word")); return ;;
    --technology) COMPREPLY=($(compgen -W "ideal dsrc its-g5 lte-v2x nr-v2x uu" -- "$word")); return ;;
    --restamp) COMPREPLY=($(compgen -W "keep now" -- "$word")); return ;;
    --outputs) COMPREPLY=($(compgen -W "tables mcap pcapng croissant all" -- "$word")); return ;;
    esac
    if [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "$(v2xd "$command" --help 2>/dev/null | grep -o -- '--[a-z-]*') --help" -- "$word"))
    else
        COMPREPLY=($(compgen -f -- "$word"))
    fi
}
complete -o filenames -F _v2xd v2xd
