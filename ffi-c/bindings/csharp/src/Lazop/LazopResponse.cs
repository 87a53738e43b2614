using Lazcore;

namespace Lazop.Api
{
    /// <summary>What the platform said.</summary>
    public class LazopResponse
    {
        /// <summary>Whose error it is, such as ISV or ISP; null after success.</summary>
        public string Type { get; set; }

        /// <summary>"0" for success.</summary>
        public string Code { get; set; }

        /// <summary>Why, for a person.</summary>
        public string Message { get; set; }

        /// <summary>What to quote to Lazada's support.</summary>
        public string RequestId { get; set; }

        /// <summary>The whole answer, JSON.</summary>
        public string Body { get; set; }

        /// <summary>Whether the platform refused or failed the call.</summary>
        public bool IsError()
        {
            return Code != null && Code != "0";
        }

        internal static LazopResponse Of(string body)
        {
            using (var answer = Value.Parse(body))
            {
                return new LazopResponse
                {
                    Type = answer.Text("/type"),
                    Code = answer.Text("/code"),
                    Message = answer.Text("/message"),
                    RequestId = answer.Text("/request_id"),
                    Body = body,
                };
            }
        }
    }
}
