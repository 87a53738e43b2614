"""The catalogue: its data is sound, its mistakes are found, and the committed code follows it."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import sys
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CATALOG = ROOT / "core" / "catalog"
sys.path.insert(0, str(CATALOG))

import generate
from generator.load import CatalogError, load
from generator.model import Catalog, Field, Param, snake

# Per API: parameters with their members and a wrapper, places of the published reply, errors.
PUBLISHED = {
    "generate_access_token": (2, 13, 3),
    "get_document": (2, 5, 9),
    "get_multiple_order_items": (1, 86, 4),
    "get_order": (1, 67, 2),
    "get_order_items": (1, 83, 2),
    "get_orders": (9, 70, 9),
    "get_seller": (0, 12, 1),
    "get_shipment_provider": (4, 10, 0),
    "pack": (7, 15, 25),
    "print_awb": (5, 8, 2),
    "ready_to_ship": (3, 10, 1),
    "recreate_package": (3, 10, 1),
    "refresh_access_token": (1, 13, 2),
    "set_invoice_number": (2, 3, 2),
}


def count_params(params: list[Param]) -> int:
    return sum(1 + (count_params(param.input.params) if param.input else 0) for param in params)


def count_fields(fields: list[Field]) -> int:
    """Fields under one spelling each, as one published table has them."""
    return sum(1 + count_fields(field.inside) for field in fields)


class Committed(unittest.TestCase):
    catalog: Catalog

    @classmethod
    def setUpClass(cls) -> None:
        cls.catalog = load(CATALOG)

    def test_the_committed_code_follows_the_data(self) -> None:
        self.assertEqual(run("--check"), (0, ""))

    def test_every_api_is_complete(self) -> None:
        found = {
            api.id: (
                count_params(api.params) + (api.wrapper is not None),
                count_fields(api.reply.fields),
                len(api.errors),
            )
            for api in self.catalog.apis
        }
        self.assertEqual({name: found.get(name) for name in PUBLISHED}, PUBLISHED)

    def test_calls_that_change_something_are_posted(self) -> None:
        for api in self.catalog.apis:
            if api.effect != "read":
                self.assertEqual(api.methods[:1], ["POST"], api.id)

    def test_secrets_stay_out_of_debug_output(self) -> None:
        code = generate.outputs(self.catalog)["core/src/api/auth.rs"]
        for name in ("GenerateAccessToken", "RefreshAccessToken", "TokenPair"):
            self.assertIn(f"impl fmt::Debug for {name}", code)

    def test_codes_are_sorted_for_a_binary_search(self) -> None:
        table = generate.outputs(self.catalog)["core/src/protocol/codes_table.rs"]
        positions = [table.index(f'"{code.code}",') for code in sorted(self.catalog.codes, key=lambda code: code.code)]
        self.assertEqual(positions, sorted(positions))


class Broken(unittest.TestCase):
    """Each mistake is made in a copy of the data, and must be named with its place."""

    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        for path in CATALOG.glob("*.json"):
            shutil.copy(path, self.folder)

    def edit(self, file: str, change: Callable[[Any], None]) -> None:
        path = self.folder / file
        data = json.loads(path.read_text(encoding="utf-8"))
        change(data)
        path.write_text(json.dumps(data), encoding="utf-8")

    def assert_mistake(self, *parts: str) -> None:
        with self.assertRaises(CatalogError) as caught:
            load(self.folder)
        self.assertTrue(
            any(all(part in line for part in parts) for line in caught.exception.errors), caught.exception.errors
        )

    def assert_field_mistake(self, change: Callable[[Any], None], *parts: str) -> None:
        """A change of the first field of `order`."""
        self.edit("orders.json", lambda data: change(data["records"]["order"]["fields"][0]))
        self.assert_mistake("orders.json: records.order: fields[order_id]", *parts)

    def assert_api_mistake(self, change: Callable[[Any], None], *parts: str) -> None:
        """A change of GetOrders."""
        self.edit("orders.json", lambda data: change(data["apis"][0]))
        self.assert_mistake("orders.json: apis[get_orders]", *parts)

    def test_the_copy_itself_is_sound(self) -> None:
        self.assertEqual(len(load(self.folder).apis), len(load(CATALOG).apis))

    def test_an_unknown_key(self) -> None:
        self.assert_field_mistake(lambda field: field.update(kin="id"), "unknown key `kin`")

    def test_an_unknown_key_of_an_api(self) -> None:
        self.assert_api_mistake(lambda api: api.update(efect="read"), "unknown key `efect`")

    def test_a_missing_key(self) -> None:
        self.assert_api_mistake(lambda api: api.pop("path"), "`path` is missing")

    def test_an_unknown_kind(self) -> None:
        self.assert_field_mistake(lambda field: field.update(kind="number"), "'number'")

    def test_an_unknown_type(self) -> None:
        self.assert_api_mistake(lambda api: api["params"][0].update(type="date"), "params[created_after]", "'date'")

    def test_an_unknown_effect(self) -> None:
        self.assert_api_mistake(lambda api: api.update(effect="write"), "'write'")

    def test_a_value_of_the_wrong_type(self) -> None:
        self.assert_api_mistake(lambda api: api["params"][0].update(required=1), "`required` must be of type bool")

    def test_a_dangling_record(self) -> None:
        self.assert_field_mistake(lambda field: field.update(kind="object", record="ordr"), "no record", "'ordr'")

    def test_a_dangling_input(self) -> None:
        change = {"type": "list<object>", "input": "nobody"}
        self.assert_api_mistake(lambda api: api["params"][0].update(change), "no input", "'nobody'")

    def test_a_dangling_envelope(self) -> None:
        self.assert_api_mistake(lambda api: api["reply"].update(envelope="letter"), "no envelope", "'letter'")

    def test_rows_that_are_not_there(self) -> None:
        self.assert_api_mistake(lambda api: api["reply"]["rows"].update(at="data.rows"), "'data.rows'")

    def test_a_row_id_that_is_not_there(self) -> None:
        self.assert_api_mistake(lambda api: api["reply"]["rows"].update(id="orderid"), "'orderid'")

    def test_a_batch_of_no_list(self) -> None:
        self.assert_api_mistake(lambda api: api.update(batch={"param": "limit", "max": 5}), "no list parameter")

    def test_paging_by_an_unknown_parameter(self) -> None:
        self.assert_api_mistake(lambda api: api["paging"].update(position="page"), "'page'")

    def test_a_total_that_is_not_there(self) -> None:
        self.assert_api_mistake(lambda api: api["paging"].update(total="data.total"), "'data.total'")

    def test_two_apis_with_one_id(self) -> None:
        self.edit("orders.json", lambda data: data["apis"][1].update(id="get_orders"))
        self.assert_mistake("two APIs", "id 'get_orders'")

    def test_two_apis_with_one_path(self) -> None:
        self.edit("orders.json", lambda data: data["apis"][1].update(path="/orders/get"))
        self.assert_mistake("two APIs", "path '/orders/get'")

    def test_a_shared_name_must_be_marked(self) -> None:
        self.edit("orders.json", lambda data: data["apis"][1].update(name="GetOrders"))
        self.assert_mistake("get_orders", "name_shared")

    def test_a_marked_shared_name_is_called_by_path(self) -> None:
        def share(data: Any) -> None:
            data["apis"][0].update(name_shared=True)
            data["apis"][1].update(name="GetOrders", name_shared=True)

        self.edit("orders.json", share)
        methods = generate.outputs(load(self.folder))["py/python/lazcore/_api.py"]
        self.assertIn('"/orders/get",', methods)
        self.assertNotIn('"GetOrders",', methods)

    def test_a_name_marked_without_need(self) -> None:
        self.edit("orders.json", lambda data: data["apis"][0].update(name_shared=True))
        self.assert_mistake("get_orders", "alone has the name")

    def test_a_field_twice(self) -> None:
        def double(data: Any) -> None:
            fields = data["records"]["order"]["fields"]
            fields.append(fields[0])

        self.edit("orders.json", double)
        self.assert_mistake("records.order", "'order_id' stands twice")

    def test_a_key_twice(self) -> None:
        path = self.folder / "seller.json"
        path.write_text(path.read_text(encoding="utf-8").replace('"group"', '"doc": "x", "group"'), encoding="utf-8")
        self.assert_mistake("seller.json", "`doc` stands twice")

    def test_a_record_name_twice(self) -> None:
        self.edit("seller.json", lambda data: data["records"].update(order={"doc": "x", "fields": []}))
        self.assert_mistake("'order' is used twice")

    def test_a_record_that_contains_itself(self) -> None:
        self.edit(
            "orders.json",
            lambda data: data["records"]["address"]["fields"].append(
                {"name": "next", "kind": "object", "record": "address", "doc": "x"}
            ),
        )
        self.assert_mistake("address -> address", "cycle")

    def test_a_record_nobody_uses(self) -> None:
        self.edit("seller.json", lambda data: data["records"].update(idle={"doc": "x", "fields": []}))
        self.assert_mistake("idle", "no API uses it")

    def test_a_code_twice(self) -> None:
        self.edit("errors.json", lambda data: data["codes"].append(data["codes"][0]))
        self.assert_mistake("code '0' stands twice")

    def test_a_class_of_codes_nobody_knows(self) -> None:
        self.edit("errors.json", lambda data: data["codes"][0].update({"class": "maybe"}))
        self.assert_mistake("errors.json: codes[0]", "'maybe'")

    def test_all_mistakes_are_reported_at_once(self) -> None:
        self.edit("orders.json", lambda data: [api.pop("doc") for api in data["apis"]])
        with self.assertRaises(CatalogError) as caught:
            load(self.folder)
        self.assertEqual(len(caught.exception.errors), 5)

    def test_a_drifted_file_is_named(self) -> None:
        self.edit("seller.json", lambda data: data["apis"][0].update(doc="Something else."))
        code, message = run("--check", "--catalog", str(self.folder))
        self.assertEqual(code, 1)
        self.assertIn("core/src/api/seller.rs", message)
        self.assertNotIn("core/src/api/orders.rs", message)


class Names(unittest.TestCase):
    def test_names_of_any_case_become_snake_case(self) -> None:
        for name, wanted in {
            "marketplaceEaseMode": "marketplace_ease_mode",
            "countTotal": "count_total",
            "pdf_url": "pdf_url",
            "PrintAWB": "print_awb",
            "AWBDocument": "awb_document",
            "address1": "address1",
        }.items():
            self.assertEqual(snake(name), wanted)


def run(*arguments: str) -> tuple[int, str]:
    """The generator's exit code and what it says."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        code = generate.main(list(arguments))
    return code, said.getvalue()


if __name__ == "__main__":
    unittest.main()
