<?php

declare(strict_types=1);

namespace Lazcore\Event;

use Lazcore\Record;

/** How far a job is. */
final class Progress extends Record
{
    /** What is being done: orders, backfill, changes, read, pack, labels, ready_to_ship. */
    public function stage(): string
    {
        return (string) $this->readText('stage');
    }

    /** How many are done. */
    public function done(): int
    {
        return (int) $this->readInteger('done');
    }

    /** Of how many, when that is known; it may change while the list moves. */
    public function total(): ?int
    {
        return $this->readInteger('total');
    }
}
