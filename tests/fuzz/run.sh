#!/usr/bin/env bash
# Builds the fuzzing programs into build/fuzz and lets each of them run, two at a time, from its corpus on. What one
# finds stays in build/fuzz/found, named after the program; run the program with that file to see it again.
#
# Usage: tests/fuzz/run.sh [--seconds N] [--seed N] [--keep] [PROGRAM...]
#   --seconds N   how long each of them runs (10)
#   --seed N      what chance begins with; a run with the same one goes the same way (another each time)
#   --keep        add inputs that reach new code to the corpus in tests/fuzz/corpus
# Without clang++ it says so and ends with 77.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds=10
seed=0  # libFuzzer chooses
keep=no
while (($#)); do
  case $1 in
    --seconds) seconds=$2; shift ;;
    --seed) seed=$2; shift ;;
    --keep) keep=yes ;;
    --*) sed -n '2,/^set/ { /^set/d; s/^# \{0,1\}//; p }' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
    *) break ;;
  esac
  shift
done
command -v clang++ >/dev/null || { echo "fuzz: please install clang and libclang-rt-dev" >&2; exit 77; }

folder=build/fuzz
mkdir -p "$folder/found" "$folder/inputs"
if [[ ! -f $folder/build.ninja ]]; then cmake --preset fuzz >"$folder/configure.log" || { cat "$folder/configure.log"; exit 1; }; fi
ninja -C "$folder" -j "$(nproc)" fuzz >"$folder/ninja.log" || { tail -n 40 "$folder/ninja.log"; exit 1; }

programs=("$@")
if ((${#programs[@]} == 0)); then
  for one in tests/fuzz/*.cpp; do programs+=("$(basename "$one" .cpp)"); done
fi

# run_one PROGRAM: new inputs go to a folder beside the corpus.
run_one() {
  local corpus=tests/fuzz/corpus/$1 inputs=$folder/inputs/$1
  mkdir -p "$corpus" "$inputs"
  if "$folder/tests/fuzz/fuzz_$1" -max_total_time="$seconds" -seed="$seed" -rss_limit_mb=2048 -timeout=60 -max_len=16384 \
    -artifact_prefix="$folder/found/$1-" -print_final_stats=1 "$inputs" "$corpus" >"$folder/$1.log" 2>&1; then
    echo "fuzz $1: $(awk '/number_of_executed_units/ { print $2 }' "$folder/$1.log") inputs"
  else
    echo "fuzz $1: FAILED"
    tail -n 40 "$folder/$1.log"
    return 1
  fi
}
failed=0
running=0
for one in "${programs[@]}"; do
  if ((running == 2)); then
    wait -n || failed=1
    running=$((running - 1))
  fi
  run_one "$one" &
  running=$((running + 1))
done
for ((; running > 0; --running)); do wait -n || failed=1; done

if [[ $keep == yes ]]; then
  for one in "${programs[@]}"; do
    "$folder/tests/fuzz/fuzz_$one" -merge=1 "tests/fuzz/corpus/$one" "$folder/inputs/$one" >/dev/null 2>&1
  done
fi
exit "$failed"
