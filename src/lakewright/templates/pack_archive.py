"""How is a pack of templates carried as a zip, and what of a stranger's zip is let in?"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping

from lakewright.diagnostics import shown
from lakewright.errors import LimitError
from lakewright.templates.packs import (
    MANIFEST,
    MOST_BYTES,
    MOST_FILES,
    READABLE,
    PackError,
    too_large,
)

MOST_ARCHIVE_BYTES = 6_000_000
# Text does not shrink more than this; what does was made to fill a memory.
MOST_RATIO = 200
_RATIO_COUNTS_FROM = 100_000
_NO_DATE = (1980, 1, 1, 0, 0, 0)
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    IndexError,
    OverflowError,
)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files of a pack as a zip; equal packs give equal bytes."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(path, _NO_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return sink.getvalue()


def unzipped(archive: bytes) -> dict[str, bytes]:
    """The files of a zip, none of them written anywhere.

    One folder around everything, as hosts of repositories add, is taken off.

    Raises:
        PackError: It is no zip, or holds what no pack holds: paths that lead out of it, links,
            names that differ only in case, files of other kinds, encrypted or odd ones.
        LimitError: It is too large, or would become too large.
    """
    if len(archive) > MOST_ARCHIVE_BYTES:
        raise LimitError(
            f"The archive has {len(archive):,} bytes; the limit is {MOST_ARCHIVE_BYTES:,}.",
            "Split it into several packs.",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            return _read(opened)
    except _BROKEN as error:
        raise PackError(
            f"The archive is damaged, or no zip: {shown(str(error))}.", "Get an undamaged copy."
        ) from error


def _read(opened: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [entry for entry in opened.infolist() if not entry.is_dir()]
    if len(opened.infolist()) > 2 * MOST_FILES:
        raise LimitError(
            f"The archive holds {len(opened.infolist()):,} entries; the limit is "
            f"{2 * MOST_FILES:,}.",
            "Split it into several packs.",
        )
    for entry in opened.infolist():
        _check_entry(entry)
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise too_large()
    around = _folder_around([entry.filename for entry in entries])
    found: dict[str, bytes] = {}
    folded: dict[str, str] = {}
    left = MOST_BYTES
    for entry in entries:
        path = entry.filename[len(around) :]
        if path not in READABLE | {MANIFEST} and not path.startswith(("templates/", "macros/")):
            raise PackError(
                f"The archive holds '{shown(path)}', which is no part of a pack.",
                f"A pack holds '{MANIFEST}', 'templates/' and 'macros/' only.",
                shown(path),
            )
        if (other := folded.get(path.casefold())) is not None:
            raise PackError(
                f"'{shown(path)}' and '{shown(other)}' are one file where case does not count.",
                "Rename one of them.",
                shown(path),
            )
        folded[path.casefold()] = path
        # The size that an entry declares is the maker's word; what is read is counted.
        with opened.open(entry) as stream:
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            raise too_large()
        found[path] = content
    return found


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    if (
        name.startswith(("/", "\\"))
        or "\\" in name
        or "\0" in name
        or ":" in name
        or any(part in ("", ".", "..") for part in name.removesuffix("/").split("/"))
    ):
        raise PackError(
            f"The archive holds the path '{shown(name)}', which leads out of it.",
            "Do not use this archive; ask whoever gave it to you.",
            shown(name),
        )
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise PackError(
            f"'{shown(name)}' is a link or a device, no file.",
            "Do not use this archive; a pack holds plain files only.",
            shown(name),
        )
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
        raise PackError(
            f"'{shown(name)}' is encrypted, or packed in an unusual way.",
            "Pack it as a plain zip.",
            shown(name),
        )
    ratio = entry.file_size / max(1, entry.compress_size)
    if entry.file_size > _RATIO_COUNTS_FROM and ratio > MOST_RATIO:
        raise PackError(
            f"'{shown(name)}' would grow {ratio:,.0f} times when unpacked.",
            "Do not use this archive; text does not shrink that much.",
            shown(name),
        )


def _folder_around(names: list[str]) -> str:
    """`acme-1.0/` when everything lies in that one folder and the manifest at its top."""
    if MANIFEST in names:
        return ""
    tops = {name.partition("/")[0] + "/" for name in names if "/" in name}
    only = tops.pop() if len(tops) == 1 else ""
    inside = bool(only) and all(name.startswith(only) for name in names)
    return only if inside and f"{only}{MANIFEST}" in names else ""
