#!/usr/bin/env bash
# PostgreSQL 15.18 (server, pg_dump, psql and the extension citext of Debian 12); 18.6 does the same.
#
# A dump holds, says the manual, "the SQL commands required to reconstruct the database to the state it was in". Loaded
# without one error, this one has other rows in its views: JOIN ... USING, CASE x WHEN y, NULLIF and IS DISTINCT FROM have no
# place to name their operator in, and the dump sets an empty search path, in which the = of citext is not found. Where a
# type has no other = (hstore), the load ends in an error, which is known; citext can be read as text, so that the same
# words now mean text's =, and upper and lower case differ from then on. It is written into the view for good: a later
# search path does not mend it, REFRESH does not, and pg_get_viewdef shows the join word for word as it was. A check takes
# what it refused, a trigger fires that did not. citext's own page warns of queries without its schema in the search path;
# here nobody wrote one: the extension is in "public" and the path is the usual one on both sides.
#
# Seen (of two people and two orders whose addresses differ by case only; as made, and as loaded from its dump):
#   errors of the load: 0
#   rows of the view that joins: 2, then 0
#   rows of the materialized view: 2, then 0
#   the join's words: the same
#   CASE email WHEN 'ann@example.org': hit, then miss
#   rows ('x', 'X') that a check (a IS DISTINCT FROM b) lets in: 0, then 1
#   a trigger WHEN (OLD.email IS DISTINCT FROM NEW.email), of a change of case: silent, then fired
#
# Exits with 1 if it is otherwise, and with 77 without this version.
set -euo pipefail

programs=/usr/lib/postgresql/15/bin
[[ -x $programs/postgres && $("$programs/postgres" --version) == *" 15.18 "* ]] || { echo "needs PostgreSQL 15.18"; exit 77; }
[[ -e /usr/share/postgresql/15/extension/citext.control ]] || { echo "needs the extension citext"; exit 77; }

here=$(realpath "${BASH_SOURCE[0]}")
work=$(mktemp --directory)
as_owner=()
if ((EUID == 0)); then
  chown nobody "$work"
  as_owner=(setpriv --reuid nobody --clear-groups --)
fi
trap '"${as_owner[@]}" "$programs/pg_ctl" --pgdata "$work/data" --mode immediate stop >/dev/null 2>&1; rm -rf "$work"' EXIT
cd "$work"
"${as_owner[@]}" "$programs/initdb" --pgdata "$work/data" --auth trust --username postgres --locale C.UTF-8 --no-sync >/dev/null
"${as_owner[@]}" "$programs/pg_ctl" --pgdata "$work/data" --options "-k $work -c listen_addresses=" --wait start >/dev/null
sql() { "$programs/psql" --no-psqlrc --quiet --tuples-only --no-align --host "$work" --username postgres "$@" 2>&1 || true; }

sql --dbname postgres >/dev/null <<'END'
CREATE DATABASE loaded;
CREATE DATABASE made;
\connect made
CREATE EXTENSION citext;
CREATE TABLE people (email citext, name text);
CREATE TABLE orders (email citext, what text);
INSERT INTO people VALUES ('Ann@example.org', 'Ann'), ('BOB@example.org', 'Bob');
INSERT INTO orders VALUES ('ann@example.org', 'tea'), ('bob@example.org', 'rice');
CREATE VIEW ordered AS SELECT * FROM people JOIN orders USING (email);
CREATE MATERIALIZED VIEW kept AS SELECT * FROM people JOIN orders USING (email);
CREATE VIEW cased AS SELECT CASE email WHEN 'ann@example.org' THEN 'hit' ELSE 'miss' END FROM people WHERE name = 'Ann';
CREATE TABLE pairs (a citext, b citext, CHECK (a IS DISTINCT FROM b));
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.name := 'fired'; RETURN NEW; END$$;
CREATE TRIGGER changed BEFORE UPDATE ON people FOR EACH ROW
  WHEN (OLD.email IS DISTINCT FROM NEW.email) EXECUTE FUNCTION tell();
END
"$programs/pg_dump" --host "$work" --username postgres --file "$work/dump.sql" made
errors=$(sql --dbname loaded --file "$work/dump.sql" | grep --count ERROR || true)
sql --dbname loaded --command "REFRESH MATERIALIZED VIEW kept"

# both QUERY: what it answers where it was made, and where it was loaded.
both() { echo "$(sql --dbname made --command "$1"), then $(sql --dbname loaded --command "$1")"; }
words="SELECT substring(pg_get_viewdef('public.ordered') FROM 'USING.*')"
join=other
if [[ $(sql --dbname made --command "$words") == "$(sql --dbname loaded --command "$words")" ]]; then join="the same"; fi
cased=$(both "TABLE public.cased")
both "INSERT INTO public.pairs VALUES ('x', 'X')" >/dev/null
fired=$(both "UPDATE public.people SET email = upper(email::text) WHERE name = 'Ann' RETURNING name" | sed 's/Ann/silent/')

seen=$(printf '%s\n' "errors of the load: $errors" \
  "rows of the view that joins: $(both "SELECT count(*) FROM public.ordered")" \
  "rows of the materialized view: $(both "SELECT count(*) FROM public.kept")" "the join's words: $join" \
  "CASE email WHEN 'ann@example.org': $cased" "rows ('x', 'X') that a check (a IS DISTINCT FROM b) lets in: $(both "SELECT count(*) FROM public.pairs")" \
  "a trigger WHEN (OLD.email IS DISTINCT FROM NEW.email), of a change of case: $fired")
echo "$seen"
expected=$(sed -n '/^# Seen/,/^#$/s/^#   //p' "$here")
[[ $seen == "$expected" ]] || { echo "It is otherwise now."; exit 1; }
