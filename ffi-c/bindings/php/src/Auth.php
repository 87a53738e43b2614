<?php

declare(strict_types=1);

namespace Lazcore;

/**
 * The token pair of a client with a token_file or token_store. Calls refresh it by themselves; generateAccessToken() and
 * refreshAccessToken() are the plain calls, which keep nothing.
 */
final class Auth extends Api\Auth
{
    /**
     * The page that asks a seller to authorize the app, for a browser.
     *
     * @param string $state a fresh random text, kept for Lazop::checkState()
     */
    public function authorizationUrl(string $redirectUri, string $state): string
    {
        return $this->client->backend()->authorizationUrl($this->client->appKey(), $redirectUri, $state);
    }

    /**
     * Exchanges the code of the redirect, which works once, for a pair in the store. Check the redirect with
     * Lazop::checkState() before. Without a store nothing is sent.
     */
    public function exchangeCode(
        #[\SensitiveParameter]
        string $code
    ): TokenStatus {
        return new TokenStatus(Json::decode($this->client->backend()->exchangeCode($this->client->handle(), $code)));
    }

    /**
     * Puts a pair that was got elsewhere into the store, in place of what is there.
     *
     * @param string $answer the platform's answer to an exchange or a refresh, as it came
     * @param \DateTimeInterface|null $obtainedAt when that was; now if left out
     */
    public function storeToken(
        #[\SensitiveParameter]
        string $answer,
        ?\DateTimeInterface $obtainedAt = null
    ): TokenStatus {
        $obtainedMs = $obtainedAt === null ? 0 : $obtainedAt->getTimestamp() * 1000;
        $status = $this->client->backend()->storeToken($this->client->handle(), $answer, $obtainedMs);

        return new TokenStatus(Json::decode($status));
    }

    /** Refreshes the pair now; calls refresh it by themselves. */
    public function refresh(): TokenStatus
    {
        return new TokenStatus(Json::decode($this->client->backend()->refreshToken($this->client->handle())));
    }

    /** How the pair stands, read anew; null when there is none. Nothing is sent. */
    public function status(): ?TokenStatus
    {
        $status = $this->client->backend()->tokenStatus($this->client->handle());

        return $status === null ? null : new TokenStatus(Json::decode($status));
    }
}
