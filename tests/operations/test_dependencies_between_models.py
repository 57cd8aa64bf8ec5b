"""Models of one bundle use each other's tables and jobs; what does not fit is a finding."""

import pytest

from lakewright.diagnostics import Severity
from tests.operations.workshop import Workshop, rules

JOB = """\
data_models:
  - id: {id}
    nodes:
      - {{id: {id}_job, type: job, name: "{name}"}}
      - {{id: work, type: notebook, properties: {{source_code: print(1)}}}}
"""
STARTS = """\
data_models:
  - id: {id}
    nodes:
      - {{id: {id}_job, type: job, name: "{id} job"}}
      - {{id: start, type: run_job, properties: {{job: "{job}"}}}}
"""
COPIES = """\
data_models:
  - id: {id}
    nodes:
      - {{id: source, type: source_table, properties: {{catalog: main, schema: a, table: {reads}}}}}
      - {{id: copy, type: dest_table, properties: {{catalog: main, schema: a, table: {writes}}}}}
    edges:
      - {{source: source, target: copy, type: data_flow}}
"""


@pytest.mark.parametrize("named", ["load_job", "Nightly load"], ids=["by id", "by name"])
def test_a_job_of_another_model_is_started_by_a_reference(workshop: Workshop, named: str) -> None:
    workshop.model("load", JOB.format(id="load", name="Nightly load"))
    workshop.model("start", STARTS.format(id="start", job=named))

    report = workshop.generate()

    assert not report.refused
    assert (
        b"job_id: ${resources.jobs.load_job.id}" in workshop.files()["resources/start_job.job.yml"]
    )


def test_the_only_job_of_a_model_without_job_nodes_is_started_by_the_models_id(
    workshop: Workshop,
) -> None:
    workshop.model("load", COPIES.format(id="load", reads="x", writes="y"))
    workshop.model("start", STARTS.format(id="start", job="load"))

    assert not workshop.generate().refused
    assert b"${resources.jobs.load.id}" in workshop.files()["resources/start_job.job.yml"]


def test_a_job_that_nobody_makes_is_an_error_with_a_suggestion(workshop: Workshop) -> None:
    workshop.model("load", JOB.format(id="load", name="Nightly load"))
    workshop.model("start", STARTS.format(id="start", job="Nightly laod"))

    report = workshop.generate()

    assert report.refused
    [found] = [d for d in report.diagnostics if d.rule == "unknown-job"]
    assert "Did you mean 'Nightly load'?" in found.remedy
    assert found.where.file == "metadata/models/start.yaml"


def test_a_number_is_the_id_of_a_job_outside(workshop: Workshop) -> None:
    workshop.model("start", STARTS.format(id="start", job="123456"))

    assert not workshop.generate().refused
    assert b"job_id: 123456" in workshop.files()["resources/start_job.job.yml"]


def test_jobs_of_models_that_start_each_other_are_an_error(workshop: Workshop) -> None:
    workshop.model("one", STARTS.format(id="one", job="two_job"))
    workshop.model("two", STARTS.format(id="two", job="one_job"))

    report = workshop.generate()

    assert report.refused
    [found] = [d for d in report.diagnostics if d.rule == "job-loop"]
    assert "one -> two -> one" in found.problem or "two -> one -> two" in found.problem


def test_a_table_from_outside_is_said_but_does_not_matter(workshop: Workshop) -> None:
    workshop.model("one", COPIES.format(id="one", reads="orders", writes="copies"))

    report = workshop.generate()

    [found] = [d for d in report.diagnostics if d.rule == "table-from-outside"]
    assert found.severity is Severity.INFO
    assert "main.a.orders" in found.problem


def test_a_table_of_another_model_is_not_from_outside(workshop: Workshop) -> None:
    workshop.model("one", COPIES.format(id="one", reads="b", writes="c"))
    workshop.model("two", COPIES.format(id="two", reads="c", writes="d"))

    problems = [
        d.problem for d in workshop.generate().diagnostics if d.rule == "table-from-outside"
    ]

    assert len(problems) == 1
    assert "main.a.b" in problems[0]


def test_a_name_that_is_nearly_a_table_of_another_model_is_suggested(workshop: Workshop) -> None:
    workshop.model("one", COPIES.format(id="one", reads="b", writes="customers"))
    workshop.model("two", COPIES.format(id="two", reads="custmers", writes="d"))

    found = [
        d
        for d in workshop.generate().diagnostics
        if d.rule == "table-from-outside" and "custmers" in d.problem
    ]

    assert "Did you mean 'main.a.customers'?" in found[0].remedy


def test_two_models_that_write_one_table_are_warned(workshop: Workshop) -> None:
    workshop.model("one", COPIES.format(id="one", reads="b", writes="d"))
    workshop.model("two", COPIES.format(id="two", reads="c", writes="d"))

    assert "two-models-write" in rules(workshop.generate().diagnostics)


def test_models_that_feed_each_other_are_warned(workshop: Workshop) -> None:
    workshop.model("one", COPIES.format(id="one", reads="b", writes="c"))
    workshop.model("two", COPIES.format(id="two", reads="c", writes="b"))

    assert "model-loop" in rules(workshop.generate().diagnostics)


def test_two_models_that_make_one_resource_are_an_error(workshop: Workshop) -> None:
    workshop.model("one", JOB.format(id="one", name="A").replace("one_job", "nightly"))
    workshop.model("two", JOB.format(id="two", name="B").replace("two_job", "nightly"))

    report = workshop.generate()

    assert report.refused
    assert rules(report.diagnostics) & {"resource-clash", "output-clash"}


def test_findings_about_other_models_survive_an_incremental_run(workshop: Workshop) -> None:
    workshop.model("one", COPIES.format(id="one", reads="b", writes="d"))
    workshop.model("two", COPIES.format(id="two", reads="c", writes="e"))
    workshop.generate()
    workshop.model("two", COPIES.format(id="two", reads="c", writes="d"))

    assert "two-models-write" in rules(workshop.generate().diagnostics)
