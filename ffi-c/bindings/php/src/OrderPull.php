<?php

declare(strict_types=1);

namespace Lazcore;

use Lazcore\Event\BadRow;

/**
 * The orders of a window or a sync. Iterate it for the orders, or events() for everything it tells; both take from one
 * source.
 *
 * @implements \IteratorAggregate<int, PulledOrder>
 */
final class OrderPull extends Job implements \IteratorAggregate
{
    /** @var BadRow[] */
    private array $badRows = [];
    private ?string $cursor = null;
    private bool $isClosed = false;

    /** @return \Generator<int, PulledOrder> */
    public function getIterator(): \Generator
    {
        while (($event = $this->next()) !== null) {
            if ($event instanceof PulledOrder) {
                yield $event;
            }
        }
    }

    /**
     * How far the pull has come: a text for the option cursor of a later pull, or sync. It counts every order that was
     * handed out: keep it once those orders are kept. Null before the first answer.
     */
    public function cursor(): ?string
    {
        return $this->isClosed ? $this->cursor : $this->position();
    }

    /** @return BadRow[] the rows so far that have no id, as they came */
    public function badRows(): array
    {
        return $this->badRows;
    }

    /** Ends the pull where it stands and frees what it holds, such as the file of its state. */
    public function close(): void
    {
        if (!$this->isClosed) {
            $this->cursor = $this->position();
            $this->isClosed = true;
            $this->end();
        }
    }

    protected function next(): ?Record
    {
        $event = parent::next();
        if ($event instanceof BadRow) {
            $this->badRows[] = $event;
        }

        return $event;
    }
}
