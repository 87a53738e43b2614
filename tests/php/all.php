<?php

// Runs the tests; with an argument, those whose name holds it.

declare(strict_types=1);

require __DIR__ . '/harness.php';
foreach (glob(__DIR__ . '/*.php') as $file) {
    if (!in_array(basename($file), ['all.php', 'harness.php'], true) && basename($file)[0] !== '_') {
        require $file;
    }
}
exit(Tests::run($argv[1] ?? ''));
