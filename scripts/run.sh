#!/bin/sh
# Runs what is due of the plan, in mock mode unless told otherwise; sets up all that it needs, the first time.
#
#   scripts/run.sh [arguments of `ztr run`]      for instance: --mode auto, --day 3, --plan tasks/other
#
# $ZTR_MODE, in the environment or in .env, is the mode when no --mode is given. Paths are read from the root of the repository.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."
./scripts/setup.sh run

if [ -z "${ZTR_MODE:-}" ] && ! grep -qs '^ *ZTR_MODE=.' .env; then
    ZTR_MODE=mock
    export ZTR_MODE
fi
exec .venv-run/bin/ztr run "$@"
