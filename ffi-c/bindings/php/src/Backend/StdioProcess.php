<?php

declare(strict_types=1);

namespace Lazcore\Backend;

use Lazcore\Exception\LazadaException;
use Lazcore\Json;

/**
 * A running `lazcore serve-stdio` and the lines to and from it. A forked child, and a worker whose process has ended,
 * get a new one with the same clients and stores.
 *
 * @internal
 */
final class StdioProcess
{
    private const PROTOCOL = 1;

    /** @var string[] */
    private array $command;
    /** @var resource|null */
    private $process = null;
    /** @var resource|null */
    private $input = null;
    /** @var resource|null */
    private $output = null;
    private int $owner = 0;
    private int $generation = 0;
    private int $lastId = 0;
    private string $version = '';
    /** @var int[] numbers to be freed with the next line */
    private array $freed = [];
    /** @var array<int, \WeakReference<StdioHandle>> stores by their number */
    private array $stores = [];

    /** @param string[] $command */
    public function __construct(array $command)
    {
        $this->command = $command;
    }

    public function __destruct()
    {
        $this->stop();
    }

    public function version(): string
    {
        $this->start();

        return $this->version;
    }

    /**
     * Makes a client, a store or a job, which is freed with the handle.
     *
     * @param array<string, mixed> $members
     */
    public function made(string $operation, array $members, ?StdioHandle $store, bool $isJob): StdioHandle
    {
        $handle = new StdioHandle($this, 0, 0);
        $handle->operation = $operation;
        $handle->members = $members;
        $handle->store = $store;
        $handle->isJob = $isJob;
        $this->make($handle);

        return $handle;
    }

    public function handle(int $number): StdioHandle
    {
        return new StdioHandle($this, $this->generation, $number);
    }

    public function forget(StdioHandle $handle): void
    {
        if ($handle->generation === $this->generation && $this->owner === getmypid()) {
            $this->freed[] = $handle->number;
            unset($this->stores[$handle->number]);
        }
    }

    /**
     * Sends a request and waits for its answer.
     *
     * @param array<string, mixed> $members handles stand for their numbers
     * @param bool $isSent whether something may be executed that is not known of when the process ends
     * @return mixed
     */
    public function ask(string $operation, array $members, bool $isSent = false)
    {
        $this->start();
        $id = ++$this->lastId;
        $line = $this->line($operation, $members, $id);
        if (!$this->write($line)) {
            throw $this->ended(false);
        }
        $answer = fgets($this->output);
        if ($answer === false || substr($answer, -1) !== "\n") {
            throw $this->ended($isSent);
        }
        $answer = json_decode($answer, true, 512, JSON_BIGINT_AS_STRING);
        if (!is_array($answer) || ($answer['id'] ?? null) !== $id) {
            throw $this->ended($isSent, 'answered what was not asked');
        }
        $this->takeChanges($answer['changed'] ?? []);
        if (isset($answer['error'])) {
            $error = $answer['error'];
            throw LazadaException::of($error['kind'], $error['message'], $error);
        }

        return $answer['ok'] ?? null;
    }

    /**
     * Sends what has no answer.
     *
     * @param array<string, mixed> $members
     */
    public function tell(string $operation, array $members): void
    {
        $this->start();
        $this->write($this->line($operation, $members, null));
    }

    /** @param array<string, mixed> $members */
    private function line(string $operation, array $members, ?int $id): string
    {
        foreach ($members as $name => $member) {
            if ($member instanceof StdioHandle) {
                $members[$name] = $this->number($member);
            }
        }
        $line = ['id' => $id, 'op' => $operation] + $members;
        if ($this->freed !== [] && $id !== null) {
            $line['free'] = $this->freed;
            $this->freed = [];
        }

        return Json::text($line, 'params') . "\n";
    }

    /** The handle's number in the process that runs now. */
    private function number(StdioHandle $handle): int
    {
        if ($handle->generation !== $this->generation) {
            if ($handle->operation === null || $handle->isJob) {
                $whose = $handle->isJob ? 'the job' : 'the answer';
                throw LazadaException::of('forked', "$whose belongs to a process that has ended, or to that of a parent");
            }
            $this->make($handle);
        }

        return $handle->number;
    }

    private function make(StdioHandle $handle): void
    {
        $members = $handle->members;
        if ($handle->store !== null) {
            $members['store'] = $handle->store;
        }
        if ($handle->operation === 'store' && $handle->text !== null) {
            $members['text'] = $handle->text;
        }
        $handle->number = $this->ask((string) $handle->operation, $members);
        $handle->generation = $this->generation;
        if ($handle->operation === 'store') {
            $this->stores[$handle->number] = \WeakReference::create($handle);
        }
    }

    /** @param array<string, string> $changes texts of stores by number */
    private function takeChanges(array $changes): void
    {
        foreach ($changes as $number => $text) {
            $store = isset($this->stores[$number]) ? $this->stores[$number]->get() : null;
            if ($store !== null) {
                $store->text = $text;
                $store->isChanged = true;
            }
        }
    }

    private function write(string $line): bool
    {
        while ($line !== '') {
            $written = @fwrite($this->input, $line);
            if ($written === false || $written === 0) {
                return false;
            }
            $line = (string) substr($line, $written);
        }

        return true;
    }

    private function start(): void
    {
        if ($this->process !== null && $this->owner === getmypid()) {
            return;
        }
        $this->leave();
        $pipes = [];
        // Standard error is this process's own: nothing secret goes there.
        $streams = [0 => ['pipe', 'r'], 1 => ['pipe', 'w']];
        $process = @proc_open($this->command, $streams, $pipes, null, null, ['bypass_shell' => true]);
        if ($process === false) {
            throw $this->unusable('could not be started');
        }
        [$this->input, $this->output] = $pipes;
        $this->process = $process;
        $this->owner = getmypid();
        $this->generation++;
        $this->freed = [];
        $this->stores = [];
        try {
            $hello = $this->ask('hello', ['protocol' => self::PROTOCOL]);
        } catch (LazadaException $error) {
            $problem = $error->field() === 'protocol' ? $error->getMessage() : 'ended before it answered';
            $this->leave();
            throw $this->unusable($problem);
        }
        $this->version = $hello['version'];
    }

    /** Ends the process, or in a forked child lets go of the parent's. */
    private function stop(): void
    {
        if ($this->process !== null && $this->owner === getmypid()) {
            // A forked child may hold the same pipe, so that closing this end alone would tell nothing.
            $this->write('{"op":"quit"}' . "\n");
            fclose($this->input);
            fclose($this->output);
            proc_close($this->process);
            $this->process = null;
        }
        $this->leave();
    }

    /** Closes this side alone. */
    private function leave(): void
    {
        foreach ([$this->input, $this->output] as $pipe) {
            if (is_resource($pipe)) {
                fclose($pipe);
            }
        }
        $this->process = $this->input = $this->output = null;
    }

    private function ended(bool $isSent, string $how = 'has ended'): LazadaException
    {
        $this->stop();
        $message = implode(' ', $this->command) . " $how";
        if (!$isSent) {
            return LazadaException::of('io', $message);
        }

        return LazadaException::of('indeterminate', "$message; a call that was under way may have been executed", [
            'executed' => 'unknown',
        ]);
    }

    private function unusable(string $problem): LazadaException
    {
        return LazadaException::at('config', 'command', implode(' ', $this->command) . " $problem: install it with"
            . " pip install 'lazcore[cli]', or name it in LAZCORE_COMMAND");
    }
}
