"""What an installed wheel does with the standard library alone: a whole way against its sandbox."""

import sys

import lazcore
import lazcore.testing

assert "site-packages" in lazcore.__file__, lazcore.__file__
with (
    lazcore.testing.Sandbox(orders=12, special_orders=False) as sandbox,
    sandbox.client() as client,
):
    orders = list(client.orders.pull(created_after=sandbox.created_after, with_items=True))
    pending = [order.order_id for order in orders if "pending" in order.statuses]
    run = client.fulfillment.run(pending)
    assert len(orders) == 12, orders
    assert run.ok, run.outcomes
    assert not run.failed, run.failed
print("lazcore", lazcore.__version__, "on Python", sys.version.split()[0])
