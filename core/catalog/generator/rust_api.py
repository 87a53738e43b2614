"""The typed requests and record accessors of the Rust core, one file per API group."""

from __future__ import annotations

import re
from typing import Union

from .model import Api, Field, Group, Input, Param, Record, pascal, screaming
from .rust_text import CALL_WIDTH, CHAIN_WIDTH, MAX_WIDTH, STRUCT_WIDTH, Call, doc, header, ident, text

ACCESSOR_TYPE = {
    "text": "Option<String>",
    "id": "Option<String>",
    "integer": "Option<i64>",
    "decimal": "Option<Money>",
    "money": "Option<Money>",
    "money-minor": "Option<i64>",
    "time": "Option<Time>",
    "flag": "Option<bool>",
    "object": "Option<Record>",
    "objects": "Vec<Record>",
    "texts": "Vec<String>",
}

RECORD_METHOD = {"money-minor": "integer", "object": "record", "objects": "records"}

LISTS = ("objects", "texts")


def emit_group(group: Group) -> str:
    requests = [api for api in group.apis if api.callable]
    body = "".join(request(api) for api in requests)
    body += "".join(input_struct(one) for one in group.inputs)
    body += "".join(record(one) for one in group.records)
    top = header(f"{group.name.replace('_', '-')}.json") + f"//! {group.doc}\n"
    if group.records:
        top += "//!\n//! Accessors answer nothing for what is missing or blank, and fail for what cannot be decoded.\n"
    return f"{top}\n{imports(group, requests, body)}{body}"


def imports(group: Group, requests: list[Api], body: str) -> str:
    """Only what the body names; rustfmt wants the names sorted."""
    names = [name for name in ("Args", "Money", "Record", "Time", "Value") if names_type(body, name)]
    if requests:
        names.append("schema::Api")
    lines = ["use std::fmt;\n"] if "fmt::Debug for" in body else []
    lines += ["use std::ops::Deref;\n"] if group.records else []
    lines += ["\n"] if lines else []
    foreign = sorted({(one.group, pascal(one.name)) for one in used(group, requests) if one.group != group.name})
    for module in sorted({module for module, _ in foreign}):
        lines.append(use(f"super::{module}", [name for owner, name in foreign if owner == module]))
    if requests:
        lines.append("use super::{Operation, table};\n")
    if "-> Result<" in body:
        lines.append("use crate::error::Result;\n")
    lines.append(use("crate::protocol", names))
    return "".join(lines)


def used(group: Group, requests: list[Api]) -> list[Union[Record, Input]]:
    """The records and inputs that the group's code names."""
    params = [param for owner in [*requests, *group.inputs] for param in owner.params]
    fields = [field for record in group.records for field in record.fields]
    rows = [api.reply.row for api in requests]
    inside = [*(param.input for param in params), *(field.record for field in fields)]
    return [one for one in [*rows, *inside] if one is not None]


def names_type(body: str, name: str) -> bool:
    code = "\n".join(line for line in body.splitlines() if not line.lstrip().startswith("///"))
    return re.search(rf"(?<![A-Za-z0-9_]){name}(?![A-Za-z0-9_])", code) is not None


def use(module: str, names: list[str]) -> str:
    if len(names) == 1:
        return f"use {module}::{names[0]};\n"
    flat = f"use {module}::{{{', '.join(names)}}};"
    if len(flat) <= MAX_WIDTH:
        return f"{flat}\n"
    lines, line = [], "   "
    for name in names:
        if len(line) + len(name) + 2 > MAX_WIDTH:
            lines.append(line)
            line = "   "
        line += f" {name},"
    return f"use {module}::{{\n" + "".join(f"{one}\n" for one in [*lines, line]) + "};\n"


# Requests


def rust_type(param: Param) -> str:
    """The type a request keeps the parameter in."""
    if param.input is not None:
        name = pascal(param.input.name)
        return f"Vec<{name}>" if param.type == "list<object>" else name
    listed = param.type.startswith("list<")
    if param.id or param.type in ("decimal", "object", "list<object>", "list<integer>", "json"):
        return "Vec<Value>" if listed else "Value"
    if param.type in ("integer", "time-ms"):
        return "i64"
    if param.type == "boolean":
        return "bool"
    return "Vec<String>" if listed else "String"


def argument(param: Param) -> str:
    kind = rust_type(param)
    if kind in ("Vec<Value>", "Vec<String>"):
        return f"impl IntoIterator<Item = impl Into<{kind[4:-1]}>>"
    if kind.startswith("Vec<"):
        return f"impl IntoIterator<Item = {kind[4:-1]}>"
    return f"impl Into<{kind}>" if kind in ("Value", "String") else kind


def converted(param: Param) -> str:
    name, kind = ident(param.attribute), rust_type(param)
    if kind in ("Vec<Value>", "Vec<String>"):
        return f"{name}.into_iter().map(Into::into).collect()"
    if kind.startswith("Vec<"):
        return f"{name}.into_iter().collect()"
    return f"{name}.into()" if kind in ("Value", "String") else name


def request(api: Api) -> str:
    name = pascal(api.id)
    intro = doc(api.doc) + "///\n" + doc(f"{api.name}, `{api.path}`.")
    row = pascal(api.reply.row.name) if api.reply.row else "Record"
    return (
        f"\n{intro}{struct(name, api.params)}"
        f"\nimpl Operation for {name} {{\n"
        f"    const API: &'static Api = &table::{screaming(api.id)};\n"
        f"    type Row = {row};\n\n"
        f"    fn args(&self) -> Args {{\n        {args(api.params)}\n    }}\n}}\n"
    )


def struct(name: str, params: list[Param]) -> str:
    """The type, what makes it, and a setter for each optional parameter."""
    secret = any(param.secret for param in params)
    required = [param for param in params if param.required]
    derives = ["Clone"] + ([] if secret else ["Debug"]) + ([] if required else ["Default"])
    out = f"#[derive({', '.join(derives)})]\n"
    if params:
        kept = "".join(f"    {ident(param.attribute)}: {kept_type(param)},\n" for param in params)
        out += f"pub struct {name} {{\n{kept}}}\n"
    else:
        out += f"pub struct {name};\n"
    if secret:
        out += hidden_debug(name)
    setters = "".join(setter(param) for param in params if not param.required)
    return f"{out}\nimpl {name} {{\n{new(params)}{setters}}}\n"


def kept_type(param: Param) -> str:
    return rust_type(param) if param.required else f"Option<{rust_type(param)}>"


def hidden_debug(name: str) -> str:
    links = [f'.debug_struct("{name}")', ".finish_non_exhaustive()"]
    flat = f"formatter{''.join(links)}"
    body = flat if len(flat) <= CHAIN_WIDTH else "formatter" + "".join(f"\n            {link}" for link in links)
    return (
        f"\nimpl fmt::Debug for {name} {{\n"
        "    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {\n"
        f"        {body}\n"
        "    }\n}\n"
    )


def new(params: list[Param]) -> str:
    required = [param for param in params if param.required]
    if not required:
        made = "Self::default()" if params else "Self"
        return f"    /// Without any parameter.\n    pub fn new() -> Self {{\n        {made}\n    }}\n"
    out = "    /// With what is required.\n    ///\n"
    out += "".join(doc(f"- `{param.attribute}`: {param.doc}", 4, "  ") for param in required)
    if len(required) > 7:
        out += '    #[expect(clippy::too_many_arguments, reason = "the platform requires them all")]\n'
    arguments = [f"{ident(param.attribute)}: {argument(param)}" for param in required]
    flat = f"    pub fn new({', '.join(arguments)}) -> Self {{"
    if len(flat) <= MAX_WIDTH:
        out += f"{flat}\n"
    else:
        out += "    pub fn new(\n" + "".join(f"        {one},\n" for one in arguments) + "    ) -> Self {\n"
    values = [initial(param) for param in params]
    flat = ", ".join(values)
    if len(flat) <= STRUCT_WIDTH:
        return f"{out}        Self {{ {flat} }}\n    }}\n"
    return f"{out}        Self {{\n" + "".join(f"            {one},\n" for one in values) + "        }\n    }\n"


def initial(param: Param) -> str:
    name = ident(param.attribute)
    value = converted(param) if param.required else "None"
    return name if value == name else f"{name}: {value}"


def setter(param: Param) -> str:
    name = ident(param.attribute)
    flat = f"    pub fn {name}(mut self, {name}: {argument(param)}) -> Self {{"
    if len(flat) > MAX_WIDTH:
        flat = f"    pub fn {name}(\n        mut self,\n        {name}: {argument(param)},\n    ) -> Self {{"
    stored = f"        self.{name} = Some({converted(param)});"
    if len(stored) > MAX_WIDTH:
        stored = stored.replace(" = ", " =\n            ", 1)
    return f"\n{doc(param.doc, 4)}    #[must_use]\n{flat}\n{stored}\n        self\n    }}\n"


def args(params: list[Param]) -> str:
    links = []
    for param in params:
        value = f"self.{ident(param.attribute)}"
        if rust_type(param) not in ("i64", "bool"):
            value += ".clone()"
        links.append(Call(".set" if param.required else ".set_optional", [text(param.name), value]))
    flat = f"Args::new(){''.join(link.flat for link in links)}"
    if len(flat) <= CHAIN_WIDTH:
        return flat
    if len(links) == 1:
        # A lone link stays beside its root.
        fits = len(links[0].flat) - len(links[0].function) - 2 <= CALL_WIDTH
        return flat if fits else f"Args::new(){links[0].stacked(8)}"
    return "Args::new()" + "".join(f"\n            {link.line(12)}" for link in links)


def input_struct(one: Input) -> str:
    name = pascal(one.name)
    out = f"\n{doc(one.doc)}{struct(name, one.params)}"
    required = [param for param in one.params if param.required]
    optional = [param for param in one.params if not param.required]
    pairs = [
        Call("", [f"{text(param.name)}.to_owned()", inner(param, f"input.{ident(param.attribute)}")])
        for param in required
    ]
    out += f"\nimpl From<{name}> for Value {{\n    fn from(input: {name}) -> Self {{\n"
    if not optional:
        return f"{out}        Self::Object({vec(pairs)})\n    }}\n}}\n"
    out += f"        let mut members = {vec(pairs) if pairs else 'Vec::new()'};\n"
    for param in optional:
        name = ident(param.attribute)
        out += f"        if let Some({name}) = input.{name} {{\n"
        pair = Call("", [f"{text(param.name)}.to_owned()", inner(param, name)])
        pushed = pair.flat if len(pair.flat) <= CALL_WIDTH else pair.stacked(12)
        out += f"            members.push({pushed});\n        }}\n"
    return f"{out}        Self::Object(members)\n    }}\n}}\n"


def inner(param: Param, value: str) -> str:
    return value if rust_type(param) == "Value" else f"{value}.into()"


def vec(pairs: list[Call]) -> str:
    if len(pairs) == 1:
        fits = len(pairs[0].flat) <= CALL_WIDTH
        return f"vec![{pairs[0].flat if fits else pairs[0].stacked(8)}]"
    return "vec![\n" + "".join(f"            {pair.line(12)},\n" for pair in pairs) + "        ]"


# Records


def record(one: Record) -> str:
    name = pascal(one.name)
    derives = "Clone" if one.secret else "Clone, Debug"
    debug = hidden_debug(name) if one.secret else ""
    return (
        f"\n{doc(one.doc)}#[derive({derives})]\npub struct {name}(Record);\n{debug}"
        f"\nimpl From<Record> for {name} {{\n"
        "    fn from(record: Record) -> Self {\n        Self(record)\n    }\n}\n"
        f"\nimpl Deref for {name} {{\n    type Target = Record;\n\n"
        "    fn deref(&self) -> &Record {\n        &self.0\n    }\n}\n"
        f"\nimpl {name} {{\n{chr(10).join(accessor(field) for field in one.fields)}}}\n"
    )


def accessor(field: Field) -> str:
    lines = read(field)
    body = "".join(f"        {line}\n" for line in lines)
    return f"{doc(field.doc, 4)}    pub fn {ident(field.attribute)}(&self) -> {result(field)} {{\n{body}    }}\n"


def result(field: Field) -> str:
    if field.kind == "json":
        return "Option<String>"
    kind = ACCESSOR_TYPE[field.kind]
    if field.record is not None:
        kind = kind.replace("Record", pascal(field.record.name))
    return f"Result<{kind}>"


def read(field: Field) -> list[str]:
    """The body of an accessor: the first spelling that is there, turned into its record."""
    method = RECORD_METHOD.get(field.kind, field.kind)
    calls = [f"self.0.{method}({text(name)})" for name in field.spellings]
    if field.kind == "json":
        return [calls[0], *(f"    .or_else(|| {call})" for call in calls[1:])] if len(calls) > 1 else calls
    lines = fallbacks(field, calls)
    if field.record is None:
        return lines
    name = pascal(field.record.name)
    value = f"{calls[0]}?" if len(calls) == 1 else "found"
    if field.kind == "object":
        root = ["self", ".0", value.removeprefix("self.0")] if value.startswith("self.0") else [value]
        return [*binding(lines, calls), *ok_chain([*root, f".map({name}::from)"])]
    links = [".into_iter()", f".map({name}::from)", ".collect()"]
    if len(calls) == 1:
        return [f"let rows = {calls[0]}?;", *ok_chain(["rows", *links])]
    return [*binding(lines, calls), *ok_chain(["found", *links])]


def ok_chain(links: list[str]) -> list[str]:
    """`Ok(...)` of a chain, on one line where it fits."""
    flat = "".join(links)
    if len(flat) <= CHAIN_WIDTH:
        return [f"Ok({flat})"]
    return [f"Ok({links[0]}", *(f"    {link}" for link in links[1:-1]), f"    {links[-1]})"]


def fallbacks(field: Field, calls: list[str]) -> list[str]:
    """An expression of the record's own answer, one line per element."""
    if len(calls) == 1:
        return calls
    lines = [f"let found = {calls[0]}?;"]
    absent = "found.is_empty()" if field.kind in LISTS else "found.is_none()"
    for call in calls[1:-1]:
        lines += [f"let found = if {absent} {{", f"    {call}?", "} else {", "    found", "};"]
    return [*lines, f"if {absent} {{", f"    return {calls[-1]};", "}", "Ok(found)"]


def binding(lines: list[str], calls: list[str]) -> list[str]:
    """The same, but bound to `found` for more to come."""
    if len(calls) == 1:
        return []
    absent = lines[-4].removeprefix("if ").removesuffix(" {")
    return [*lines[:-4], f"let found = if {absent} {{", f"    {calls[-1]}?", "} else {", "    found", "};"]
