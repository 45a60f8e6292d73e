#compdef tandem
# zsh completion for tandem. Every answer comes from `tandem __complete`, which reads the local store and nothing else.

_tandem() {
  local -a lines candidates
  local line word beside=nothing
  # (Q) takes the quotes off what was typed; nothing is evaluated.
  lines=("${(@f)$("${(Q)words[1]/#\~\//$HOME/}" __complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
  for line in "${lines[@]}"; do
    case $line in
      (:*) beside=${line#:} ;;
      (?*)
        word=${line%%$'\t'*}
        # A colon ends the word for _describe unless it is escaped; quoting for the shell is done by _describe.
        if [[ $line == *$'\t'* ]]; then
          candidates+=("${word//:/\\:}:${line#*$'\t'}")
        else
          candidates+=("${word//:/\\:}")
        fi
        ;;
    esac
  done
  (( ${#candidates} )) && _describe -V 'tandem' candidates
  case $beside in
    (files) compset -P '*='; _files ;;
    (directories) compset -P '*='; _files -/ ;;
  esac
}

# Autoloaded from fpath this file is the function's body; sourced, it registers the function.
if [[ ${funcstack[1]} == _tandem ]]; then
  _tandem "$@"
else
  compdef _tandem tandem
fi
