#!/bin/sh
# Every check of the project, the tests last; sets up all that it needs, the first time.
#
#   scripts/test.sh                   all checks and all tests, with coverage
#   scripts/test.sh ARGUMENTS...      only pytest, with these arguments
#
# A failing check does not hide the next one. $ZTR_TEST_JOBS is the number of test processes (3: they often wait for others).
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."
./scripts/setup.sh dev
python=.venv/bin/python
PATH=$PWD/.venv/bin:$PATH # for what tasks of the flagship plan start by name
export PATH

[ $# -eq 0 ] || exec "$python" -m pytest "$@"

failed=
check() { # NAME COMMAND...
    name=$1
    shift
    began=$(date +%s)
    if "$@" >.venv/check.log 2>&1; then
        echo "ok      $name ($(($(date +%s) - began)) s)"
    else
        echo "FAILED  $name: $*"
        sed 's/^/        /' .venv/check.log
        failed="$failed $name"
    fi
}

# Tools are started as modules: a start script would keep the path of a checkout that has since been moved.
check format "$python" -m ruff format --check .
check lint "$python" -m ruff check .
check types "$python" -m mypy
check rooms "$python" -c 'import importlinter.cli as cli; cli.lint_imports_command()' --no-cache --no-logo
[ ! -d .github/workflows ] || check workflow-schema "$python" -m check_jsonschema \
    --builtin-schema vendor.github-workflows .github/workflows/*.yml
[ ! -e action.yml ] || check action-schema "$python" -m check_jsonschema --builtin-schema vendor.github-actions action.yml
[ ! -d .github ] || check workflow-security zizmor --quiet --offline --persona=auditor --strict-collection .
for script in scripts/check_*.py; do
    [ ! -e "$script" ] || check "$(basename "$script" .py)" "$python" "$script"
done
[ ! -e scripts/generate.py ] || check generated "$python" scripts/generate.py --check

status=0
"$python" -m pytest -q -n "${ZTR_TEST_JOBS:-3}" --dist worksteal --cov --cov-report=term || status=$?
[ -z "$failed" ] || {
    echo "test.sh: failed before the tests:$failed (see above)"
    [ "$status" -ne 0 ] || status=1
}
exit "$status"
