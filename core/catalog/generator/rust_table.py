"""The static tables of the Rust core: every API, and the platform's general codes."""

from __future__ import annotations

import re

from .model import Api, Catalog, Field, Input, Param, Reply, screaming
from .node import CatalogError
from .rust_text import MAX_WIDTH, Call, array, calls, flat_array, header, option, path, text

PARAM_KIND = {
    "text": "Text",
    "integer": "Integer",
    "decimal": "Decimal",
    "boolean": "Boolean",
    "time-iso": "TimeIso",
    "time-ms": "TimeMs",
    "list<text>": "TextList",
    "list<integer>": "IntegerList",
    "object": "Object",
    "list<object>": "ObjectList",
    "json": "Json",
    "file": "File",
}

FIELD_KIND = {
    "text": "Text",
    "id": "Id",
    "integer": "Integer",
    "decimal": "Decimal",
    "money": "Money",
    # An amount in hundredths is a whole number until a country says otherwise.
    "money-minor": "Integer",
    "time": "Time",
    "flag": "Flag",
    "object": "Object",
    "objects": "Objects",
    "texts": "Texts",
    "json": "Json",
}

PREAMBLE = """//! What the library knows about every API of the catalogue.

use crate::protocol::schema::{{
    {imports}
}};

/// Every API, sorted by id.
pub static APIS: &[&Api] = {apis};

/// Attributes of records whose wire name differs, sorted, with every spelling the platform uses.
pub static SPELLINGS: &[(&str, &[&str])] = {spellings};

const fn required(
    name: &'static str,
    kind: ParamKind,
    members: &'static [Param],
    doc: &'static str,
) -> Param {{
    Param {{
        name,
        kind,
        required: true,
        members,
        doc,
    }}
}}

const fn optional(
    name: &'static str,
    kind: ParamKind,
    members: &'static [Param],
    doc: &'static str,
) -> Param {{
    Param {{
        name,
        kind,
        required: false,
        members,
        doc,
    }}
}}

const fn field(name: &'static str, kind: Kind) -> Field {{
    nested(name, kind, &[])
}}

const fn nested(name: &'static str, kind: Kind, fields: &'static [Field]) -> Field {{
    Field {{ name, kind, fields }}
}}
"""


def emit_table(catalog: Catalog) -> str:
    used = sent_inputs(catalog)
    body = "".join(members(input) for input in catalog.inputs if input.name in used)
    read = read_records(catalog)
    body += "".join(fields(f"{screaming(one.name)}_FIELDS", one.fields) for one in catalog.records if one.name in read)
    body += "".join(emit_api(api) for api in catalog.apis)
    names = [f"&{screaming(api.id)}" for api in catalog.apis]
    spellings = [
        Call("", [text(name), f"&[{', '.join(map(text, wire))}]"]) for name, wire in sorted(renamed(catalog).items())
    ]
    head = PREAMBLE.format(
        imports=imports(body),
        apis=array(names, 0, len("pub static APIS: &[&Api] = ;")),
        spellings=calls(spellings, 0, len("pub static SPELLINGS: &[(&str, &[&str])] = ;")),
    )
    check_unique(body)
    return header("*.json") + head + body


def check_unique(body: str) -> None:
    names = re.findall(r"static (\w+):", body)
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise CatalogError([f"the table would have two statics {name}: rename an id or a record" for name in twice])


def sent_inputs(catalog: Catalog) -> set[str]:
    """Names of the inputs that some table row refers to: an XML document's members are not in the table."""
    found: set[str] = set()

    def visit(params: list[Param]) -> None:
        for param in params:
            if param.input is not None:
                found.add(param.input.name)
                visit(param.input.params)

    for api in catalog.apis:
        visit(api.given)
    return found


def read_records(catalog: Catalog) -> set[str]:
    """Names of the records that the table refers to: a payload beside an envelope's flags is listed in place."""
    found: set[str] = set()

    def visit(fields: list[Field]) -> None:
        for field in fields:
            if field.record is not None:
                found.add(field.record.name)
            visit(field.inside)

    for api in catalog.apis:
        if api.reply.record is not None and whole(api.reply):
            found.add(api.reply.record.name)
        visit(api.reply.fields)
    return found


def whole(reply: Reply) -> bool:
    """Whether the answer is one record from the top."""
    return reply.record is not None and reply.fields == reply.record.fields


def imports(body: str) -> str:
    always = ["Api", "Effect", "Field", "Host", "Kind", "Method", "Param", "ParamKind", "TokenUse"]
    sometimes = [name for name in ("Batch", "Paging", "RowError", "Rows", "SuccessFlag") if f"{name} {{" in body]
    lines, line = [], ""
    for name in sorted(always + sometimes):
        if len(line) + len(name) + 2 > 96:
            lines.append(line.rstrip())
            line = ""
        line += f"{name}, "
    return "\n    ".join([*lines, line.rstrip()])


def renamed(catalog: Catalog) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}

    def visit(fields: list[Field]) -> None:
        for field in fields:
            if field.spellings != [field.attribute]:
                known = found.setdefault(field.attribute, [])
                known.extend(name for name in field.spellings if name not in known)
            if field.record is None:
                visit(field.fields)

    for record in catalog.records:
        visit(record.fields)
    for api in catalog.apis:
        visit(api.reply.fields)
    return found


def members(input: Input) -> str:
    return static(f"{screaming(input.name)}_MEMBERS", "Param", [param(one) for one in input.params])


def param(param: Param) -> Call:
    # What is not listed in full must not be checked against its list.
    kind = "Json" if param.open else PARAM_KIND[param.type]
    inside = f"{screaming(param.input.name)}_MEMBERS" if param.input else "&[]"
    return Call(
        "required" if param.required else "optional",
        [text(param.name), f"ParamKind::{kind}", inside, text(param.doc)],
    )


def fields(name: str, rows: list[Field]) -> str:
    """The list of a record or of an object in place, after the lists it refers to."""
    below = "".join(fields(f"{name}_{screaming(row.name)}", row.fields) for row in rows if row.fields)
    return below + static(name, "Field", [entry for row in rows for entry in field(name, row)])


def field(owner: str, row: Field) -> list[Call]:
    kind = f"Kind::{FIELD_KIND[row.kind]}"
    if row.record is not None:
        inside = f"{screaming(row.record.name)}_FIELDS"
    elif row.fields:
        inside = f"{owner}_{screaming(row.name)}"
    else:
        return [Call("field", [text(name), kind]) for name in row.spellings]
    return [Call("nested", [text(name), kind, inside]) for name in row.spellings]


def static(name: str, kind: str, items: list[Call]) -> str:
    start = f"static {name}: &[{kind}] ="
    if flat := flat_array([item.flat for item in items], 0):
        line = f"{start} {flat};"
        return f"\n{line}\n" if len(line) <= MAX_WIDTH else f"\n{start}\n    {flat};\n"
    return f"\n{start} {calls(items, 0, len(start) + 2)};\n"


def emit_api(api: Api) -> str:
    name = screaming(api.id)
    params = api.given
    out = static(f"{name}_PARAMS", "Param", [param(one) for one in params]) if params else ""
    reply = "&[]"
    if api.reply.record is not None and whole(api.reply):
        reply = f"{screaming(api.reply.record.name)}_FIELDS"
    elif api.reply.fields:
        reply = f"{name}_REPLY"
        out += fields(reply, api.reply.fields)
    # One more member per line: the order is the order of `Api`.
    lines = [
        f"id: {text(api.id)}",
        f"group: {text(api.group)}",
        f"name: {text(api.name)}",
        f"path: {text(api.path)}",
        f"methods: &[{', '.join(f'Method::{method.title()}' for method in api.methods)}]",
        f"host: Host::{api.host.title()}",
        f"token: TokenUse::{api.token.title()}",
        f"effect: Effect::{api.effect.title()}",
        f"wrapper: {option(text(api.wrapper.name) if api.wrapper and not api.is_xml else None)}",
        f"params: {f'{name}_PARAMS' if params else '&[]'}",
        f"params_complete: {str(api.params_complete).lower()}",
        f"batch: {batch(api)}",
        f"paging: {paging(api)}",
        *reply_lines(api.reply),
        f"reply: {reply}",
        "errors: " + calls([Call("", [text(code), text(title)]) for code, title in api.errors], 4, 13),
        f"doc: {text(api.doc)}",
    ]
    body = "".join(f"    {line},\n" for line in lines)
    return f"{out}\n/// {api.name}, `{api.path}`.\npub static {name}: Api = Api {{\n{body}}};\n"


def batch(api: Api) -> str:
    if api.batch is None:
        return "None"
    return struct("Some(Batch {", [f"param: {text(api.batch.param)}", f"max: {api.batch.max}"], "})")


def paging(api: Api) -> str:
    # The engine pages by offset; other styles wait in the data.
    if api.paging is None or api.paging.style != "offset":
        return "None"
    number = lambda value: option(None if value is None else str(value))
    return struct(
        "Some(Paging {",
        [
            f"position: {text(api.paging.position[0])}",
            f"size: {text(api.paging.size or '')}",
            f"max_size: {number(api.paging.max_size)}",
            f"max_position: {number(api.paging.max_position)}",
            f"total: {option(path(api.paging.total) if api.paging.total else None)}",
        ],
        "})",
    )


def reply_lines(reply: Reply) -> list[str]:
    rows = "None"
    if reply.rows is not None:
        row_id = option(text(reply.rows.id) if reply.rows.id else None)
        rows = struct("Some(Rows {", [f"at: {path(reply.rows.at)}", f"id: {row_id}"], "})")
    return [
        f"reply_root: {path(reply.root)}",
        f"rows: {rows}",
        f"success: {success(reply)}",
        "error_codes: " + array([path(place) for place in reply.error_codes], 4, 18),
        "error_messages: " + array([path(place) for place in reply.error_messages], 4, 21),
        f"row_error: {row_error(reply)}",
    ]


def success(reply: Reply) -> str:
    flags = [[f"at: {path(flag.at)}", f"good: {str(flag.good).lower()}"] for flag in reply.success]
    if not flags:
        return "&[]"
    if len(flags) == 1:
        return struct("&[SuccessFlag {", flags[0], "}]")
    rows = "".join(f"        {struct('SuccessFlag {', flag, '}', 8)},\n" for flag in flags)
    return f"&[\n{rows}    ]"


def row_error(reply: Reply) -> str:
    verdict = reply.row_error
    if verdict is None:
        return "None"
    below = option(text(verdict.below) if verdict.below else None)
    # A missing text is read from the field "", which no answer has.
    message = text(verdict.message or "")
    return struct("Some(RowError {", [f"below: {below}", f"code: {text(verdict.code)}", f"message: {message}"], "})")


def struct(start: str, lines: list[str], end: str, indent: int = 4) -> str:
    pad = " " * indent
    return f"{start}\n" + "".join(f"{pad}    {line},\n" for line in lines) + f"{pad}{end}"


def emit_codes(catalog: Catalog) -> str:
    kinds = {"safe": "Safe", "read-only": "ReadOnly", "never": "Never"}
    rows = [
        Call("code", [text(code.code), f"CodeClass::{kinds[code.kind]}", text(code.meaning)])
        for code in sorted(catalog.codes, key=lambda code: code.code.encode())
    ]
    return (
        header("errors.json")
        + """//! The platform's general codes.

use super::schema::{Code, CodeClass};

/// Sorted by code, byte by byte.
pub(super) static CODES: &[Code] = """
        + calls(rows, 0, 40)
        + """;

const fn code(code: &'static str, class: CodeClass, meaning: &'static str) -> Code {
    Code {
        code,
        class,
        meaning,
    }
}
"""
    )
