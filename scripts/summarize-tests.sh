#!/usr/bin/env bash
# summarize-tests.sh RESULTS: counts the single test cases of a run of ./test. RESULTS holds
# ctest.junit and one NAME.xml for each GoogleTest program NAME that came to its end.
# Lists what was skipped, with the reason. The last line is "N passed, N failed, N skipped".
# Fails if a test failed, and, as root, if one that needs btrfs or PostgreSQL was skipped.
set -euo pipefail

results=$1
shopt -s nullglob
programs=("$results"/*.xml)
may_skip=yes
if ((EUID == 0)); then may_skip=no; fi

awk -v results="$results" -v may_skip="$may_skip" '
  function attribute(name,   found) {
    if (!match($0, " " name "=\"[^\"]*\"")) return ""
    found = substr($0, RSTART, RLENGTH)
    sub(/^[^"]*"/, "", found)
    sub(/"$/, "", found)
    return found
  }
  function note_skip(test, reason) {
    skipped++
    gsub(/&#x0A;|&#10;/, " ", reason)
    printf "skipped: %s: %s\n", test, reason
    if (may_skip == "no" && tolower(test " " reason) ~ /btrfs|postgres|loop device|mount/) {
      printf "  which root must be able to run\n"
      forbidden++
    }
  }
  function program_of(file) {
    sub(/.*\//, "", file)
    sub(/\.xml$/, "", file)
    return file
  }

  FILENAME ~ /\.xml$/ && FNR == 1 { program = program_of(FILENAME); counted[program] = 1 }

  # GoogleTest: one line begins a case; failures and the reason of a skip follow on lines of their own.
  FILENAME ~ /\.xml$/ && /<testcase / {
    test = program ": " attribute("classname") "." attribute("name")
    if (attribute("status") == "notrun") next
    total++
    failed_here = 0
    is_skipped = attribute("result") == "skipped"
  }
  FILENAME ~ /\.xml$/ && /<failure / && !failed_here { failed_here = 1; failed++; failures[program]++ }
  FILENAME ~ /\.xml$/ && /<skipped/ && is_skipped { note_skip(test, attribute("message")); is_skipped = 0 }

  # ctest: programs that are no GoogleTest, or did not live to write down their cases.
  FILENAME ~ /\.junit$/ && /<testcase / {
    program = attribute("name")
    state = attribute("status")
    if (!counted[program]) {
      total++
      if (state == "fail") { failed++; printf "failed: %s\n", program }
      else if (state != "run") note_skip(program, state)
    } else if (state == "fail" && !failures[program]) {
      total++
      failed++
      printf "failed: %s as a whole (it crashed, ran too long, or left something behind)\n", program
    }
  }

  END {
    failed += forbidden
    skipped -= forbidden
    printf "%d passed, %d failed, %d skipped\n", total - failed - skipped, failed, skipped
    exit failed > 0 || total == 0
  }
' "${programs[@]}" "$results/ctest.junit"
