<?php

// Hosts of every kind: without FFI, without the library, with another one, web servers, old syntax.

declare(strict_types=1);

use Lazcore\Backend\Ffi as InProcess;
use Lazcore\Backend\Library;
use Lazcore\Exception;
use Lazcore\Exception\LazadaException;
use Lazcore\Lazop;

const PACKAGE = ROOT . '/ffi-c/bindings/php';

/** What a program says that loads the library. */
function loading(array $options, array $environment = []): string
{
    $program = 'require ' . var_export(PACKAGE . '/autoload.php', true) . ';'
        . 'try { echo "loaded ", (new Lazcore\Backend\Ffi())->version(); }'
        . 'catch (Lazcore\Exception\ConfigException $error) { echo $error->field(), "|", $error->getMessage(); }';
    [$code, $output, $errors] = php([...$options, '-r', $program], $environment);
    Check::same('', $errors);
    Check::same(0, $code);

    return $output;
}

function contains(string $text, string ...$parts): void
{
    foreach ($parts as $part) {
        Check::true(strpos($text, $part) !== false, "expected \"$part\" in \"$text\"");
    }
}

/** A library made of C, for what no release does. */
function library(string $source): string
{
    $folder = folder();
    file_put_contents("$folder/library.c", $source);
    $file = "$folder/liblazcore.so.0";
    exec("gcc -shared -fPIC -o $file $folder/library.c", $output, $code);
    Check::same(0, $code, 'gcc');

    return $file;
}

test('FFI is switched off or missing', static function (): void {
    contains(loading(['-d', 'ffi.enable=0']), 'library|', 'ffi.enable=0', 'ffi.enable=preload', 'Stdio');
    contains(loading(['-n']), 'has no FFI', 'extension=ffi', 'Stdio');
    contains(loading([]), 'loaded ' . Lazop::version());
});

test('the library is not found', static function (): void {
    contains(loading([], ['LAZCORE_LIBRARY' => '/nowhere/x.so']), '/nowhere/x.so', 'LAZCORE_LIBRARY');
    $told = loading([], ['LAZCORE_LIBRARY' => '']);
    contains($told, 'LAZCORE_LIBRARY', 'not set', '/lib/liblazcore.so.0', 'where the system looks');
    $text = folder() . '/liblazcore.so.0';
    file_put_contents($text, 'no library');
    contains(loading([], ['LAZCORE_LIBRARY' => $text]), 'could not be loaded');
});

test('a library of another binary interface, or an older one', static function (): void {
    $versions = '#include <stdint.h>' . "\n" . 'const char *laz_version(void) { return "9.8.7"; }'
        . ' int32_t laz_abi_version(void) { return %d; }';
    contains(
        loading([], ['LAZCORE_LIBRARY' => library(sprintf($versions, 99))]),
        'lazcore 9.8.7',
        'binary interface 99',
        'need ' . Library::ABI,
        'beside it'
    );
    contains(loading([], ['LAZCORE_LIBRARY' => library(sprintf($versions, Library::ABI))]), 'older than', 'library first');
});

test('a running program keeps its library while another one takes its place', static function (): void {
    $folder = folder();
    copy(getenv('LAZCORE_LIBRARY'), "$folder/liblazcore.so.0");
    $program = 'require ' . var_export(PACKAGE . '/autoload.php', true) . ';'
        . '$before = Lazcore\Lazop::sign("s", "/x", []); echo "ready\n"; fgets(STDIN);'
        . 'echo $before === Lazcore\Lazop::sign("s", "/x", []) ? "same" : "other";';
    $streams = [['pipe', 'r'], ['pipe', 'w']];
    $environment = ['LAZCORE_LIBRARY' => "$folder/liblazcore.so.0"] + getenv();
    $process = proc_open([PHP_BINARY, '-r', $program], $streams, $pipes, null, $environment);
    Check::same("ready\n", fgets($pipes[1]));
    $newer = library('#include <stdint.h>' . "\n" . 'const char *laz_version(void) { return "2"; }'
        . ' int32_t laz_abi_version(void) { return 2; }');
    // As docs/php.md says: renamed over, never copied over.
    rename($newer, "$folder/new");
    rename("$folder/new", "$folder/liblazcore.so.0");
    fwrite($pipes[0], "go\n");
    Check::same('same', stream_get_contents($pipes[1]));
    proc_close($process);
    contains(loading([], ['LAZCORE_LIBRARY' => "$folder/liblazcore.so.0"]), 'binary interface 2');
});

test('a packed package is whole', static function (): void {
    $folder = folder() . '/lazcore';
    $library = getenv('LAZCORE_LIBRARY');
    exec(PACKAGE . "/pack $folder $library 2>&1", $output, $code);
    Check::same([0, []], [$code, $output]);
    $program = 'require "' . $folder . '/autoload.php"; echo Lazcore\Lazop::version(), " ", Lazcore\Backend\Library::file();';
    [$code, $output, $errors] = php(['-r', $program], ['LAZCORE_LIBRARY' => '']);
    Check::same([0, Lazop::version() . " $folder/lib/liblazcore.so.0", ''], [$code, $output, $errors]);
    $composer = json_decode((string) file_get_contents("$folder/composer.json"), true);
    Check::same(['Lazcore\\' => 'src/'], $composer['autoload']['psr-4']);
    Check::same(['php' => '>=7.4', 'ext-json' => '*'], $composer['require']);
    foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator("$folder/src", FilesystemIterator::SKIP_DOTS)) as $file) {
        // PSR-4: the class of a file has the file's name.
        $name = 'Lazcore\\' . strtr(substr($file->getPathname(), strlen("$folder/src/"), -4), '/', '\\');
        Check::true(class_exists($name) || interface_exists($name) || trait_exists($name), "$name is missing");
    }
    exec(PACKAGE . "/pack $folder 2>&1", $output, $code);
    Check::same(2, $code, 'a folder that exists is left alone');
});

/** What a page says under a web server with these options. */
function page(array $options): string
{
    $folder = folder();
    file_put_contents("$folder/page.php", '<?php require ' . var_export(PACKAGE . '/autoload.php', true) . ';
        try {
            echo PHP_SAPI, " ", Lazcore\Lazop::sign("s", "/x", ["a" => "b"]), " ";
            echo Lazcore\Lazop::read(null, 200, [], \'{"code":"0","a":1}\')->body();
        } catch (Throwable $error) {
            echo get_class($error), ": ", $error->getMessage();
        }');
    $free = stream_socket_server('tcp://127.0.0.1:0');
    $port = (int) substr((string) strrchr((string) stream_socket_get_name($free, false), ':'), 1);
    fclose($free);
    $command = [PHP_BINARY, '-d', 'ffi.enable=preload', ...$options, '-S', "127.0.0.1:$port", "$folder/page.php"];
    $process = proc_open($command, [1 => ['file', "$folder/log", 'w'], 2 => ['file', "$folder/log", 'a']], $pipes);
    $answer = false;
    for ($round = 0; $round < 1000 && $answer === false && proc_get_status($process)['running']; $round++) {
        usleep(50000);
        $answer = @file_get_contents("http://127.0.0.1:$port/");
    }
    proc_terminate($process);
    proc_close($process);

    return $answer === false ? (string) file_get_contents("$folder/log") : $answer;
}

test('a web server needs the preload file', static function (): void {
    contains(page([]), 'ConfigException', 'ffi.enable=preload', 'preload.php', 'Stdio');
    $right = 'cli-server ' . Lazop::sign('s', '/x', ['a' => 'b']) . ' {"code":"0","a":1}';
    // A server that is started by root must name the user of its workers.
    $user = posix_geteuid() === 0 ? ['-d', 'opcache.preload_user=root'] : [];
    $preload = ['-d', 'opcache.enable=1', '-d', 'opcache.preload=' . realpath(PACKAGE . '/preload.php'), ...$user];
    Check::same($right, page($preload));
    [$code, $header, $errors] = php([PACKAGE . '/ffi_header.php']);
    Check::same([0, ''], [$code, $errors]);
    contains($header, '#define FFI_SCOPE "lazcore"', '#define FFI_LIB "' . getenv('LAZCORE_LIBRARY') . '"');
    $file = folder() . '/lazcore_ffi.h';
    file_put_contents($file, $header);
    Check::same($right, page([...$preload, '-d', "ffi.preload=$file"]));
    [$code, , $errors] = php([PACKAGE . '/ffi_header.php'], ['LAZCORE_LIBRARY' => '/nowhere']);
    Check::same(1, $code);
    contains($errors, '/nowhere');
});

test('a server whose library is missing starts all the same', static function (): void {
    $user = posix_geteuid() === 0 ? ['-d', 'opcache.preload_user=root'] : [];
    putenv('LAZCORE_LIBRARY_KEPT=' . getenv('LAZCORE_LIBRARY'));
    putenv('LAZCORE_LIBRARY=/nowhere/liblazcore.so.0');
    $told = page(['-d', 'opcache.enable=1', '-d', 'opcache.preload=' . realpath(PACKAGE . '/preload.php'), ...$user]);
    putenv('LAZCORE_LIBRARY=' . getenv('LAZCORE_LIBRARY_KEPT'));
    contains($told, 'ConfigException', '/nowhere/liblazcore.so.0');
});

test('the header has every function, and the classes no other', static function (): void {
    $symbols = array_filter(array_map('trim', file(ROOT . '/include/symbols.txt')));
    $library = Library::load();
    $header = (string) file_get_contents(ROOT . '/include/lazcore_php.h');
    foreach ($symbols as $symbol) {
        Check::true(preg_match('/^[^(;]*\b' . $symbol . '\(/m', $header) === 1, "$symbol is not declared");
    }
    \FFI::cdef($header, (string) getenv('LAZCORE_LIBRARY'));
    $used = [];
    foreach (sources() as $file) {
        preg_match_all('/\blaz_[a-z_]+\b(?!\$|\{|_t)/', (string) file_get_contents($file), $found);
        $used += array_flip($found[0]);
    }
    unset($used['laz_config_set_']);
    foreach (array_keys($used) as $name) {
        $isType = substr($name, -2) === '_t';
        Check::true($isType || in_array($name, $symbols, true), "$name is no function of the library");
    }
    Check::true(count($used) > 50, 'functions were found');
    Check::same(Library::ABI, $library->laz_abi_version());
});

/** @return string[] the files of the package, the examples among them */
function sources(): array
{
    $files = [];
    foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator(PACKAGE, FilesystemIterator::SKIP_DOTS)) as $file) {
        if ($file->getExtension() === 'php') {
            $files[] = $file->getPathname();
        }
    }

    return $files;
}

/** What PHP 7.4 does not read in a source, by the tokens of a newer PHP. */
function newSyntax(string $code): array
{
    $tokens = array_values(array_filter(token_get_all($code), static function ($token): bool {
        return !is_array($token) || !in_array($token[0], [T_WHITESPACE, T_DOC_COMMENT], true)
            && ($token[0] !== T_COMMENT);
    }));
    // An attribute on a line of its own is a comment for 7.4, and what follows is not.
    $lines = explode("\n", $code);
    $found = [];
    foreach ($lines as $number => $line) {
        if (preg_match('/#\[(?!.*\]\s*$)/', $line) === 1 || preg_match('/\S\s*#\[/', $line) === 1) {
            $found[] = 'attribute beside code in line ' . ($number + 1);
        }
    }
    $depth = 0;
    foreach ($tokens as $at => $token) {
        $id = is_array($token) ? $token[0] : $token;
        $next = $tokens[$at + 1] ?? '';
        $before = $tokens[$at - 1] ?? '';
        $next = is_array($next) ? $next[0] : $next;
        $before = is_array($before) ? $before[0] : $before;
        $new = [T_MATCH => 'match', T_NULLSAFE_OBJECT_OPERATOR => '?->', T_ENUM => 'enum', T_READONLY => 'readonly'];
        $isMember = in_array($before, [T_OBJECT_OPERATOR, T_DOUBLE_COLON, T_FUNCTION, T_CONST], true);
        if (isset($new[$id]) && !$isMember) {
            $found[] = $new[$id];
        }
        // In a list of parameters: promotion, unions, trailing commas.
        if ($id === T_FUNCTION || $id === T_FN) {
            $signature = '';
            for ($to = $at + 1, $depth = 0; isset($tokens[$to]); $to++) {
                $text = is_array($tokens[$to]) ? $tokens[$to][1] . ' ' : $tokens[$to];
                $signature .= $text;
                $depth += $text === '(' ? 1 : ($text === ')' ? -1 : 0);
                if (($text === '{' || $text === ';' || trim($text) === '=>') && $depth === 0) {
                    break;
                }
            }
            if (preg_match('/\b(public|private|protected) /', $signature) === 1) {
                $found[] = "promotion in $signature";
            }
            if (preg_match('/(?<![|])\|(?![|])/', $signature) === 1 || preg_match('/\b(mixed|static|never|null|false) *(\$|\{|;)/', preg_replace('/=\s*(null|false)\b/', '', $signature)) === 1) {
                $found[] = "type in $signature";
            }
            if (preg_match('/,\)/', $signature) === 1) {
                $found[] = "trailing comma in $signature";
            }
        }
        // A name and one colon inside of a call: a named argument.
        if ($id === T_STRING && $next === ':' && in_array($before, ['(', ','], true)) {
            $found[] = "named argument {$token[1]}";
        }
        if ($id === T_THROW && !in_array($before, [';', '{', '}', ':', T_OPEN_TAG, ')'], true)) {
            $found[] = 'throw as an expression';
        }
        if ($id === T_CATCH) {
            $caught = '';
            for ($to = $at + 1; $tokens[$to] !== ')'; $to++) {
                $caught .= is_array($tokens[$to]) ? $tokens[$to][1] : $tokens[$to];
            }
            if (strpos($caught, '$') === false) {
                $found[] = 'catch without a variable';
            }
        }
    }
    if (preg_match('/\b(str_contains|str_starts_with|str_ends_with|array_is_list|get_debug_type|preg_last_error_msg)\(/', $code, $function) === 1) {
        $found[] = "$function[1]()";
    }

    return $found;
}

test('the sources are PHP 7.4', static function (): void {
    foreach ([
        'match' => '<?php $a = match($b) { 1 => 2 };',
        'enum' => '<?php enum A { case B; }',
        'readonly' => '<?php class A { public readonly int $b; }',
        'promotion' => '<?php class A { function __construct(private int $a) {} }',
        'named' => '<?php f(a: 1);',
        'nullsafe' => '<?php $a?->b();',
        'union' => '<?php function f(int|string $a) {}',
        'mixed' => '<?php function f(): mixed {}',
        'static' => '<?php class A { function f(): static {} }',
        'comma' => '<?php function f($a,) {}',
        'throw' => '<?php $a = $b ?? throw new E();',
        'catch' => '<?php try { f(); } catch (E) {}',
        'attribute' => '<?php function f(#[A] $a) {}',
        'function' => '<?php str_contains($a, $b);',
    ] as $name => $code) {
        Check::true(newSyntax($code) !== [], "$name is not seen");
    }
    Check::same([], newSyntax('<?php class A { public function f(?int $a = null): ?string { return $a ? self::g([1, 2,],) : null; } }'));
    $files = sources();
    Check::true(count($files) > 60, 'files were found');
    foreach ($files as $file) {
        Check::same([], newSyntax((string) file_get_contents($file)), $file);
    }
});

test('the table of errors', static function (): void {
    $documented = [];
    foreach (file(ROOT . '/docs/errors.md') as $line) {
        if (strpos($line, '| LAZ_STATUS_') !== false) {
            $cells = array_map('trim', explode('|', $line));
            $documented[$cells[1]] = [(int) $cells[4], preg_grep('/Exception$/', $cells)];
        }
    }
    Check::same(array_keys(LazadaException::CLASSES), array_values(array_intersect(array_keys(LazadaException::CLASSES), array_keys($documented))));
    Check::same(count($documented), count(LazadaException::CLASSES));
    foreach (LazadaException::CLASSES as $kind => $class) {
        $name = substr($class, (int) strrpos($class, '\\') + 1);
        Check::true(in_array($name, $documented[$kind][1], true), "$name does not stand in docs/errors.md");
        $error = LazadaException::of($kind, 'text', ['status' => $documented[$kind][0]]);
        Check::same([$class, $kind, $documented[$kind][0]], [get_class($error), $error->kind(), $error->getCode()]);
    }
    Check::same(LazadaException::class, get_class(LazadaException::of('newer', 'text')));
});

test('a panic becomes an exception, and the host lives', static function (): void {
    $library = \FFI::cdef(Library::header() . 'int32_t laz_test_panic(laz_error_t **error_out);', getenv('LAZCORE_LIBRARY'));
    $ffi = new InProcess($library);
    $panic = function (): void {
        $error = $this->library->new('laz_error_t *');
        $this->check($this->library->laz_test_panic(\FFI::addr($error)), $error);
    };
    $error = Check::throws(Exception\InternalException::class, static function () use ($panic, $ffi): void {
        $panic->call($ffi);
    });
    Check::same(['panic', 900], [$error->kind(), $error->getCode()]);
    Check::true($ffi->sign('s', '/x', '{}') !== '', 'the library answers');
});

test('10,000 calls keep no memory', static function (): void {
    $sandbox = new Sandbox('--orders', '1');
    $client = $sandbox->client(Tests::backend('ffi'));
    $page = '{"code":"0","data":{"count":1,"countTotal":1,"orders":[{"order_id":1,"price":"1.50","remarks":"' . str_repeat('x', 4000) . '"}]}}';
    $round = static function () use ($client, $page): void {
        Lazop::sign('s', '/x', ['a' => 'b', 'c' => 1]);
        $reply = Lazop::read('GetOrders', 200, ['Date' => 'x'], $page);
        $reply->text('/orders/0/price');
        $reply->rows()[0]->price();
        try {
            $client->call('GetOrder', []);
        } catch (Exception\InputException $expected) {
            unset($expected);
        }
    };
    Lazop::useBackend(Tests::backend('ffi'));
    $resident = static function (): int {
        preg_match('/^VmRSS:\s+(\d+)/m', (string) file_get_contents('/proc/self/status'), $found);

        return (int) $found[1];
    };
    for ($number = 0; $number < 500; $number++) {
        $round();
    }
    gc_collect_cycles();
    $memory = memory_get_usage();
    $before = $resident();
    for ($number = 0; $number < 10000; $number++) {
        $round();
    }
    gc_collect_cycles();
    Check::true(memory_get_usage() - $memory < 200000, 'PHP grew by ' . (memory_get_usage() - $memory) . ' bytes');
    Check::true($resident() - $before < 8000, 'the process grew by ' . ($resident() - $before) . ' kB');
    for ($number = 0; $number < 200; $number++) {
        $client->seller()->getSeller()->rows();
    }
    Check::true($resident() - $before < 12000, 'the process grew by ' . ($resident() - $before) . ' kB');
    $sandbox->stop();
});
