"""How long may a request wait before it is tried again?"""

from typing import Any, Self

from github import GithubRetry
from github.GithubException import RateLimitExceededException
from urllib3 import HTTPResponse


class PatientRetry(GithubRetry):
    """Tries again what failed for reasons of the moment, but lets nobody wait for long."""

    @classmethod
    def budget(cls, retries: int, longest_wait_seconds: float) -> Self:
        """At most so many tries more, and so many seconds for a limit to pass."""
        return cls(
            total=retries,
            backoff_factor=0.2,
            status_forcelist=[500, 502, 503, 504, 429],
            # Objects have their content as their name, so writing one twice makes one.
            allowed_methods={"GET", "HEAD", "PUT", "DELETE", "POST", "PATCH"},
            secondary_rate_wait=longest_wait_seconds,
            max_rate_limit_wait=longest_wait_seconds,
            raise_on_status=False,
        )

    def increment(  # type: ignore[override]
        self,
        method: str | None = None,
        url: str | None = None,
        response: HTTPResponse | None = None,
        *others: Any,
        **named: Any,
    ) -> Any:
        """One try more, unless the host asks for a longer wait than anybody has time for."""
        after = response.headers.get("Retry-After", "") if response is not None else ""
        limit = self.max_rate_limit_wait
        if response is not None and after.isdigit() and limit is not None and int(after) > limit:
            raise RateLimitExceededException(
                response.status, {"message": "rate limit"}, dict(response.headers)
            )
        return super().increment(method, url, response, *others, **named)
