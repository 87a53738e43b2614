"""Records and errors in another process: pickles, copies, equality."""

from __future__ import annotations

import copy
import multiprocessing
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import lazcore
from lazcore import errors
from lazcore.testing import Sandbox

Answer = Callable[..., lazcore.Reply]
ORDER = '{"order_id":1,"price":"12.50","statuses":["pending"],"address_shipping":{"city":"X"}}'


def back(thing: Any, protocol: int = pickle.HIGHEST_PROTOCOL) -> Any:
    return pickle.loads(pickle.dumps(thing, protocol))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_record_comes_back(answer: Answer, protocol: int) -> None:
    order = answer(ORDER).data
    again = back(order, protocol)
    assert type(again) is lazcore.Record
    assert (again, again.raw, repr(again)) == (order, order.raw_json, repr(order))
    # With what the catalogue knows of it, below it too.
    assert str(again.price) == "12.50"
    assert again.voucher is None
    assert again.to_dict() == order.to_dict()
    inner = back(order.address_shipping)
    assert inner == order.address_shipping
    assert inner.post_code is None
    assert back(answer(ORDER)).data == order


def test_a_record_outside_the_catalogue_comes_back() -> None:
    reply = lazcore.read(None, 200, [], '{"code":"0","data":{"order_id":1}}')
    again = back(reply)
    assert (again.data["data"], again.evidence) == (reply.data["data"], reply.evidence)


@pytest.mark.parametrize("state", ["[]", "{", "", '"x"', '{"a":}', "{} {}"])
def test_a_broken_pickle_is_an_error(state: str) -> None:
    from lazcore._restore import restore

    with pytest.raises(lazcore.DecodeError):
        restore("record", "get_order/data", state)


def test_a_pickle_of_another_version_is_no_crash() -> None:
    from lazcore._restore import restore

    record: Any = restore("record", "newer_api/some/where", '{"order_id":1}')
    assert record["order_id"] == 1
    with pytest.raises(ValueError, match="newer lazcore"):
        restore("something new")


@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy])
def test_copies_are_the_record_itself(answer: Answer, twin: Callable[[Any], Any]) -> None:
    order = answer(ORDER).data
    assert twin(order) is order
    assert twin([order])[0] is order
    evidence = answer(ORDER).evidence
    assert twin(evidence) == evidence


def test_records_are_equal_when_their_json_is(answer: Answer) -> None:
    one = answer('{"order_id":1,"price":"12.50"}').data
    two = answer('{ "price": "12.50", "order_id": 1 }').data
    assert one == two
    assert hash(one) == hash(two)
    assert len({one, two}) == 1
    for other in (
        '{"order_id":1,"price":"12.5"}',
        '{"order_id":"1","price":"12.50"}',
        '{"order_id":1}',
    ):
        assert one != answer(other).data
    assert one != {"order_id": 1, "price": "12.50"}
    assert one != None  # noqa: E711


def test_what_a_pull_brings_comes_back(sandbox: Sandbox) -> None:
    client = sandbox.client(account="store")
    pull = client.orders.pull(created_after=sandbox.created_after, with_items=True)
    orders = list(pull)
    again = list(client.orders.pull(created_after=sandbox.created_after, with_items=True))
    assert again == orders
    for order in orders[:5]:
        twin = back(order)
        assert type(twin) is lazcore.PulledOrder
        assert twin == order
        assert hash(twin) == hash(order)
        assert (twin.items, twin.account, twin.evidence) == (
            order.items,
            order.account,
            order.evidence,
        )
        assert twin.to_event_json() == order.to_event_json()
        assert back(order.created_at) == order.created_at
        assert str(back(order.created_at)) == str(order.created_at)
        # The header alone is another thing.
        assert order != client.orders.get_order(order_id=order.order_id or "").data
    assert len(set(orders + again)) == len(orders)
    assert back(pull.summary).to_json() == pull.summary.to_json()  # type: ignore[union-attr]
    without = next(iter(client.orders.pull(created_after=sandbox.created_after)))
    assert back(without).items is None
    assert without != orders[0]


def test_the_result_of_a_run_comes_back(sandbox: Sandbox, tmp_path: Path) -> None:
    client = sandbox.client(account="store")
    ids = [
        order.order_id or "" for order in client.orders.pull(created_after=sandbox.created_after)
    ]
    result = client.fulfillment.run(ids, labels=tmp_path).result()
    again = back(result)
    assert again.outcomes == result.outcomes
    assert [one.to_json() for one in again] == [one.to_json() for one in result]
    assert again.summary.counts == result.summary.counts  # type: ignore[union-attr]
    assert len(again.ok) == len(result.ok)


def test_rows_that_failed_come_back(answer: Answer) -> None:
    reply = answer('{"count":1,"orders":[{"price":"1"}]}', "GetOrders")
    row = back(reply.bad_rows[0])
    assert (row.position, row.raw_json, row.reason) == (
        0,
        '{"price":"1"}',
        reply.bad_rows[0].reason,
    )


def values(sandbox: Sandbox, answer: Answer) -> list[Any]:
    """One object of every class that a user is given and that holds values alone."""
    client = sandbox.client(account="store")
    pull = client.orders.pull(created_after=sandbox.created_after, with_items=True)
    orders = list(pull)
    order = next(one for one in orders if "pending" in one.statuses)
    run = client.fulfillment.run([order, "1"])
    kinds = {type(event): event for event in run}
    shipped = next(iter(client.orders.pull(created_after=sandbox.created_after, with_items=True)))
    wrong = answer('{"order_id":1,"price":"1.00","items_count":9}').data
    reconciled = lazcore.reconcile(wrong, order.items)
    assert not reconciled.agrees
    assert reconciled.not_compared
    packed = next(
        one
        for one in client.orders.pull(created_after=sandbox.created_after, with_items=True)
        if one.order_id == order.order_id
    )
    page = answer('{"count":1,"orders":[{"price":"1"}]}', "GetOrders")
    status = sandbox.client(token_store=lazcore.TextStore()).auth.exchange_code(
        sandbox.auth_codes[0]
    )
    lower = lazcore.sign("s", "/a", {"a": "b"}).lower()
    explained = lazcore.explain_signature("s", "/a", {"a": "b"}, lower)
    request = lazcore.prepare(
        "GetSeller", app_key="1", app_secret="s", country="SG", access_token="t", now_ms=0
    )
    return [
        order, order.created_at, order.evidence, order.items[0],  # type: ignore[index]
        page, page.bad_rows[0], pull.summary, run.result(), shipped, *kinds.values(),
        reconciled, lazcore.reconcile(order), *reconciled.differences,
        *lazcore.by_sku(order.items or []), *lazcore.by_package(packed),
        client.resolve_account(), client.probe(), status, *status.shops, request,
        explained, *explained.mistakes, notice(sandbox),
    ]  # fmt: skip


def notice(sandbox: Sandbox) -> lazcore.Notice:
    """What a run tells of a carrier that is down."""
    from lazcore._restore import restore

    made = restore("notice", "platform_down", "the platform is down")
    assert isinstance(made, lazcore.Notice)
    return made


# What does something rather than being something.
ACTIVE = {"AccountsRun", "Client", "FulfillmentRun", "OrderPull", "TextStore", "TokenStore"}
# Made where a test of its own shows them.
ELSEWHERE = {"AccountResult", "FailedRow"}


def test_every_value_comes_back_and_is_equal(sandbox: Sandbox, answer: Answer) -> None:
    found = values(sandbox, answer)
    for one in found:
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            again = back(one, protocol)
            assert type(again) is type(one)
            assert again == one, repr(one)
            assert (again != one) is False
            assert repr(again) == repr(one)
        for twin in (copy.copy(one), copy.deepcopy(one)):
            assert (type(twin), twin) == (type(one), one)
        assert one != "something else"
        if type(one).__hash__ is not None:
            assert hash(back(one)) == hash(one)
        if hasattr(one, "to_json"):
            assert back(one).to_json() == one.to_json()
    classes = {
        name
        for name in lazcore.__all__
        if isinstance(made := getattr(lazcore, name), type) and not issubclass(made, BaseException)
    }
    assert classes - {type(one).__name__ for one in found} == ACTIVE | ELSEWHERE


def test_what_differs_is_not_equal(sandbox: Sandbox, answer: Answer) -> None:
    found = values(sandbox, answer)
    for index, one in enumerate(found):
        for other in found[index + 1 :]:
            if type(one) is type(other) and repr(one) != repr(other):
                assert one != other, (one, other)


def test_every_attribute_comes_back(sandbox: Sandbox, answer: Answer) -> None:
    for one in values(sandbox, answer):
        # Only orders have what their buyers paid.
        for name in (name for name in dir(type(one)) if name[0] != "_" and hasattr(one, name)):
            value = getattr(one, name)
            if not callable(value):
                assert getattr(back(one), name) == value, (one, name)


def test_the_result_of_an_account_comes_back(sandbox: Sandbox) -> None:
    client = sandbox.client(account="store")
    (result,) = lazcore.fulfill_accounts([(client, ["x"])]).results.values()
    assert isinstance(result.error, lazcore.InputError)
    for again in (back(result), copy.deepcopy(result)):
        assert again == result
        assert str(again.error) == str(result.error)
    other = lazcore.AccountResult("store")
    assert other != result
    other.error = result.error
    assert other == result
    assert other != lazcore.FulfillmentResult([], None)


def test_what_does_something_is_no_value(sandbox: Sandbox) -> None:
    client = sandbox.client()
    pull = client.orders.pull(created_after=sandbox.created_after)
    for active in (client, pull, lazcore.TextStore(), sandbox):
        with pytest.raises(TypeError):
            pickle.dumps(active)


@pytest.mark.parametrize("kind", errors.CLASSES)
def test_errors_come_back(kind: str) -> None:
    made = errors.from_kind(
        kind, "all of it", "message", code="7", request_id="r", http_status=200, retryable=True,
        attempts=3, executed="unknown", field="f", api="/x", account="a", answer="{}",
    )  # fmt: skip
    again = back(made)
    assert type(again) is type(made)
    assert (str(again), vars(again)) == (str(made), vars(made))
    assert vars(copy.copy(made)) == vars(made)


def _work(url: str, key: str, secret: str, token: str, order_id: str) -> Any:
    client = lazcore.Client(key, secret, gateway=url, access_token=token, allow_plain_http=True)
    return client.orders.get_order(order_id=order_id).data


@pytest.mark.parametrize(
    "method", [m for m in ("spawn", "fork") if m in multiprocessing.get_all_start_methods()]
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_pool_of_processes(sandbox: Sandbox, method: str) -> None:
    settings = (sandbox.url, sandbox.app_key, sandbox.app_secret, sandbox.access_token)
    client = sandbox.client()
    page = client.orders.get_orders(created_after=sandbox.created_after, limit=4).rows
    ids = [order.order_id for order in page]
    with multiprocessing.get_context(method).Pool(2) as pool:
        found = pool.starmap(_work, [(*settings, order_id) for order_id in ids])
        assert [order.order_id for order in found] == ids
        with pytest.raises(lazcore.ApiError) as caught:
            pool.apply(_work, (*settings, "1"))
    assert caught.value.code
    assert caught.value.request_id
    assert caught.value.attempts == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_workers_that_are_forked_before_serving(
    script: Callable[[str], Any],
) -> None:
    process = script("""
import os, warnings
warnings.simplefilter("ignore")
from lazcore.testing import Sandbox
sandbox = Sandbox(orders=120)
client = sandbox.client()
assert client.seller.get_seller().data.name
# As gunicorn does: the application is made, then the workers are forked, and each is replaced once.
for generation in range(2):
    workers = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            try:
                window = {"created_after": sandbox.created_after}
                for _ in range(20):
                    assert client.orders.get_orders(limit=5, **window).rows
                assert len(list(client.orders.pull(**window))) == 120
                os._exit(0)
            except BaseException as error:
                print(repr(error), flush=True)
                os._exit(4)
        workers.append(child)
    for child in workers:
        assert os.WEXITSTATUS(os.waitpid(child, 0)[1]) == 0
assert client.seller.get_seller().data.name
print("served", flush=True)
""")
    output, problems = process.communicate(timeout=180)
    assert (output, process.returncode) == ("served\n", 0), problems
