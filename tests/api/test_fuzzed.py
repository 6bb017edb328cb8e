"""Schemathesis against the application: what its document promises holds for bodies that obey it and for bodies that do not."""

import pytest
import schemathesis
from compdesign.api.app import create_app
from compdesign.api.settings import Settings
from hypothesis import HealthCheck, settings
from schemathesis import checks
from schemathesis.config import SchemathesisConfig
from starlette.types import Receive, Scope, Send

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
APP = create_app(Settings(faults=1_000_000, hire_months=1))  # no simulation is small enough: what is valid is refused by the estimate


async def without_lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    """The application; every request of Schemathesis would otherwise start and stop its workers."""
    if scope["type"] == "lifespan":
        for kind in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{kind}.complete"})
    else:
        await APP(scope, receive, send)


CONFIG = SchemathesisConfig.from_dict(
    {"request-timeout": 120.0, "phases": {"coverage": {"enabled": False}}}
)  # a first letter decodes the fonts
SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", without_lifespan, config=CONFIG)


@SCHEMA.parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_document_is_true(case: schemathesis.Case) -> None:
    if case.path == "/readyz":
        pytest.skip("the workers of this application are not started")
    case.call_and_validate(checks=CHECKS)
