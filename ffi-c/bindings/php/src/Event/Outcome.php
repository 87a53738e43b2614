<?php

declare(strict_types=1);

namespace Lazcore\Event;

use Lazcore\Record;

/** What became of one item. */
final class Outcome extends Record
{
    /** The store it belongs to. */
    public function account(): string
    {
        return (string) $this->readText('account');
    }

    /** The order. */
    public function orderId(): string
    {
        return (string) $this->readText('order_id');
    }

    /** The item; null for a package that was given by its id. */
    public function orderItemId(): ?string
    {
        return $this->readText('order_item_id');
    }

    /**
     * done, left_out, refused, canceled, unanswered, packed_elsewhere, package_changed, package_shared, indeterminate or
     * stopped_before.
     */
    public function state(): string
    {
        return (string) $this->readText('state');
    }

    /** The step at which it stands: read, pack, labels, ready_to_ship or repack. */
    public function step(): string
    {
        return (string) $this->readText('step');
    }

    /** Its status at Lazada, as read last. */
    public function status(): ?string
    {
        return $this->readText('status');
    }

    /** Lazada's code, for what was refused. */
    public function code(): ?string
    {
        return $this->readText('code');
    }

    /** Why it is not done. */
    public function message(): ?string
    {
        return $this->readText('message');
    }

    /** The package. */
    public function packageId(): ?string
    {
        return $this->readText('package_id');
    }

    /** The carrier's number. */
    public function trackingNumber(): ?string
    {
        return $this->readText('tracking_number');
    }

    /** The carrier. */
    public function shipmentProvider(): ?string
    {
        return $this->readText('shipment_provider');
    }

    /** The label file. */
    public function label(): ?string
    {
        return $this->readText('label');
    }

    /** The page in it, if it is known. */
    public function labelPage(): ?int
    {
        return $this->readInteger('label_page');
    }

    /** How it is known: answer, read_back or adopted. */
    public function origin(): ?string
    {
        return $this->readText('origin');
    }

    /** Who ships. */
    public function actor(): ?string
    {
        return $this->readText('actor');
    }

    /**
     * All that is known of a write of unknown fate: kind, rows, tries, sightings, package_ids, next_step.
     *
     * @return array<string, mixed>|null
     */
    public function indeterminate(): ?array
    {
        return $this->readJson('indeterminate');
    }

    /** When it was known, RFC 3339. */
    public function knownAt(): ?string
    {
        return $this->readTime('time');
    }

    /**
     * The steps with the request ids of their calls.
     *
     * @return array<array{step: string, request_id: string}>
     */
    public function requestIds(): array
    {
        return $this->readJson('request_ids') ?? [];
    }

    /** The request id of the last call: what to quote to Lazada's support. */
    public function requestId(): ?string
    {
        $ids = $this->requestIds();

        return $ids === [] ? null : $ids[count($ids) - 1]['request_id'];
    }
}
