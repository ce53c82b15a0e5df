#!/bin/sh
# Decides where the packages go and under which key they are cached, and writes the command `ztr`.
#
# In: $PYTHON, $PACKAGES (core or all). Out: environment, key, lock, ztr, and ready when this job has them already.
set -eu
code=$GITHUB_ACTION_PATH
case "$PACKAGES" in
core) lock=core ;;
all) lock=run ;;
*)
    echo "::error::packages: '$(printf %s "$PACKAGES" | tr -cd 'A-Za-z0-9 ._-')' is neither core nor all"
    exit 2
    ;;
esac
home=$RUNNER_TEMP/ztr
environment=$home/packages-$lock
# The interpreter is part of the key: an environment works with the very one that it was made with.
version=$("$PYTHON" -I -c 'import platform, sys; print(sys.base_prefix, platform.platform(), sys.version)')
digest=$(
    "$PYTHON" -I -c '
import hashlib, pathlib, sys
print(hashlib.sha256(pathlib.Path(sys.argv[1]).read_bytes() + "".join(sys.argv[2:]).encode()).hexdigest()[:40])
' "$code/requirements/$lock.txt" "$version" "$environment"
)
mkdir -p "$home/bin"
quoted() { printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")"; }
# -I: neither the checkout nor a variable can put another module before ours
cat >"$home/bin/ztr" <<END
#!/bin/sh
exec $(quoted "$environment/bin/python") -I $(quoted "$code/.github/action/start.py") "\$@"
END
chmod +x "$home/bin/ztr"
ready=false
[ -x "$environment/bin/python" ] && ready=true
{
    echo "environment=$environment"
    echo "key=ztr-$lock-$digest"
    echo "lock=$code/requirements/$lock.txt"
    echo "ztr=$home/bin/ztr"
    echo "ready=$ready"
} >>"$GITHUB_OUTPUT"
