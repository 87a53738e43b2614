<?php

declare(strict_types=1);

namespace Lazcore;

use Lazcore\Api\Answers;
use Lazcore\Backend\Answer;

/**
 * An answer that the gateway and the API call successful. Iterating it gives its rows.
 *
 * @implements \IteratorAggregate<int, Record>
 */
final class Reply implements \IteratorAggregate
{
    private Answer $answer;
    /** @var class-string<Record> */
    private string $record;
    /** @var string[]|null */
    private ?array $place;
    /** @var mixed */
    private $data;
    private bool $isDecoded = false;

    /**
     * @param class-string<Record> $record
     * @param string[]|null $place where below the payload the rows stand; null where the payload is the record
     */
    private function __construct(Answer $answer, string $record, ?array $place)
    {
        $this->answer = $answer;
        $this->record = $record;
        $this->place = $place;
    }

    /**
     * The answer to a call by this name; null for one by path.
     *
     * @internal
     */
    public static function of(Answer $answer, ?string $name): self
    {
        [$record, $place] = Answers::ALL[$name] ?? [Record::class, null];

        return new self($answer, $record, $place);
    }

    /**
     * The payload as arrays: ids and amounts are texts, times RFC 3339, absent fields absent.
     *
     * @return mixed
     */
    public function data()
    {
        if (!$this->isDecoded) {
            $this->data = Json::decode($this->answer->json());
            $this->isDecoded = true;
        }

        return $this->data;
    }

    /** The payload as an object of the answer's type; null when it is none. */
    public function record(): ?Record
    {
        $data = $this->data();
        if (!is_array($data) || isset($data[0])) {
            return null;
        }
        $class = $this->place === null ? $this->record : Record::class;

        return new $class($data);
    }

    /**
     * The rows of a list; where an API answers with one object, that object alone.
     *
     * @return Record[]
     */
    public function rows(): array
    {
        $rows = $this->data();
        foreach ($this->place ?? [] as $name) {
            $rows = is_array($rows) ? $rows[$name] ?? [] : [];
        }
        if (!is_array($rows)) {
            return [];
        }
        if ($this->place === null && $rows !== [] && !isset($rows[0])) {
            $rows = [$rows];
        }
        $records = [];
        foreach ($rows as $row) {
            if (is_array($row)) {
                $records[] = new $this->record($row);
            }
        }

        return $records;
    }

    public function getIterator(): \ArrayIterator
    {
        return new \ArrayIterator($this->rows());
    }

    /**
     * Rows of a batch that failed although the call succeeded.
     *
     * @return array<array{code: string, message: string, retry: bool, row: array<string, mixed>}>
     */
    public function failedRows(): array
    {
        return Json::decode($this->answer->failedRows());
    }

    /**
     * The exact text at a JSON pointer below the payload, such as "/orders/0/order_id", as it came; of lists and objects
     * their JSON. Null when nothing stands there. A single field is read without decoding the rest.
     */
    public function text(string $pointer): ?string
    {
        return $this->answer->text($pointer);
    }

    /** The payload as normalized JSON. */
    public function toJson(): string
    {
        return $this->answer->json();
    }

    /** The whole answer as it came. */
    public function body(): string
    {
        return $this->answer->body();
    }

    /** What to quote to Lazada's support. */
    public function requestId(): ?string
    {
        return $this->answer->requestId();
    }

    /**
     * What to quote when something has to be proved later: api, request_id, trace_id, account, time, attempts,
     * http_status.
     *
     * @return array<string, mixed>
     */
    public function evidence(): array
    {
        $evidence = $this->answer->evidence();

        return $evidence === null ? [] : Json::decode($evidence);
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        // An answer may hold tokens and data of buyers.
        return ['requestId' => $this->requestId()];
    }
}
