<?php

declare(strict_types=1);

namespace Lazcore;

/** Units that are alike in order, SKU, prices, currency, status and package. */
final class Line extends Record
{
    /** The order. */
    public function orderId(): ?string
    {
        return $this->readText('order_id');
    }

    /** The seller's SKU. */
    public function sku(): ?string
    {
        return $this->readText('sku');
    }

    /** The shop's SKU. */
    public function shopSku(): ?string
    {
        return $this->readText('shop_sku');
    }

    /** What it is. */
    public function name(): ?string
    {
        return $this->readText('name');
    }

    /** Its variation. */
    public function variation(): ?string
    {
        return $this->readText('variation');
    }

    /** ISO 4217. */
    public function currency(): ?string
    {
        return $this->readText('currency');
    }

    /** Status of the units. */
    public function status(): ?string
    {
        return $this->readText('status');
    }

    /** Their package. */
    public function packageId(): ?string
    {
        return $this->readText('package_id');
    }

    /** How many units. */
    public function quantity(): int
    {
        return (int) $this->readInteger('quantity');
    }

    /**
     * The units.
     *
     * @return string[]
     */
    public function orderItemIds(): array
    {
        return $this->readTexts('order_item_ids');
    }

    /** Price of one unit. */
    public function itemPrice(): ?string
    {
        return $this->readDecimal('item_price');
    }

    /** What was paid for one unit. */
    public function paidPrice(): ?string
    {
        return $this->readDecimal('paid_price');
    }

    /** Sum of the prices. */
    public function itemTotal(): ?string
    {
        return $this->readDecimal('item_total');
    }

    /** Sum of what was paid. */
    public function paidTotal(): ?string
    {
        return $this->readDecimal('paid_total');
    }

    /** Sum of the vouchers. */
    public function voucherTotal(): ?string
    {
        return $this->readDecimal('voucher_total');
    }

    /** Sum of the shipping fees. */
    public function shippingTotal(): ?string
    {
        return $this->readDecimal('shipping_total');
    }
}
