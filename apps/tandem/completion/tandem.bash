# bash completion for tandem. Every answer comes from `tandem __complete`, which reads the local store and nothing else.

_tandem() {
  local words=() word line beside=nothing joined=false index
  # Readline splits words at "=" and ":" (COMP_WORDBREAKS); here "--item=x" is one word again.
  for ((index = 1; index <= COMP_CWORD; index++)); do
    word=${COMP_WORDS[index]}
    if [[ ${#words[@]} -gt 0 && ($joined == true || $word == [=:]*) && $COMP_LINE == *"${words[-1]}$word"* ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
    joined=false
    [[ $word == *[=:] ]] && joined=true
  done
  [[ ${#words[@]} -gt 0 ]] || words=("")

  # What the user sees quoted is meant without the quotes. Nothing is evaluated.
  local plain=()
  for word in "${words[@]}"; do
    word=${word#[\"\']}
    word=${word%[\"\']}
    word=${word//\\/}
    # shellcheck disable=SC2088  # the tilde is what was typed
    [[ $word == "~/"* ]] && word=$HOME/${word#"~/"}
    plain+=("$word")
  done

  local program=${COMP_WORDS[0]}
  # shellcheck disable=SC2088
  [[ $program == "~/"* ]] && program=$HOME/${program#"~/"}

  # Only the part behind "=" or ":" is what readline replaces.
  local whole=${plain[-1]} typed=${COMP_WORDS[COMP_CWORD]} head=
  [[ $typed == [=:] ]] && typed=
  typed=${typed#[\"\']}
  head=${whole%"${typed//\\/}"}

  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :* ]]; then
      beside=${line#:}
      continue
    fi
    line=${line%%$'\t'*}
    # Only the start that readline has split off is left out; the rest is quoted, whatever it is.
    [[ $line == "$head"* ]] && line=${line#"$head"}
    printf -v line '%q' "$line"
    COMPREPLY+=("$line")
  done < <("$program" __complete -- "${plain[@]}" 2>/dev/null)

  case $beside in
    files)
      compopt -o filenames 2>/dev/null
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$typed")
      ;;
    directories)
      compopt -o filenames 2>/dev/null
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$typed")
      ;;
  esac
}

complete -o nosort -F _tandem tandem
