#!/usr/bin/env bash
# layers.sh TARGETS: a folder of src/ includes only what its targets are linked to. TARGETS is what the
# CMakeLists.txt beside this writes: a line for each target with its name, folder, links and sources.
# What only tests include is left out.
set -euo pipefail

cd src
git ls-files '*.cpp' '*.h' | awk -F '\t' '
  # The folders in which a target has files.
  function folders_of(target,   names, count, i, folder) {
    count = split(sources[target], names, ",")
    folders[target, folder_of[target]] = 1
    for (i = 1; i <= count; ++i) {
      if (names[i] !~ /\//) continue
      folder = names[i]
      sub(/\/[^\/]*$/, "", folder)
      folders[target, folder_of[target] "/" folder] = 1
    }
  }
  # Marks all that `from` reaches as allowed in the folders of `target`. What a target is linked to
  # within itself is not for those who link it.
  function allow(target, from,   names, count, i, key, parts) {
    if ((target, from) in seen) return
    seen[target, from] = 1
    for (key in folders) {
      split(key, parts, SUBSEP)
      if (parts[1] == from) reach[target, parts[2]] = 1
    }
    count = split(links[from], names, ",")
    for (i = 1; i <= count; ++i) {
      if (sub(/^\$<LINK_ONLY:/, "", names[i]) && from != target) continue
      sub(/>$/, "", names[i])
      if (names[i] in folder_of) allow(target, names[i])
    }
  }
  FILENAME != "-" {
    if ($3 ~ /GTest::/) next
    folder_of[$1] = $2
    links[$1] = $3
    sources[$1] = $4
    next
  }
  !ready {
    for (target in folder_of) folders_of(target)
    for (target in folder_of) allow(target, target)
    for (key in folders) {
      split(key, owner, SUBSEP)
      for (other in reach) {
        split(other, reached, SUBSEP)
        if (reached[1] == owner[1]) allowed[owner[2], reached[2]] = 1
      }
    }
    ready = 1
  }
  /_test\.cpp$/ { next }
  {
    file = $0
    folder = file
    sub(/\/[^\/]*$/, "", folder)
    for_tests = 0
    count = 0
    while ((getline line < file) > 0) {
      if (line ~ /#include (<g(test|mock)|"tests\/)/) for_tests = 1
      if (line !~ /^#include "[^"]*\/[^"]*"/) continue
      split(line, parts, "\"")
      included[++count] = parts[2]
    }
    close(file)
    if (for_tests) next
    for (i = 1; i <= count; ++i) {
      wanted = included[i]
      sub(/\/[^\/]*$/, "", wanted)
      # Whoever shows views hands it on, and sees nothing of what they are computed from.
      is_inside = included[i] == "queries/reader.h" && folder !~ /^(queries|product)$/
      if ((folder, wanted) in allowed && !is_inside) continue
      printf "src/%s includes %s, which is not for its folder\n", file, included[i]
      failed = 1
    }
    ++checked
  }
  END {
    if (checked < 100) { print "only " checked + 0 " files were looked at"; failed = 1 }
    exit failed
  }' "$1" -
