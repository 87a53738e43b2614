"""Reads the catalogue's JSON files and checks them. All mistakes are reported at once, each with its place."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Optional

from .checks import clashes, cycles, find, find_param, repeated, unused
from .model import (
    FIELD_KINDS,
    PARAM_TYPES,
    Api,
    Batch,
    Catalog,
    Code,
    Field,
    Flag,
    Group,
    Input,
    Paging,
    Param,
    Record,
    Reply,
    RowError,
    Rows,
    Wrapper,
    snake,
)
from .node import MISSING, CatalogError, Node

SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
NOT_GROUPS = ("envelopes.json", "errors.json")


class Loader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.errors: list[str] = []
        self.records: dict[str, Record] = {}
        self.inputs: dict[str, Input] = {}
        self.envelopes: dict[str, Node] = {}

    def load(self) -> Catalog:
        file = self.open("envelopes.json")
        self.envelopes = dict(file.named("envelopes"))
        file.done()
        codes = self.read_codes()
        files = sorted(path.name for path in self.folder.glob("*.json") if path.name not in NOT_GROUPS)
        nodes = {name: self.open(name) for name in files}
        # References may point to other files, so all names are known before any inside is read.
        declared = {name: self.declare(node, name) for name, node in nodes.items()}
        for records, inputs in declared.values():
            for record, node in records:
                record.fields = self.read_fields(node, "fields")
                node.done()
            for input, node in inputs:
                input.params = self.read_params(node)
                node.done()
        self.errors += cycles([*self.records.values(), *self.inputs.values()])
        groups = []
        for name, node in nodes.items():
            records, inputs = declared[name]
            groups.append(
                Group(
                    name=node.take("group", str),
                    doc=self.sentence(node),
                    records=[record for record, _ in records],
                    inputs=[input for input, _ in inputs],
                    apis=[self.read_api(row, node.value.get("group", "")) for row in node.nodes("apis", "id")],
                )
            )
            node.done()
        catalog = Catalog(groups, codes)
        self.errors += [*clashes(catalog), *unused(catalog)]
        if self.errors:
            raise CatalogError(self.errors)
        return catalog

    def open(self, name: str) -> Node:
        def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            keys = [key for key, _ in pairs]
            for key in {key for key in keys if keys.count(key) > 1}:
                self.errors.append(f"{name}: key `{key}` stands twice in one object")
            return dict(pairs)

        try:
            text = (self.folder / name).read_text(encoding="utf-8")
            return Node(self.errors, json.loads(text, object_pairs_hook=unique), name)
        except (OSError, ValueError) as error:
            raise CatalogError([*self.errors, f"{name}: {error}"]) from error

    def read_codes(self) -> list[Code]:
        file = self.open("errors.json")
        codes = []
        for node in file.nodes("codes", "code"):
            kind = node.choice("class", ("safe", "read-only", "never"))
            codes.append(Code(node.take("code", str), kind, self.sentence(node, "meaning"), self.sentence(node, "todo")))
            node.done()
        file.done()
        for code in repeated([code.code for code in codes]):
            self.errors.append(f"errors.json: code {code!r} stands twice")
        return codes

    def declare(self, node: Node, file: str) -> tuple[list[tuple[Record, Node]], list[tuple[Input, Node]]]:
        group = node.value.get("group", "")
        if file != f"{str(group).replace('_', '-')}.json":
            node.error(f"group {group!r} does not match the file name")
        records, inputs = [], []
        for name, member in node.named("records"):
            records.append((self.register(self.records, Record(name, group, self.sentence(member)), member), member))
        for name, member in node.named("inputs"):
            inputs.append((self.register(self.inputs, Input(name, group, self.sentence(member)), member), member))
        return records, inputs

    def register(self, known: dict[str, Any], thing: Any, node: Node) -> Any:
        self.check_snake(thing.name, node)
        if thing.name in self.records or thing.name in self.inputs:
            node.error(f"the name {thing.name!r} is used twice")
        known[thing.name] = thing
        return thing

    def check_snake(self, name: str, node: Node) -> None:
        if not SNAKE.fullmatch(name):
            node.error(f"{name!r} is not snake_case")

    def sentence(self, node: Node, key: str = "doc") -> str:
        text = node.take(key, str)
        if key in node.value and (not text.strip() or "\n" in text):
            node.error(f"`{key}` must be one line of text")
        return text

    def read_params(self, owner: Node) -> list[Param]:
        params = [self.read_param(node) for node in owner.nodes("params", "name")]
        for name in repeated([param.attribute for param in params]):
            owner.error(f"parameter {name!r} stands twice")
        return params

    def read_param(self, node: Node) -> Param:
        param = Param(
            name=node.take("name", str),
            type=node.choice("type", PARAM_TYPES),
            required=node.take("required", bool, False),
            id=node.take("id", bool, False),
            open=node.take("open", bool, False),
            secret=node.take("secret", bool, False),
            doc=self.sentence(node),
        )
        reference = node.take("input", str, None)
        if reference is not None:
            param.input = self.inputs.get(reference)
            if param.input is None:
                node.error(f"no input is called {reference!r}")
            if not PARAM_TYPES.get(param.type, True):
                node.error(f"a parameter of type {param.type} has no input")
        if param.id and param.type not in ("text", "integer", "list<text>", "list<integer>"):
            node.error(f"a parameter of type {param.type} is no id")
        node.done()
        return param

    def read_fields(self, owner: Node, key: str) -> list[Field]:
        fields = [self.read_field(node) for node in owner.nodes(key, "name")]
        for name in repeated([spelling for field in fields for spelling in field.spellings]):
            owner.error(f"field {name!r} stands twice")
        for name in repeated([field.attribute for field in fields]):
            owner.error(f"two fields have the attribute {name!r}: give one another with `as`")
        return fields

    def read_field(self, node: Node) -> Field:
        name = node.take("name", str)
        field = Field(
            name=name,
            also=node.texts("also", []),
            attribute=node.take("as", str, snake(name)),
            kind=node.choice("kind", FIELD_KINDS),
            secret=node.take("secret", bool, False),
            doc=self.sentence(node),
        )
        self.check_snake(field.attribute, node)
        self.read_inside(node, field)
        node.done()
        return field

    def read_inside(self, node: Node, field: Field) -> None:
        """What is inside an object: a record, fields in place, or nothing that is known."""
        reference = node.take("record", str, None)
        if reference is not None:
            field.record = self.records.get(reference)
            if field.record is None:
                node.error(f"no record is called {reference!r}")
        if "fields" in node.value:
            field.fields = self.read_fields(node, "fields")
        if "record" in node.value and "fields" in node.value:
            node.error("has both `record` and `fields`")
        if not FIELD_KINDS.get(field.kind, True) and ("record" in node.value or "fields" in node.value):
            node.error(f"a field of kind {field.kind} has nothing inside")

    def read_api(self, node: Node, group: str) -> Api:
        callback = node.take("callback", bool, False)
        api = Api(
            id=node.take("id", str),
            group=group,
            name=node.take("name", str),
            name_shared=node.take("name_shared", bool, False),
            path=node.take("path", str),
            methods=node.texts("methods", [] if callback else MISSING),
            callback=callback,
            host=node.choice("host", ("country", "auth"), "country"),
            token=node.choice("token", ("required", "optional", "none"), "required"),
            effect=node.choice("effect", ("read", "set", "act"), "act"),
            wrapper=self.read_wrapper(node),
            params=self.read_params(node),
            params_complete=node.take("params_complete", bool, True),
            batch=None,
            paging=None,
            reply=self.read_reply(node),
            errors=self.read_errors(node),
            doc=self.sentence(node),
            source=self.sentence(node, "source"),
        )
        api.batch = self.read_batch(node, api)
        api.paging = self.read_paging(node, api)
        self.check_api(node, api)
        node.done()
        return api

    def check_api(self, node: Node, api: Api) -> None:
        self.check_snake(api.id, node)
        if not re.fullmatch(r"(/[A-Za-z0-9_.-]+)+", api.path):
            node.error(f"path {api.path!r} is not a path below /rest")
        if bool(api.methods) == api.callback or any(method not in ("GET", "POST") for method in api.methods):
            node.error("`methods` must name GET or POST, and nothing for a callback")
        if repeated(api.methods):
            node.error("a method stands twice")

    def read_wrapper(self, owner: Node) -> Optional[Wrapper]:
        if isinstance(owner.value.get("wrapper"), dict):
            node = owner.node("wrapper")
            wrapper = Wrapper(
                node.take("name", str), node.choice("format", ("json", "xml"), "json"), node.take("root", str, None)
            )
            node.done()
            return wrapper
        name = owner.take("wrapper", str, None)
        return None if name is None else Wrapper(name)

    def read_batch(self, owner: Node, api: Api) -> Optional[Batch]:
        node = owner.node("batch")
        if node is None:
            return None
        batch = Batch(node.take("param", str), node.take("max", int))
        param = find_param(api.params, batch.param)
        # Some lists travel as one text, joined by commas.
        if param is None or not (param.type.startswith("list<") or param.type == "text"):
            node.error(f"{batch.param!r} is no list parameter")
        node.done()
        return batch

    def read_paging(self, owner: Node, api: Api) -> Optional[Paging]:
        node = owner.node("paging")
        if node is None:
            return None
        style = node.choice("style", ("offset", "page", "cursor"))
        cursor = style == "cursor"
        paging = Paging(
            style=style,
            position=node.texts("position") if cursor else [node.take("position", str)],
            size=node.take("size", str, None),
            base=node.take("base", int, None),
            max_size=node.take("max_size", int, None),
            max_position=node.take("max_position", int, None),
            total=node.take("total", str, None),
            more=node.take("more", str, None),
            next=node.texts("next", []),
        )
        if style == "offset" and paging.size is None:
            node.error("`size` is missing")
        names = [param.name for param in api.params]
        for name in [*paging.position, *([paging.size] if paging.size else [])]:
            if name not in names:
                node.error(f"no parameter is called {name!r}")
        for place in [paging.total, paging.more, *paging.next]:
            if place is not None and find(api.reply.fields, place) is None:
                node.error(f"the answer has no {place!r}")
        node.done()
        return paging

    def read_errors(self, owner: Node) -> list[tuple[str, str]]:
        errors = []
        for pair in owner.take("errors", list):
            if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) for text in pair)):
                owner.error("an error must be a pair of texts: code and name")
            else:
                errors.append((pair[0], pair[1]))
        for code in repeated([f"{code} {name}" for code, name in errors]):
            owner.error(f"error {code.strip()!r} stands twice")
        return errors

    def read_reply(self, owner: Node) -> Reply:
        node = owner.node("reply")
        if node is None:
            owner.error("`reply` is missing")
            return Reply("", [], None, None, None, [], [], [])
        envelope = self.envelope_of(node)
        payload = Field(
            name="", also=[], attribute="payload", kind=node.choice("kind", FIELD_KINDS, "object"), secret=False, doc=""
        )
        self.read_inside(node, payload)
        reply = Reply(
            root=envelope.take("root", str),
            fields=[],
            record=payload.record if payload.kind == "object" else None,
            rows=None,
            row_error=None,
            success=[Flag(flag.lstrip("!"), not flag.startswith("!")) for flag in envelope.texts("success", [])],
            error_codes=envelope.texts("error_codes", []),
            error_messages=envelope.texts("error_messages", []),
        )
        if not reply.root and payload.kind != "object":
            node.error("a payload at the top must be an object")
        self.plant(envelope, reply, payload)
        envelope.take("doc", str, "")
        envelope.done()
        self.read_rows(node, reply)
        node.done()
        for place in [*(flag.at for flag in reply.success), *reply.error_codes, *reply.error_messages]:
            if find(reply.fields, place) is None:
                node.error(f"the answer has no {place!r}")
        return reply

    def envelope_of(self, node: Node) -> Node:
        if isinstance(node.value.get("envelope"), dict):
            return node.node("envelope")
        name = node.take("envelope", str)
        known = self.envelopes.get(name)
        if known is None:
            node.error(f"no envelope is called {name!r}")
            return Node(self.errors, {"root": ""}, node.place)
        # A fresh look at the same data, so that mistakes name the API.
        return Node(self.errors, known.value, known.place)

    def plant(self, envelope: Node, reply: Reply, payload: Field) -> None:
        """Builds the tree from the top: the envelope's fields by their places, the payload at the root."""
        for node in envelope.nodes("fields", "name", []):
            place = node.value.get("name", "")
            field = self.read_field(Node(self.errors, {**node.value, "name": str(place).split(".")[-1]}, node.place))
            self.branch(reply.fields, str(place).split(".")[:-1]).append(field)
        if not reply.root:
            # Without a root the payload's fields stand beside the envelope's.
            reply.fields.extend(payload.inside)
            return
        *above, last = reply.root.split(".")
        payload.name, payload.attribute = last, snake(last)
        siblings = self.branch(reply.fields, above)
        planted = next((field for field in siblings if field.name == last), None)
        if planted is None:
            siblings.append(payload)
        else:
            # The envelope keeps its flags inside the payload.
            planted.kind, planted.fields = payload.kind, [*planted.fields, *payload.inside]

    def branch(self, fields: list[Field], names: list[str]) -> list[Field]:
        for name in names:
            found = next((field for field in fields if field.name == name), None)
            if found is None:
                found = Field(name, [], snake(name), "object", False, "")
                fields.append(found)
            fields = found.fields
        return fields

    def read_rows(self, owner: Node, reply: Reply) -> None:
        node = owner.node("rows")
        if node is not None:
            reply.rows = Rows(node.take("at", str), node.take("id", str, None))
            place = find(reply.fields, reply.rows.at)
            if place is None or place.kind != "objects":
                node.error(f"the answer has no list of objects at {reply.rows.at!r}")
            else:
                reply.rows.record = place.record
                if reply.rows.id is not None and find(place.inside, reply.rows.id) is None:
                    node.error(f"a row has no {reply.rows.id!r}")
            node.done()
        verdict = owner.node("row_error")
        if verdict is not None:
            reply.row_error = RowError(
                verdict.take("below", str, None), verdict.take("code", str), verdict.take("message", str, None)
            )
            self.check_row_error(verdict, reply)
            verdict.done()

    def check_row_error(self, node: Node, reply: Reply) -> None:
        place = find(reply.fields, reply.rows.at) if reply.rows else None
        if place is not None and reply.row_error.below is not None:
            place = find(place.inside, reply.row_error.below)
        if place is None:
            node.error("stands on no rows")
            return
        for name in (reply.row_error.code, reply.row_error.message):
            if name is not None and find(place.inside, name) is None:
                node.error(f"a row has no {name!r}")


def load(folder: Path) -> Catalog:
    """The checked catalogue of a folder, or `CatalogError`."""
    return Loader(folder).load()
