"""A findable effect: settled, looked up by its key, adopted or made, and reconciled so that one of it is left."""

from __future__ import annotations

from automation.engine.ports import ActionLike, Call, Clock, Done, Failed, Found, Outcome


class Finding:
    """Performs one findable effect, at every attempt anew.

    `doubtful` tells that a request may have arrived whose answer was never seen, `wait` for how many seconds it may
    still be on its way; `deadline` is the task's, in monotonic seconds, for settling is not the step's own time.
    `adopted` tells that what the service held was taken over as it is, `found` that it held it
    before anything of ours can have arrived; `note` what became of
    duplicates. `unsure`: it was made while a former request might still have been carried out.
    """

    def __init__(
        self, action: ActionLike, clock: Clock, settle: float, deadline: float, *, doubtful: bool, wait: float
    ) -> None:
        self._action, self._clock, self._settle, self._deadline = action, clock, settle, deadline
        self._until = clock.monotonic() + wait
        self.doubtful = doubtful
        self.adopted = self.found = self.unsure = self._looked = False
        self.note = ""

    def __call__(self, call: Call) -> Outcome:
        """One attempt. A look-up that fails is no "not found": nothing is made then."""
        waiting = self._until - self._clock.monotonic() if self.doubtful else 0.0
        if waiting >= self._deadline - self._clock.monotonic():
            told = f"the request before may still arrive: looked up in {waiting:.0f} s"
            return Failed("transient", told, retry_after=waiting, happened=None)
        if waiting > 0:
            self._clock.sleep(waiting)
            call = call._replace(timeout=min(call.timeout, self._deadline - self._clock.monotonic()))
        found = self._find(call)
        if isinstance(found, Failed):
            return found._replace(happened=None if self.doubtful else False)
        if not self._looked:
            self.found, self._looked = bool(found) and not self.doubtful, True
        if found and found[0].complete:
            self.adopted = True
            return self._reconciled(call, Done(found[0].outputs, found[0].remote), found)
        outcome = self._perform(call, found[0].remote if found else "")
        if isinstance(outcome, Failed) or not (self.doubtful or len(found) > 1):
            return outcome
        self.unsure = self.doubtful
        return self._again(call, outcome)

    def _find(self, call: Call) -> tuple[Found, ...] | Failed:
        if self._action.find is None:
            return ()
        return self._action.find(call)

    def _perform(self, call: Call, existing: str) -> Outcome:
        outcome = self._action.perform(call._replace(existing=existing))
        if isinstance(outcome, Failed):
            if outcome.happened is None:
                self.doubtful, self._until = True, self._clock.monotonic() + self._settle
            elif self.doubtful and outcome.happened is False:
                return outcome._replace(happened=None)
        return outcome

    def _again(self, call: Call, made: Done) -> Outcome:
        """List once more after making: what landed late is there by now, and only the first one stays."""
        found = self._find(call)
        if isinstance(found, Failed):
            return found._replace(message=f"made, but not looked up again: {found.message}", happened=True)
        if not found:
            return made  # a list that lags behind is no reason to doubt what was just made
        kept = made if found[0].remote == made.remote else Done(found[0].outputs, found[0].remote)
        return self._reconciled(call, kept, found)

    def _reconciled(self, call: Call, kept: Done, found: tuple[Found, ...]) -> Outcome:
        """The first one wins, whoever looks; the others are removed."""
        extras = [one.remote for one in found[1:]]
        if not extras:
            self.doubtful = False
            return kept
        if self._action.undo is None:
            self.note = f"{len(extras)} more of it are there and have to be removed by hand: {', '.join(extras)}"
            return kept
        for remote in extras:
            removed = self._action.undo(call, remote)
            if isinstance(removed, Failed):
                told = f"made, but its duplicate {remote} could not be removed: {removed.message}"
                return removed._replace(message=told, happened=True)
        self.doubtful = False
        self.note = f"it was there {len(found)} times: kept {kept.remote}, removed {', '.join(extras)}"
        return kept
