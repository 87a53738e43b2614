namespace Lazcore.Api
{
    public partial class Order
    {
        /// <summary>What the buyer pays: Price - Voucher + ShippingFee, exactly.</summary>
        /// <exception cref="LazcoreDecodeException">One of the three is missing or cannot be read; Field names it.</exception>
        public decimal BuyerPaid
        {
            get { return Bills.BuyerPaid(RawJson); }
        }
    }
}
