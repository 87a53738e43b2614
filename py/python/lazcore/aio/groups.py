"""The groups of `lazcore.Client` for event loops, made of the very methods they stand for.

Types are in `groups.pyi`, which the catalogue's generator writes.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from lazcore import _api
from lazcore import groups as plain
from lazcore.aio import jobs

if TYPE_CHECKING:
    from collections.abc import Callable

    from lazcore.aio.threads import Threads

# By what the method returns. What only computes stays as it is.
_JOBS: dict[str, Any] = {"OrderPull": jobs.OrderPull, "FulfillmentRun": jobs.FulfillmentRun}
_COMPUTED = ("str",)


class _Group:
    def __init__(self, group: Any, threads: Threads) -> None:
        self._group = group
        self._threads = threads


def _method(function: Callable[..., Any]) -> Callable[..., Any]:
    name, returns = function.__name__, function.__annotations__["return"]
    if returns in _COMPUTED:

        @functools.wraps(function)
        def computed(self: _Group, *given: Any, **options: Any) -> Any:
            return getattr(self._group, name)(*given, **options)

        return computed
    if returns in _JOBS:

        @functools.wraps(function)
        def job(self: _Group, *given: Any, **options: Any) -> Any:
            begin = functools.partial(getattr(self._group, name), *given, **options)
            return _JOBS[returns](self._threads, begin)

        return job

    @functools.wraps(function)
    async def call(self: _Group, *given: Any, **options: Any) -> Any:
        begin = functools.partial(getattr(self._group, name), *given, **options)
        return await self._threads.run(begin)

    return call


def _face(group: type) -> type:
    names = [name for name in dir(group) if not name.startswith("_")]
    members: dict[str, Any] = {name: _method(getattr(group, name)) for name in names}
    for member in members.values():
        member.__qualname__ = f"{group.__name__}.{member.__name__}"
        member.__module__ = __name__
    return type(
        group.__name__, (_Group,), {**members, "__doc__": group.__doc__, "__module__": __name__}
    )


_GROUPS = {
    name: _face(getattr(plain, name, group))
    for name, group in vars(_api).items()
    if isinstance(group, type) and "__init__" in vars(group) and group is not _api.Caller
}
globals().update(_GROUPS)
__all__ = sorted(_GROUPS)
