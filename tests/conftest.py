"""How hypothesis looks for counterexamples, in every room."""

from __future__ import annotations

import os

from hypothesis import settings

# No deadline: a busy machine is no mistake. In CI the same examples each time, so that a red run can be repeated.
settings.register_profile("ztr", deadline=None, derandomize=os.environ.get("CI") == "true", max_examples=60)
settings.load_profile("ztr")
