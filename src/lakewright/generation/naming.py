"""Names of files and resources, made from what people called things."""

import re
from collections.abc import Iterable
from hashlib import blake2b

NOT_IN_A_KEY = re.compile(r"[^a-z0-9_]+")
MAXIMUM_LENGTH = 60
# Source: the usual file systems of Linux, macOS and Windows.
MAXIMUM_PART_BYTES = 255
# In lower case: some file systems do not tell letter cases apart.
OWN_FILES = frozenset({"databricks.yml", "lakewright.lock", "readme.md", ".gitignore"})


def key_of(text: str) -> str:
    """A resource key and file name: `[a-z][a-z0-9_]*`, at most 60 characters.

    A name that loses letters on the way gets a short hash, so that two names never
    become one by accident.

    >>> key_of("Customer Data Pipeline"), key_of("bronze-orders"), key_of("1st")
    ('customer_data_pipeline', 'bronze_orders', 'n1st')
    >>> key_of("客户") == key_of("订单")
    False
    """
    folded = text.strip().lower()
    key = NOT_IN_A_KEY.sub("_", folded).strip("_")
    if key and not key[0].isalpha():
        key = f"n{key}"
    lossy = any(not (c.isascii() or c.isspace()) for c in folded) or len(key) > MAXIMUM_LENGTH
    if lossy or not key:
        digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
        key = f"{key[: MAXIMUM_LENGTH - 9]}_{digest}".strip("_")
        if not key[0].isalpha():
            key = f"n{key}"
    return key


def why_no_output_path(path: str) -> str:
    """Why a script may not be written to `path` inside a bundle; empty when it may.

    >>> why_no_output_path("src/tables/orders.sql"), why_no_output_path("../orders.sql")
    ('', 'it leaves the bundle')
    """
    parts = path.split("/")
    if path.startswith("/") or ".." in parts:
        return "it leaves the bundle"
    if "\\" in path or not path.isprintable() or "" in parts or "." in parts:
        return "it is no plain path with '/' between its parts"
    if any(len(part.encode("utf-8", "surrogatepass")) > MAXIMUM_PART_BYTES for part in parts):
        return f"a part of it has more than {MAXIMUM_PART_BYTES} bytes"
    if path.casefold() in OWN_FILES:
        return "Lakewright writes that file itself"
    return ""


def unique_keys(names: Iterable[str]) -> dict[str, str]:
    """Name -> key, in order; a key that is taken gets `_2`, `_3`, ...

    >>> unique_keys(["a b", "a-b", "c"])
    {'a b': 'a_b', 'a-b': 'a_b_2', 'c': 'c'}
    """
    taken: set[str] = set()
    keys: dict[str, str] = {}
    for name in names:
        if name in keys:
            continue
        key = wanted = key_of(name)
        number = 2
        while key in taken:
            key = f"{wanted}_{number}"
            number += 1
        taken.add(key)
        keys[name] = key
    return keys


def is_in_bundle(path: str) -> bool:
    """Whether a path means a file of the bundle: relative, without scheme or reference."""
    return bool(path) and not path.startswith(("/", "~", "${", "{{")) and ":" not in path
