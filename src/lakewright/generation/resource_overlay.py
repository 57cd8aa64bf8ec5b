"""What does a bundle add to, and take from, the resources that the Databricks APIs describe?

Hand-written facts about field names, read in the bundle reference of the Databricks manual
("Bundle resources", "Bundle settings") in its edition of April 2026. Type words are those of
`resource_types.json`; `bundle.` names the types below.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Group:
    """One row: a kind of bundle resource, beside what the API says of it.

    Attributes:
        level: Enum of the permission levels; empty when the kind takes no `permissions`.
        grants: Takes `grants`, as Unity Catalog objects do.
        adds: Fields that only a bundle has.
        drops: Fields of the API that a bundle does not take: results, and what bundles say
            in another way.
        optional: Fields that the API requires and a bundle does not.
        direct_only: Needs `bundle.engine: direct`.
        typed: False when no source describes its fields: they are not checked.
    """

    level: str = ""
    grants: bool = False
    adds: Mapping[str, str] = field(default_factory=dict)
    drops: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    direct_only: bool = False
    typed: bool = True


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Direct-only kinds: bundle manual, "Migrate to the direct deployment engine".
GROUPS: Mapping[str, Group] = MappingProxyType(
    {
        "alerts": Group(
            level="iam.PermissionLevel",
            adds={"file_path": "str"},
            drops=_names(
                "create_time custom_template_format effective_run_as id lifecycle_state"
                " owner_user_name parameters update_time"
            ),
        ),
        "apps": Group(
            level="apps.AppPermissionLevel",
            adds={"config": "bundle.AppConfig", "lifecycle": "bundle.StartedLifecycle"},
            drops=_names(
                "active_deployment app_status compute_max_instances compute_min_instances"
                " compute_status create_time creator default_git_source default_source_code_path"
                " effective_budget_policy_id effective_usage_policy_id effective_user_api_scopes"
                " forward_user_access_token id oauth2_app_client_id oauth2_app_integration_id"
                " pending_deployment service_principal_client_id service_principal_id"
                " service_principal_name thumbnail_url update_time updater url"
            ),
        ),
        "catalogs": Group(
            grants=True, drops=_names("custom_max_retention_hours"), direct_only=True
        ),
        "clusters": Group(
            level="compute.ClusterPermissionLevel",
            drops=_names("clone_from dependency_mode"),
            optional=_names("spark_version"),
        ),
        "dashboards": Group(
            level="iam.PermissionLevel",
            adds={
                "dataset_catalog": "str",
                "dataset_schema": "str",
                "embed_credentials": "bool",
                "file_path": "str",
                "serialized_dashboard": "any",
            },
        ),
        "database_catalogs": Group(drops=_names("uid")),
        "database_instances": Group(
            level="iam.PermissionLevel",
            drops=_names(
                "child_instance_refs creation_time creator effective_capacity"
                " effective_custom_tags effective_enable_pg_native_login"
                " effective_enable_readable_secondaries effective_node_count"
                " effective_retention_window_in_days effective_stopped"
                " effective_usage_policy_id pg_version read_only_dns read_write_dns state uid"
            ),
        ),
        "experiments": Group(level="ml.ExperimentPermissionLevel", drops=_names("trace_location")),
        "external_locations": Group(
            grants=True,
            drops=_names("effective_enable_file_events effective_file_event_queue"),
            direct_only=True,
        ),
        "genie_spaces": Group(direct_only=True, typed=False),
        "instance_pools": Group(level="iam.PermissionLevel", direct_only=True),
        "job_runs": Group(direct_only=True, typed=False),
        "jobs": Group(
            level="jobs.JobPermissionLevel",
            drops=_names(
                "access_control_list deployment duration_target edit_mode environment_variables"
                " format parent_path triggers"
            ),
        ),
        "model_serving_endpoints": Group(
            level="serving.ServingEndpointPermissionLevel", drops=_names("telemetry_config")
        ),
        "models": Group(level="ml.RegisteredModelPermissionLevel"),
        "pipelines": Group(
            level="pipelines.PipelinePermissionLevel",
            drops=_names("deployment dry_run parameters parent_path serverless_compute_id"),
        ),
        "postgres_branches": Group(typed=False),
        "postgres_endpoints": Group(typed=False),
        "postgres_projects": Group(typed=False),
        "quality_monitors": Group(),
        "registered_models": Group(grants=True),
        "schemas": Group(grants=True, drops=_names("custom_max_retention_hours")),
        "secret_scopes": Group(
            level="bundle.SecretScopePermissionLevel",
            adds={
                "name": "str!",
                "backend_type": "workspace.ScopeBackendType",
                "keyvault_metadata": "workspace.AzureKeyVaultSecretScopeMetadata",
            },
        ),
        "secrets": Group(direct_only=True, typed=False),
        "sql_warehouses": Group(
            level="sql.WarehousePermissionLevel",
            drops=_names(
                "customer_version_label max_dbu reyden_cluster_size_multiplier statement_timeout"
            ),
        ),
        "synced_database_tables": Group(
            drops=_names(
                "data_synchronization_status effective_database_instance_name"
                " effective_logical_database_name unity_catalog_provisioning_state"
            )
        ),
        "vector_search_endpoints": Group(
            level="iam.PermissionLevel",
            adds={"min_qps": "int"},
            drops=_names("target_qps"),
            direct_only=True,
        ),
        "vector_search_indexes": Group(direct_only=True, typed=False),
        "volumes": Group(grants=True, optional=_names("volume_type")),
    }
)

ENUMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "bundle.ArtifactType": ("jar", "whl"),
        "bundle.Engine": ("direct", "terraform"),
        "bundle.Executable": ("bash", "cmd", "sh"),
        "bundle.Mode": ("development", "production"),
        "bundle.PauseStatus": ("PAUSED", "UNPAUSED"),
        "bundle.SecretScopePermissionLevel": ("MANAGE", "READ", "WRITE"),
        "bundle.VariableType": ("complex",),
    }
)

TYPES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "bundle.Root": {
            "artifacts": "{bundle.Artifact}",
            "bundle": "bundle.Bundle!",
            "experimental": "any",
            "include": "[str]",
            "permissions": "[bundle.Permission]",
            "presets": "bundle.Presets",
            "python": "any",
            "resources": "any",  # check_bundle walks them itself
            "run_as": "jobs.JobRunAs",
            "scripts": "{bundle.Script}",
            "sync": "bundle.Sync",
            "targets": "{bundle.Target}",
            "variables": "{bundle.Variable}",
            "workspace": "bundle.Workspace",
        },
        "bundle.Bundle": {
            "cluster_id": "str",
            "compute_id": "str",
            "databricks_cli_version": "str",
            "deployment": "bundle.Deployment",
            "engine": "bundle.Engine",
            "git": "bundle.Git",
            "name": "str!",
            "uuid": "str",
        },
        "bundle.Target": {
            "artifacts": "{bundle.Artifact}",
            "bundle": "any",
            "cluster_id": "str",
            "compute_id": "str",
            "default": "bool",
            "git": "bundle.Git",
            "mode": "bundle.Mode",
            "permissions": "[bundle.Permission]",
            "presets": "bundle.Presets",
            "resources": "any",
            "run_as": "jobs.JobRunAs",
            "sync": "bundle.Sync",
            "variables": "{any}",  # a value, or a variable's map
            "workspace": "bundle.Workspace",
        },
        "bundle.Variable": {
            "default": "any",
            "description": "str",
            "lookup": "bundle.Lookup",
            "type": "bundle.VariableType",
        },
        "bundle.Lookup": dict.fromkeys(
            (
                "alert",
                "cluster",
                "cluster_policy",
                "dashboard",
                "instance_pool",
                "job",
                "metastore",
                "notification_destination",
                "pipeline",
                "query",
                "service_principal",
                "warehouse",
            ),
            "str",
        ),
        "bundle.Workspace": {
            **dict.fromkeys(
                (
                    "account_id",
                    "artifact_path",
                    "auth_type",
                    "azure_client_id",
                    "azure_environment",
                    "azure_login_app_id",
                    "azure_tenant_id",
                    "azure_workspace_resource_id",
                    "client_id",
                    "file_path",
                    "google_service_account",
                    "host",
                    "profile",
                    "resource_path",
                    "root_path",
                    "state_path",
                    "workspace_id",
                ),
                "str",
            ),
            "azure_use_msi": "bool",
            "experimental_is_unified_host": "bool",
        },
        "bundle.Presets": {
            "artifacts_dynamic_version": "bool",
            "jobs_max_concurrent_runs": "int",
            "name_prefix": "str",
            "pipelines_development": "bool",
            "source_linked_deployment": "bool",
            "tags": "{str}",
            "trigger_pause_status": "bundle.PauseStatus",
        },
        "bundle.Sync": {"exclude": "[str]", "include": "[str]", "paths": "[str]"},
        "bundle.Artifact": {
            "build": "str",
            "dynamic_version": "bool",
            "executable": "bundle.Executable",
            "files": "[bundle.ArtifactFile]",
            "path": "str",
            "type": "bundle.ArtifactType",
        },
        "bundle.ArtifactFile": {"source": "str!"},
        "bundle.Deployment": {"fail_on_active_runs": "bool", "lock": "bundle.Lock"},
        "bundle.Lock": {"enabled": "bool", "force": "bool"},
        "bundle.Git": {"branch": "str", "origin_url": "str"},
        "bundle.Script": {"content": "str!"},
        "bundle.Lifecycle": {"prevent_destroy": "bool"},
        "bundle.StartedLifecycle": {"prevent_destroy": "bool", "started": "bool"},
        "bundle.AppConfig": {"command": "[str]", "env": "[bundle.AppVariable]"},
        "bundle.AppVariable": {"name": "str!", "value": "str", "value_from": "str"},
        "bundle.Permission": {
            "level": "iam.PermissionLevel!",
            "group_name": "str",
            "service_principal_name": "str",
            "user_name": "str",
        },
        "bundle.Grant": {"principal": "str!", "privileges": "[catalog.Privilege]!"},
    }
)

# Fields of API types that bundles require although the SDK does not say so.
REQUIRED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "jobs.JobCluster": _names("new_cluster"),
        "pipelines.SchemaSpec": _names("source_schema"),
        "pipelines.TableSpec": _names("source_table"),
    }
)

# Fields that the SDK requires and bundles do not: the bundle fills them in from the resource.
LOOSENED: Mapping[str, frozenset[str]] = MappingProxyType(
    {"serving.EndpointCoreConfigInput": _names("name")}
)
