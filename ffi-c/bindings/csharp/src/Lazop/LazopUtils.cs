using System.Collections.Generic;
using Lazcore;

namespace Lazop.Api.Util
{
    /// <summary>Signing by the official SDK's name.</summary>
    public abstract class LazopUtils
    {
        /// <summary>The signature of a path with these parameters, system parameters included.</summary>
        /// <param name="apiName">The path.</param>
        /// <param name="parameters">Everything that will be sent but "sign".</param>
        /// <param name="appSecret">The app's secret.</param>
        /// <param name="signMethod">sha256.</param>
        public static string SignRequest(
            string apiName, IDictionary<string, string> parameters, string appSecret, string signMethod)
        {
            var given = new Dictionary<string, object>();
            foreach (var one in parameters)
            {
                given[one.Key] = one.Value;
            }
            return Protocol.Sign(appSecret, apiName, given);
        }
    }
}
