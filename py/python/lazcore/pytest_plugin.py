"""Fixtures for pytest: the sandbox, and a client of its first store.

In `conftest.py`:

    pytest_plugins = ["lazcore.pytest_plugin"]

In a test; the marker, which may be left out, holds settings of `lazcore.testing.Sandbox`:

    @pytest.mark.lazcore_sandbox(orders=30, seed=2)
    def test_import(lazcore_sandbox, lazcore_client):
        lazcore_sandbox.misbehave("throttle", path="/orders/get", seconds=0)
        import_orders(lazcore_client)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lazcore.testing import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lazcore.client import Client

__all__ = ["lazcore_client", "lazcore_sandbox"]


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known."""
    config.addinivalue_line(
        "markers", "lazcore_sandbox(**settings): settings of the sandbox of this test"
    )


@pytest.fixture
def lazcore_sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A gateway of the test's own."""
    settings: dict[str, object] = {}
    # The nearest marker counts most.
    for marker in reversed(list(request.node.iter_markers("lazcore_sandbox"))):
        settings.update(marker.kwargs)
    with Sandbox(**settings) as sandbox:  # type: ignore[arg-type]
        yield sandbox


@pytest.fixture
def lazcore_client(lazcore_sandbox: Sandbox) -> Iterator[Client]:
    """A client of the first store, called `sandbox` in outcomes and exports."""
    with lazcore_sandbox.client(account="sandbox") as client:
        yield client
