"""Where tasks run: clusters, serverless environments and warehouses as resources."""

from collections.abc import Mapping
from typing import Any

from lakewright.generation.platforms import PlatformProfile
from lakewright.generation.shapes import Resource, given, text, without_none


def cluster_spec(properties: Mapping[str, Any], profile: PlatformProfile) -> Resource:
    """A `new_cluster`, with the cloud's defaults for whatever is not said.

    `node_size` (small, medium, large) is translated to the cloud's node type; a written
    `node_type_id` counts before it.
    """
    spec: Resource = {"spark_version": properties.get("spark_version") or profile.spark_version}
    spec.update(given(properties, "instance_pool_id", "policy_id", "node_type_id"))
    if not given(properties, "instance_pool_id", "policy_id", "node_type_id"):
        spec["node_type_id"] = profile.node_type(str(properties.get("node_size") or "medium"))
    spec.update(given(properties, "driver_node_type_id"))
    if properties.get("is_single_node"):
        # Source: Databricks manual, *Single node compute*: both settings and the tag.
        spec["num_workers"] = 0
        spec["spark_conf"] = {
            "spark.databricks.cluster.profile": "singleNode",
            "spark.master": "local[*]",
        }
        spec["custom_tags"] = {"ResourceClass": "SingleNode"}
    elif properties.get("num_workers") is not None:
        spec["num_workers"] = properties["num_workers"]
    else:
        autoscale = properties.get("autoscale") or {}
        spec["autoscale"] = {
            "min_workers": autoscale.get("min_workers", autoscale.get("min", 1)),
            "max_workers": autoscale.get("max_workers", autoscale.get("max", 4)),
        }
    spec["data_security_mode"] = properties.get("data_security_mode") or profile.data_security_mode
    spec.update(given(properties, "runtime_engine"))
    for name in ("spark_conf", "spark_env_vars", "custom_tags"):
        if properties.get(name):
            written = {str(key): text(value) for key, value in properties[name].items()}
            spec[name] = {**spec.get(name, {}), **written}
    spec.update(given(properties, "init_scripts"))
    block = profile.attributes_block
    attributes = {**profile.attributes, **without_none(properties.get(block) or {})}
    if attributes and "instance_pool_id" not in spec:
        spec[block] = attributes
    return spec


def environment_spec(key: str, properties: Mapping[str, Any], profile: PlatformProfile) -> Resource:
    """An entry of a job's `environments`."""
    version = properties.get("environment_version") or profile.environment_version
    return {
        "environment_key": key,
        "spec": {
            "environment_version": str(version),
            **given(properties, "dependencies", "java_dependencies"),
        },
    }


def warehouse_resource(name: str, properties: Mapping[str, Any]) -> Resource:
    """A SQL warehouse that the bundle makes."""
    return {
        "name": name,
        "cluster_size": properties.get("cluster_size") or "Small",
        "auto_stop_mins": properties.get("auto_stop_mins", 10),
        "enable_serverless_compute": properties.get("enable_serverless_compute", True),
        "warehouse_type": properties.get("warehouse_type") or "PRO",
        **given(properties, "min_num_clusters", "max_num_clusters", "permissions"),
    }
