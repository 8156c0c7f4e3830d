#!/usr/bin/env bash
# Builds tests with AddressSanitizer and UndefinedBehaviorSanitizer, others with ThreadSanitizer, each in a folder of
# its own below build/, and runs them. Those of real databases and of the sandbox are left out: limits of memory and
# sanitizers do not go together.
#
# Usage: tests/sanitizers.sh [asan|tsan]     both where none is given
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# What is built, and run, by preset.
declare -A programs_of
programs_of[asan]="base_files_test domain_test storage_fake_test memory_catalog_test sqlite_catalog_test memory_secrets_test
  sealed_secrets_test adapter_fake_test server_http_test operations_test crash_test"
programs_of[tsan]="operations_test server_http_test server_api_test storage_holds_test front_test"

export ASAN_OPTIONS=detect_leaks=1:abort_on_error=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
status=0
presets=("$@")
if ((${#presets[@]} == 0)); then presets=(asan tsan); fi
for preset in "${presets[@]}"; do
  folder=build/$preset
  mkdir -p "$folder"
  if [[ ! -f $folder/build.ninja ]]; then
    cmake --preset "$preset" >"$folder/configure.log" || { cat "$folder/configure.log" >&2; exit 1; }
  fi
  read -ra programs <<<"$(tr '\n' ' ' <<<"${programs_of[$preset]}")"
  ninja -C "$folder" -j "$(nproc)" "${programs[@]}" >"$folder/ninja.log" || { tail -n 40 "$folder/ninja.log" >&2; exit 1; }
  names=$(IFS='|'; echo "${programs[*]}")
  ctest --test-dir "$folder" --output-on-failure --no-tests=error -R "^(${names})(_[0-9]+)?\$" </dev/null || status=1
done
exit "$status"
