namespace Lazcore.Native
{
    /// <summary>Everything that an error of the library tells, copied.</summary>
    internal sealed class ErrorDetails
    {
        internal int Status;
        internal string Kind;
        internal string Message;
        internal string Code;
        internal string Field;
        internal string Api;
        internal string RequestId;
        internal string TraceId;
        internal string Account;
        internal string Answer;
        internal int HttpStatus;
        internal bool Retryable;
        internal Executed Executed;
        internal int Attempts;

        internal static ErrorDetails Read(int status, ErrorHandle error)
        {
            if (error.IsInvalid)
            {
                // Functions without an error output say no more than their status.
                return new ErrorDetails { Status = status, Message = "lazcore: status " + status };
            }
            return new ErrorDetails
            {
                Status = status,
                Kind = Utf8.Text(NativeMethods.laz_error_kind(error)),
                Message = Utf8.Text(NativeMethods.laz_error_message(error)),
                Code = Utf8.Text(NativeMethods.laz_error_code(error)),
                Field = Utf8.Text(NativeMethods.laz_error_field(error)),
                Api = Utf8.Text(NativeMethods.laz_error_api(error)),
                RequestId = Utf8.Text(NativeMethods.laz_error_request_id(error)),
                TraceId = Utf8.Text(NativeMethods.laz_error_trace_id(error)),
                Account = Utf8.Text(NativeMethods.laz_error_account(error)),
                Answer = Utf8.Text(NativeMethods.laz_error_answer(error)),
                HttpStatus = NativeMethods.laz_error_http_status(error),
                Retryable = NativeMethods.laz_error_retryable(error) != 0,
                Executed = NativeMethods.laz_error_executed(error) != 0 ? Executed.Unknown : Executed.No,
                Attempts = NativeMethods.laz_error_attempts(error),
            };
        }
    }
}
