"""A configuration of a model, recipe or target reaches the bundle, and only where it applies."""

from typing import Any

import yaml

from lakewright.context import repository_at
from lakewright.operations.configurations import (
    Setting,
    configurations_text,
    effective_settings,
    with_settings,
    written_configurations,
)
from tests.operations.workshop import Workshop

MODEL = """\
data_models:
  - id: orders
    nodes:
      - id: clean
        type: notebook
        properties: {notebook_path: /Workspace/clean, cluster_config: small}
"""
RECIPE = """\
recipes:
  - id: all
    models: [orders]
    bundle:
      targets:
        dev: {default: true}
        prod: {mode: production}
"""


def settings(*entries: dict[str, Any]) -> str:
    return str(yaml.safe_dump({"configurations": list(entries)}))


def cluster(workers: int, scope: str = "", ref: str = "") -> dict[str, Any]:
    place = {"scope": scope, "scope_ref": ref} if scope else {}
    return {"name": "small", "type": "cluster", "config": {"num_workers": workers}, **place}


def made(workshop: Workshop, *entries: dict[str, Any]) -> Workshop:
    workshop.model("orders", MODEL)
    workshop.recipe(RECIPE)
    workshop.write("configurations/workspace_config.yaml", settings(*entries))
    workshop.generate()
    return workshop


def job_of(workshop: Workshop) -> Any:
    return yaml.safe_load((workshop.out / "resources" / "orders.job.yml").read_text())


def workers_of(job: Any) -> Any:
    return job["job_clusters"][0]["new_cluster"]["num_workers"]


def test_a_model_overrides_the_workspace(workshop: Workshop) -> None:
    file = job_of(made(workshop, cluster(2), cluster(5, "model", "orders")))

    assert workers_of(file["resources"]["jobs"]["orders"]) == 5
    assert "targets" not in file


def test_a_target_gets_only_what_differs_there(workshop: Workshop) -> None:
    timeout = {"name": "t", "type": "job", "config": {"timeout_seconds": 60}}
    file = job_of(made(workshop, timeout, cluster(2), cluster(9, "target", "prod")))

    assert workers_of(file["resources"]["jobs"]["orders"]) == 2
    [(target, own)] = file["targets"].items()
    assert target == "prod"
    assert list(own["resources"]["jobs"]["orders"]) == ["job_clusters"]
    assert workers_of(own["resources"]["jobs"]["orders"]) == 9


def test_a_connection_says_where_a_target_is(workshop: Workshop) -> None:
    entry = {
        "name": "production",
        "type": "connection",
        "config": {"host": "https://prod.example"},
        "scope": "target",
        "scope_ref": "prod",
    }
    made(workshop, entry)
    targets = yaml.safe_load((workshop.out / "databricks.yml").read_text())["targets"]

    assert targets["prod"]["workspace"]["host"] == "https://prod.example"
    assert "workspace" not in targets["dev"]


def test_what_is_set_in_the_app_counts_more_than_a_file(workshop: Workshop) -> None:
    made(workshop, cluster(2))
    text = configurations_text(
        [
            {
                "name": "small",
                "type": "cluster",
                "config": {"spark_version": "16.4"},
                "is_active": True,
                "scope": "workspace",
                "scope_ref": "",
            }
        ]
    )
    repository = with_settings(repository_at(workshop.root, workshop.environ), text)

    [file, own] = written_configurations(repository)
    assert (file.config, own.config) == ({"num_workers": 2}, {"spark_version": "16.4"})
    assert repository.read("metadata/models/orders.yaml").decode() == MODEL


def test_the_effective_value_says_where_it_is_from(workshop: Workshop) -> None:
    made(workshop, cluster(2), cluster(5, "model", "orders"))
    written = written_configurations(repository_at(workshop.root, workshop.environ))
    in_app = [Setting("cluster", "small", "num_workers", 7, "id-1", "recipe", "all")]

    def found(**place: str) -> list[tuple[Any, str, str]]:
        return [(s.value, s.source, s.scope) for s in effective_settings(written, in_app, **place)]

    file = "metadata/configurations/workspace_config.yaml"
    assert found() == [(2, file, "workspace")]
    assert found(model="orders") == [(5, file, "model")]
    assert found(model="orders", recipe="all") == [(7, "id-1", "recipe")]


def test_jobs_have_one_set_of_values_whatever_their_configurations_are_called() -> None:
    in_app = [
        Setting("job", "a", "timeout_seconds", 10, "1"),
        Setting("job", "b", "timeout_seconds", 20, "2", "model", "orders"),
    ]

    assert [s.value for s in effective_settings([], in_app, model="orders")] == [20]


def test_a_file_with_mistakes_gives_what_can_be_read(workshop: Workshop) -> None:
    workshop.write("configurations/a.yaml", settings({"name": "x", "type": "clster"}, cluster(2)))
    workshop.write("configurations/b.yaml", "configurations: [")

    assert [
        one.name for one in written_configurations(repository_at(workshop.root, workshop.environ))
    ] == ["small"]
