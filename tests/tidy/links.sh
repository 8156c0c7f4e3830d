#!/usr/bin/env bash
# Links of the documents lead to files, and to headings, that are there.
set -euo pipefail

# Headings as the pages that show them name them: lower case, no punctuation, hyphens.
anchors() {
  sed -n '/^```/,/^```/d; s/^#\+ //p' "$1" |
    tr '[:upper:]' '[:lower:]' | sed 's/[^a-z0-9_ -]//g; s/ /-/g'
}

status=0
while IFS=$'\t' read -r document link; do
  path=${link%%#*} anchor=""
  [[ $link != *"#"* ]] || anchor=${link#*#}
  target=$document
  [[ -z $path ]] || target=$(dirname "$document")/$path
  if [[ ! -e $target ]]; then
    echo "$document: $link is not there"
    status=1
  elif [[ -n $anchor ]] && ! anchors "$target" | grep -qxF -- "$anchor"; then
    echo "$document: $link names a heading that is not there"
    status=1
  fi
done < <(git ls-files -z '*.md' | xargs -0 awk '
  FNR == 1 { code = 0 }
  /^```/ { code = !code }
  code { next }
  {
    gsub(/`[^`]*`/, "")
    while (match($0, /\]\([^)]*\)/)) {
      link = substr($0, RSTART + 2, RLENGTH - 3)
      $0 = substr($0, RSTART + RLENGTH)
      if (link !~ /^(https?|mailto):/) print FILENAME "\t" link
    }
  }')
exit $status
