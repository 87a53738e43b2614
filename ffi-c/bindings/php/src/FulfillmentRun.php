<?php

declare(strict_types=1);

namespace Lazcore;

use Lazcore\Event\Outcome;

/**
 * Items on their way to the carrier. Iterate it for its events, or ask for its results: they run the job to its end
 * first.
 *
 * @implements \IteratorAggregate<int, Record>
 */
final class FulfillmentRun extends Job implements \IteratorAggregate
{
    /** @var Outcome[] */
    private array $outcomes = [];

    /** @return \Generator<int, Record> */
    public function getIterator(): \Generator
    {
        return $this->events();
    }

    /** @return Outcome[] what became of every item, in the order given */
    public function outcomes(): array
    {
        while ($this->next() !== null) {
            continue;
        }

        return $this->outcomes;
    }

    /** @return Outcome[] items that are where they should be */
    public function done(): array
    {
        return $this->of(['done'], true);
    }

    /** @return Outcome[] items that did not get there although they should: every state but done and left_out */
    public function failed(): array
    {
        return $this->of(['done', 'left_out'], false);
    }

    /** @return Outcome[] items that are not for this job; the message says why */
    public function leftOut(): array
    {
        return $this->of(['left_out'], true);
    }

    /** @return Outcome[] items of which nobody knows whether a write was executed: look before trying again */
    public function indeterminate(): array
    {
        return $this->of(['indeterminate'], true);
    }

    protected function next(): ?Record
    {
        $event = parent::next();
        if ($event instanceof Outcome) {
            $this->outcomes[] = $event;
        }

        return $event;
    }

    /**
     * @param string[] $states
     * @return Outcome[]
     */
    private function of(array $states, bool $wanted): array
    {
        return array_values(array_filter($this->outcomes(), static function (Outcome $one) use ($states, $wanted): bool {
            return in_array($one->state(), $states, true) === $wanted;
        }));
    }
}
