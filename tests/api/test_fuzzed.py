"""Schemathesis against the application: what its document promises, for bodies that obey it and bodies that do not."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import checks

from compdesign.api.app import create_app
from compdesign.api.settings import Settings

CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.unsupported_method,
    checks.allow_header_conformance,
]
APP = create_app(Settings(faults=1_000_000, hire_months=1, job_seconds=20))
SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", APP)


@SCHEMA.parametrize()
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_document_is_true(case: schemathesis.Case) -> None:
    if case.path == "/readyz":
        pytest.skip("the workers of this application are not started")
    case.call_and_validate(checks=CHECKS)
