"""What differs between AWS, Azure and Google Cloud when the same model is generated?"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from lakewright.diagnostics import did_you_mean, shown
from lakewright.errors import NotFoundError

NODE_SIZES = ("small", "medium", "large")


@dataclass(frozen=True, slots=True)
class PlatformProfile:
    """One cloud. The figures age: they live in `platforms.json`, under one version.

    Attributes:
        version: Edition of `platforms.json`, year and month.
        spark_version: The default runtime, a long-term support one.
        environment_version: The default serverless environment.
        node_types: Logical size (`NODE_SIZES`) -> the cloud's node type; all run Photon.
        attributes_block: The cluster field that holds this cloud's settings.
        attributes: Sane settings for it: spot workers, an on-demand driver, any zone.
        storage_schemes: What a storage URL begins with, without `://`.
        storage_pattern: Regular expression that a storage URL matches whole.
    """

    cloud: str
    label: str
    version: str
    spark_version: str
    environment_version: str
    data_security_mode: str
    node_types: Mapping[str, str]
    attributes_block: str
    attributes: Mapping[str, Any]
    storage_schemes: tuple[str, ...]
    storage_pattern: str
    storage_example: str

    def node_type(self, size: str) -> str:
        """The cloud's node type for a logical size; a node type of the cloud is kept.

        Raises:
            NotFoundError: `size` is one word in lower case and not in `NODE_SIZES`. A node type
                always has a dot, a dash or an underscore in it, on every cloud.
        """
        found = self.node_types.get(size)
        if found is not None:
            return found
        if re.search(r"[._-]", size) or "${" in size:
            return size
        raise NotFoundError(
            problem=f"There is no node size {shown(size)!r}.",
            remedy=f"{did_you_mean(size, NODE_SIZES)}Use small, medium, large or a node type "
            f"of {self.label} such as {self.node_types['medium']}.",
        )

    def size_of(self, node_type: str) -> str | None:
        """The logical size of one of this profile's node types; None for others."""
        return next((size for size, name in self.node_types.items() if name == node_type), None)


@dataclass(frozen=True, slots=True)
class StorageUrlFault:
    """Why a storage URL does not suit a cloud."""

    problem: str
    remedy: str


def clouds() -> tuple[str, ...]:
    """Every cloud there is a profile for, sorted."""
    return tuple(sorted(_profiles()))


def profile(cloud: str) -> PlatformProfile:
    """The profile of `aws`, `azure` or `gcp`.

    Raises:
        NotFoundError: No such cloud.
    """
    found = _profiles().get(cloud)
    if found is None:
        raise NotFoundError(
            problem=f"There is no cloud {shown(cloud)!r}.",
            remedy=f"{did_you_mean(cloud, clouds())}Use {', '.join(clouds())}.",
        )
    return found


def adapt_node_type(node_type: str, to: PlatformProfile) -> str:
    """The node type of `to` for a logical size or for another cloud's node type of that size.

    A node type that no profile has is kept: it was chosen by a person.

    >>> adapt_node_type("i3.xlarge", profile("azure"))
    'Standard_D8ds_v5'
    """
    for other in _profiles().values():
        size = other.size_of(node_type)
        if size is not None:
            return to.node_types[size]
    return to.node_type(node_type)


def cloud_of_url(url: str) -> str | None:
    """The cloud whose storage `url` names; None for volumes, DBFS and other places.

    >>> cloud_of_url("gs://lake/raw")
    'gcp'
    """
    scheme = url.partition("://")[0]
    return next((p.cloud for p in _profiles().values() if scheme in p.storage_schemes), None)


def check_storage_url(url: str, profile: PlatformProfile) -> StorageUrlFault | None:
    """Why `url` is not a storage location of the profile's cloud; None when it is.

    Texts with a `${...}` reference are taken as they are: their value is not known here.

    Source: Databricks manual, "Create an external location", path formats of each cloud; the
    clouds' own rules for bucket, container and account names.
    """
    if "${" in url or re.fullmatch(profile.storage_pattern, url):
        return None
    if re.search(r"\s|[\x00-\x1f]", url):
        return StorageUrlFault(
            f"The storage URL {shown(url)!r} has a blank or a control character in it.",
            f"Write it like {profile.storage_example}.",
        )
    other = cloud_of_url(url)
    if other is not None and other != profile.cloud:
        return StorageUrlFault(
            f"The storage URL {shown(url)!r} is on {_profiles()[other].label}, "
            f"but the target is {profile.label}.",
            f"Write it like {profile.storage_example}, or generate for the cloud '{other}'.",
        )
    scheme = url.partition("://")[0] if "://" in url else ""
    older = {"s3a": "s3", "s3n": "s3", "wasbs": "abfss", "wasb": "abfss", "abfs": "abfss"}
    if older.get(scheme) in profile.storage_schemes:
        return StorageUrlFault(
            f"Unity Catalog does not take {scheme}:// locations: {shown(url)!r}.",
            f"Write it like {profile.storage_example}.",
        )
    return StorageUrlFault(
        f"{shown(url)!r} is not a storage URL of {profile.label}.",
        f"Write it like {profile.storage_example}.",
    )


@cache
def _profiles() -> Mapping[str, PlatformProfile]:
    table = json.loads(
        files("lakewright.generation").joinpath("platforms.json").read_text(encoding="utf-8")
    )
    return MappingProxyType(
        {
            cloud: PlatformProfile(
                **{
                    **row,
                    "cloud": cloud,
                    "version": table["version"],
                    "node_types": MappingProxyType(row["node_types"]),
                    "attributes": MappingProxyType(row["attributes"]),
                    "storage_schemes": tuple(row["storage_schemes"]),
                }
            )
            for cloud, row in table["clouds"].items()
        }
    )
