#!/usr/bin/env bash
# Plants one fault after another in a small tree and expects scripts/check-arrows to name each.
set -euo pipefail
check=$(cd "$(dirname "$0")/.." && pwd)/scripts/check-arrows
tree=$(mktemp -d "${TANDEM_TEST_TMP:-${TMPDIR:-/tmp}}/arrows.XXXXXX")
trap 'rm -rf "$tree"' EXIT

mkdir -p "$tree"/lib/tandem/{base/json,store,connection/http,mapping,link,sync} "$tree"/apps/{tandem,sandbox}
for folder in "$tree"/lib/tandem "$tree"/lib/tandem/*/ "$tree"/apps "$tree"/apps/*/; do printf 'for a test\n' >"$folder/README.md"; done
printf '#include <tandem/base/result.hpp>\n' >"$tree/lib/tandem/sync/fine.cpp"
"$check" "$tree" >/dev/null || { echo "a tree without faults is refused"; exit 1; }

found=0
expect() {  # FILE LINE WORDS
  printf '%s\n' "$2" >"$tree/$1"
  local said
  if said=$("$check" "$tree"); then echo "not found in $1: $2"; exit 1; fi
  grep -qF -- "$3" <<<"$said" || { printf 'in %s, "%s" should name "%s", but said:\n%s\n' "$1" "$2" "$3" "$said"; exit 1; }
  rm "$tree/$1"
  found=$((found + 1))
}
expect lib/tandem/base/a.cpp '#include <tandem/store/store.hpp>' 'base must not include store'
expect lib/tandem/store/a.cpp '#include <tandem/connection/settings.hpp>' 'store must not include connection'
expect lib/tandem/link/a.cpp '#include <tandem/sync/plan.hpp>' 'link must not include sync'
expect lib/tandem/mapping/a.cpp '#include <tandem/connection/jira/client.hpp>' 'only the plain structs'
expect lib/tandem/link/a.hpp '#include <tandem/connection/settings.hpp>' 'only the plain structs'
expect lib/tandem/mapping/a.cpp '#include <rapidjson/document.h>' 'RapidJSON stays'
expect lib/tandem/sync/a.cpp '#include <lmdb.h>' 'LMDB stays'
expect lib/tandem/connection/a.cpp '#include <curl/curl.h>' 'curl stays'
expect apps/sandbox/a.cpp '#include <tandem/connection/http/transport.hpp>' 'the sandbox shares only base'
expect apps/tandem/a.cpp '#include <httplib.h>' 'cpp-httplib is for tests alone'
expect lib/tandem/sync/a.cpp '  auto home = std::getenv("HOME");' 'reads no environment'
expect lib/tandem/sync/a.cpp '#include <iostream>' 'prints nothing'
expect lib/tandem/sync/a.cpp '#include "plan.hpp"' 'angle brackets'
mkdir "$tree/lib/tandem/new"
if "$check" "$tree" >/dev/null; then echo "a folder without README is not found"; exit 1; fi
echo "check-arrows finds $((found + 1)) of $((found + 1)) planted faults"
