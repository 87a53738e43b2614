<?php

// Prints the header for the setting ffi.preload: php ffi_header.php >/etc/lazcore/lazcore_ffi.h
// Run it again after the library or this package was replaced.

declare(strict_types=1);

require_once __DIR__ . '/autoload.php';

try {
    echo Lazcore\Backend\Library::scopeHeader();
} catch (Lazcore\Exception\ConfigException $error) {
    fwrite(STDERR, $error->getMessage() . "\n");
    exit(1);
}
