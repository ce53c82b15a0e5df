#!/bin/sh
# Stands in for Python in the tests of setup.sh: it makes an environment of two folders in no time, and notes its calls.
# What the pip of the environment does is read from $FAKE_PIP: empty (succeeds), a message (fails), or `kill`.
version=${FAKE_VERSION:-3.11.9}
case "$*" in
"-V") echo "Python $version" ;;
*sys.version_info*) case "$version" in 3.11.* | 3.12.*) ;; *) exit 1 ;; esac ;;
*ensurepip*) exit "${FAKE_WITHOUT_VENV:-0}" ;;
"-I -m venv "*)
    echo venv >>"$FAKE_CALLS"
    mkdir -p "$4/bin" "$4/lib/python3.11/site-packages"
    cp "$0" "$4/bin/python"
    ;;
*"-m pip install"*)
    echo pip >>"$FAKE_CALLS"
    if [ "${FAKE_PIP-}" = kill ]; then kill -KILL "$PPID"; fi
    if [ -n "${FAKE_PIP-}" ]; then
        echo "ERROR: $FAKE_PIP"
        exit 1
    fi
    ;;
*"-m compileall"*) ;;
*) echo "started: $*${ZTR_MODE:+ as $ZTR_MODE}" ;;
esac
