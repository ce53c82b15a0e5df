"""ADWIN: a window that grows while the data agree and drops its old part when they no longer do.

Bifet and Gavaldà, "Learning from Time-Changing Data with Adaptive Windowing", SIAM Data Mining 2007. The window is kept
as exponential buckets, so that memory and the work per check grow with the logarithm of its length. Two differences
from the paper: at most `MAX_BUCKETS` of each size are kept, as the authors' own programs do, and the bound is the
paper's normal approximation (its equation 3.1), which needs no range of the values but their variance.
"""

import math
from dataclasses import dataclass, field

MAX_BUCKETS = 5
SMALLEST_PART = 5


@dataclass(slots=True)
class Bucket:
    """Count, sum and sum of squared deviations from the mean of neighbouring values."""

    count: int
    total: float
    spread: float


@dataclass(slots=True)
class Adwin:
    """Feed values one at a time; `confidence` is the share of false cuts allowed, `every` how often it looks."""

    confidence: float = 0.002
    every: int = 1
    seen: int = 0
    rows: list[list[Bucket]] = field(default_factory=lambda: [[]])

    def update(self, value: float) -> bool:
        """Take one value; True if the window was cut, that is, the mean has changed."""
        self.seen += 1
        self.rows[0].append(Bucket(1, value, 0.0))
        self._compress()
        return self.seen % self.every == 0 and self._cut()

    @property
    def width(self) -> int:
        """How many values the window holds."""
        return sum(bucket.count for row in self.rows for bucket in row)

    @property
    def mean(self) -> float:
        """Mean of the window; 0 while it is empty."""
        return sum(bucket.total for row in self.rows for bucket in row) / max(1, self.width)

    def _compress(self) -> None:
        for level, row in enumerate(self.rows):
            if len(row) <= MAX_BUCKETS:
                return
            if level + 1 == len(self.rows):
                self.rows.append([])
            self.rows[level + 1].append(merge(row.pop(0), row.pop(0)))

    def _cut(self) -> bool:
        cut = False
        while self._oldest_part_differs():
            self._drop_oldest()
            cut = True
        return cut

    def _drop_oldest(self) -> None:
        self.rows[-1].pop(0)
        while len(self.rows) > 1 and not self.rows[-1]:
            self.rows.pop()

    def _oldest_part_differs(self) -> bool:
        buckets = [bucket for row in reversed(self.rows) for bucket in row]
        whole = Bucket(0, 0.0, 0.0)
        for bucket in buckets:
            whole = merge(whole, bucket)
        if whole.count < 2 * SMALLEST_PART:
            return False
        doubt = math.log(2 * math.log(whole.count) / self.confidence)
        variance = whole.spread / whole.count
        old_count, old_total = 0, 0.0
        for bucket in buckets:
            old_count += bucket.count
            old_total += bucket.total
            new_count = whole.count - old_count
            if new_count < SMALLEST_PART:
                return False
            if old_count >= SMALLEST_PART:
                gap = abs(old_total / old_count - (whole.total - old_total) / new_count)
                if gap > bound(old_count, new_count, variance, doubt):
                    return True
        return False


def merge(left: Bucket, right: Bucket) -> Bucket:
    """The bucket of all values of both (Chan, Golub and LeVeque, 1979)."""
    if not left.count or not right.count:
        return right if right.count else left
    count = left.count + right.count
    gap = right.total / right.count - left.total / left.count
    spread = left.spread + right.spread + gap * gap * left.count * right.count / count
    return Bucket(count, left.total + right.total, spread)


def bound(old: int, new: int, variance: float, doubt: float) -> float:
    """Largest difference of the two means that chance explains: equation 3.1 of the paper."""
    harmonic = 1 / (1 / old + 1 / new)
    return math.sqrt(2 / harmonic * variance * doubt) + 2 / (3 * harmonic) * doubt
