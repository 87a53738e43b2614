"""The asyncio face: the client, its groups and its jobs as coroutines and asynchronous iterators.

    async with lazcore.aio.Client(app_key, app_secret, country="SG", access_token=token) as client:
        async for order in client.orders.pull(created_after="2026-11-01T00:00:00+08:00"):
            print(order.order_id, order.price)

The same core as `lazcore.Client`, on threads of the client's own. Canceling a task ends its call in
the core, within a tenth of a second.
"""

from lazcore.aio.accounts import AccountsRun, fulfill_accounts
from lazcore.aio.client import Client
from lazcore.aio.jobs import FulfillmentRun, OrderPull

__all__ = ["AccountsRun", "Client", "FulfillmentRun", "OrderPull", "fulfill_accounts"]
