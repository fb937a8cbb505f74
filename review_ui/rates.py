"""How often a token may ask: so many requests within any minute, counted in this process.

The desk is one process (flows.run.desk); where several stand behind a proxy each of them counts for itself.
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque


class RateLimit:
    """A sliding window for each key. Safe for threads."""

    def __init__(self, requests: int, seconds: float) -> None:
        self.requests, self.seconds = requests, seconds
        self._lock = threading.Lock()
        self._times: dict[int, deque[float]] = {}

    def wait(self, key: int, now: float | None = None) -> int:
        """Count a request of ``key``: 0 when it may pass, else the whole seconds after which one may."""
        now = time.monotonic() if now is None else now
        with self._lock:
            times = self._times.setdefault(key, deque())
            while times and times[0] <= now - self.seconds:
                times.popleft()
            if len(times) >= self.requests:
                return max(1, math.ceil(times[0] + self.seconds - now))
            times.append(now)
            if len(self._times) > 1000:
                self._forget(now)
            return 0

    def _forget(self, now: float) -> None:
        for key in [key for key, times in self._times.items() if not times or times[-1] <= now - self.seconds]:
            del self._times[key]


PER_MINUTE = RateLimit(120, 60)
SIGN_INS = RateLimit(60, 60)
"""Of one client's address, whatever the names: besides the lock-out of a name, which knows one name at a time."""
