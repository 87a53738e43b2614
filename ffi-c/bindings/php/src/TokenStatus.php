<?php

declare(strict_types=1);

namespace Lazcore;

/** How a token pair stands, without its secrets. */
final class TokenStatus extends Record
{
    /** fresh, due_for_refresh, expired, refresh_expired or not_refreshable. */
    public function state(): string
    {
        return (string) $this->readText('state');
    }

    /** Whether the seller must authorize again. */
    public function needsPerson(): bool
    {
        return $this->readFlag('needs_person') === true;
    }

    /** RFC 3339, where known. */
    public function expiresAt(): ?string
    {
        return $this->readTime('expires_at');
    }

    /** RFC 3339, where known. */
    public function refreshExpiresAt(): ?string
    {
        return $this->readTime('refresh_expires_at');
    }

    public function daysLeft(): ?int
    {
        return $this->readInteger('days_left');
    }

    public function refreshDaysLeft(): ?int
    {
        return $this->readInteger('refresh_days_left');
    }

    /** @return Record\CountryUser[] the shops that the pair serves */
    public function shops(): array
    {
        return $this->readObjects(Record\CountryUser::class, 'shops');
    }
}
