<?php

declare(strict_types=1);

namespace Lazcore;

/** A signed request. Send it as it is. URL and body hold the token and the signature: do not log them. */
final class HttpRequest
{
    public string $method;
    public string $url;
    /** @var array<string, string> */
    public array $headers;
    /** Empty for GET. */
    public string $body;

    /**
     * @param array<string, mixed> $request
     *
     * @internal
     */
    public function __construct(array $request, string $body)
    {
        $this->method = $request['method'];
        $this->url = $request['url'];
        $this->headers = $request['headers'];
        $this->body = $body;
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return ['method' => $this->method, 'url' => strtok($this->url, '?')];
    }
}
