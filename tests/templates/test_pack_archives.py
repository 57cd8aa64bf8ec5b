"""A stranger's zip is read in memory, and whatever is no pack in it is refused."""

import io
import stat
import zipfile
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakewright.errors import LakewrightError, LimitError
from lakewright.templates.pack_archive import unzipped, zipped
from lakewright.templates.packs import (
    MANIFEST,
    Manifest,
    Pack,
    PackError,
    digest,
    installed_files,
    manifest_text,
    packed,
    read_index,
    read_manifest,
    read_pack,
    read_record,
    record_of,
)
from lakewright.templates.template import Template
from lakewright.templates.yaml_codec import new_template_text, read_templates

ORDERS = """\
templates:
  # Everything that was sold.
  - id: orders
    name: Orders
    template_content: |
      {% import "macros/stars.jinja" as s %}
      SELECT {{ s.star() }} FROM orders
    output_type: sql
    deprecated: {replacement: sales}
  - id: sales
    name: Sales
    version: 2.0.0
    template_content: SELECT 1
    output_type: sql
"""
STARS = "{% macro star() %}*{% endmacro %}\n"


def manifest(files: Mapping[str, str], **about: str) -> str:
    """A manifest with right checksums."""
    said = {"name": "acme", "version": "1.0.0", "licence": "MIT", **about}
    lines = ["pack:", *(f"  {key}: {text}" for key, text in said.items()), "files:"]
    for path, text in files.items():
        lines += [f"- path: {path}", f"  sha256: {digest(text.encode())}"]
        read = read_templates(text).templates if path.endswith(".yaml") else ()
        if read:
            lines += ["  templates:"]
            lines += [f"  - {{id: {one.id}, version: {one.version}}}" for one in read]
    return "\n".join(lines) + "\n"


def pack_files(files: Mapping[str, str] | None = None, **about: str) -> dict[str, bytes]:
    chosen = files or {"templates/shop.yaml": ORDERS, "macros/stars.jinja": STARS}
    whole = {MANIFEST: manifest(chosen, **about), **chosen}
    return {path: text.encode() for path, text in whole.items()}


def archive(entries: Mapping[str, bytes]) -> bytes:
    """A zip with exactly these names, however bad."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            entry = zipfile.ZipInfo("x")
            entry.filename = name
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, content)
    return sink.getvalue()


def test_a_pack_comes_out_of_its_zip_as_it_went_in() -> None:
    assert unzipped(zipped(pack_files())) == pack_files()


def test_equal_packs_give_equal_bytes() -> None:
    assert zipped(pack_files()) == zipped(dict(reversed(pack_files().items())))


def test_one_folder_around_everything_is_taken_off() -> None:
    around = {f"acme-1.0.0/{path}": content for path, content in pack_files().items()}

    assert unzipped(zipped(around)) == pack_files()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("../evil.yaml", id="climbs"),
        pytest.param("templates/../../evil.yaml", id="climbs from inside"),
        pytest.param("/etc/passwd", id="is absolute"),
        pytest.param("C:/evil.yaml", id="names a drive"),
        pytest.param("templates\\evil.yaml", id="has a backslash"),
        pytest.param("templates//evil.yaml", id="has an empty part"),
        pytest.param("./templates/evil.yaml", id="begins with a dot"),
        pytest.param(".git/hooks/post-checkout", id="belongs to git"),
        pytest.param("run.sh", id="is no template"),
        pytest.param("TEMPLATES/SHOP.YAML", id="is a folder of another case"),
    ],
)
def test_a_path_that_no_pack_holds_is_refused(name: str) -> None:
    with pytest.raises(PackError) as refused:
        unzipped(archive({**pack_files(), name: b"x"}))

    assert refused.value.remedy


def test_names_that_differ_in_case_only_are_refused() -> None:
    with pytest.raises(PackError, match="one file where case does not count"):
        unzipped(archive({**pack_files(), "templates/SHOP.yaml": b"x"}))


def test_two_entries_of_one_name_are_refused() -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as made:
        made.writestr("templates/a.yaml", "1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            made.writestr("templates/a.yaml", "2")

    with pytest.raises(PackError, match="one file where case does not count"):
        unzipped(sink.getvalue())


def test_a_link_is_refused() -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as made:
        link = zipfile.ZipInfo("templates/a.yaml")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")

    with pytest.raises(PackError, match="is a link"):
        unzipped(sink.getvalue())


def test_what_would_grow_beyond_measure_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(PackError, match="would grow"):
        unzipped(archive({"templates/a.yaml": b"\0" * 5_000_000}))


def test_many_files_that_are_large_together_are_refused() -> None:
    import random

    noise = random.Random(1).randbytes(50_000) * 20  # shrinks, but not suspiciously

    with pytest.raises(LimitError):
        unzipped(archive({f"templates/{n}.yaml": noise for n in range(30)}))


def test_a_size_that_is_a_lie_does_not_let_more_in() -> None:
    honest = archive({"templates/a.yaml": b"x" * 90_000})
    lying = honest.replace((90_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))

    with pytest.raises(LakewrightError):
        read_pack(unzipped(lying))


def test_too_many_entries_are_refused() -> None:
    with pytest.raises(LimitError, match="entries"):
        unzipped(archive({f"templates/{n}.yaml": b"" for n in range(2_001)}))


def test_an_archive_that_is_too_large_is_not_even_opened() -> None:
    with pytest.raises(LimitError, match="limit"):
        unzipped(b"x" * 6_000_001)


def test_other_ways_of_packing_are_refused() -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_LZMA) as made:
        made.writestr("templates/a.yaml", "x" * 100)

    with pytest.raises(PackError, match="unusual way"):
        unzipped(sink.getvalue())


@given(st.binary(max_size=400))
def test_bytes_that_are_no_zip_are_refused(content: bytes) -> None:
    with pytest.raises(LakewrightError):
        read_pack(unzipped(content))


_WHOLE = zipped(pack_files())


@given(st.data())
def test_a_damaged_zip_is_refused_or_is_still_the_pack(data: st.DataObject) -> None:
    damaged = bytearray(_WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, 30))
    try:
        read = read_pack(unzipped(bytes(damaged[: len(damaged) - cut])))
    except LakewrightError:
        return
    expected = pack_files()
    assert all(expected[path] == content for path, content in read.contents.items())


@given(
    st.dictionaries(
        st.text(alphabet="abTM./\\:~ \0é", min_size=1, max_size=12), st.binary(max_size=20)
    )
)
def test_whatever_the_names_nothing_but_a_refusal_happens(entries: dict[str, bytes]) -> None:
    whole = archive({**entries, **pack_files()})
    try:
        read = read_pack(unzipped(whole))
    except LakewrightError:
        return
    assert read.manifest.name == "acme"


# -- manifests ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        pytest.param({}, "has no 'pack.yaml'", id="no manifest"),
        pytest.param(
            pack_files() | {"templates/shop.yaml": ORDERS.encode() + b"#"},
            "checksum differs",
            id="a changed file",
        ),
        pytest.param(
            {k: v for k, v in pack_files().items() if k != "macros/stars.jinja"},
            "lacks the file",
            id="a missing file",
        ),
        pytest.param(
            pack_files() | {"templates/more.yaml": b"templates: []"},
            "does not list",
            id="a file too many",
        ),
        pytest.param(pack_files(name="Acme/.."), "cannot be the name", id="a name with a path"),
        pytest.param(pack_files(name="con"), "cannot be the name", id="a device of Windows"),
        pytest.param(pack_files(version="new"), "no version", id="no semantic version"),
        pytest.param(pack_files(licence="''"), "no usable 'licence'", id="no licence"),
        pytest.param(
            pack_files({"templates/a.yaml": "templates: ["}), "no sound template", id="broken YAML"
        ),
        pytest.param(
            pack_files({"templates/a.yaml": "templates: []"}), "holds no template", id="no template"
        ),
        pytest.param(
            pack_files({"templates/a.yaml": ORDERS, "templates/b.yaml": ORDERS}),
            "Two files of the pack hold",
            id="one id twice",
        ),
        pytest.param(
            {MANIFEST: b"files: [{path: ../x.yaml, sha256: ''}]\npack: {name: a}\n"},
            "has no usable 'sha256'",
            id="no checksum",
        ),
        pytest.param(
            {MANIFEST: b"schema_version: 9\npack: {}\n"}, "schema version", id="a later format"
        ),
        pytest.param({MANIFEST: b"[1, 2"}, "is no YAML", id="a broken manifest"),
        pytest.param({MANIFEST: b"- 1"}, "is no mapping", id="a list for a manifest"),
    ],
)
def test_a_pack_that_is_not_what_it_says_is_refused(
    files: Mapping[str, bytes], problem: str
) -> None:
    with pytest.raises(PackError, match=problem) as refused:
        read_pack(files)

    assert refused.value.remedy


@pytest.mark.parametrize(
    "path",
    [
        "../x.yaml",
        "/templates/x.yaml",
        "templates/../x.yaml",
        "templates/.x.yaml",
        "macros/a/b.jinja",
        "templates/x.py",
        "templates/con.yaml",
        "README.md",
    ],
)
def test_a_manifest_cannot_list_what_no_pack_holds(path: str) -> None:
    text = (
        "pack: {name: a, version: 1.0.0, licence: MIT}\n"
        f"files:\n- {{path: '{path}', sha256: {'0' * 64}}}\n"
    )

    with pytest.raises(PackError):
        read_manifest(text)


def test_a_record_cannot_name_files_of_others() -> None:
    text = (
        "pack: {name: acme, version: 1.0.0, licence: MIT}\n"
        f"files:\n- {{path: models/orders.yaml, sha256: {'0' * 64}}}\n"
    )

    with pytest.raises(PackError, match="not its own"):
        read_record(text, "packs/installed/acme.yaml", "acme")


def test_an_index_names_each_pack_once() -> None:
    line = "- {name: acme, version: 1.0.0, where: packs/acme}\n"

    assert [entry.where for entry in read_index(f"packs:\n{line}", "i")] == ["packs/acme"]
    with pytest.raises(PackError, match="twice"):
        read_index(f"packs:\n{line}{line}", "i")


# -- names ----------------------------------------------------------------------------------------


def test_everything_of_a_pack_gets_its_name_in_front() -> None:
    installed = installed_files(read_pack(pack_files()))

    expected = (
        ORDERS.replace("id: orders", "id: acme.orders")
        .replace("id: sales", "id: acme.sales")
        .replace("macros/stars.jinja", "macros/acme.stars.jinja")
        .replace("replacement: sales", "replacement: acme.sales")
    )
    assert installed == {
        "templates/packs/acme/macros/acme.stars.jinja": STARS.encode(),
        "templates/packs/acme/shop.yaml": expected.encode(),
    }


def test_a_record_can_be_read_again() -> None:
    pack = read_pack(pack_files())
    record = record_of(pack, installed_files(pack), "acme.zip")

    assert read_record(manifest_text(record), "r", "acme") == record


def test_what_was_installed_can_be_exported_under_its_own_names() -> None:
    about = Manifest("acme", "1.1.0", "MIT", "", ())
    source = "{% from 'macros/acme.stars.jinja' import star %}SELECT {{ star() }}"
    template = Template("acme.orders", "Orders", content=source)

    files = packed(about, [(template, new_template_text(template))], {"acme.stars.jinja": STARS})

    pack = read_pack(files)
    assert isinstance(pack, Pack)
    [read] = read_templates(files["templates/orders.yaml"]).templates
    assert (read.id, read.content) == ("orders", source.replace("acme.", ""))
    assert sorted(files) == ["macros/stars.jinja", "pack.yaml", "templates/orders.yaml"]
