<?php

declare(strict_types=1);

namespace Lazcore\Backend;

use FFI;

/**
 * An answer in the memory of the library. Nothing is copied before it is asked for.
 *
 * @internal
 */
final class FfiAnswer implements Answer
{
    private FFI $library;
    private FfiHandle $value;

    public function __construct(FFI $library, FfiHandle $value)
    {
        $this->library = $library;
        $this->value = $value;
    }

    public function json(): string
    {
        return $this->library->laz_value_json($this->value->pointer);
    }

    public function body(): string
    {
        $length = $this->library->new('size_t');
        $bytes = $this->library->laz_value_body($this->value->pointer, FFI::addr($length));

        return $bytes === null ? '' : FFI::string($bytes, $length->cdata);
    }

    public function evidence(): ?string
    {
        return $this->library->laz_value_evidence_json($this->value->pointer);
    }

    public function failedRows(): string
    {
        return $this->library->laz_value_failed_rows_json($this->value->pointer) ?? '[]';
    }

    public function requestId(): ?string
    {
        return $this->library->laz_value_request_id($this->value->pointer);
    }

    public function text(string $pointer): ?string
    {
        $out = $this->library->new('const char *');
        $place = FFI::addr($out);
        $status = $this->library->laz_value_text($this->value->pointer, $pointer, $place);
        // A list or an object is no text; a text with a NUL is none in C.
        if ($status !== 0) {
            $status = $this->library->laz_value_raw_json($this->value->pointer, $pointer, $place);
        }
        // PHP makes a string of a const char * that is read through its address.
        return $status === 0 ? $place[0] : null;
    }
}
