<?php

declare(strict_types=1);

namespace Lazcore;

use Lazcore\Exception\LazadaException;

/**
 * One object of an answer, in normalized form: ids and amounts are texts, times RFC 3339, absent fields are null.
 *
 * Its methods read what the catalogue knows; a field that cannot be read is an error of that field alone. As an
 * array it has every field as it came.
 *
 * @implements \ArrayAccess<string, mixed>
 * @implements \IteratorAggregate<string, mixed>
 */
class Record implements \ArrayAccess, \IteratorAggregate, \JsonSerializable
{
    // Amounts of more digits come as they are: the library keeps none of them exactly.
    private const DECIMAL = '/^-?(?=[\d.]{1,30}$)\d+(\.\d+)?$/D';
    private const TIME = '/^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:\d\d)?$/D';

    /** @var array<string, mixed> */
    protected array $fields;

    /** @param array<string, mixed> $fields */
    final public function __construct(array $fields)
    {
        $this->fields = $fields;
    }

    /** @return array<string, mixed> */
    public function toArray(): array
    {
        return $this->fields;
    }

    public function toJson(): string
    {
        return Json::text((object) $this->fields, 'record');
    }

    /** Whether there is such a field. */
    public function has(string $name): bool
    {
        return isset($this->fields[$name]);
    }

    /**
     * A field as it came; null when it is absent.
     *
     * @return mixed
     */
    public function get(string $name)
    {
        return $this->fields[$name] ?? null;
    }

    /**
     * A field as a time; null when it is absent.
     *
     * @throws Exception\DecodeException for what is no time, or has no offset and so names no instant
     */
    public function time(string $name): ?\DateTimeImmutable
    {
        $text = $this->readTime($name);
        if ($text === null) {
            return null;
        }
        if (preg_match('/(Z|[+-]\d\d:\d\d)$/D', $text) !== 1) {
            throw $this->unreadable($name, 'a time with an offset');
        }

        return new \DateTimeImmutable($text);
    }

    public function getIterator(): \ArrayIterator
    {
        return new \ArrayIterator($this->fields);
    }

    /** @return object */
    #[\ReturnTypeWillChange]
    public function jsonSerialize()
    {
        return (object) $this->fields;
    }

    /** @param string $offset */
    public function offsetExists($offset): bool
    {
        return isset($this->fields[$offset]);
    }

    /**
     * @param string $offset
     * @return mixed
     */
    #[\ReturnTypeWillChange]
    public function offsetGet($offset)
    {
        return $this->fields[$offset] ?? null;
    }

    /**
     * @param mixed $offset
     * @param mixed $value
     */
    public function offsetSet($offset, $value): void
    {
        throw new \LogicException('what Lazada answered is not changed');
    }

    /** @param mixed $offset */
    public function offsetUnset($offset): void
    {
        throw new \LogicException('what Lazada answered is not changed');
    }

    final protected function readText(string ...$names): ?string
    {
        return $this->scalar($names, 'a text');
    }

    final protected function readId(string ...$names): ?string
    {
        $id = $this->scalar($names, 'an id');
        // A whole number would have come as text: this one had a fraction or an exponent.
        if ($id !== null && preg_match('/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/D', $id) === 1 && !ctype_digit(ltrim($id, '-'))) {
            throw $this->unreadable($names[0], 'an id');
        }

        return $id;
    }

    final protected function readDecimal(string ...$names): ?string
    {
        $amount = $this->scalar($names, 'an exact amount');
        if ($amount !== null && preg_match(self::DECIMAL, $amount) !== 1) {
            throw $this->unreadable($names[0], 'an exact amount');
        }

        return $amount;
    }

    final protected function readTime(string ...$names): ?string
    {
        $time = $this->scalar($names, 'a time');
        if ($time !== null && preg_match(self::TIME, $time) !== 1) {
            throw $this->unreadable($names[0], 'a time');
        }

        return $time;
    }

    final protected function readInteger(string ...$names): ?int
    {
        $number = $this->first($names);
        if ($number !== null && !is_int($number)) {
            throw $this->unreadable($names[0], 'a whole number of 64 bits');
        }

        return $number;
    }

    final protected function readFlag(string ...$names): ?bool
    {
        $flag = $this->first($names);
        if ($flag !== null && !is_bool($flag)) {
            throw $this->unreadable($names[0], 'true or false');
        }

        return $flag;
    }

    /**
     * @template T of Record
     * @param class-string<T> $class
     * @return T|null
     */
    final protected function readObject(string $class, string ...$names): ?Record
    {
        $object = $this->first($names);
        if ($object !== null && !is_array($object)) {
            throw $this->unreadable($names[0], 'an object');
        }

        return $object === null ? null : new $class($object);
    }

    /**
     * One object counts as a list of one.
     *
     * @template T of Record
     * @param class-string<T> $class
     * @return T[]
     */
    final protected function readObjects(string $class, string ...$names): array
    {
        $list = $this->first($names) ?? [];
        if (!is_array($list)) {
            throw $this->unreadable($names[0], 'a list of objects');
        }
        if ($list !== [] && !isset($list[0])) {
            $list = [$list];
        }
        $records = [];
        foreach ($list as $object) {
            if (!is_array($object)) {
                throw $this->unreadable($names[0], 'a list of objects');
            }
            $records[] = new $class($object);
        }

        return $records;
    }

    /** @return string[] */
    final protected function readTexts(string ...$names): array
    {
        $list = $this->first($names) ?? [];
        if (!is_array($list)) {
            throw $this->unreadable($names[0], 'a list of texts');
        }
        foreach ($list as $text) {
            if (!is_string($text)) {
                throw $this->unreadable($names[0], 'a list of texts');
            }
        }

        return $list;
    }

    /** @return mixed */
    final protected function readJson(string ...$names)
    {
        return $this->first($names);
    }

    /** @param string[] $names */
    private function scalar(array $names, string $expected): ?string
    {
        $value = $this->first($names);
        if ($value !== null && !is_string($value)) {
            throw $this->unreadable($names[0], $expected);
        }

        return $value;
    }

    /**
     * The first of these spellings that is there.
     *
     * @param string[] $names
     * @return mixed
     */
    private function first(array $names)
    {
        foreach ($names as $name) {
            if (isset($this->fields[$name])) {
                return $this->fields[$name];
            }
        }

        return null;
    }

    private function unreadable(string $field, string $expected): LazadaException
    {
        // The value is not repeated: it may be a buyer's.
        return LazadaException::at('decode', $field, "expected $expected");
    }
}
