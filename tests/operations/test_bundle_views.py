"""Looking into a bundle that was made: waves, differences, and where each line is from."""

from pathlib import Path
from uuid import UUID

import pytest

from lakewright.context import engine_version, repository_at
from lakewright.errors import LakewrightError
from lakewright.git.local_repository import LocalRepositories
from lakewright.operations.bundle_views import (
    EditedFilesError,
    bundle_jobs,
    commit_bundle,
    compare_bundles,
    origin_of,
)
from lakewright.operations.generate import GenerateRequest
from lakewright.ports import Author, TemplateRenderer, VersionedRepository
from tests.operations.workshop import Workshop, tables_model

ANNA = Author("Anna", "anna@example.com")


@pytest.fixture
def shop(workshop: Workshop) -> Workshop:
    workshop.model("shop", tables_model("shop", {"orders": "INT"}))
    assert not workshop.generate().refused
    return workshop


def texts(shop: Workshop) -> dict[str, str]:
    return {path: content.decode() for path, content in shop.files().items()}


def job(*tasks: str) -> dict[str, str]:
    lines = "".join(f"        - {task}\n" for task in tasks)
    return {"resources/j.job.yml": f"resources:\n  jobs:\n    j:\n      tasks:\n{lines}"}


def test_tasks_that_wait_for_nothing_of_each_other_are_one_wave() -> None:
    [found] = bundle_jobs(
        job(
            "{task_key: a}",
            "{task_key: b, depends_on: [{task_key: a}]}",
            "{task_key: c, depends_on: [{task_key: a}]}",
            "{task_key: d, depends_on: [{task_key: b}, {task_key: c}]}",
        )
    )

    assert found.waves == (("a",), ("b", "c"), ("d",))
    assert found.tasks[3].waits_for == ("b", "c")


def test_a_loop_has_no_waves_and_says_why() -> None:
    [found] = bundle_jobs(
        job(
            "{task_key: a, depends_on: [{task_key: b}]}",
            "{task_key: b, depends_on: [{task_key: a}]}",
        )
    )

    assert found.waves == ()
    assert "loop" in found.problem


def test_a_task_that_starts_another_job_names_it() -> None:
    [found] = bundle_jobs(
        job("{task_key: a, run_job_task: {job_id: '${resources.jobs.next_one.id}'}}")
    )

    assert (found.tasks[0].kind, found.tasks[0].starts) == ("run_job_task", "next_one")


@pytest.mark.parametrize("text", ["", "3", "resources: [", "resources: {jobs: {j: {tasks: 3}}}"])
def test_a_resource_file_of_any_shape_is_read(text: str) -> None:
    assert all(not found.tasks for found in bundle_jobs({"resources/x.yml": text}))


def test_the_set_up_job_of_a_model_leads_to_its_nodes(shop: Workshop) -> None:
    [found] = bundle_jobs(texts(shop))

    assert [(task.model, task.node, task.file) for task in found.tasks] == [
        ("shop", "orders", "src/shop/setup/orders.sql")
    ]


def test_only_files_that_differ_are_named() -> None:
    found = compare_bundles({"a": "1", "b": "1", "c": "1"}, {"b": "2", "c": "1", "d": "1"})

    assert {path: change.value for path, change in found.items()} == {
        "a": "removed",
        "b": "changed",
        "d": "added",
    }


def test_every_printed_line_leads_to_its_line_of_the_template(
    shop: Workshop, shared_renderer: TemplateRenderer
) -> None:
    bundle = texts(shop)
    found = origin_of(
        bundle,
        "src/shop/setup/orders.sql",
        GenerateRequest(),
        repository_at(shop.root, shop.environ),
        renderer=shared_renderer,
        engine=engine_version(),
    )

    assert (found.model, found.node, found.template) == ("shop", "orders", "managed_delta_table")
    lines = bundle["src/shop/setup/orders.sql"].splitlines()
    create = next(n for n, text in enumerate(lines, 1) if text.startswith("CREATE TABLE"))
    [origin] = [one for one in found.lines if one.line == create]
    assert any("table" in expression for expression in origin.expressions)
    assert not any(one.line == 1 for one in found.lines), "the header is nobody's line"


def test_a_file_of_the_whole_bundle_has_no_node(
    shop: Workshop, shared_renderer: TemplateRenderer
) -> None:
    found = origin_of(
        texts(shop), "README.md", GenerateRequest(), None, renderer=shared_renderer, engine=""
    )

    assert (found.node, found.template, found.why_no_lines) == ("", "", "")


def test_lines_are_not_guessed_when_the_script_is_another_one_now(
    shop: Workshop, shared_renderer: TemplateRenderer
) -> None:
    bundle = texts(shop)
    shop.model("shop", tables_model("shop", {"orders": "STRING"}))
    found = origin_of(
        bundle,
        "src/shop/setup/orders.sql",
        GenerateRequest(),
        repository_at(shop.root, shop.environ),
        renderer=shared_renderer,
        engine=engine_version(),
    )

    assert found.lines == ()
    assert found.why_no_lines
    assert found.node == "orders"


@pytest.fixture
def repository(tmp_path: Path) -> VersionedRepository:
    files = {"metadata/models/a.yaml": b"data_models: []\n"}
    return LocalRepositories(tmp_path / "git").create(UUID(int=1), files, ANNA, "Begin")


def put(repository: VersionedRepository, bundle: dict[str, str], **more: bool) -> int:
    made = commit_bundle(
        bundle, "bundles/shop", repository, author=ANNA, message="Put it there", **more
    )
    return len(made.versions)


def test_a_bundle_is_put_into_the_repository_as_one_commit(
    shop: Workshop, repository: VersionedRepository
) -> None:
    bundle = texts(shop)

    assert put(repository, bundle) == len(bundle)
    assert repository.read("bundles/shop/README.md").decode() == bundle["README.md"]
    assert put(repository, bundle) == 0, "the same bundle again changes nothing"


def test_what_somebody_edited_there_is_not_replaced_unasked(
    shop: Workshop, repository: VersionedRepository
) -> None:
    bundle = texts(shop)
    put(repository, bundle)
    repository.commit({"bundles/shop/README.md": b"Mine\n"}, "Edit", ANNA, {})

    with pytest.raises(EditedFilesError) as refused:
        put(repository, bundle)

    assert "README.md" in refused.value.problem
    assert put(repository, bundle, overwrite=True) == 1


def test_files_that_are_not_made_any_more_go_and_others_stay(
    shop: Workshop, repository: VersionedRepository
) -> None:
    bundle = texts(shop)
    put(repository, bundle)
    repository.commit({"bundles/shop/notes.md": b"Mine\n"}, "Add", ANNA, {})
    shop.model("shop", tables_model("shop", {"customers": "INT"}))
    shop.generate()
    put(repository, texts(shop))

    assert repository.read("bundles/shop/notes.md") == b"Mine\n"
    with pytest.raises(LakewrightError):
        repository.read("bundles/shop/src/shop/setup/orders.sql")


@pytest.mark.parametrize("folder", ["metadata", "metadata/models", "models", "../x", ".git/hooks"])
def test_a_bundle_cannot_be_put_among_documents_or_outside(
    shop: Workshop, repository: VersionedRepository, folder: str
) -> None:
    with pytest.raises(LakewrightError):
        commit_bundle(texts(shop), folder, repository, author=ANNA, message="x")
