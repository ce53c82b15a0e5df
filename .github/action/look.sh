#!/bin/sh
# Looks for a Python that is new enough and can make virtual environments; says its path as the output `python`, or
# nothing. A hosted runner has one, so that no time is spent on getting another.
set -eu
for name in python3 python3.13 python3.12 python3.11 python3.14; do
    found=$(command -v "$name") || continue
    if "$found" -I -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        echo "python=$found" >>"$GITHUB_OUTPUT"
        exit 0
    fi
done
echo "python=" >>"$GITHUB_OUTPUT"
