"""What must hold between the parts of the catalogue, and how a place in an answer is found."""

from __future__ import annotations

from typing import Optional, Union

from .model import Catalog, Field, Input, Param, Record, pascal


def cycles(things: list[Union[Record, Input]]) -> list[str]:
    """Records and inputs that contain themselves, which no static table can express."""
    errors: list[str] = []

    def visit(thing: Union[Record, Input], path: list[str]) -> None:
        if thing.name in path:
            errors.append(f"{' -> '.join([*path, thing.name])}: a cycle; make one of them `json`")
            return
        for below in contained(thing):
            visit(below, [*path, thing.name])

    for thing in things:
        visit(thing, [])
    return errors


def contained(thing: Union[Record, Input]) -> list[Union[Record, Input]]:
    if isinstance(thing, Input):
        return [param.input for param in thing.params if param.input]
    return named_below(thing.fields)


def named_below(fields: list[Field]) -> list[Union[Record, Input]]:
    found: list[Union[Record, Input]] = []
    for field in fields:
        found += [field.record] if field.record else named_below(field.fields)
    return found


def clashes(catalog: Catalog) -> list[str]:
    """What must be unique over the whole catalogue, and the names that two paths share."""
    errors = []
    for what, values in (("id", [api.id for api in catalog.apis]), ("path", [api.path for api in catalog.apis])):
        errors += [f"two APIs have the {what} {value!r}" for value in repeated(values)]
    shared = repeated([api.name.lower() for api in catalog.apis])
    for api in catalog.apis:
        if (api.name.lower() in shared) != api.name_shared:
            wrong = "alone has" if api.name_shared else "needs `name_shared`: another path has"
            errors.append(f"{api.id}: {wrong} the name {api.name!r}")
    types = [pascal(api.id) for api in catalog.apis]
    types += [pascal(thing.name) for thing in [*catalog.records, *catalog.inputs]]
    errors += [f"two APIs, records or inputs would have the type name {name!r}" for name in repeated(types)]
    groups = [group.name for group in catalog.groups]
    return errors + [f"two groups are called {name!r}" for name in repeated(groups)]


def unused(catalog: Catalog) -> list[str]:
    """Records and inputs that no API leads to: a forgotten rest, and dead code in every language."""
    found: set[str] = set()

    def visit(thing: Union[Record, Input]) -> None:
        if thing.name not in found:
            found.add(thing.name)
            for below in contained(thing):
                visit(below)

    for api in catalog.apis:
        starts = [api.reply.record, *named_below(api.reply.fields), *(param.input for param in api.params)]
        for start in starts:
            if start is not None:
                visit(start)
    return [f"{one.name}: no API uses it" for one in [*catalog.records, *catalog.inputs] if one.name not in found]


def repeated(values: list[str]) -> list[str]:
    return sorted({value for value in values if values.count(value) > 1})


def find(fields: list[Field], place: str) -> Optional[Field]:
    """The field at a place such as `data.orders`; any spelling counts."""
    found: Optional[Field] = None
    for name in place.split("."):
        found = next((field for field in fields if name in field.spellings), None)
        if found is None:
            return None
        fields = found.inside
    return found


def find_param(params: list[Param], place: str) -> Optional[Param]:
    """The parameter at a place such as `Request.Product`."""
    found: Optional[Param] = None
    for name in place.split("."):
        found = next((param for param in params if param.name == name), None)
        if found is None:
            return None
        params = found.input.params if found.input else []
    return found
