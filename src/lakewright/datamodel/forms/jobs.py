"""Property forms of the job and of the bundle that holds everything."""

from typing import Any, Literal

from lakewright.datamodel.forms.properties import (
    Bool,
    EmailNotifications,
    HealthRule,
    Int,
    Permission,
    Properties,
    RunAs,
    WebhookNotifications,
    advanced,
    basic,
)


class JobParameter(Properties):
    """A parameter of a job; tasks read it as `{{job.parameters.<name>}}`."""

    name: str = basic(..., "Name.", "country", pattern=r"^[\w\-.]+$", max_length=100)
    default: str = basic("", "Value when a run gives none.", "DE")


class GitSource(Properties):
    """Where tasks with source GIT find their files: a branch, a tag or a commit."""

    git_url: str = basic(..., "Repository.", "https://git.example.com/data/pipelines")
    git_provider: str = basic(..., "Provider.", "gitHub", "azureDevOpsServices")
    git_branch: str | None = basic(None, "Branch.", "main")
    git_tag: str | None = advanced(None, "Tag.", "v1.2.0")
    git_commit: str | None = advanced(None, "Commit.", "0123abc")


class JobProperties(Properties):
    """A job."""

    name: str | None = basic(
        None,
        "Name in the workspace; empty means the node's name.",
        "Nightly sales load",
        min_length=1,
    )
    description: str | None = basic(None, "What the job is for.", "Loads sales every night.")
    tags: dict[str, str] = basic({}, "Tags, for cost reports and search.", {"team": "sales"})
    parameters: list[JobParameter] = basic([], "Parameters of the job.")
    max_concurrent_runs: Int = basic(1, "How many runs may overlap.", ge=1, le=1000)
    timeout_seconds: Int = basic(0, "Longest time for a run, in seconds; 0 is no limit.", ge=0)
    queue_enabled: Bool = advanced(
        True, "Queue a run that may not start yet instead of skipping it."
    )
    performance_target: Literal["PERFORMANCE_OPTIMIZED", "STANDARD"] | None = advanced(
        None, "Serverless: start fast, or cost less."
    )
    run_as: RunAs | None = advanced(None, "Who the job runs as; empty means who deploys it.")
    email_notifications: EmailNotifications | None = basic(None, "Who gets a mail, and when.")
    webhook_notifications: WebhookNotifications | None = advanced(
        None, "Which notification destinations are called, and when."
    )
    health_rules: list[HealthRule] = advanced([], "When a run counts as unhealthy.")
    permissions: list[Permission] = advanced([], "Who may see, run or change the job.")
    git_source: GitSource | None = advanced(None, "Repository for tasks with source GIT.")


class BundleVariable(Properties):
    """A value that differs between targets; used as `${var.<name>}`."""

    name: str = basic(..., "Name.", "catalog", pattern=r"^[A-Za-z_][\w-]*$")
    description: str = basic("", "What it is for.", "Catalog to write to")
    default: Any = basic(None, "Value where a target sets none.", "dev")
    lookup: dict[str, str] | None = advanced(
        None, "Find an id by name instead.", {"warehouse": "Shared"}
    )


class BundleTarget(Properties):
    """A place to deploy to."""

    name: str = basic(..., "Name.", "prod", pattern=r"^[A-Za-z_][\w-]*$")
    mode: Literal["development", "production"] | None = basic(
        None, "Development renames and pauses what is deployed; production checks more."
    )
    default: Bool = basic(False, "Deploy here when nothing else is said.")
    host: str | None = basic(None, "Workspace URL; empty means the profile's.", "https://x.example")
    root_path: str | None = advanced(
        None, "Folder in the workspace.", "/Workspace/Shared/.bundle/sales/prod"
    )
    variables: dict[str, Any] = basic({}, "Values of variables.", {"catalog": "prod"})
    presets: dict[str, Any] = advanced({}, "Presets.", {"name_prefix": "staging_"})
    run_as: RunAs | None = advanced(None, "Who jobs run as.")
    permissions: list[Permission] = advanced([], "Who may see, run or change what is deployed.")


class BundleProperties(Properties):
    """A bundle."""

    name: str = basic(..., "Name of the bundle.", "sales", pattern=r"^[\w\-.]+$", max_length=100)
    engine: Literal["terraform", "direct"] | None = advanced(
        None, "How it is deployed; empty lets the command line tool choose."
    )
    cloud: Literal["aws", "azure", "gcp"] | None = basic(
        None, "Cloud whose node types and storage paths are written."
    )
    variables: list[BundleVariable] = basic([], "Values that differ between targets.")
    targets: list[BundleTarget] = basic([], "Places to deploy to; empty means dev, staging, prod.")
