<?php

declare(strict_types=1);

namespace Lazcore;

use Lazcore\Record\Order;
use Lazcore\Record\OrderItem;

/** An order with its items and the evidence of the call that brought it. */
final class PulledOrder extends Order
{
    /** @var array<string, mixed> */
    private array $event = [];

    /**
     * @param array<string, mixed> $event
     *
     * @internal
     */
    public static function ofEvent(array $event): self
    {
        $order = new self($event['order']);
        unset($event['order']);
        $order->event = $event;

        return $order;
    }

    /** The store it belongs to: order ids are unique within one store only. */
    public function account(): string
    {
        return $this->event['account'];
    }

    /** @return OrderItem[]|null its items; null when they were not asked for, or not answered */
    public function items(): ?array
    {
        if (!isset($this->event['items'])) {
            return null;
        }

        return array_map(static function (array $item): OrderItem {
            return new OrderItem($item);
        }, $this->event['items']);
    }

    /** Whether the items were asked for and the answer left this order out. */
    public function itemsUnanswered(): bool
    {
        return $this->event['items_unanswered'] ?? false;
    }

    /** Whether the items are of another version than the order, also after a second look. */
    public function itemsDiffer(): bool
    {
        return $this->event['items_differ'] ?? false;
    }

    /** @return array<string, mixed> what to quote to support */
    public function evidence(): array
    {
        return $this->event['evidence'] ?? [];
    }

    /** The order with everything about it, as JSON: account, order, items and evidence. */
    public function toEventJson(): string
    {
        return Json::object(['order' => $this->fields] + $this->event);
    }
}
