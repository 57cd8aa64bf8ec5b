"""Figures about the server for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

# From a preview (2 ms) to a bundle of 10,000 tables.
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """One registry for each app: two apps in one process do not share figures."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._seconds = Histogram(
            "lakewright_request_seconds",
            "How long requests take, by route and status class",
            ("method", "route", "status"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.streams = Gauge(
            "lakewright_event_streams", "Open event streams", registry=self.registry
        )
        self.jobs = Counter(
            "lakewright_jobs",
            "Background work that ended, by kind and status",
            ("kind", "status"),
            registry=self.registry,
        )
        self.refused = Counter(
            "lakewright_refusals",
            "Requests refused by a limit",
            ("limit",),
            registry=self.registry,
        )
        self._pool = Gauge(
            "lakewright_database_pool",
            "Connections of the database pool",
            ("state",),
            registry=self.registry,
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request ended."""
        self._seconds.labels(_method(method), route, f"{status // 100}xx").observe(seconds)

    def pool(self, figures: dict[str, int]) -> None:
        """The pool's figures, as psycopg's pool counts them."""
        for state in ("pool_size", "pool_available", "requests_waiting"):
            self._pool.labels(state).set(figures.get(state, 0))

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)


def _method(method: str) -> str:
    """A client can invent methods, and each would be a new series."""
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    return method if method in known else "other"
