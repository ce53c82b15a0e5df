#!/bin/sh
# Runs one verb of ztr with the options that the job's inputs say. What a person wrote stays in variables, each is one
# argument, and an empty one is left out.
#
# In: $ZTR and $INPUT_COMMAND, $INPUT_PLAN, $INPUT_MODE, $INPUT_DAY, $INPUT_TASKS, $INPUT_APPROVALS, $INPUT_COMMIT,
# $INPUT_FOLDER, $INPUT_MINUTES, $INPUT_RESULT, $INPUT_STATE, $INPUT_WORKFLOW; for claim $HAS_NAME=true for each secret NAME
# that there is.
set -eu
what=$INPUT_COMMAND
set --
[ -z "${INPUT_PLAN-}" ] || set -- "--plan=$INPUT_PLAN"
case "$what" in
run | claim)
    [ -z "${INPUT_MODE-}" ] || set -- "$@" "--mode=$INPUT_MODE"
    [ -z "${INPUT_DAY-}" ] || set -- "$@" "--day=$INPUT_DAY"
    [ -z "${INPUT_TASKS-}" ] || set -- "$@" "--tasks=$INPUT_TASKS"
    [ "${INPUT_APPROVALS:-auto}" = auto ] || set -- "$@" "--approvals=$INPUT_APPROVALS"
    [ "${GITHUB_EVENT_NAME-}" != schedule ] || set -- "$@" --scheduled
    [ "$what" = run ] || {
        # names only; what the one JSON secret holds cannot be seen from here, so each may be there (*)
        # (awk and not `env`: a line of some other variable's value must not look like a variable)
        ZTR_PRESENT=$(awk 'BEGIN {
            for (name in ENVIRON) if (name ~ /^HAS_[A-Z0-9_]+$/ && ENVIRON[name] == "true")
                print name == "HAS_ZTR_SECRETS" ? "*" : substr(name, 5)
        }')
        export ZTR_PRESENT
        case "${INPUT_MINUTES-}" in
        '') ;;
        # a shell may run what stands in an arithmetic expression, so nothing but digits gets there; and 010 is not 8
        *[!0-9]* | 0* | ??????*)
            echo "::error::minutes: '$(printf %s "$INPUT_MINUTES" | tr -cd 'A-Za-z0-9 ._-')' is no whole number of minutes"
            exit 2
            ;;
        # the claim outlives the run's own time limit, and some waiting for runners
        *) set -- "$@" "--minutes=$((INPUT_MINUTES + 15))" ;;
        esac
    }
    ;;
pull)
    # the commit that was claimed: with it the run goes on only as long as the claim is its own
    [ -z "${INPUT_COMMIT-}" ] || set -- "$@" "--at=$INPUT_COMMIT"
    [ -z "${INPUT_COMMIT-}" ] || [ "${INPUT_MODE-}" = mock ] || set -- "$@" --claimed
    ;;
pack) set -- "$@" "--to=$INPUT_FOLDER" ;;
publish)
    set -- "$@" "--from=$INPUT_FOLDER"
    [ -z "${INPUT_RESULT-}" ] || set -- "$@" "--result=$INPUT_RESULT"
    ;;
control)
    file=${INPUT_WORKFLOW:-${GITHUB_WORKFLOW_REF%%@*}} # owner/name/.github/workflows/FILE
    set -- "$@" "--workflow=${file##*/}"
    ;;
doctor) ;;
*)
    echo "::error::command: '$(printf %s "$what" | tr -cd 'A-Za-z0-9 ._-')' is none of setup, run, claim, pull, pack, publish, control, doctor"
    exit 2
    ;;
esac
[ "$what" != run ] || [ -n "${INPUT_STATE-}" ] ||
    echo "::notice title=ZTR::The action alone keeps no state and no issue. ztr.yml does, in a job that grants" \
        "contents: write and issues: write; docs/github.md has the file."
case "$what" in
run | doctor) exec "$ZTR" "$what" "$@" ;;
pull) exec "$ZTR" state pull "$@" ;;
*) exec "$ZTR" github "$what" "$@" ;;
esac
