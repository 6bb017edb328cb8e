"""Options of the test run."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="also run the tests marked slow")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--slow"):
        skipped = pytest.mark.skip(reason="many random cases: run ./dev test --slow")
        for item in items:
            if "slow" in item.keywords:
                item.add_marker(skipped)
