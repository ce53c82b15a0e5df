#!/bin/sh
# Makes the virtual environment $ENVIRONMENT from $LOCK with $PYTHON; each package is checked against its hash.
set -eu
unset PYTHONHOME PYTHONPATH PIP_USER PIP_TARGET PIP_PREFIX # each would install somewhere else
echo "::group::Install $(grep -c '^[A-Za-z0-9].*==' "$LOCK") packages"
rm -rf "$ENVIRONMENT"
"$PYTHON" -I -m venv "$ENVIRONMENT"
"$ENVIRONMENT/bin/python" -I -m pip install --no-input --disable-pip-version-check --no-deps \
    --only-binary :all: --require-hashes -r "$LOCK" || {
    rm -rf "$ENVIRONMENT" # half an environment would look like a whole one
    echo "::endgroup::"
    echo "::error::the packages could not be installed; see above. A job without access to a package index needs PIP_INDEX_URL"
    exit 2
}
echo "::endgroup::"
echo "installed=true" >>"$GITHUB_OUTPUT"
