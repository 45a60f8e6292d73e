# fish completion for tandem. Every answer comes from `tandem __complete`, which reads the local store and nothing else.

function __tandem_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    set -e words[1]
    for line in ($program __complete -- $words "$typed" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path (string replace -r '^--[a-z-]+=' '' -- "$typed")
            case ':directories'
                __fish_complete_directories (string replace -r '^--[a-z-]+=' '' -- "$typed") ''
            case ':*'
            case '*'
                echo $line
        end
    end
end

complete -c tandem -f -k -a '(__tandem_complete)'
