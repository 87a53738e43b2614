<?php

declare(strict_types=1);

namespace Lazcore\Event;

use Lazcore\Record;

/** A row without its id or sort key, as it came. Never dropped. */
final class BadRow extends Record
{
    /** Where it stood in its page, from 0. */
    public function position(): int
    {
        return (int) $this->readInteger('position');
    }

    /** The row as it came. */
    public function rawJson(): string
    {
        return (string) $this->readText('json');
    }

    /** What is wrong with it. */
    public function reason(): string
    {
        return (string) $this->readText('reason');
    }

    /** The store it belongs to. */
    public function account(): string
    {
        return (string) $this->readText('account');
    }
}
