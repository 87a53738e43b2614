<?php

declare(strict_types=1);

namespace Lazcore;

/** Packing, labels and the handover to the carrier. */
final class Fulfillment extends Api\Fulfillment
{
    /**
     * Packs, saves labels and reports ready to ship; one outcome per item, in the order given. Nothing is sent before the
     * run is iterated or one of its results is asked for.
     *
     * Options: until (packed, labels or ready_to_ship); provider (the carrier's code); labels (the folder for label files;
     * without one no labels are fetched) and the other options of labels(); journal (a file that outlives the run: what
     * keeps an item from being packed twice when a process is killed, or by a later run); actor; unknown (repeat or
     * report: what is done with a write that no read shows after the quarantine); adopt; quarantine_s (120).
     *
     * @param iterable<string|int|Record|array<string, mixed>> $orders order ids, order records, or
     *   ['order_id' => ..., 'order_item_ids' => [...]] for a part of an order
     * @param array<string, mixed> $options
     */
    public function run(iterable $orders, array $options = []): FulfillmentRun
    {
        return new FulfillmentRun($this->client, 'run', Json::list(self::targets($orders), 'orders'), $options);
    }

    /**
     * Saves the labels of items that are packed, also once more; one outcome per item. Nothing is packed and nothing
     * reported.
     *
     * Options: labels (the folder, required); label_files (combined or single); label_format (pdf or html);
     * label_item_list; label_wait (seconds for which an empty label is asked for again).
     *
     * @param iterable<string|int|Record|array<string, mixed>> $targets as in run(), or ['package_id' => ...]
     * @param array<string, mixed> $options
     */
    public function labels(iterable $targets, array $options): FulfillmentRun
    {
        return new FulfillmentRun($this->client, 'labels', Json::list(self::targets($targets), 'orders'), $options);
    }

    /**
     * Reports packages ready to ship, whoever made them; one outcome per package. The job of many calls beside
     * readyToShip(), which is one call. Labels are not fetched.
     *
     * Options: journal, actor, unknown, quarantine_s as in run().
     *
     * @param iterable<string|array<string, mixed>> $packages package ids, or ['package_id' => ..., 'order_id' => ...]: a
     *   package that the journal does not know can only be read back by its order
     * @param array<string, mixed> $options
     */
    public function announce(iterable $packages, array $options = []): FulfillmentRun
    {
        return new FulfillmentRun($this->client, 'announce', Json::list($packages, 'packages'), $options);
    }

    /**
     * Dissolves packages, so that their items can be packed again or canceled one by one. The job of many calls beside
     * recreatePackage(), which is one call. Arguments as in announce().
     *
     * @param iterable<string|array<string, mixed>> $packages
     * @param array<string, mixed> $options
     */
    public function repack(iterable $packages, array $options = []): FulfillmentRun
    {
        return new FulfillmentRun($this->client, 'repack', Json::list($packages, 'packages'), $options);
    }

    /**
     * Reads again what a journal does not know the end of, and never writes to the platform. "done" is an item whose write
     * was executed, "stopped_before" one whose write was not, which a run may send again.
     *
     * Options: journal, adopt, quarantine_s as in run().
     *
     * @param array<string, mixed> $options
     */
    public function resolve(array $options = []): FulfillmentRun
    {
        return new FulfillmentRun($this->client, 'resolve', null, $options);
    }

    /**
     * @param iterable<mixed> $orders
     * @return \Generator<int, mixed>
     */
    private static function targets(iterable $orders): \Generator
    {
        foreach ($orders as $order) {
            yield $order instanceof Record ? $order->get('order_id') : $order;
        }
    }
}
