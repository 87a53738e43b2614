<?php

declare(strict_types=1);

namespace Lazcore;

use Lazcore\Event\BadRow;
use Lazcore\Event\Done;
use Lazcore\Event\Notice;
use Lazcore\Event\Outcome;
use Lazcore\Event\Progress;

/**
 * A job of many calls. It does its calls while it is iterated; between two events no request begins (of an order pull,
 * up to eight reads that were under way come to their end).
 */
abstract class Job
{
    private Backend $backend;
    private object $handle;
    private ?Done $summary = null;

    /**
     * @param string|null $targets JSON of orders or packages
     * @param array<string, mixed> $options
     *
     * @internal
     */
    final public function __construct(Client $client, string $kind, ?string $targets, array $options)
    {
        $this->backend = $client->backend();
        $this->handle = $this->backend->job($client->handle(), $kind, $targets, Json::object($options));
    }

    /** Ends the job between two events. A job of writes still tells the outcome of every item. */
    public function cancel(): void
    {
        $this->backend->cancel($this->handle);
    }

    /** What was counted, once the job has ended. */
    public function summary(): ?Done
    {
        return $this->summary;
    }

    /**
     * Everything that the job tells, as it happens.
     *
     * @return \Generator<int, Record>
     */
    public function events(): \Generator
    {
        while (($event = $this->next()) !== null) {
            yield $event;
        }
    }

    /** Waits for the next event; null when there are no more. */
    protected function next(): ?Record
    {
        $json = $this->backend->next($this->handle);
        if ($json === null) {
            return null;
        }
        $event = self::event(Json::decode($json));
        if ($event instanceof Done) {
            $this->summary = $event;
        }

        return $event;
    }

    protected function position(): ?string
    {
        return $this->backend->cursor($this->handle);
    }

    protected function end(): void
    {
        $this->backend->close($this->handle);
    }

    /** @param array<string, mixed> $event */
    private static function event(array $event): Record
    {
        switch ($event['event']) {
            case 'row':
                return PulledOrder::ofEvent($event);
            case 'outcome':
                return new Outcome($event);
            case 'progress':
                return new Progress($event);
            case 'bad_row':
                return new BadRow($event);
            case 'notice':
                return new Notice($event);
            case 'done':
                return new Done($event);
            default:
                // An event of a newer library.
                return new Record($event);
        }
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return ['summary' => $this->summary];
    }

    private function __clone()
    {
    }
}
