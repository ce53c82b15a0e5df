#!/bin/sh
# Makes the virtual environment that run.sh (.venv-run) or test.sh (.venv) needs, from the lock of the same kind.
#
#   scripts/setup.sh run|dev
#
# $PYTHON names the interpreter; without it the first suitable one of python3.11 … python3 is taken. Every package is
# checked against its hash. A stamp, written last, says which lock and which Python the environment was made from: while
# it holds nothing is done, and an environment whose making was interrupted has none and is made anew. What is said goes
# to standard error, so that the output of what comes after stays clean in a pipe.
set -eu
unset PYTHONHOME PYTHONPATH PIP_USER PIP_TARGET PIP_PREFIX # each would install somewhere else

say() { echo "ztr: $*" >&2; }
fail() {
    say "$@"
    exit 2
}

case "${1-}" in
run) venv=.venv-run lock=requirements/run.txt ;;
dev) venv=.venv lock=requirements/dev.txt ;;
*) fail "usage: scripts/setup.sh run|dev" ;;
esac

CDPATH='' cd -- "$(dirname -- "$0")/.." || exit 2
[ -r "$lock" ] || fail "$lock is missing or cannot be read. Get it back with: git checkout -- $lock"
layout=1 # raise it when what make_environment leaves behind changes
stamp=$venv/.stamp
log=$venv.log

digest() {
    if command -v sha256sum >/dev/null; then sha256sum; elif command -v shasum >/dev/null; then shasum -a 256; else cksum; fi
}

# The stamp that the environment should carry: what it is made from, and the version of its interpreter.
key() { # INTERPRETER
    version=$("$1" -V 2>/dev/null) || return 1
    echo "$({ cat "$lock" && echo "$layout"; } | digest) $version"
}

up_to_date() {
    [ -r "$stamp" ] && [ -x "$venv/bin/python" ] || return 1
    have=$(cat "$stamp")
    [ "$have" = "$(key "${PYTHON:-$venv/bin/python}")" ]
}

suitable() { # INTERPRETER: Python 3.11 or later that can make virtual environments
    "$1" -I -c 'import sys; sys.exit(sys.version_info < (3, 11)); ' 2>/dev/null || return 1
    "$1" -I -c 'import ensurepip, venv' 2>/dev/null && return
    without_venv=$1
    return 1
}

find_python() {
    without_venv=
    for python in ${PYTHON:+"$PYTHON"} python3.11 python3.12 python3.13 python3.14 python3 python; do
        if suitable "$python"; then return; fi
        [ -z "${PYTHON:-}" ] || break # who names one wants that one
    done
    [ -z "$without_venv" ] || fail "$without_venv cannot make virtual environments. On Debian and Ubuntu:" \
        "apt install ${without_venv##*/}-venv. Or name another interpreter: PYTHON=/path/to/python3.11 $0"
    [ -z "${PYTHON:-}" ] || fail "PYTHON=$PYTHON is not a Python 3.11 or later. Name another, or unset PYTHON."
    fail "no Python 3.11 or later found (looked for python3.11 to python3.14, python3, python). Install one from" \
        "python.org or your system's packages, or name it: PYTHON=/path/to/python3.11"
}

explain() { # what most likely went wrong, from pip's own words
    tail -n 5 "$log" >&2
    if grep -q -i 'no space left\|disk quota' "$log"; then
        say "the disk is full: about 1 GB is needed below $PWD. Make room and start again."
    elif grep -q 'DO NOT MATCH THE HASHES' "$log"; then
        say "a package differs from the one that was locked, so nothing of it was run. If you use a mirror, ask who keeps it."
    elif grep -q -i 'connection\|resolve\|timed out\|proxy\|ssl\|no matching distribution' "$log"; then
        say "the package index cannot be reached, or lacks a package. Check network, proxy and pip's configuration; start again."
    else
        say "pip could not install the packages. Its whole output: $PWD/$log"
    fi
    exit 2
}

make_environment() {
    find_python
    began=$(date +%s)
    say "setting up $venv with $("$python" -V): $(grep -c '^[A-Za-z0-9].*==' "$lock") packages, once; this takes about half a minute"
    rm -rf "$venv" || fail "the old $venv cannot be removed. Remove it by hand and start again."
    "$python" -I -m venv "$venv" >"$log" 2>&1 || explain
    # Bytecode is made afterwards, on all cores, and not of the packages' own tests.
    "$venv/bin/python" -I -m pip install --no-input --disable-pip-version-check --no-deps --no-compile \
        --require-hashes -r "$lock" >>"$log" 2>&1 || explain
    link_project || explain
    "$venv/bin/python" -I -m compileall -q -j 0 -x /tests/ "$venv/lib" automation monitoring \
        >>"$log" 2>&1 || true # a package may ship files of other versions
    key "$venv/bin/python" >"$stamp.new"
    mv "$stamp.new" "$stamp"
    rm -f "$log"
    say "ready after $(($(date +%s) - began)) s. The command ztr itself is in $PWD/$venv/bin"
}

# The project itself needs no build: a path, relative so that the checkout may be moved, and a start script.
link_project() {
    for site in "$venv"/lib/python3.*/site-packages; do
        echo ../../../.. >"$site/ztr.pth" || return 1
    done
    cat >"$venv/bin/ztr" <<'END' || return 1
#!/bin/sh
exec "${0%/*}/python" -P -m automation "$@"
END
    chmod +x "$venv/bin/ztr"
}

if up_to_date; then exit 0; fi
[ -w . ] || fail "$PWD is read-only: $venv cannot be made there. Clone the repository to a folder that you may write to."
trap 'say "interrupted; the next start begins the set-up anew"; exit 130' INT TERM HUP
if command -v flock >/dev/null; then
    exec 9>"$venv.lock"
    flock -n 9 || {
        say "another start is setting up $venv; waiting for it"
        flock 9
    }
    if up_to_date; then exit 0; fi
fi
make_environment
