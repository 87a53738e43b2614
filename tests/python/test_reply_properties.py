"""Whatever an answer holds: reading it never crashes, and records keep what came."""

from __future__ import annotations

import contextlib
import json
import pickle
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import lazcore

texts = st.text(st.characters(codec="utf-8"), max_size=20)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**25), 10**25),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
    st.sampled_from(["", " ", "0", "1", "true", "12.50", "1,000.00", "2026-03-01 16:00:00 +0800"]),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)
NAMES = [
    "order_id",
    "price",
    "statuses",
    "created_at",
    "address_shipping",
    "items_count",
    "voucher",
]
rows = st.dictionaries(st.one_of(st.sampled_from(NAMES), texts), values, max_size=8)
APIS = ["GetOrder", "GetOrders", "GetOrderItems", "Pack", "GetSeller", None]


def read_all(reply: lazcore.Reply) -> None:
    """Everything that can be asked of a reply."""
    found: list[Any] = [reply.data, *reply.rows, *(row.record for row in reply.failed_rows)]
    for one in found:
        if not isinstance(one, lazcore.Record):
            continue
        for name in dir(one):
            with contextlib.suppress(lazcore.DecodeError, AttributeError):
                getattr(one, name)
        for name in one:
            assert name in one
            with contextlib.suppress(lazcore.DecodeError):
                one[name]
        repr(one), hash(one), one.to_dict(), json.loads(one.to_json())
        assert pickle.loads(pickle.dumps(one)) == one
    repr(reply), reply.to_dict(), json.loads(reply.to_json())
    again = pickle.loads(pickle.dumps(reply))
    assert (again.body, again.evidence) == (reply.body, reply.evidence)


@settings(deadline=None)  # A busy machine makes single examples slow.
@given(payload=values, api=st.sampled_from(APIS))
def test_any_payload_is_read_or_refused(payload: Any, api: str | None) -> None:
    body = json.dumps({"code": "0", "request_id": "r", "data": payload})
    try:
        reply = lazcore.read(api, 200, [], body)
    except lazcore.LazadaError as error:
        pickle.loads(pickle.dumps(error))
        return
    read_all(reply)


@settings(deadline=None)  # A busy machine makes single examples slow.
@given(envelope=rows, api=st.sampled_from(APIS), status=st.integers(100, 999))
def test_any_envelope_is_read_or_refused(
    envelope: dict[str, Any], api: str | None, status: int
) -> None:
    try:
        reply = lazcore.read(api, status, [("Content-Type", "text/json")], json.dumps(envelope))
    except lazcore.LazadaError:
        return
    read_all(reply)


@settings(deadline=None)  # A busy machine makes single examples slow.
@given(body=st.binary(max_size=200), api=st.sampled_from(APIS))
def test_any_bytes_are_read_or_refused(body: bytes, api: str | None) -> None:
    try:
        reply = lazcore.read(api, 200, [], body)
    except lazcore.LazadaError:
        return
    read_all(reply)


@settings(deadline=None)  # A busy machine makes single examples slow.
@given(row=rows, indent=st.sampled_from([None, 1]), order=st.randoms())
def test_a_record_keeps_what_came(row: dict[str, Any], indent: int | None, order: Any) -> None:
    def record(members: dict[str, Any], indent: int | None) -> Any:
        body = json.dumps({"code": "0", "data": {**members, "order_id": 1}}, indent=indent)
        return lazcore.read("GetOrder", 200, [], body).data

    came = record(row, indent)
    assert json.loads(came.raw) == {**row, "order_id": 1}
    assert set(came) == {*row, "order_id"}
    mixed = list(row.items())
    order.shuffle(mixed)
    assert record(dict(mixed), None) == came
    changed = record({**row, "surely_new": 1}, None)
    assert changed != came


@settings(deadline=None)  # A busy machine makes single examples slow.
@given(
    params=st.dictionaries(
        st.from_regex(r"[a-z_]{1,12}", fullmatch=True),
        st.one_of(texts, st.integers(), st.booleans(), st.decimals(allow_nan=False,
                  allow_infinity=False, places=2), st.lists(st.integers(), max_size=3)),
        max_size=8,
    )
)  # fmt: skip
def test_any_parameters_are_signed_in_any_order(params: dict[str, Any]) -> None:
    try:
        signed = lazcore.sign("secret", "/orders/get", params)
    except lazcore.InputError:
        return
    assert len(signed) == 64
    assert lazcore.sign("secret", "/orders/get", dict(reversed(params.items()))) == signed
    plain = {
        name: value if isinstance(value, str) else format(value, "f")
        for name, value in params.items()
        if isinstance(value, (str, Decimal))
    }
    if len(plain) == len(params):
        assert lazcore.sign("secret", "/orders/get", plain) == signed
