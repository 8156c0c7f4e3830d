#!/usr/bin/env bash
# postgresql_18.sh BUILD: runs on PostgreSQL 18, which no stable release of Debian has, what every version must pass and is
# not said of it by another: the adapters' contract, moments of its log, exact points, owners who lock us out, followed
# sources, and the dumps that its own tools have made. Exits with 77 where scripts/install-postgresql-18.sh has not
# installed it.
set -euo pipefail

build=$1
folder=/usr/local/lib/slipstream-tests/postgresql-18
[[ -x $folder/bin/postgres ]] || { echo "PostgreSQL 18 is not here: scripts/install-postgresql-18.sh" >&2; exit 77; }

cases=(
  'Postgresql/AdapterContract.*'
  'Local/Postgresql.ReadsTheControlFile*' 'Local/Postgresql.RecoversFromAKill*' 'Local/Postgresql.HasTlsByTheName*'
  'Local/Replay.LeadsToTheExactMoment*' 'Local/Replay.HasWhatWasCommittedWithinTheVeryMillisecond*'
  'Local/PostgresqlOwner.LocksEveryone*'
  'Local/PostgresqlOwner.MakesALoginTriggerThatWrites*'  # there are none before 17
)
if [[ -f $folder/missing ]]; then
  cat "$folder/missing"
else
  cases+=(
    'Local/PostgresqlFollow.IsUpToDate*' 'Local/PostgresqlFollow.IsBroughtBack*'
    'Local/PostgresqlIngest.LinksARunningServerByItsUrl*' 'Local/PostgresqlIngest.LoadsEveryFormat*'
    'Dumps/PostgresqlCorpus.ComesToWhatIsExpected/18_*'
  )
fi
filter=$(IFS=:; echo "${cases[*]}")
export GTEST_OUTPUT="xml:$build/test-results/postgresql_18.xml"
POSTGRESQL_PROGRAMS=$folder/bin exec "$build/src/adapters/postgresql/adapter_postgresql_test" --gtest_filter="$filter"
