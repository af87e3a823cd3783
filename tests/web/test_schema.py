"""What schemathesis makes of the API: no fault, and no answer that its document does not tell of."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import positive_data_acceptance
from tests.web.conftest import CASE

from tertius.web.app import create_app
from tertius.web.settings import Settings

EXAMPLES = 6
NOT_TOLD = [positive_data_acceptance]
"""Whether a name, a day or a step exists is the case's to say, not the document's."""


@pytest.mark.slow
def test_every_operation_answers_as_its_document_says(answered: Path, tmp_path: Path) -> None:
    held = Path(shutil.copytree(answered, tmp_path / "workbench", ignore=shutil.ignore_patterns("jobs.sqlite*")))
    app = create_app(Settings(held, workers=0, per_minute=10**9, hosts=("testserver",)))
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    wrong: list[str] = []
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def answers(case: Any) -> None:
            nonlocal asked
            asked += 1
            if "case" in case.path_parameters and asked % 2:
                case.path_parameters["case"] = CASE  # a case that is there, in half of the requests
            case.call_and_validate(excluded_checks=NOT_TOLD)

        try:
            answers()
        except (AssertionError, FailureGroup) as error:  # all that is wrong is told at once
            wrong.append(f"{operation.label}: {error}")
    assert asked > 100
    assert not wrong, "\n\n".join(wrong)
