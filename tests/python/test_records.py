"""Values from the wire to Python."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

import lazcore

Answer = Callable[..., lazcore.Reply]

ORDER = """{"order_id":700000000000101,"order_number":"700000000000101","price":"12.50",
"voucher":12345678901234567.89,"shipping_fee":"","statuses":["pending","packed"],
"created_at":"2026-03-01 16:00:00 +0800","gift_option":"0","items_count":"2",
"address_shipping":{"first_name":"A","addressDsitrict":"D"},
"surprise":{"deep":[1.10,true,null,99999999999999999999]}}"""


def test_fields_are_decoded_by_the_catalogue(answer: Answer) -> None:
    order = answer(ORDER).data
    assert order.order_id == "700000000000101"
    assert str(order.price) == "12.50"
    assert order.voucher == Decimal("12345678901234567.89")
    assert order.shipping_fee is None
    assert order.statuses == ["pending", "packed"]
    assert order.items_count == 2
    assert order.gift_option is False
    assert order.address_shipping.first_name == "A"


def test_an_attribute_has_every_spelling_of_the_wire(answer: Answer) -> None:
    assert answer(ORDER).data.address_shipping.address_district == "D"
    right = '{"order_id":1,"address_shipping":{"addressDistrict":"E"}}'
    assert answer(right).data.address_shipping.address_district == "E"


def test_known_fields_that_did_not_come_are_none_or_empty(answer: Answer) -> None:
    order = answer('{"order_id":1}').data
    assert order.price is None
    assert order.statuses == []


def test_unknown_names_are_no_attributes(answer: Answer) -> None:
    order = answer(ORDER).data
    with pytest.raises(AttributeError, match="pricee"):
        _ = order.pricee
    assert not hasattr(order, "pricee")


def test_names_that_are_not_interned_are_found_too(answer: Answer) -> None:
    order = answer(ORDER).data
    assert getattr(order, "".join(["pri", "ce"])) == Decimal("12.50")


def test_fields_newer_than_the_catalogue_come_as_they_are(answer: Answer) -> None:
    order = answer(ORDER).data
    surprise = order["surprise"]
    assert surprise == {"deep": [Decimal("1.10"), True, None, 99999999999999999999]}
    assert str(surprise["deep"][0]) == "1.10"
    assert order.surprise == surprise


def test_a_record_is_a_mapping_by_the_names_of_the_wire(answer: Answer) -> None:
    order = answer(ORDER).data
    assert order["price"] == Decimal("12.50")
    assert "price" in order
    assert "pricee" not in order
    assert 7 not in order
    assert order.get("pricee") is None
    assert order.get("pricee", 7) == 7
    assert len(order) == len(order.keys()) == 11
    assert list(order)[:2] == ["order_id", "order_number"]
    assert dict(order)["order_number"] == "700000000000101"
    with pytest.raises(KeyError, match="pricee"):
        order["pricee"]


def test_plain_values(answer: Answer) -> None:
    plain = answer(ORDER).data.to_dict()
    assert plain["created_at"] == "2026-03-01T16:00:00+08:00"
    assert plain["price"] == Decimal("12.50")
    assert plain["address_shipping"] == {"first_name": "A", "addressDsitrict": "D"}
    assert "shipping_fee" not in plain


def test_json_keeps_every_digit(answer: Answer) -> None:
    reply = answer(ORDER)
    for text in (reply.to_json(), reply.data.to_json()):
        parsed = json.loads(text)
        assert (parsed["price"], parsed["voucher"]) == ("12.50", "12345678901234567.89")
        assert "99999999999999999999" in text
    assert reply.data.raw_json == ORDER
    assert reply.pointer("/voucher") == "12345678901234567.89"
    assert reply.pointer("/statuses/1") == "packed"
    assert reply.pointer("/surprise/deep") == "[1.10,true,null,99999999999999999999]"
    assert reply.pointer("/nothing") is None


def test_a_bad_field_is_an_error_of_that_field_alone(answer: Answer) -> None:
    order = answer('{"order_id":1,"price":"1,000.00","voucher":"1.00"}').data
    assert order.voucher == Decimal("1.00")
    with pytest.raises(lazcore.DecodeError) as caught:
        _ = order.price
    assert caught.value.field == "price"
    assert order.to_dict()["price"] == "1,000.00"


def test_short_forms_show_no_data_of_buyers(answer: Answer) -> None:
    order = answer('{"order_id":1,"customer_first_name":"Somebody"}').data
    assert "Somebody" not in repr(order)
    assert "order_id" in repr(order)
    assert {"price", "to_dict", "customer_first_name"} <= set(dir(order))


def test_no_field_hides_a_method() -> None:
    from lazcore import _native, records

    methods = {name for name in dir(lazcore.Record) if not name.startswith("_")}
    assert {"get", "keys", "to_dict", "to_json", "raw_json"} <= methods
    stubs = (lazcore.__file__ or "").replace("__init__.py", "records.pyi")
    with open(stubs, encoding="utf-8") as file:
        text = file.read()
    for name in methods | {"items"}:
        assert f"def {name}(" not in text
    assert records.Order is _native.Record


def test_rows_without_their_id_are_handed_over(answer: Answer) -> None:
    reply = answer('{"count":2,"orders":[{"order_id":1},{"price":"1"},7]}', "GetOrders")
    assert [row.order_id for row in reply.rows] == ["1"]
    assert [(bad.position, bad.raw_json) for bad in reply.bad_rows] == [
        (1, '{"price":"1"}'),
        (2, "7"),
    ]


def test_lists_and_plain_payloads(answer: Answer) -> None:
    items = answer('[{"order_item_id":1,"paid_price":"3.10"}]', "GetOrderItems")
    assert [str(item.paid_price) for item in items.data] == ["3.10"]
    assert items.to_dict() == {"data": [{"order_item_id": "1", "paid_price": Decimal("3.10")}]}
    by_path = lazcore.read(None, 200, [], '{"code":"0","data":[1,2.50]}')
    assert by_path.data["data"] == [1, Decimal("2.50")]


# Times


def time_of(answer: Answer, text: str) -> Any:
    return answer(f'{{"order_id":1,"created_at":{text}}}').data.created_at


def test_times_keep_what_was_sent(answer: Answer) -> None:
    time = time_of(answer, '"2026-03-01 16:00:00 +0800"')
    assert time.text == "2026-03-01 16:00:00 +0800"
    assert time.isoformat() == str(time) == "2026-03-01T16:00:00+08:00"
    assert time.epoch_ms == 1772352000000
    zone = timezone(timedelta(hours=8))
    assert time.datetime == datetime(2026, 3, 1, 16, tzinfo=zone)
    assert time.datetime.utcoffset() == timedelta(hours=8)


def test_times_are_compared_by_instant(answer: Answer) -> None:
    one = time_of(answer, '"2026-03-01 16:00:00 +0800"')
    same = time_of(answer, "1772352000000")
    later = time_of(answer, '"2026-03-01T09:00:00Z"')
    assert one == same
    assert hash(one) == hash(same)
    assert same.datetime.utcoffset() == timedelta(0)
    assert one < later
    assert max(one, later) is later
    assert one != "2026-03-01"


def test_a_time_without_an_offset_is_no_instant(answer: Answer) -> None:
    time = time_of(answer, '"2026-03-01 16:00:00"')
    assert (time.epoch_ms, time.datetime) == (None, None)
    assert time == time_of(answer, '"2026-03-01 16:00:00"')
    assert time != time_of(answer, '"2026-03-01 16:00:00 +0800"')
    with pytest.raises(TypeError):
        _ = time < time
