"""Which settings are there, and what did the environment set them to?"""

import ipaddress
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr

from lakewright.diagnostics import did_you_mean, shown
from lakewright.errors import LakewrightError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Value = TypeVar("_Value")

# Supabase's pooler hands a connection to another client after each transaction on this port.
_TRANSACTION_POOLER_PORT = 6543


class SettingError(LakewrightError):
    """The environment holds a value that cannot be meant."""

    code = "setting"


@dataclass(frozen=True, slots=True)
class SettingSpec:
    """One row of the table of settings.

    Attributes:
        default: What counts when the variable is unset or empty, as it would be written;
            None when there is none or it follows from others (the summary says how).
        secret: Never shown, logged or quoted, not even in an error about it.
    """

    name: str
    default: str | None
    summary: str
    secret: bool = False


SETTINGS = (
    SettingSpec("LAKEWRIGHT_HOST", "127.0.0.1", "Address that the web server listens on."),
    SettingSpec("LAKEWRIGHT_PORT", "8765", "Port that the web server listens on; 0: any free one."),
    SettingSpec(
        "LAKEWRIGHT_PUBLIC_URL",
        None,
        "Address that people's browsers use, `https://...`. "
        "Default: `http://` with host and port from above.",
    ),
    SettingSpec(
        "LAKEWRIGHT_DATA",
        None,
        "Folder of the embedded database and the local repositories. Default: the platform's "
        "folder for a user's data (`~/.local/share/lakewright` on Linux); for root "
        "`/var/lib/lakewright`.",
    ),
    SettingSpec(
        "LAKEWRIGHT_DATABASE_URL",
        None,
        "Postgres 15 or later to use instead of the embedded one, as the login role `app_api`: "
        "`postgresql://app_api:...@host:5432/postgres`.",
        secret=True,
    ),
    SettingSpec(
        "LAKEWRIGHT_DATABASE_POOLER",
        None,
        "`transaction` when a transaction pooler stands before the database, else `none`; behind "
        "one, events and work in the background are looked for every few seconds. "
        "Default: `transaction` when the database's port is 6543.",
    ),
    SettingSpec(
        "LAKEWRIGHT_DATABASE_CONNECTIONS",
        "10",
        "Most database connections that one server process opens.",
    ),
    SettingSpec(
        "LAKEWRIGHT_MIGRATIONS_URL",
        None,
        "The same database as its owner `postgres`, directly or through the session pooler; "
        "needed by `lakewright db`. With it `serve` refuses a schema that is not its own, and "
        "`doctor` looks at the schema; requests and work in the background never use it.",
        secret=True,
    ),
    SettingSpec(
        "LAKEWRIGHT_PG_BIN",
        None,
        "Folder with `postgres` and `initdb` for the embedded database. "
        "Default: those that were installed with Lakewright, else the system's.",
    ),
    SettingSpec(
        "SUPABASE_URL", None, "Supabase project to sign in with, `https://<project>.supabase.co`."
    ),
    SettingSpec(
        "SUPABASE_PUBLISHABLE_KEY", None, "The project's publishable key; browsers get to see it."
    ),
    SettingSpec(
        "LAKEWRIGHT_MASTER_KEY",
        None,
        "Key that seals stored tokens: 32 bytes in base64. While keys are rotated, several, "
        "parted by commas, the newest first. Default: the key file.",
        secret=True,
    ),
    SettingSpec(
        "LAKEWRIGHT_KEY_FILE",
        None,
        "File of that key, outside the data folder; made on the first start. Default: "
        "`lakewright/master.key` in the platform's folder for configuration "
        "(`~/.config` on Linux); for root `/etc/lakewright/master.key`.",
    ),
    SettingSpec("LAKEWRIGHT_SIGN_UP", "open", "`open`: anyone may sign up; `closed`: nobody may."),
    SettingSpec(
        "LAKEWRIGHT_CONFIRM_EMAIL",
        "no",
        "`yes`: an e-mail address counts only after its owner followed a link.",
    ),
    SettingSpec(
        "LAKEWRIGHT_SMTP_URL",
        None,
        "Mail server, `smtp://user:password@host:587` (with STARTTLS) or `smtps://...:465`. "
        "Without it, links are printed in the server's terminal.",
        secret=True,
    ),
    SettingSpec("LAKEWRIGHT_MAIL_FROM", None, "Sender of mails. Default: `lakewright@` the host."),
    SettingSpec("LAKEWRIGHT_GITHUB_CLIENT_ID", None, "OAuth app for signing in with GitHub."),
    SettingSpec("LAKEWRIGHT_GITHUB_CLIENT_SECRET", None, "That app's secret.", secret=True),
    SettingSpec(
        "LAKEWRIGHT_TRUSTED_PROXIES",
        "",
        "Addresses or networks, parted by commas, whose `X-Forwarded-For` and "
        "`X-Forwarded-Proto` are believed.",
    ),
    SettingSpec(
        "LAKEWRIGHT_CORS_ORIGINS",
        "",
        "Origins of other sites, parted by commas, whose pages may call the API.",
    ),
    SettingSpec("LAKEWRIGHT_LOG", "json", "`json`: one object a line; `text`: for people."),
    SettingSpec("LAKEWRIGHT_LOG_LEVEL", "info", "`debug`, `info`, `warning` or `error`."),
    SettingSpec("LAKEWRIGHT_BODY_LIMIT", "10000000", "Most bytes of a request's body."),
    SettingSpec(
        "LAKEWRIGHT_RATE_LIMIT", "600", "Most requests a minute of one person or address; 0: any."
    ),
    SettingSpec(
        "LAKEWRIGHT_DEMO",
        "yes",
        "`yes`: a demo user and workspace, on a loopback address only; `no`: neither.",
    ),
    SettingSpec(
        "LAKEWRIGHT_CACHE",
        None,
        "Folder of what the command line remembers between runs. "
        "Default: `lakewright` in the platform's folder for caches (`~/.cache` on Linux).",
    ),
    SettingSpec("LAKEWRIGHT_DEBUG", "", "Anything: a fault of ours ends with its traceback."),
)

_SPECS: Mapping[str, SettingSpec] = MappingProxyType({row.name: row for row in SETTINGS})
# Ours to complain about when misspelt; others' variables are none of our business.
_PREFIX = "LAKEWRIGHT_"


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of a server, read once at a door and valid as a whole.

    Attributes:
        data: Folder; it need not exist yet.
        key_file: Never below `data`.
        database_url: None means the embedded server.
        transaction_pooler: Prepared statements and session settings are out of the question.
        supabase_url: Without a slash at the end; None means that we sign people in ourselves.
        public_url: Scheme, host and port, without a slash at the end.
        trusted_proxies: Networks; a single address is a network of one.
        cors_origins: `https://host[:port]`, as a browser sends them.
        body_limit_bytes: Of one request.
        rate_limit: Requests a minute; 0 means no limit.
    """

    host: str
    port: int
    public_url: str
    data: Path
    database_url: SecretStr | None
    transaction_pooler: bool
    database_connections: int
    migrations_url: SecretStr | None
    pg_bin: Path | None
    supabase_url: str | None
    supabase_publishable_key: str | None
    master_key: SecretStr | None
    key_file: Path
    sign_up_open: bool
    confirm_email: bool
    smtp_url: SecretStr | None
    mail_from: str
    github_client_id: str | None
    github_client_secret: SecretStr | None
    trusted_proxies: tuple[Network, ...]
    cors_origins: tuple[str, ...]
    log: str
    log_level: str
    body_limit_bytes: int
    rate_limit: int
    demo: bool

    ENVIRONMENT: ClassVar[tuple[SettingSpec, ...]] = SETTINGS

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str], *, root: bool | None = None, platform: str = ""
    ) -> "Settings":
        """What these variables say; unset and empty ones have their defaults.

        Args:
            root: Whether the process is the superuser's; asked of the system when None.
            platform: As `sys.platform`; asked when empty.

        Raises:
            SettingError: Naming every variable whose value cannot be meant, and no secret.
        """
        is_root = os.name == "posix" and os.geteuid() == 0 if root is None else root
        reader = _Reader(environment)
        folders = _Folders(environment, is_root, platform or sys.platform)
        host = reader.read("HOST", _host)
        port = reader.read("PORT", _between(0, 65535))
        data = reader.optional("DATA", _folder) or folders.data()
        key_file = reader.optional("KEY_FILE", _folder) or folders.configuration() / "master.key"
        if key_file.is_relative_to(data):
            reader.complain(
                "LAKEWRIGHT_KEY_FILE",
                "lies in the data folder, so that a backup would hold both lock and key",
                "Choose a file elsewhere.",
            )
        database = reader.optional("DATABASE_URL", _database_url)
        pooler = reader.optional("DATABASE_POOLER", _one_of("transaction", "none"))
        supabase = reader.optional("SUPABASE_URL", _site, prefix="")
        publishable = reader.optional("SUPABASE_PUBLISHABLE_KEY", str, prefix="")
        reader.together(
            "SUPABASE_URL", ("SUPABASE_PUBLISHABLE_KEY", "LAKEWRIGHT_DATABASE_URL"), supabase
        )
        reader.together("SUPABASE_PUBLISHABLE_KEY", ("SUPABASE_URL",), publishable)
        client_id = reader.optional("GITHUB_CLIENT_ID", str)
        client_secret = reader.optional("GITHUB_CLIENT_SECRET", SecretStr)
        reader.together(
            "LAKEWRIGHT_GITHUB_CLIENT_ID", ("LAKEWRIGHT_GITHUB_CLIENT_SECRET",), client_id
        )
        reader.together(
            "LAKEWRIGHT_GITHUB_CLIENT_SECRET", ("LAKEWRIGHT_GITHUB_CLIENT_ID",), client_secret
        )
        public = reader.optional("PUBLIC_URL", _site) or _local_address(host or "", port or 0)
        values: dict[str, Any] = {
            "host": host,
            "port": port,
            "public_url": public,
            "data": data,
            "database_url": database,
            "transaction_pooler": pooler == "transaction"
            or (pooler is None and _port_of(database) == _TRANSACTION_POOLER_PORT),
            "database_connections": reader.read("DATABASE_CONNECTIONS", _between(1, 1000)),
            "migrations_url": reader.optional("MIGRATIONS_URL", _database_url),
            "pg_bin": reader.optional("PG_BIN", _folder),
            "supabase_url": supabase,
            "supabase_publishable_key": publishable,
            "master_key": reader.optional("MASTER_KEY", SecretStr),
            "key_file": key_file,
            "sign_up_open": reader.read("SIGN_UP", _one_of("open", "closed")) == "open",
            "confirm_email": reader.read("CONFIRM_EMAIL", _yes_or_no),
            "smtp_url": reader.optional("SMTP_URL", _mail_url),
            "mail_from": reader.optional("MAIL_FROM", _mail_address)
            or f"lakewright@{urlsplit(public).hostname or 'localhost'}",
            "github_client_id": client_id,
            "github_client_secret": client_secret,
            "trusted_proxies": reader.read("TRUSTED_PROXIES", _each(_network)),
            "cors_origins": reader.read("CORS_ORIGINS", _each(_site)),
            "log": reader.read("LOG", _one_of("json", "text")),
            "log_level": reader.read("LOG_LEVEL", _one_of("debug", "info", "warning", "error")),
            "body_limit_bytes": reader.read("BODY_LIMIT", _between(1_000, 1_000_000_000)),
            "rate_limit": reader.read("RATE_LIMIT", _between(0, 1_000_000)),
            "demo": reader.read("DEMO", _yes_or_no),
        }
        reader.refuse_if_any()
        return cls(**values)

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def embedded_database(self) -> bool:
        """Whether Lakewright runs a database of its own."""
        return self.database_url is None

    def as_json(self) -> dict[str, Any]:
        """For `doctor` and support: a secret is only `set` or `not set`."""
        secrets = {row.name.removeprefix(_PREFIX).lower() for row in SETTINGS if row.secret}
        found: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in secrets:
                found[field.name] = "not set" if value is None else "set"
            elif isinstance(value, tuple):
                found[field.name] = [str(part) for part in value]
            else:
                found[field.name] = str(value) if isinstance(value, Path) else value
        return found


def misspelt(environment: Mapping[str, str]) -> list[str]:
    """A sentence for each `LAKEWRIGHT_...` variable that means nothing, sorted by name."""
    return [
        f"{shown(name)} is no setting. {did_you_mean(name, _SPECS)}".strip()
        for name in sorted(environment)
        if name.startswith(_PREFIX) and name not in _SPECS
    ]


class _Reader:
    """Reads values by the table's rows and gathers what is wrong with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._mistakes: dict[str, tuple[str, str]] = {}

    def optional(
        self, name: str, parse: Callable[[str], _Value], *, prefix: str = _PREFIX
    ) -> _Value | None:
        """The parsed value; None when it is unset, empty or wrong."""
        spec = _SPECS[prefix + name]
        text = self._environment.get(spec.name, "").strip() or spec.default
        if text is None:
            return None
        try:
            return parse(text)
        except ValueError as error:
            quoted = "" if spec.secret else f" '{shown(text)}'"
            self.complain(spec.name, f"is{quoted}, but should be {error}", "Correct it.")
            return None

    def read(self, name: str, parse: Callable[[str], _Value]) -> _Value | None:
        """As `optional`, of a row with a default: None only after a mistake."""
        return self.optional(name, parse)

    def complain(self, name: str, problem: str, remedy: str) -> None:
        self._mistakes.setdefault(name, (f"{name} {problem}.", remedy))

    def together(self, name: str, others: tuple[str, ...], value: object) -> None:
        """A setting that means nothing without others."""
        if value is None:
            return
        for other in others:
            if not self._environment.get(other, "").strip():
                self.complain(name, f"is set, but {other} is not", f"Set both or neither: {other}.")

    def refuse_if_any(self) -> None:
        if self._mistakes:
            raise SettingError(
                problem=" ".join(problem for problem, _ in self._mistakes.values()),
                remedy=" ".join(dict.fromkeys(remedy for _, remedy in self._mistakes.values()))
                + " docs/reference/settings.md says what each one means.",
                where=next(iter(self._mistakes)),
            )


@dataclass(frozen=True, slots=True)
class _Folders:
    """Where this platform keeps such things.

    Source: XDG Base Directory Specification 0.8; Apple, File System Programming Guide;
    Microsoft, Known Folders.
    """

    environment: Mapping[str, str]
    root: bool
    platform: str

    def data(self) -> Path:
        if self.root:
            return Path("/var/lib/lakewright")
        if self.platform == "win32":
            return self._windows() / "data"
        if self.platform == "darwin":
            return self._home() / "Library" / "Application Support" / "lakewright"
        return self._xdg("XDG_DATA_HOME", ".local/share")

    def configuration(self) -> Path:
        if self.root:
            return Path("/etc/lakewright")
        if self.platform == "win32":
            return self._windows() / "keys"
        if self.platform == "darwin":
            return self._home() / "Library" / "Preferences" / "lakewright"
        return self._xdg("XDG_CONFIG_HOME", ".config")

    def _xdg(self, name: str, usual: str) -> Path:
        # The specification: a relative path is to be ignored.
        named = Path(self.environment.get(name) or "")
        return (named if named.is_absolute() else self._home() / usual) / "lakewright"

    def _windows(self) -> Path:
        named = self.environment.get("LOCALAPPDATA")
        return (Path(named) if named else self._home() / "AppData" / "Local") / "lakewright"

    def _home(self) -> Path:
        named = self.environment.get("HOME") or self.environment.get("USERPROFILE")
        return Path(named) if named else Path.cwd()


# Parsers: a ValueError's text finishes the sentence "... but should be".


def _host(text: str) -> str:
    if not text.isascii() or not text.replace("-", "").replace(".", "").replace(":", "").isalnum():
        raise ValueError("an address or a host name, such as 127.0.0.1")
    return text


def _between(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 12):
            raise ValueError(f"a whole number from {least:,} to {most:,}")
        if not least <= int(text) <= most:
            raise ValueError(f"from {least:,} to {most:,}")
        return int(text)

    return parse


def _one_of(*allowed: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.lower() not in allowed:
            raise ValueError(f"{', '.join(allowed[:-1])} or {allowed[-1]}")
        return text.lower()

    return parse


def _yes_or_no(text: str) -> bool:
    known = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if text.lower() not in known:
        raise ValueError("yes or no")
    return known[text.lower()]


def _folder(text: str) -> Path:
    if "\0" in text:
        raise ValueError("a path")
    return Path(text).absolute()


def _split(text: str, expected: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises for a port that is no number
    except ValueError:
        # urlsplit's own message repeats the text, which may hold a password.
        raise ValueError(expected) from None
    return parts


def _database_url(text: str) -> SecretStr:
    expected = "postgresql://user:password@host:5432/database"
    parts = _split(text, expected)
    if parts.scheme not in ("postgresql", "postgres") or not (parts.hostname or parts.query):
        raise ValueError(expected)
    return SecretStr(text)


def _mail_url(text: str) -> SecretStr:
    expected = "smtp://user:password@host:587 or smtps://user:password@host:465"
    parts = _split(text, expected)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError(expected)
    return SecretStr(text)


def _mail_address(text: str) -> str:
    if text.count("@") != 1 or not text.isprintable() or " " in text:
        raise ValueError("an e-mail address")
    return text


def _site(text: str) -> str:
    """Scheme, host and port; no path, so that nothing can be appended wrongly.

    https is asked for anywhere but on this machine, since tokens travel there.
    """
    expected = "an address like https://lakewright.example.com, without a path"
    parts = _split(text, expected)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise ValueError(expected)
    if parts.path not in ("", "/") or parts.query or parts.fragment or not text.isascii():
        raise ValueError(expected)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        raise ValueError("addresses or networks like 10.0.0.0/8, parted by commas") from error


def _each(parse: Callable[[str], _Value]) -> Callable[[str], tuple[_Value, ...]]:
    def parse_all(text: str) -> tuple[_Value, ...]:
        return tuple(dict.fromkeys(parse(part) for part in _parts(text)))

    return parse_all


def _parts(text: str) -> Iterator[str]:
    return (part.strip() for part in text.split(",") if part.strip())


def _port_of(url: SecretStr | None) -> int | None:
    return None if url is None else urlsplit(url.get_secret_value()).port


def _local_address(host: str, port: int) -> str:
    # Nobody can open http://0.0.0.0: it only means every address of this machine.
    reachable = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    return f"http://{f'[{reachable}]' if ':' in reachable else reachable}:{port}"
