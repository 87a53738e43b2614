<?php

declare(strict_types=1);

namespace Lazcore;

use Lazcore\Exception\LazadaException;

/**
 * JSON on its way in and out, exact to the last digit.
 *
 * @internal
 */
final class Json
{
    private const FLAGS = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES;
    private const DEPTH = 512;

    // A number with a fraction or an exponent, outside of texts.
    private const INEXACT = '/"[^"\\\\]*+(?:\\\\.[^"\\\\]*+)*+"(*SKIP)(*FAIL)'
        . '|-?\d++(?:\.\d++(?:[eE][+-]?\d++)?|[eE][+-]?\d++)/s';

    /**
     * Parameters or options as a JSON object. What is null is left out.
     *
     * @param array<string, mixed> $values
     */
    public static function object(array $values): string
    {
        foreach ($values as $value) {
            // Texts alone, as in a signature, need no second look.
            if (!is_string($value)) {
                $values = self::checked(array_filter($values, static function ($value): bool {
                    return $value !== null;
                }), '');
                break;
            }
        }

        return self::text((object) $values, 'params');
    }

    /**
     * A list of ids, or of arrays, as JSON.
     *
     * @param iterable<mixed> $elements
     */
    public static function list(iterable $elements, string $field): string
    {
        $list = [];
        foreach ($elements as $element) {
            $list[] = $element;
        }

        return self::text(self::checked($list, $field), $field);
    }

    /**
     * Arrays of what stands in a JSON text. Numbers with a fraction and those beyond 64 bits become texts, so that no
     * digit is lost.
     *
     * @return mixed
     */
    public static function decode(string $json)
    {
        $exact = preg_replace(self::INEXACT, '"$0"', $json);
        if ($exact === null) {
            throw LazadaException::of('internal', 'an answer could not be read: error ' . preg_last_error());
        }
        $value = json_decode($exact, true, self::DEPTH, JSON_BIGINT_AS_STRING);
        if ($value === null && json_last_error() !== JSON_ERROR_NONE) {
            throw LazadaException::of('decode', 'JSON that cannot be read: ' . json_last_error_msg());
        }

        return $value;
    }

    /**
     * As it stands, as JSON.
     *
     * @param mixed $value
     */
    public static function text($value, string $field): string
    {
        $json = json_encode($value, self::FLAGS, self::DEPTH);
        if ($json === false) {
            throw LazadaException::at('input', $field, 'expected values in UTF-8: ' . json_last_error_msg());
        }

        return $json;
    }

    /**
     * The value, with times as text; what has no exact text is refused.
     *
     * @param mixed $value
     * @return mixed
     */
    private static function checked($value, string $field)
    {
        if (is_array($value)) {
            foreach ($value as $name => $inside) {
                if (!is_string($inside) && !is_int($inside)) {
                    $value[$name] = self::checked($inside, self::below($field, $name));
                }
            }

            return $value;
        }
        if ($value === null || is_scalar($value) && !is_float($value)) {
            return $value;
        }
        if ($value instanceof \DateTimeInterface) {
            return $value->format('Y-m-d\TH:i:sP');
        }
        if (is_float($value)) {
            throw LazadaException::at('input', $field, 'a float has no exact text: give "12.50" as a text');
        }
        $type = is_object($value) ? get_class($value) : gettype($value);
        throw LazadaException::at('input', $field, "expected text, whole number, boolean or array, got $type");
    }

    /** @param int|string $name */
    private static function below(string $field, $name): string
    {
        if (is_int($name)) {
            return "{$field}[$name]";
        }

        return $field === '' ? $name : "$field.$name";
    }
}
