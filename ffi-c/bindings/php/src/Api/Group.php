<?php

declare(strict_types=1);

namespace Lazcore\Api;

use Lazcore\Client;

/** The APIs of one group, as methods. */
abstract class Group
{
    protected Client $client;

    public function __construct(Client $client)
    {
        $this->client = $client;
    }
}
