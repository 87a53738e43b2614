// The declarations of lazcore.h without preprocessor lines, for PHP.

typedef enum {
  LAZ_STATUS_OK = 0,
  LAZ_STATUS_CONFIG = 1,
  LAZ_STATUS_INPUT = 2,
  LAZ_STATUS_FORKED = 3,
  LAZ_STATUS_ARGUMENT = 4,
  LAZ_STATUS_IO = 20,
  LAZ_STATUS_CANCELED = 30,
  LAZ_STATUS_TRANSPORT = 100,
  LAZ_STATUS_TIMEOUT = 101,
  LAZ_STATUS_INDETERMINATE = 102,
  LAZ_STATUS_DECODE = 103,
  LAZ_STATUS_API = 200,
  LAZ_STATUS_THROTTLED = 201,
  LAZ_STATUS_AUTH = 202,
  LAZ_STATUS_DONE = 300,
  LAZ_STATUS_ABSENT = 301,
  LAZ_STATUS_PANIC = 900,
  LAZ_STATUS_INTERNAL = 901,
  LAZ_STATUS_OTHER = 999,
} laz_status;

typedef enum {
  LAZ_TYPE_ABSENT = 0,
  LAZ_TYPE_NULL = 1,
  LAZ_TYPE_FLAG = 2,
  LAZ_TYPE_NUMBER = 3,
  LAZ_TYPE_TEXT = 4,
  LAZ_TYPE_LIST = 5,
  LAZ_TYPE_OBJECT = 6,
} laz_type;

typedef struct laz_cancel_t laz_cancel_t;

typedef struct laz_client_t laz_client_t;

typedef struct laz_config_t laz_config_t;

typedef struct laz_error_t laz_error_t;

typedef struct laz_job_t laz_job_t;

typedef struct laz_request_t laz_request_t;

typedef struct laz_token_store_t laz_token_store_t;

typedef struct laz_value_t laz_value_t;

typedef void (*laz_log_t)(void *context, const char *line);

const char *laz_version(void);

int32_t laz_abi_version(void);

int32_t laz_config_new(const char *app_key,
                       const char *app_secret,
                       laz_config_t **config_out,
                       laz_error_t **error_out);

int32_t laz_config_set_country(laz_config_t *config, const char *country);

int32_t laz_config_set_gateway(laz_config_t *config, const char *url);

int32_t laz_config_set_access_token(laz_config_t *config, const char *token);

int32_t laz_config_set_token_file(laz_config_t *config, const char *path);

int32_t laz_config_set_token_store(laz_config_t *config, const laz_token_store_t *store);

int32_t laz_config_set_account(laz_config_t *config, const char *account);

int32_t laz_config_set_connect_timeout_ms(laz_config_t *config, int64_t milliseconds);

int32_t laz_config_set_response_timeout_ms(laz_config_t *config, int64_t milliseconds);

int32_t laz_config_set_total_timeout_ms(laz_config_t *config, int64_t milliseconds);

int32_t laz_config_set_deadline_ms(laz_config_t *config, int64_t milliseconds);

int32_t laz_config_set_max_body_bytes(laz_config_t *config, int64_t bytes);

int32_t laz_config_set_max_depth(laz_config_t *config, int32_t depth);

int32_t laz_config_set_ca_file(laz_config_t *config, const char *path);

int32_t laz_config_set_proxy(laz_config_t *config, const char *proxy);

int32_t laz_config_set_allow_plain_http(laz_config_t *config, int32_t allow);

int32_t laz_config_set_max_attempts(laz_config_t *config, int32_t attempts);

int32_t laz_config_set_rate_per_path(laz_config_t *config, int32_t calls);

int32_t laz_config_set_rate_per_account(laz_config_t *config, int32_t calls);

int32_t laz_config_set_call_log(laz_config_t *config, const char *path);

void laz_config_free(laz_config_t *config);

int32_t laz_config_set_log(laz_config_t *config, laz_log_t callback, void *context);

int32_t laz_client_new(const laz_config_t *config,
                       laz_client_t **client_out,
                       laz_error_t **error_out);

const char *laz_client_account(const laz_client_t *client);

int32_t laz_client_call(const laz_client_t *client,
                        const char *name,
                        const char *params_json,
                        const laz_cancel_t *cancel,
                        laz_value_t **value_out,
                        laz_error_t **error_out);

int32_t laz_client_request(const laz_client_t *client,
                           const char *method,
                           const char *path,
                           const char *params_json,
                           const laz_cancel_t *cancel,
                           laz_value_t **value_out,
                           laz_error_t **error_out);

int32_t laz_client_probe(const laz_client_t *client,
                         const char *host,
                         const laz_cancel_t *cancel,
                         laz_value_t **value_out,
                         laz_error_t **error_out);

void laz_client_free(laz_client_t *client);

int32_t laz_request_new(const char *method,
                        const char *path,
                        const char *params_json,
                        laz_request_t **request_out,
                        laz_error_t **error_out);

int32_t laz_request_add_file(laz_request_t *request,
                             const char *name,
                             const char *file_name,
                             const char *content_type,
                             const char *bytes,
                             size_t length,
                             laz_error_t **error_out);

int32_t laz_request_add_header(laz_request_t *request,
                               const char *name,
                               const char *value,
                               laz_error_t **error_out);

int32_t laz_client_send(const laz_client_t *client,
                        const laz_request_t *request,
                        const laz_cancel_t *cancel,
                        laz_value_t **value_out,
                        laz_error_t **error_out);

int32_t laz_request_prepare(const laz_request_t *request,
                            const laz_config_t *config,
                            int64_t now_ms,
                            laz_value_t **value_out,
                            laz_error_t **error_out);

void laz_request_free(laz_request_t *request);

int32_t laz_cancel_new(laz_cancel_t **cancel_out);

int32_t laz_cancel_cancel(const laz_cancel_t *cancel);

void laz_cancel_free(laz_cancel_t *cancel);

int32_t laz_token_store_new(const char *text,
                            laz_token_store_t **store_out,
                            laz_error_t **error_out);

int32_t laz_token_store_take_change(const laz_token_store_t *store,
                                    laz_value_t **value_out,
                                    laz_error_t **error_out);

int32_t laz_token_store_text(const laz_token_store_t *store,
                             laz_value_t **value_out,
                             laz_error_t **error_out);

void laz_token_store_free(laz_token_store_t *store);

int32_t laz_check_state(const char *sent, const char *received, laz_error_t **error_out);

int32_t laz_client_exchange_code(const laz_client_t *client,
                                 const char *code,
                                 const laz_cancel_t *cancel,
                                 laz_value_t **value_out,
                                 laz_error_t **error_out);

int32_t laz_client_store_token(const laz_client_t *client,
                               const char *answer_json,
                               int64_t obtained_ms,
                               const laz_cancel_t *cancel,
                               laz_value_t **value_out,
                               laz_error_t **error_out);

int32_t laz_client_refresh_token(const laz_client_t *client,
                                 const laz_cancel_t *cancel,
                                 laz_value_t **value_out,
                                 laz_error_t **error_out);

int32_t laz_client_token_status(const laz_client_t *client,
                                laz_value_t **value_out,
                                laz_error_t **error_out);

int32_t laz_client_resolve_account(const laz_client_t *client,
                                   const laz_cancel_t *cancel,
                                   laz_value_t **value_out,
                                   laz_error_t **error_out);

int32_t laz_value_parse(const char *json, laz_value_t **value_out, laz_error_t **error_out);

const char *laz_value_json(const laz_value_t *value);

const char *laz_value_body(const laz_value_t *value, size_t *length_out);

const char *laz_value_evidence_json(const laz_value_t *value);

const char *laz_value_request_id(const laz_value_t *value);

const char *laz_value_failed_rows_json(const laz_value_t *value);

void laz_value_free(laz_value_t *value);

int32_t laz_value_type(const laz_value_t *value, const char *pointer, int32_t *out);

int32_t laz_value_text(const laz_value_t *value, const char *pointer, const char **out);

int32_t laz_value_copy_text(const laz_value_t *value,
                            const char *pointer,
                            char *buffer,
                            size_t size,
                            size_t *length_out);

int32_t laz_value_raw_json(const laz_value_t *value, const char *pointer, const char **out);

int32_t laz_value_int64(const laz_value_t *value, const char *pointer, int64_t *out);

int32_t laz_value_flag(const laz_value_t *value, const char *pointer, int32_t *out);

int32_t laz_value_time_ms(const laz_value_t *value, const char *pointer, int64_t *out);

int32_t laz_value_count(const laz_value_t *value, const char *pointer, int64_t *out);

int32_t laz_value_decimal(const laz_value_t *value, const char *pointer, const char **out);

int32_t laz_value_key(const laz_value_t *value,
                      const char *pointer,
                      int64_t index,
                      const char **out);

int32_t laz_value_child(const laz_value_t *value, const char *pointer, laz_value_t **child_out);

int32_t laz_error_status(const laz_error_t *error);

const char *laz_error_kind(const laz_error_t *error);

const char *laz_error_message(const laz_error_t *error);

const char *laz_error_code(const laz_error_t *error);

const char *laz_error_field(const laz_error_t *error);

const char *laz_error_api(const laz_error_t *error);

const char *laz_error_request_id(const laz_error_t *error);

const char *laz_error_trace_id(const laz_error_t *error);

const char *laz_error_account(const laz_error_t *error);

const char *laz_error_answer(const laz_error_t *error);

int32_t laz_error_http_status(const laz_error_t *error);

int32_t laz_error_retryable(const laz_error_t *error);

int32_t laz_error_executed(const laz_error_t *error);

int32_t laz_error_attempts(const laz_error_t *error);

void laz_error_free(laz_error_t *error);

int32_t laz_orders_pull(const laz_client_t *client,
                        const char *options_json,
                        laz_job_t **job_out,
                        laz_error_t **error_out);

int32_t laz_orders_sync(const laz_client_t *client,
                        const char *options_json,
                        laz_job_t **job_out,
                        laz_error_t **error_out);

int32_t laz_fulfillment_run(const laz_client_t *client,
                            const char *orders_json,
                            const char *options_json,
                            laz_job_t **job_out,
                            laz_error_t **error_out);

int32_t laz_fulfillment_labels(const laz_client_t *client,
                               const char *packages_or_orders_json,
                               const char *options_json,
                               laz_job_t **job_out,
                               laz_error_t **error_out);

int32_t laz_fulfillment_ready_to_ship(const laz_client_t *client,
                                      const char *packages_json,
                                      const char *options_json,
                                      laz_job_t **job_out,
                                      laz_error_t **error_out);

int32_t laz_fulfillment_repack(const laz_client_t *client,
                               const char *packages_json,
                               const char *options_json,
                               laz_job_t **job_out,
                               laz_error_t **error_out);

int32_t laz_fulfillment_resolve(const laz_client_t *client,
                                const char *options_json,
                                laz_job_t **job_out,
                                laz_error_t **error_out);

int32_t laz_job_next(const laz_job_t *job, laz_value_t **event_out, laz_error_t **error_out);

int32_t laz_job_cursor(const laz_job_t *job, laz_value_t **value_out, laz_error_t **error_out);

int32_t laz_job_cancel(const laz_job_t *job);

void laz_job_free(laz_job_t *job);

int32_t laz_sign(const char *app_secret,
                 const char *path,
                 const char *params_json,
                 laz_value_t **value_out,
                 laz_error_t **error_out);

int32_t laz_explain_signature(const char *app_secret,
                              const char *path,
                              const char *params_json,
                              const char *signature,
                              laz_value_t **value_out,
                              laz_error_t **error_out);

int32_t laz_prepare(const laz_config_t *config,
                    const char *name,
                    const char *params_json,
                    int64_t now_ms,
                    laz_value_t **value_out,
                    laz_error_t **error_out);

int32_t laz_prepare_request(const laz_config_t *config,
                            const char *method,
                            const char *path,
                            const char *params_json,
                            int64_t now_ms,
                            laz_value_t **value_out,
                            laz_error_t **error_out);

int32_t laz_read(const char *name,
                 int32_t http_status,
                 const char *headers_json,
                 const char *body,
                 size_t body_length,
                 laz_value_t **value_out,
                 laz_error_t **error_out);

int32_t laz_authorization_url(const char *app_key,
                              const char *redirect_uri,
                              const char *state,
                              laz_value_t **value_out,
                              laz_error_t **error_out);

int32_t laz_order_buyer_paid(const char *order_json,
                             laz_value_t **value_out,
                             laz_error_t **error_out);

int32_t laz_order_reconcile(const char *order_json,
                            laz_value_t **value_out,
                            laz_error_t **error_out);

int32_t laz_items_by_sku(const char *items_json, laz_value_t **value_out, laz_error_t **error_out);

int32_t laz_country_currency(const char *country, laz_value_t **value_out, laz_error_t **error_out);
