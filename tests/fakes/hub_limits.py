"""The Hub's rate limits: three buckets, fixed windows, and the headers that tell of them (hub-docs, rate-limits.md)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

QuotaBucket = Literal["api", "resolvers", "pages"]


@dataclass(frozen=True)
class HubQuota:
    """Requests per window."""

    api: int
    resolvers: int
    pages: int
    window_seconds: int = 300


ANONYMOUS_HUB_QUOTA = HubQuota(500, 3_000, 100)
FREE_USER_HUB_QUOTA = HubQuota(1_000, 5_000, 200)


def find_quota_bucket(path: str) -> QuotaBucket:
    """The bucket that a request is counted in; the storage of resolved files counts as a resolver."""
    if "/resolve/" in path or path.startswith("/api/resolve-cache/"):
        return "resolvers"
    return "api" if path.startswith("/api/") else "pages"


@dataclass
class _QuotaWindow:
    start: float
    used: int = 0


class QuotaWindows:
    """Counts requests by bucket and by who asks. Not safe by itself: ask it with the world's lock held."""

    def __init__(self, quota: HubQuota | None, clock: Callable[[], float]) -> None:
        """`quota`: None counts nothing and refuses nobody. `clock`: seconds, from any start."""
        self._quota = quota
        self._clock = clock
        self._windows: dict[tuple[QuotaBucket, str | None], _QuotaWindow] = {}

    def count_request(self, bucket: QuotaBucket, who: str | None) -> tuple[bool, dict[str, str]]:
        """Count a request. Returns whether it is within the limit, and the headers of its answer."""
        if self._quota is None:
            usual = ANONYMOUS_HUB_QUOTA if who is None else FREE_USER_HUB_QUOTA
            return True, build_limit_headers(
                bucket, usual, getattr(usual, bucket) - 1, usual.window_seconds
            )
        now = self._clock()
        window = self._windows.setdefault((bucket, who), _QuotaWindow(now))
        if now - window.start >= self._quota.window_seconds:
            window.start, window.used = now, 0
        limit: int = getattr(self._quota, bucket)
        within = window.used < limit
        window.used += within
        left = max(1, round(window.start + self._quota.window_seconds - now))
        return within, build_limit_headers(bucket, self._quota, limit - window.used, left)


def build_limit_headers(
    bucket: QuotaBucket, quota: HubQuota, remaining: int, seconds: int
) -> dict[str, str]:
    """The two headers that every answer of the Hub carries."""
    return {
        "RateLimit": f'"{bucket}";r={remaining};t={seconds}',
        "RateLimit-Policy": f'"fixed window";"{bucket}";q={getattr(quota, bucket)};w={quota.window_seconds}',
    }
