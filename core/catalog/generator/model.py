"""The catalogue in memory: plain data, checked and with every reference resolved.

`load.py` builds it from the JSON files, the emitters only read it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Optional

# Types of parameters, and whether an `input` may describe what is inside.
PARAM_TYPES = {
    "text": False,
    "integer": False,
    "decimal": False,
    "boolean": False,
    "time-iso": False,
    "time-ms": False,
    "list<text>": False,
    "list<integer>": False,
    "object": True,
    "list<object>": True,
    "json": False,
    "file": False,
}

# Kinds of reply fields, and whether a `record` may describe what is inside.
FIELD_KINDS = {
    "text": False,
    "id": False,
    "integer": False,
    "decimal": False,
    "money": False,
    "money-minor": False,
    "time": False,
    "flag": False,
    "object": True,
    "objects": True,
    "texts": False,
    "json": False,
}


def words(name: str) -> list[str]:
    """The lower-case words of a name in any case: `marketplaceEaseMode`, `pdf_url`, `PackOrder`."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    spaced = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", spaced)
    return [word.lower() for word in re.split(r"[^A-Za-z0-9]+", spaced) if word]


def snake(name: str) -> str:
    return "_".join(words(name))


def pascal(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in words(name))


def screaming(name: str) -> str:
    return snake(name).upper()


@dataclass
class Input:
    """What callers put into an object parameter."""

    name: str
    group: str
    doc: str
    params: list[Param] = field(default_factory=list)


@dataclass
class Param:
    name: str
    type: str
    required: bool
    id: bool
    open: bool
    secret: bool
    doc: str
    input: Optional[Input] = None

    @property
    def attribute(self) -> str:
        return snake(self.name)


@dataclass
class Record:
    """The fields of an object that answers contain."""

    name: str
    group: str
    doc: str
    fields: list[Field] = field(default_factory=list)

    @property
    def secret(self) -> bool:
        return any(field.secret for field in self.fields)


@dataclass
class Field:
    name: str
    also: list[str]
    attribute: str
    kind: str
    secret: bool
    doc: str
    record: Optional[Record] = None
    fields: list[Field] = field(default_factory=list)

    @property
    def spellings(self) -> list[str]:
        return [self.name, *self.also]

    @property
    def inside(self) -> list[Field]:
        return self.record.fields if self.record else self.fields


@dataclass
class Flag:
    at: str
    good: bool


@dataclass
class Wrapper:
    name: str
    format: str = "json"
    root: Optional[str] = None


@dataclass
class Batch:
    param: str
    max: int


@dataclass
class Paging:
    style: str
    position: list[str]
    size: Optional[str]
    base: Optional[int]
    max_size: Optional[int]
    max_position: Optional[int]
    total: Optional[str]
    more: Optional[str]
    next: list[str]


@dataclass
class Rows:
    at: str
    id: Optional[str]
    record: Optional[Record] = None


@dataclass
class RowError:
    below: Optional[str]
    code: str
    message: Optional[str]


@dataclass
class Reply:
    """The answer, from the top. Places are member names joined by dots."""

    root: str
    fields: list[Field]
    record: Optional[Record]
    rows: Optional[Rows]
    row_error: Optional[RowError]
    success: list[Flag]
    error_codes: list[str]
    error_messages: list[str]

    @property
    def row(self) -> Optional[Record]:
        """The record a caller gets: one per row, else the payload."""
        return self.rows.record if self.rows else self.record


@dataclass
class Api:
    id: str
    group: str
    name: str
    name_shared: bool
    path: str
    methods: list[str]
    callback: bool
    host: str
    token: str
    effect: str
    wrapper: Optional[Wrapper]
    params: list[Param]
    params_complete: bool
    batch: Optional[Batch]
    paging: Optional[Paging]
    reply: Reply
    errors: list[tuple[str, str]]
    doc: str
    source: str

    @property
    def callable(self) -> bool:
        """Whether typed requests exist: not for callbacks, nor where a part is a file or XML."""
        has_file = any(param.type == "file" for param in self.params)
        return not self.callback and not has_file and not self.is_xml

    @property
    def given(self) -> list[Param]:
        """What a caller gives: an XML document is one text until the engine writes XML."""
        if self.wrapper is not None and self.is_xml:
            return [Param(self.wrapper.name, "text", True, False, False, False, "The XML document.")]
        return self.params

    @property
    def is_xml(self) -> bool:
        return self.wrapper is not None and self.wrapper.format == "xml"


@dataclass
class Code:
    code: str
    kind: str
    meaning: str
    todo: str


@dataclass
class Group:
    name: str
    doc: str
    records: list[Record]
    inputs: list[Input]
    apis: list[Api]


@dataclass
class Catalog:
    groups: list[Group]
    codes: list[Code]

    @property
    def apis(self) -> list[Api]:
        return sorted((api for group in self.groups for api in group.apis), key=lambda api: api.id)

    @property
    def records(self) -> list[Record]:
        return [record for group in self.groups for record in group.records]

    @property
    def inputs(self) -> list[Input]:
        return [input for group in self.groups for input in group.inputs]
