using System;
using System.Runtime.InteropServices;

namespace Lazcore.Native
{
    /// <summary>The functions of include/lazcore.h, in its order. A test compares.</summary>
    /// <remarks>
    /// Texts in are bytes with a NUL behind them, see <see cref="Utf8"/>; texts out stay the library's, so they are
    /// pointers: a string here would be freed by the marshaller. What begins work goes through LazcoreLibrary.With.
    /// </remarks>
    internal static class NativeMethods
    {
        private const string Library = "lazcore";

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr laz_version();

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_abi_version();

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_config_new(
            byte[] app_key, byte[] app_secret, out IntPtr config_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_config_set_country(ConfigHandle config, byte[] country);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_config_set_gateway(ConfigHandle config, byte[] url);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_config_set_access_token(ConfigHandle config, byte[] token);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_config_set_token_file(ConfigHandle config, byte[] path);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_config_set_token_store(ConfigHandle config, TokenStoreHandle store);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_config_set_account(ConfigHandle config, byte[] account);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_config_set_connect_timeout_ms(ConfigHandle config, long milliseconds);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_config_set_response_timeout_ms(ConfigHandle config, long milliseconds);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_config_set_total_timeout_ms(ConfigHandle config, long milliseconds);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_config_set_deadline_ms(ConfigHandle config, long milliseconds);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_config_set_max_body_bytes(ConfigHandle config, long bytes);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_config_set_max_depth(ConfigHandle config, int depth);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_config_set_ca_file(ConfigHandle config, byte[] path);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_config_set_proxy(ConfigHandle config, byte[] proxy);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_config_set_allow_plain_http(ConfigHandle config, int allow);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_config_set_max_attempts(ConfigHandle config, int attempts);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_config_set_rate_per_path(ConfigHandle config, int calls);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_config_set_rate_per_account(ConfigHandle config, int calls);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_config_set_call_log(ConfigHandle config, byte[] path);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void laz_config_free(IntPtr config);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_config_set_log(ConfigHandle config, LogCallback callback, IntPtr context);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_client_new(ConfigHandle config, out IntPtr client_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr laz_client_account(ClientHandle client);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_client_call(
            ClientHandle client, byte[] name, byte[] params_json, CancelHandle cancel, out IntPtr value_out,
            out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_client_request(
            ClientHandle client, byte[] method, byte[] path, byte[] params_json, CancelHandle cancel,
            out IntPtr value_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_client_probe(
            ClientHandle client, byte[] host, CancelHandle cancel, out IntPtr value_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void laz_client_free(IntPtr client);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_request_new(
            byte[] method, byte[] path, byte[] params_json, out IntPtr request_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_request_add_file(
            RequestHandle request, byte[] name, byte[] file_name, byte[] content_type, byte[] bytes, UIntPtr length,
            out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_request_add_header(
            RequestHandle request, byte[] name, byte[] value, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_client_send(
            ClientHandle client, RequestHandle request, CancelHandle cancel, out IntPtr value_out,
            out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_request_prepare(
            RequestHandle request, ConfigHandle config, long now_ms, out IntPtr value_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void laz_request_free(IntPtr request);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_cancel_new(out IntPtr cancel_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_cancel_cancel(CancelHandle cancel);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void laz_cancel_free(IntPtr cancel);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_token_store_new(byte[] text, out IntPtr store_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_token_store_take_change(
            TokenStoreHandle store, out IntPtr value_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_token_store_text(
            TokenStoreHandle store, out IntPtr value_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void laz_token_store_free(IntPtr store);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_check_state(byte[] sent, byte[] received, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_client_exchange_code(
            ClientHandle client, byte[] code, CancelHandle cancel, out IntPtr value_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_client_store_token(
            ClientHandle client, byte[] answer_json, long obtained_ms, CancelHandle cancel, out IntPtr value_out,
            out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_client_refresh_token(
            ClientHandle client, CancelHandle cancel, out IntPtr value_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_client_token_status(
            ClientHandle client, out IntPtr value_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_client_resolve_account(
            ClientHandle client, CancelHandle cancel, out IntPtr value_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_value_parse(byte[] json, out IntPtr value_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr laz_value_json(ValueHandle value);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr laz_value_body(ValueHandle value, out UIntPtr length_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr laz_value_evidence_json(ValueHandle value);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr laz_value_request_id(ValueHandle value);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr laz_value_failed_rows_json(ValueHandle value);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void laz_value_free(IntPtr value);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_value_type(ValueHandle value, byte[] pointer, out int result);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_value_text(ValueHandle value, byte[] pointer, out IntPtr result);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_value_copy_text(
            ValueHandle value, byte[] pointer, [Out] byte[] buffer, UIntPtr size, out UIntPtr length_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_value_raw_json(ValueHandle value, byte[] pointer, out IntPtr result);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_value_int64(ValueHandle value, byte[] pointer, out long result);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_value_flag(ValueHandle value, byte[] pointer, out int result);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_value_time_ms(ValueHandle value, byte[] pointer, out long result);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_value_count(ValueHandle value, byte[] pointer, out long result);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_value_decimal(ValueHandle value, byte[] pointer, out IntPtr result);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_value_key(ValueHandle value, byte[] pointer, long index, out IntPtr result);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_value_child(ValueHandle value, byte[] pointer, out IntPtr child_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_error_status(ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr laz_error_kind(ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr laz_error_message(ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr laz_error_code(ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr laz_error_field(ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr laz_error_api(ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr laz_error_request_id(ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr laz_error_trace_id(ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr laz_error_account(ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr laz_error_answer(ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_error_http_status(ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_error_retryable(ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_error_executed(ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_error_attempts(ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void laz_error_free(IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_orders_pull(
            ClientHandle client, byte[] options_json, out IntPtr job_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_orders_sync(
            ClientHandle client, byte[] options_json, out IntPtr job_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_fulfillment_run(
            ClientHandle client, byte[] orders_json, byte[] options_json, out IntPtr job_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_fulfillment_labels(
            ClientHandle client, byte[] packages_or_orders_json, byte[] options_json, out IntPtr job_out,
            out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_fulfillment_ready_to_ship(
            ClientHandle client, byte[] packages_json, byte[] options_json, out IntPtr job_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_fulfillment_repack(
            ClientHandle client, byte[] packages_json, byte[] options_json, out IntPtr job_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_fulfillment_resolve(
            ClientHandle client, byte[] options_json, out IntPtr job_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_job_next(JobHandle job, out IntPtr event_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_job_cursor(JobHandle job, out IntPtr value_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_job_cancel(JobHandle job);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void laz_job_free(IntPtr job);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_sign(
            byte[] app_secret, byte[] path, byte[] params_json, out IntPtr value_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_explain_signature(
            byte[] app_secret, byte[] path, byte[] params_json, byte[] signature, out IntPtr value_out,
            out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_prepare(
            ConfigHandle config, byte[] name, byte[] params_json, long now_ms, out IntPtr value_out,
            out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_prepare_request(
            ConfigHandle config, byte[] method, byte[] path, byte[] params_json, long now_ms, out IntPtr value_out,
            out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_read(
            byte[] name, int http_status, byte[] headers_json, byte[] body, UIntPtr body_length, out IntPtr value_out,
            out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_authorization_url(
            byte[] app_key, byte[] redirect_uri, byte[] state, out IntPtr value_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_order_buyer_paid(byte[] order_json, out IntPtr value_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_order_reconcile(byte[] order_json, out IntPtr value_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_items_by_sku(byte[] items_json, out IntPtr value_out, out IntPtr error_out);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int laz_country_currency(byte[] country, out IntPtr value_out, out IntPtr error_out);
    }
}
