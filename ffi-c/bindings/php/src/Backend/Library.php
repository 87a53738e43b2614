<?php

declare(strict_types=1);

namespace Lazcore\Backend;

use FFI;
use Lazcore\Exception\ConfigException;
use Lazcore\Exception\LazadaException;

/** Finds the shared library and loads it, once for each process. */
final class Library
{
    /** The number of the binary interface that these sources are written for. */
    public const ABI = 0;

    /** The name under which preload.php leaves the library for the workers of a web server. */
    public const SCOPE = 'lazcore';

    private const WEB = 'In a web server such as php-fpm set ffi.enable=preload and opcache.preload to the file'
        . ' preload.php of this package (docs/php.md); where that cannot be, use the backend Lazcore\Backend\Stdio.';

    private static ?string $path = null;
    private static ?FFI $loaded = null;

    /** Names the library's file, before its first use; otherwise LAZCORE_LIBRARY and the usual places count. */
    public static function useFile(string $path): void
    {
        if (self::$loaded !== null) {
            throw LazadaException::of('config', 'library: another one is loaded already');
        }
        self::$path = $path;
    }

    /**
     * The library with the declarations of its header.
     *
     * @throws ConfigException that says what to set or where the library was looked for
     */
    public static function load(): FFI
    {
        if (self::$loaded === null) {
            self::checkExtension();
            self::$loaded = self::preloaded() ?? self::open();
        }

        return self::$loaded;
    }

    /**
     * Loads the library for all workers of a web server, unless ffi.preload has done it. For preload.php alone.
     *
     * @internal
     */
    public static function preload(): void
    {
        self::checkExtension();
        if (self::preloaded() !== null) {
            return;
        }
        $header = (string) tempnam(sys_get_temp_dir(), 'lazcore');
        file_put_contents($header, self::scopeHeader());
        try {
            FFI::load($header);
        } catch (FFI\Exception $error) {
            // With opcache.preload_user only ffi.preload can do it; without, preloaded classes load it once a request.
            if (strpos($error->getMessage(), 'preload_user') === false) {
                throw self::failure('it could not be preloaded: ' . $error->getMessage());
            }
        } finally {
            unlink($header);
        }
    }

    /**
     * What the setting ffi.preload needs: the declarations with the library's file and a name.
     *
     * @throws ConfigException when the library is not found or of another binary interface
     */
    public static function scopeHeader(): string
    {
        self::checkExtension();
        $file = self::file();
        self::checkAbi($file);

        return sprintf("#define FFI_SCOPE \"%s\"\n#define FFI_LIB \"%s\"\n", self::SCOPE, addcslashes($file, '\\"'))
            . self::header();
    }

    /**
     * The declarations of the C functions, as FFI reads them.
     *
     * @internal
     */
    public static function header(): string
    {
        $declarations = false;
        foreach (self::headers() as $file) {
            if (is_file($file)) {
                $declarations = file_get_contents($file);
                break;
            }
        }
        if ($declarations === false) {
            throw self::failure('lazcore_php.h was not found beside the package: ' . implode(', ', self::headers()));
        }
        // PHP cuts a const char * at its first NUL; bodies have a length instead.
        $plain = str_replace('const char *laz_value_body(', 'const void *laz_value_body(', $declarations, $count);
        if ($count !== 1) {
            throw self::failure('lazcore_php.h is of another version than these sources');
        }

        return $plain;
    }

    /**
     * The file of the library, or a name for the system's loader.
     *
     * @internal
     */
    public static function file(): string
    {
        $named = self::$path ?? self::environment();
        if ($named !== null) {
            if (!is_file($named)) {
                $by = self::$path === null ? 'LAZCORE_LIBRARY' : 'Library::useFile()';
                throw self::failure("there is no file $named, which $by names");
            }

            return $named;
        }
        foreach (self::places() as $place) {
            if (is_file($place)) {
                return $place;
            }
        }

        return self::name();
    }

    /**
     * Compares the numbers of the binary interface.
     *
     * @internal
     */
    public static function checkAbi(string $file): void
    {
        self::compare(self::cdef('int32_t laz_abi_version(void); const char *laz_version(void);', $file), $file);
    }

    private static function compare(FFI $library, string $file): void
    {
        $abi = $library->laz_abi_version();
        if ($abi !== self::ABI) {
            throw self::failure(sprintf(
                '%s is lazcore %s with the binary interface %d, and these PHP sources need %d: install the library that'
                . ' belongs to them beside it, and name it in LAZCORE_LIBRARY',
                $file,
                $library->laz_version(),
                $abi,
                self::ABI
            ));
        }
    }

    private static function checkExtension(): void
    {
        if (!extension_loaded('ffi')) {
            throw self::failure(
                'this PHP has no FFI: install the extension ffi and load it (extension=ffi in php.ini), or use the backend'
                . ' Lazcore\Backend\Stdio'
            );
        }
        $enabled = strtolower((string) ini_get('ffi.enable'));
        if (in_array($enabled, ['', '0', 'off', 'false', 'no'], true)) {
            throw self::failure(
                'FFI is switched off by ffi.enable=0 in php.ini. On the command line set ffi.enable=preload. ' . self::WEB
            );
        }
    }

    /** What preload.php or ffi.preload left. On the command line there is mostly none. */
    private static function preloaded(): ?FFI
    {
        try {
            $library = FFI::scope(self::SCOPE);
        } catch (FFI\Exception $absent) {
            if (self::isRestricted($absent)) {
                throw self::failure('FFI is restricted to preloaded files by ffi.enable=preload. ' . self::WEB);
            }

            return null;
        }
        self::compare($library, 'the preloaded library');

        return $library;
    }

    private static function isRestricted(FFI\Exception $error): bool
    {
        return strpos($error->getMessage(), 'restricted') !== false;
    }

    private static function open(): FFI
    {
        $file = self::file();
        self::checkAbi($file);

        return self::cdef(self::header(), $file);
    }

    private static function cdef(string $declarations, string $file): FFI
    {
        try {
            return FFI::cdef($declarations, $file);
        } catch (FFI\Exception $error) {
            $problem = $error->getMessage();
            if (self::isRestricted($error)) {
                throw self::failure('FFI is restricted to preloaded files by ffi.enable=preload. ' . self::WEB);
            }
            if (strpos($problem, 'resolving') !== false) {
                throw self::failure(
                    "$file is older than these PHP sources ($problem): install the library first, then the package"
                );
            }
            throw self::failure(
                "the library could not be loaded ($problem). Looked for: LAZCORE_LIBRARY in the environment ("
                . (self::environment() ?? 'not set') . '), ' . implode(', ', self::places()) . ', and '
                . self::name() . ' where the system looks for libraries'
            );
        }
    }

    private static function environment(): ?string
    {
        $named = getenv('LAZCORE_LIBRARY');

        return $named === false || trim($named) === '' ? null : $named;
    }

    /** The number in the name is that of the binary interface, so that an old and a new library stand side by side. */
    private static function name(): string
    {
        if (PHP_OS_FAMILY === 'Windows') {
            return 'lazcore.dll';
        }

        return PHP_OS_FAMILY === 'Darwin' ? 'liblazcore.' . self::ABI . '.dylib' : 'liblazcore.so.' . self::ABI;
    }

    /** @return string[] */
    private static function places(): array
    {
        $places = [dirname(__DIR__, 2) . '/lib/' . self::name()];
        if (PHP_OS_FAMILY !== 'Windows') {
            $places[] = '/usr/local/lib/' . self::name();
        }

        return $places;
    }

    /** @return string[] in an installed package, and in the repository */
    private static function headers(): array
    {
        return [
            dirname(__DIR__, 2) . '/lib/lazcore_php.h',
            dirname(__DIR__, 5) . '/include/lazcore_php.h',
        ];
    }

    private static function failure(string $problem): ConfigException
    {
        return new ConfigException("library: $problem", ['kind' => 'config', 'field' => 'library']);
    }
}
