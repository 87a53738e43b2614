using System;
using System.Collections.Generic;
using System.Threading;
using Lazcore.Native;

namespace Lazcore
{
    /// <summary>The token pair of a client with a token file or store. Calls refresh it by themselves.</summary>
    public sealed class Auth
    {
        private readonly ClientHandle client;
        private readonly string appKey;

        internal Auth(ClientHandle client, string appKey)
        {
            this.client = client;
            this.appKey = appKey;
        }

        /// <summary>Holds the state that came back from the authorization page against the one that was sent.</summary>
        /// <exception cref="LazcoreAuthException">They differ: somebody else began it, and its code must not be used.</exception>
        public static void CheckState(string sent, string received)
        {
            LazcoreLibrary.With(() =>
            {
                var status = NativeMethods.laz_check_state(
                    Utf8.Bytes("sent", sent), Utf8.Bytes("received", received), out IntPtr error);
                Result.Check(status, error);
                return true;
            });
        }

        /// <summary>The page that asks a seller to authorize the app, for a browser.</summary>
        /// <param name="redirectUri">The callback URL configured for the app.</param>
        /// <param name="state">A fresh random text, to be held against what comes back: <see cref="CheckState"/>.</param>
        public string AuthorizationUrl(string redirectUri, string state)
        {
            var status = NativeMethods.laz_authorization_url(
                Utf8.Bytes("app_key", appKey),
                Utf8.Bytes("redirect_uri", redirectUri),
                Utf8.Bytes("state", state),
                out IntPtr value,
                out IntPtr error);
            return Result.Text(status, value, error);
        }

        /// <summary>Exchanges the code of the redirect, which works once, for a pair in the store.</summary>
        /// <exception cref="LazcoreAuthException">The code is refused, or is of other shops than the store holds.</exception>
        public TokenStatus ExchangeCode(string code, CancellationToken cancel = default(CancellationToken))
        {
            using (var flag = new Cancellation(cancel))
            {
                var status = NativeMethods.laz_client_exchange_code(
                    client, Utf8.Bytes("code", code), flag.Handle, out IntPtr value, out IntPtr error);
                return new TokenStatus(Result.Value(status, value, error));
            }
        }

        /// <summary>Puts a pair that was got elsewhere into the store, in place of what is there.</summary>
        /// <param name="answerJson">The platform's answer to an exchange or a refresh, as it came.</param>
        /// <param name="obtainedAt">When that was; now if left out. The lives of the tokens count from then.</param>
        /// <param name="cancel">Ends the wait for the store.</param>
        public TokenStatus StoreToken(
            string answerJson, DateTimeOffset? obtainedAt = null, CancellationToken cancel = default(CancellationToken))
        {
            using (var flag = new Cancellation(cancel))
            {
                var status = NativeMethods.laz_client_store_token(
                    client,
                    Utf8.Bytes("answer_json", answerJson),
                    obtainedAt == null ? 0 : Instant.Milliseconds(obtainedAt.Value),
                    flag.Handle,
                    out IntPtr value,
                    out IntPtr error);
                return new TokenStatus(Result.Value(status, value, error));
            }
        }

        /// <summary>Refreshes the pair now, for hosts with a schedule of their own.</summary>
        /// <remarks>When another thread or process does the same, one refresh serves all.</remarks>
        public TokenStatus Refresh(CancellationToken cancel = default(CancellationToken))
        {
            using (var flag = new Cancellation(cancel))
            {
                var status = NativeMethods.laz_client_refresh_token(
                    client, flag.Handle, out IntPtr value, out IntPtr error);
                return new TokenStatus(Result.Value(status, value, error));
            }
        }

        /// <summary>How the pair stands, read anew; null when there is none. Nothing is sent.</summary>
        public TokenStatus Status()
        {
            var status = NativeMethods.laz_client_token_status(client, out IntPtr value, out IntPtr error);
            var told = Result.ValueOrNothing(status, value, error);
            return told == null ? null : new TokenStatus(told);
        }
    }

    /// <summary>How a token pair stands, without its secrets.</summary>
    public sealed class TokenStatus : Record
    {
        internal TokenStatus(Value value)
            : base(value, string.Empty)
        {
        }

        /// <summary>"fresh", "due_for_refresh", "expired", "refresh_expired" or "not_refreshable".</summary>
        public string State
        {
            get { return Text("state"); }
        }

        /// <summary>Whether the seller must authorize again.</summary>
        public bool NeedsPerson
        {
            get { return Flag("needs_person") ?? false; }
        }

        /// <summary>When the access token ends, where known.</summary>
        public DateTimeOffset? ExpiresAt
        {
            get { return Time("expires_at"); }
        }

        /// <summary>When the refresh token ends, where known.</summary>
        public DateTimeOffset? RefreshExpiresAt
        {
            get { return Time("refresh_expires_at"); }
        }

        /// <summary>Whole days that the access token has left.</summary>
        public long? DaysLeft
        {
            get { return Int64("days_left"); }
        }

        /// <summary>Whole days that the refresh token has left.</summary>
        public long? RefreshDaysLeft
        {
            get { return Int64("refresh_days_left"); }
        }

        /// <summary>The shops that the pair serves.</summary>
        public IReadOnlyList<Shop> Shops
        {
            get { return Objects((value, pointer) => new Shop(value, pointer), "shops"); }
        }
    }

    /// <summary>One shop that a token serves.</summary>
    public sealed class Shop : Record
    {
        internal Shop(Value value, string pointer)
            : base(value, pointer)
        {
        }

        /// <summary>The country's code.</summary>
        public string Country
        {
            get { return Text("country"); }
        }

        /// <summary>The seller's id.</summary>
        public string SellerId
        {
            get { return Text("seller_id"); }
        }

        /// <summary>The user's id in that country.</summary>
        public string UserId
        {
            get { return Text("user_id"); }
        }

        /// <summary>The shop's code as Seller Center shows it.</summary>
        public string ShortCode
        {
            get { return Text("short_code"); }
        }
    }

    /// <summary>A seller's shop in one country, as one app sees it.</summary>
    public sealed class SellerAccount : Record
    {
        internal SellerAccount(Value value)
            : base(value, string.Empty)
        {
        }

        /// <summary>The app's key.</summary>
        public string AppKey
        {
            get { return Text("app_key"); }
        }

        /// <summary>The country's code, where known.</summary>
        public string Country
        {
            get { return Text("country"); }
        }

        /// <summary>The seller's id.</summary>
        public string SellerId
        {
            get { return Text("seller_id"); }
        }

        /// <summary>The key, such as "SG-1000001".</summary>
        public string Key
        {
            get { return Text("key"); }
        }
    }
}
