<?php

declare(strict_types=1);

namespace Lazcore;

/** Order headers, their items and invoice numbers. */
final class Orders extends Api\Orders
{
    /**
     * Pulls the orders of a window, oldest first but for a second or two.
     *
     * One lower bound is needed, by creation or by change. All bounds are inclusive and carry an offset, as in
     * "2026-03-01T00:00:00+08:00". An order that changes meanwhile may come twice, the newer version later: write orders
     * by id. Seconds that could not be proven complete are told as a notice and in summary()->unproven().
     *
     * Options: created_after, created_before, update_after, update_before; status (only orders with an item of it);
     * with_items; cursor (of an earlier pull, to go on from); overlap_s (how many seconds the next pull reaches back over
     * this one, 600 if left out).
     *
     * @param array{created_after?: \DateTimeInterface|string, created_before?: \DateTimeInterface|string,
     *   update_after?: \DateTimeInterface|string, update_before?: \DateTimeInterface|string, status?: string,
     *   with_items?: bool, cursor?: ?string, overlap_s?: int} $options
     */
    public function pull(array $options): OrderPull
    {
        return new OrderPull($this->client, 'pull', null, $options);
    }

    /**
     * Brings a database in step: every order since a time, and every change from then on. Run it again and again with the
     * same state: the first run pulls the orders by creation, then what has changed meanwhile; a later one does what was
     * left, then what has changed since. An order counts as done when the next one is asked for.
     *
     * Options: since (needed while there is no state); state_file (the path where the state is kept; private, locked and
     * replaced as a whole) or cursor (the state as a text, which cursor() gives); status, with_items, overlap_s as in
     * pull().
     *
     * @param array{since?: \DateTimeInterface|string, state_file?: string, cursor?: ?string, status?: string,
     *   with_items?: bool, overlap_s?: int} $options
     */
    public function sync(array $options): OrderPull
    {
        return new OrderPull($this->client, 'sync', null, $options);
    }
}
