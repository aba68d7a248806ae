# For the scripts that run tests of node's test runner; they source it.

# skip FOLDER REASON: ends the script; names the files of tests in the folder.
skip() {
  local files=("$1"/*.test.mjs)
  printf 'skipped %s ('"$2"')\n' "${files[@]##*/}"
  echo "0 passed, 0 failed, ${#files[@]} skipped"
  exit
}

# node_tests OPTION_OR_FILE...: runs node with these; prints what it prints, and the totals as the last line.
node_tests() {
  local log status=0
  log=$(mktemp)
  node --test --test-concurrency=1 --test-reporter=tap "$@" > "$log" || status=$?
  cat "$log"
  count() { sed -n "s/^# $1 \([0-9]*\)$/\1/p" "$log"; }
  echo "$(count pass) passed, $(($(count fail) + $(count cancelled))) failed, $(count skipped) skipped"
  rm "$log"
  return $status
}
