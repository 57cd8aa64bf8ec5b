"""Anything that the OpenAPI document allows, and much that it does not: no 500, no odd shape."""

from typing import Any
from uuid import UUID

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lakewright.operations.catalog import OPERATIONS
from tests.server.conftest import Person, Running

EXAMPLES = 4  # of each operation: some seconds for all of them
# A stream that never ends would be read for ever; leaving and archiving would end the others.
NOT_TRIED = {"events.follow", "jobs.follow", "workspaces.leave", "workspaces.archive"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def schema(server: Running) -> Any:
    """The document, as schemathesis reads it."""
    return schemathesis.openapi.from_dict(server.client().get("/openapi.json").json())


@pytest.mark.parametrize("operation", sorted(set(OPERATIONS) - NOT_TRIED))
def test_answers_are_as_described(
    operation: str, schema: Any, server: Running, owner: Person, shop: UUID
) -> None:
    found = schema.find_operation_by_id(operation)
    cases = st.one_of(
        found.as_strategy(generation_mode=GenerationMode.POSITIVE),
        found.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )

    @given(case=cases)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answers(case: Case[Any]) -> None:
        if "workspace_id" in case.path_parameters:
            case.path_parameters["workspace_id"] = str(shop)
        case.call_and_validate(
            base_url=server.url,
            headers={"Authorization": owner.client.headers["authorization"]},
            checks=CHECKS,
        )

    answers()
