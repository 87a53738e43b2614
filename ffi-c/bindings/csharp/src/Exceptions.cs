using System;
using Lazcore.Native;

namespace Lazcore
{
    /// <summary>Whether the gateway may have carried a failed call out.</summary>
    public enum Executed
    {
        /// <summary>It has not.</summary>
        No = 0,

        /// <summary>Nobody knows: read the state back before a write is sent again.</summary>
        Unknown = 1,
    }

    /// <summary>What went wrong, with everything that helps to act on it. Holds no secret, token or signature.</summary>
    /// <remarks>One class per kind of error; docs/errors.md has the table for all languages.</remarks>
    public class LazcoreException : Exception
    {
        private readonly ErrorDetails details;

        internal LazcoreException(ErrorDetails details)
            : base(details.Message)
        {
            this.details = details;
        }

        /// <summary>The status of the C interface, such as 200.</summary>
        public int Status
        {
            get { return details.Status; }
        }

        /// <summary>The kind as a word, the same in every language, such as "api" or "timeout".</summary>
        public string Kind
        {
            get { return details.Kind; }
        }

        /// <summary>Lazada's code, as text, or null. The list is open and grows.</summary>
        public string Code
        {
            get { return details.Code; }
        }

        /// <summary>The parameter, setting or reply field concerned, or null.</summary>
        public string Field
        {
            get { return details.Field; }
        }

        /// <summary>The path of the API that was called, or null.</summary>
        public string Api
        {
            get { return details.Api; }
        }

        /// <summary>What to quote to Lazada's support, or null.</summary>
        public string RequestId
        {
            get { return details.RequestId; }
        }

        /// <summary>The gateway's second id of the call, or null.</summary>
        public string TraceId
        {
            get { return details.TraceId; }
        }

        /// <summary>The account of the call, or null.</summary>
        public string Account
        {
            get { return details.Account; }
        }

        /// <summary>The answer that was judged a failure, as JSON, or null. It may hold data of buyers: do not log it.</summary>
        public string Answer
        {
            get { return details.Answer; }
        }

        /// <summary>HTTP status of the answer; 0 when there was none.</summary>
        public int HttpStatus
        {
            get { return details.HttpStatus; }
        }

        /// <summary>Whether the same call can succeed later without a change.</summary>
        public bool Retryable
        {
            get { return details.Retryable; }
        }

        /// <summary>Whether the gateway may have carried the call out.</summary>
        public Executed Executed
        {
            get { return details.Executed; }
        }

        /// <summary>How many times the request was tried; 0 when it never came that far.</summary>
        public int Attempts
        {
            get { return details.Attempts; }
        }

        internal static LazcoreException Of(ErrorDetails details)
        {
            switch (details.Status)
            {
                case 1: return new LazcoreConfigException(details);
                case 2: return new LazcoreInputException(details);
                case 3: return new LazcoreForkedException(details);
                case 4: return new LazcoreArgumentException(details);
                case 20: return new LazcoreIoException(details);
                case 30: return new LazcoreCanceledException(details);
                case 100: return new LazcoreTransportException(details);
                case 101: return new LazcoreTimeoutException(details);
                case 102: return new LazcoreIndeterminateException(details);
                case 103: return new LazcoreDecodeException(details);
                case 200: return new LazcoreApiException(details);
                case 201: return new LazcoreThrottledException(details);
                case 202: return new LazcoreAuthException(details);
                case 900: return new LazcorePanicException(details);
                case 901: return new LazcoreInternalException(details);
                default: return new LazcoreException(details);
            }
        }
    }

    /// <summary>A setting of the client: keys, gateway, certificate file, proxy.</summary>
    public class LazcoreConfigException : LazcoreException
    {
        internal LazcoreConfigException(ErrorDetails details)
            : base(details)
        {
        }

        internal LazcoreConfigException(string field, string message)
            : base(new ErrorDetails { Status = 1, Kind = "config", Field = field, Message = field + ": " + message })
        {
        }
    }

    /// <summary>A parameter of this call; nothing was sent.</summary>
    public class LazcoreInputException : LazcoreException
    {
        internal LazcoreInputException(ErrorDetails details)
            : base(details)
        {
        }

        internal LazcoreInputException(string field, string message)
            : base(new ErrorDetails { Status = 2, Kind = "input", Field = field, Message = field + ": " + message })
        {
        }
    }

    /// <summary>A job in a forked child of the process that began it.</summary>
    public class LazcoreForkedException : LazcoreException
    {
        internal LazcoreForkedException(ErrorDetails details)
            : base(details)
        {
        }
    }

    /// <summary>A mistake at the boundary, such as a job that is in use by another thread. Nothing was sent.</summary>
    public class LazcoreArgumentException : LazcoreInputException
    {
        internal LazcoreArgumentException(ErrorDetails details)
            : base(details)
        {
        }
    }

    /// <summary>A file of this machine could not be read or written.</summary>
    public class LazcoreIoException : LazcoreException
    {
        internal LazcoreIoException(ErrorDetails details)
            : base(details)
        {
        }
    }

    /// <summary>Canceled by the caller.</summary>
    public class LazcoreCanceledException : LazcoreException
    {
        internal LazcoreCanceledException(ErrorDetails details)
            : base(details)
        {
        }
    }

    /// <summary>No answer: look-up, connection, TLS, a broken exchange, HTTP 5xx.</summary>
    public class LazcoreTransportException : LazcoreException
    {
        internal LazcoreTransportException(ErrorDetails details)
            : base(details)
        {
        }
    }

    /// <summary>No answer in time.</summary>
    public class LazcoreTimeoutException : LazcoreTransportException
    {
        internal LazcoreTimeoutException(ErrorDetails details)
            : base(details)
        {
        }
    }

    /// <summary>A write that may or may not have been executed. Look before sending it again.</summary>
    public class LazcoreIndeterminateException : LazcoreException
    {
        internal LazcoreIndeterminateException(ErrorDetails details)
            : base(details)
        {
        }
    }

    /// <summary>An answer, or a field of one, that cannot be read.</summary>
    public class LazcoreDecodeException : LazcoreException
    {
        internal LazcoreDecodeException(ErrorDetails details)
            : base(details)
        {
        }

        internal LazcoreDecodeException(string field, string message)
            : base(new ErrorDetails { Status = 103, Kind = "decode", Field = field, Message = field + ": " + message })
        {
        }
    }

    /// <summary>Lazada refused or failed the call; the code says why.</summary>
    public class LazcoreApiException : LazcoreException
    {
        internal LazcoreApiException(ErrorDetails details)
            : base(details)
        {
        }
    }

    /// <summary>Lazada limits the rate, and waiting did not help within the call's limits.</summary>
    public class LazcoreThrottledException : LazcoreApiException
    {
        internal LazcoreThrottledException(ErrorDetails details)
            : base(details)
        {
        }
    }

    /// <summary>Token, app key, signature or permission.</summary>
    public class LazcoreAuthException : LazcoreApiException
    {
        internal LazcoreAuthException(ErrorDetails details)
            : base(details)
        {
        }
    }

    /// <summary>A defect of the library.</summary>
    public class LazcoreInternalException : LazcoreException
    {
        internal LazcoreInternalException(ErrorDetails details)
            : base(details)
        {
        }

        internal LazcoreInternalException(string message)
            : base(new ErrorDetails { Status = 901, Kind = "internal", Message = message })
        {
        }
    }

    /// <summary>A defect of the library that was caught. Whether a call under way was executed is not known.</summary>
    public class LazcorePanicException : LazcoreInternalException
    {
        internal LazcorePanicException(ErrorDetails details)
            : base(details)
        {
        }
    }
}
