<?php

declare(strict_types=1);

namespace Lazcore;

/** What an order's header says and what its items add up to. Which side is right is not decided. */
final class Reconciliation extends Record
{
    /** Whether everything could be compared and nothing differs but by canceled items. */
    public function agrees(): bool
    {
        return $this->readFlag('agrees') === true;
    }

    /** The order. */
    public function orderId(): ?string
    {
        return $this->readText('order_id');
    }

    /** What the buyer pays. */
    public function buyerPaid(): ?string
    {
        return $this->readDecimal('buyer_paid');
    }

    /** Of the items, ISO 4217. */
    public function currency(): ?string
    {
        return $this->readText('currency');
    }

    /**
     * Each with field, order, items, items_not_canceled and explained_by_canceled.
     *
     * @return array<array<string, mixed>>
     */
    public function differences(): array
    {
        return $this->readJson('differences') ?? [];
    }

    /**
     * Each with field and reason.
     *
     * @return array<array{field: string, reason: string}>
     */
    public function notCompared(): array
    {
        return $this->readJson('not_compared') ?? [];
    }
}
