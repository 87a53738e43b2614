<?php

// For php-fpm and other web servers, where FFI is restricted to preloaded files: see docs/php.md. In php.ini:
//
//     ffi.enable=preload
//     ffi.preload=/etc/lazcore/lazcore_ffi.h          made by: php ffi_header.php >/etc/lazcore/lazcore_ffi.h
//     opcache.preload=/path/to/this/preload.php
//     opcache.preload_user=www-data
//
// An opcache.preload of your own requires this file instead.

declare(strict_types=1);

(static function (): void {
    require_once __DIR__ . '/autoload.php';
    // Each file declares one class: what is loaded here belongs to every worker, and may use FFI.
    $files = new RecursiveIteratorIterator(new RecursiveDirectoryIterator(__DIR__ . '/src', FilesystemIterator::SKIP_DOTS));
    foreach ($files as $file) {
        if ($file->getExtension() === 'php') {
            $class = 'Lazcore\\' . strtr(substr($file->getPathname(), strlen(__DIR__ . '/src/'), -4), '/', '\\');
            class_exists($class) || interface_exists($class);
        }
    }
    try {
        Lazcore\Backend\Library::preload();
    } catch (Lazcore\Exception\ConfigException $error) {
        // A server whose other pages work should start; the first use of the library says the same.
        error_log('lazcore: ' . $error->getMessage());
    }
})();
