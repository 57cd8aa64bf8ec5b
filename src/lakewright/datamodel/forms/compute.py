"""Property forms of compute: clusters, serverless environments, warehouses."""

from typing import Any, Literal

from lakewright.datamodel.forms.properties import (
    Bool,
    Int,
    Permission,
    Properties,
    advanced,
    basic,
)


class Autoscale(Properties):
    """Bounds of a cluster that grows and shrinks."""

    min_workers: Int = basic(1, "Fewest workers.", ge=0)
    max_workers: Int = basic(4, "Most workers.", ge=1)


class ClusterProperties(Properties):
    """What all clusters have."""

    spark_version: str | None = basic(
        None, "Databricks Runtime; empty means the platform profile's LTS.", "16.4.x-scala2.12"
    )
    node_type_id: str | None = basic(
        None,
        "Machine type; empty means the platform profile's, unless a pool or policy gives it.",
        "i3.xlarge",
        "Standard_D4ds_v5",
    )
    driver_node_type_id: str | None = advanced(None, "Machine type of the driver.", "i3.2xlarge")
    instance_pool_id: str | None = advanced(None, "Pool that gives the machines.", "1107-pool")
    policy_id: str | None = advanced(None, "Cluster policy.", "ABC123")
    num_workers: Int | None = basic(None, "Number of workers, when fixed.", 2, ge=0, le=100_000)
    autoscale: Autoscale | None = basic(None, "Bounds, when it grows and shrinks.")
    data_security_mode: Literal[
        "DATA_SECURITY_MODE_AUTO",
        "DATA_SECURITY_MODE_STANDARD",
        "DATA_SECURITY_MODE_DEDICATED",
        "SINGLE_USER",
        "USER_ISOLATION",
        "NONE",
    ] = advanced("DATA_SECURITY_MODE_AUTO", "How users are kept apart.")
    single_user_name: str | None = advanced(
        None, "Who a dedicated cluster belongs to.", "ada@example.com"
    )
    runtime_engine: Literal["PHOTON", "STANDARD"] | None = advanced(
        None, "Photon, or plain Spark; empty means the runtime's default."
    )
    is_single_node: Bool = advanced(False, "One machine, no workers.")
    spark_conf: dict[str, str] = advanced(
        {}, "Spark settings.", {"spark.sql.shuffle.partitions": "auto"}
    )
    spark_env_vars: dict[str, str] = advanced(
        {}, "Environment variables.", {"TOKEN": "{{secrets/ingest/token}}"}
    )
    custom_tags: dict[str, str] = advanced({}, "Tags, for cost reports.", {"team": "sales"})
    init_scripts: list[dict[str, Any]] = advanced(
        [],
        "Scripts that run when a machine starts.",
        [{"volumes": {"destination": "/Volumes/main/ops/init/setup.sh"}}],
    )
    aws_attributes: dict[str, Any] | None = advanced(
        None, "AWS only.", {"availability": "SPOT_WITH_FALLBACK"}
    )
    azure_attributes: dict[str, Any] | None = advanced(
        None, "Azure only.", {"availability": "SPOT_WITH_FALLBACK_AZURE"}
    )
    gcp_attributes: dict[str, Any] | None = advanced(
        None, "GCP only.", {"availability": "PREEMPTIBLE_WITH_FALLBACK_GCP"}
    )


class JobClusterProperties(ClusterProperties):
    """A job cluster."""

    job_cluster_key: str | None = basic(
        None,
        "Key of the cluster in its job; empty means the node's id.",
        "main_cluster",
        pattern=r"^[\w-]+$",
        max_length=100,
    )


class AllPurposeClusterProperties(ClusterProperties):
    """An all-purpose cluster."""

    cluster_name: str = basic(
        ..., "Name in the workspace.", "Analysts", min_length=1, max_length=100
    )
    autotermination_minutes: Int = basic(
        30, "Minutes of idleness after which it stops; 0 is never.", ge=0, le=10_000
    )
    permissions: list[Permission] = advanced([], "Who may use or restart it.")


class ExistingClusterProperties(Properties):
    """A cluster by id or by name; one of the two."""

    cluster_id: str | None = basic(None, "Id.", "1116-094521-abcdefgh", min_length=1)
    cluster_name: str | None = basic(None, "Name to look up.", "Shared analytics", min_length=1)


class EnvironmentProperties(Properties):
    """A serverless environment."""

    environment_key: str | None = basic(
        None,
        "Key of the environment in its job; empty means the node's id.",
        "default",
        pattern=r"^[\w-]+$",
        max_length=100,
    )
    environment_version: str = basic(
        "4", "Version of the serverless environment.", "4", pattern=r"^(\d+|\$\{.+\})$"
    )
    dependencies: list[str] = basic([], "Python packages, as pip writes them.", ["pandera==0.24.0"])
    java_dependencies: list[str] = advanced(
        [], "Paths of JARs.", ["/Volumes/main/libs/jars/tools.jar"]
    )


class SqlWarehouseProperties(Properties):
    """A warehouse: an existing one by id or name, or one that the bundle makes."""

    warehouse_id: str | None = basic(
        None, "Id of an existing one.", "1234567890abcdef", min_length=1
    )
    lookup_name: str | None = basic(
        None, "Name of an existing one, looked up when deploying.", "Shared", min_length=1
    )
    name: str | None = basic(None, "Name of the one that is made.", "Sales", min_length=1)
    cluster_size: Literal[
        "2X-Small",
        "X-Small",
        "Small",
        "Medium",
        "Large",
        "X-Large",
        "2X-Large",
        "3X-Large",
        "4X-Large",
    ] = basic("Small", "Size of each cluster.")
    warehouse_type: Literal["PRO", "CLASSIC"] = advanced("PRO", "Type; serverless needs PRO.")
    enable_serverless_compute: Bool = basic(True, "Serverless.")
    auto_stop_mins: Int = basic(10, "Minutes of idleness after which it stops; 0 is never.", ge=0)
    min_num_clusters: Int = advanced(1, "Fewest clusters.", ge=1, le=30)
    max_num_clusters: Int = advanced(1, "Most clusters.", ge=1, le=40)
    permissions: list[Permission] = advanced([], "Who may use or change it.")
