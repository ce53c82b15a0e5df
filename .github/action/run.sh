#!/bin/sh
# Runs one verb of ztr with the options that the job's inputs say. What a person wrote stays in variables, each is one
# argument, and an empty one is left out.
#
# In: $ZTR and $INPUT_COMMAND, $INPUT_PLAN, $INPUT_MODE, $INPUT_DAY, $INPUT_TASKS, $INPUT_APPROVALS, $INPUT_COMMIT,
# $INPUT_FOLDER, $INPUT_WORKFLOW.
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
    ;;
pull)
    # the commit that was claimed: with it the run goes on only as long as the claim is its own
    [ -z "${INPUT_COMMIT-}" ] || set -- "$@" "--at=$INPUT_COMMIT" --claimed
    ;;
pack) set -- "$@" "--to=$INPUT_FOLDER" ;;
publish) set -- "$@" "--artifact=$INPUT_FOLDER" ;;
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
case "$what" in
run | doctor) exec "$ZTR" "$what" "$@" ;;
pull) exec "$ZTR" state pull "$@" ;;
*) exec "$ZTR" github "$what" "$@" ;;
esac
