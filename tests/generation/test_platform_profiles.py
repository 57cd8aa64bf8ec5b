"""Each cloud has machines, attributes and storage of its own."""

import pytest

from lakewright.errors import NotFoundError
from lakewright.generation.platforms import (
    NODE_SIZES,
    adapt_node_type,
    check_storage_url,
    cloud_of_url,
    clouds,
    profile,
)
from lakewright.generation.resource_checks import check_resource


def test_there_are_three_clouds() -> None:
    assert clouds() == ("aws", "azure", "gcp")


@pytest.mark.parametrize("cloud", clouds())
def test_the_defaults_of_a_cloud_make_a_sound_cluster(cloud: str) -> None:
    cluster = profile(cloud)
    for size in NODE_SIZES:
        assert (
            check_resource(
                "clusters",
                {
                    "cluster_name": "main",
                    "spark_version": cluster.spark_version,
                    "node_type_id": cluster.node_type(size),
                    "data_security_mode": cluster.data_security_mode,
                    cluster.attributes_block: dict(cluster.attributes),
                    "num_workers": 2,
                },
            )
            == []
        )


@pytest.mark.parametrize("cloud", clouds())
def test_the_example_of_a_cloud_is_a_url_of_that_cloud_only(cloud: str) -> None:
    url = profile(cloud).storage_example
    assert cloud_of_url(url) == cloud
    for other in clouds():
        assert (check_storage_url(url, profile(other)) is None) == (other == cloud)


@pytest.mark.parametrize(
    ("url", "cloud", "remedy"),
    [
        pytest.param("s3a://lake/x", "aws", "s3://bucket", id="hadoop's s3"),
        pytest.param("abfss://lake/x", "azure", "abfss://container@account", id="no account"),
        pytest.param("https://account.blob.core.windows.net/x", "azure", "abfss", id="https"),
        pytest.param("gs://lake/x", "aws", "cloud 'gcp'", id="another cloud"),
        pytest.param("s3://lake/a\nb", "aws", "s3://bucket", id="a line break"),
        pytest.param("/Volumes/a/b/c", "gcp", "gs://", id="a volume"),
        pytest.param("", "aws", "s3://", id="nothing"),
        pytest.param("s3://Lake", "aws", "s3://", id="a capital in a bucket"),
    ],
)
def test_other_urls_are_refused_with_a_remedy(url: str, cloud: str, remedy: str) -> None:
    fault = check_storage_url(url, profile(cloud))
    assert fault is not None
    assert remedy in fault.remedy


def test_a_reference_is_not_judged() -> None:
    assert check_storage_url("${var.root}/raw", profile("aws")) is None


@pytest.mark.parametrize(
    ("given", "to", "wanted"),
    [
        pytest.param("small", "gcp", "n2-highmem-2", id="a size"),
        pytest.param("i3.xlarge", "azure", "Standard_D8ds_v5", id="another cloud's medium"),
        pytest.param("n2-highmem-16", "aws", "i3.4xlarge", id="another cloud's large"),
        pytest.param("r5d.24xlarge", "aws", "r5d.24xlarge", id="a person's choice"),
        pytest.param("${var.node}", "aws", "${var.node}", id="a reference"),
    ],
)
def test_machines_are_translated(given: str, to: str, wanted: str) -> None:
    assert adapt_node_type(given, profile(to)) == wanted


def test_an_unknown_size_or_cloud_is_refused_with_the_near_one() -> None:
    with pytest.raises(NotFoundError) as size:
        profile("aws").node_type("smal")
    with pytest.raises(NotFoundError) as cloud:
        profile("azur")
    assert "'small'" in size.value.remedy
    assert "'azure'" in cloud.value.remedy
