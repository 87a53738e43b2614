<?php

declare(strict_types=1);

namespace Lazcore;

use Lazcore\Exception\LazadaException;

/**
 * A store in memory for one token pair, for hosts that keep the pair as a text of their own: in a database, a session,
 * a vault. Give the text in, and after calls take out what has changed.
 *
 * The text is a password in clear. Processes that share a pair need the setting token_file.
 */
final class TextStore
{
    private Backend $backend;
    private object $handle;

    /**
     * @param string|null $text what takeChange() or text() gave once
     *
     * @throws Exception\ConfigException when the text is damaged or something else
     */
    public function __construct(
        #[\SensitiveParameter]
        ?string $text = null,
        ?Backend $backend = null
    ) {
        $this->backend = $backend ?? Lazop::backend();
        $this->handle = $this->backend->store($text);
    }

    /** The text of the pair; null when there is none. */
    public function text(): ?string
    {
        return $this->backend->storeText($this->handle);
    }

    /** The text, if it has changed since it was given or last taken. Ask after each call: any may refresh the pair. */
    public function takeChange(): ?string
    {
        return $this->backend->storeChange($this->handle);
    }

    /** @internal */
    public function backend(): Backend
    {
        return $this->backend;
    }

    /** @internal */
    public function handle(Backend $backend): object
    {
        if ($backend !== $this->backend) {
            throw LazadaException::at('config', 'token_store', 'expected one of the same backend as the client');
        }

        return $this->handle;
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return [];
    }

    /** @return array<string, mixed> */
    public function __serialize(): array
    {
        throw new \LogicException('keep the text of the store instead: it is a secret');
    }

    private function __clone()
    {
    }
}
