// lazcore: the Lazada Open Platform as one library. C99 and later, C++11 and later.
//
// EXAMPLE
// Prints the price of an order, or why it cannot:
//
//     #include <stdio.h>
//     #include "lazcore.h"
//
//     int main(void)
//     {
//         laz_config_t *config = NULL;
//         laz_client_t *client = NULL;
//         laz_value_t *order = NULL;
//         laz_error_t *error = NULL;
//         const char *price = NULL;
//
//         laz_config_new("app key", "app secret", &config, NULL);
//         laz_config_set_country(config, "SG");
//         laz_config_set_access_token(config, "access token");
//         if (laz_client_new(config, &client, &error) == LAZ_STATUS_OK
//             && laz_client_call(client, "GetOrder", "{\"order_id\": 16090}", NULL, &order, &error) == LAZ_STATUS_OK
//             && laz_value_text(order, "/price", &price) == LAZ_STATUS_OK)
//             printf("%s\n", price);
//         else
//             fprintf(stderr, "%s\n", error ? laz_error_message(error) : "the order has no price");
//
//         laz_error_free(error);
//         laz_value_free(order);
//         laz_client_free(client);
//         laz_config_free(config);
//         return price == NULL;
//     }
//
// RESULTS
// Functions return an int32_t of the LAZ_STATUS_ constants; 0 is success. What a function makes is written through
// its last arguments: NULL or 0 on entry, filled only on success. error_out may be NULL; if it is not, *error_out
// is NULL after success and an error otherwise. A NULL where something is needed is LAZ_STATUS_ARGUMENT, never a
// crash. LAZ_STATUS_DONE and LAZ_STATUS_ABSENT are no errors and leave *error_out NULL.
//
// WHO FREES WHAT
// You free what you got through an output of a handle type (laz_..._t **), errors included: once, with the _free
// function of that type. Freeing NULL does nothing, so with handles that begin as NULL one sequence of _free calls
// at the end is right whatever happened before. An *error_out that is not freed before it is used again is leaked.
// Handles may be freed in any order: each keeps what it needs of the others.
// You never free a text (const char *): it belongs to the handle it came from and is valid until that is freed.
// What you pass stays yours: texts and bytes are copied before the function returns, handles are only borrowed.
//
// TEXTS
// Texts in end with a NUL and are UTF-8; so are texts out. JSON is text, and numbers in it are taken to the letter.
//
// THREADS
// A client and a token store may be used by any number of threads at once. Every other handle is for one thread at
// a time, except in laz_cancel_cancel and laz_job_cancel, which may be called from any. _free comes after the last
// call has returned. After fork() parent and child may both go on with a client; a job goes on only in the process
// that began it.


#ifndef LAZCORE_H
#define LAZCORE_H

#include <stddef.h>
#include <stdint.h>

// What a function returned. 0 is success; numbers are never reused. Groups: 1 to 99 caller and machine,
// 100 to 199 the way to the gateway and back, 200 to 299 Lazada said no, 300 to 399 no error at all,
// 900 and above the library itself. Take a number you do not know for LAZ_STATUS_OTHER.
typedef enum {
  // Done.
  LAZ_STATUS_OK = 0,
  // A setting is wrong; laz_error_field names it.
  LAZ_STATUS_CONFIG = 1,
  // A parameter of the call is wrong; laz_error_field names it. Nothing was sent.
  LAZ_STATUS_INPUT = 2,
  // The job belongs to the process that began it, and this is a forked child.
  LAZ_STATUS_FORKED = 3,
  // A mistake at this boundary: NULL where something is needed, text that is not UTF-8, a handle in use
  // by another thread. laz_error_field names the argument. Nothing was sent.
  LAZ_STATUS_ARGUMENT = 4,
  // A file of this machine could not be read or written.
  LAZ_STATUS_IO = 20,
  // Canceled by the caller.
  LAZ_STATUS_CANCELED = 30,
  // No answer: look-up, connection, TLS or a broken exchange of a call without side effects.
  LAZ_STATUS_TRANSPORT = 100,
  // No answer in time, for a call without side effects or before anything was sent.
  LAZ_STATUS_TIMEOUT = 101,
  // A write that may or may not have been executed. Look before sending it again.
  LAZ_STATUS_INDETERMINATE = 102,
  // An answer, or a field of one, that cannot be read.
  LAZ_STATUS_DECODE = 103,
  // Lazada refused or failed the call; laz_error_code says why.
  LAZ_STATUS_API = 200,
  // Lazada limits the rate, and waiting did not help within the call's limits.
  LAZ_STATUS_THROTTLED = 201,
  // Token, app key, signature or permission.
  LAZ_STATUS_AUTH = 202,
  // No error: the job is over.
  LAZ_STATUS_DONE = 300,
  // No error: nothing stands at the place asked for.
  LAZ_STATUS_ABSENT = 301,
  // A defect of the library was caught. Whether a call under way was executed is not known.
  LAZ_STATUS_PANIC = 900,
  // A defect of the library.
  LAZ_STATUS_INTERNAL = 901,
  // An error of a kind that this version has no number for; laz_error_kind names it.
  LAZ_STATUS_OTHER = 999,
} laz_status;

// What stands at a place of a value: see laz_value_type.
typedef enum {
  // Nothing stands there.
  LAZ_TYPE_ABSENT = 0,
  // null.
  LAZ_TYPE_NULL = 1,
  // true or false.
  LAZ_TYPE_FLAG = 2,
  // A number: laz_value_int64, laz_value_decimal or, for its digits, laz_value_text.
  LAZ_TYPE_NUMBER = 3,
  // A text, blank ones included.
  LAZ_TYPE_TEXT = 4,
  // A list: laz_value_count, then pointers such as "/orders/0".
  LAZ_TYPE_LIST = 5,
  // An object: laz_value_count and laz_value_key.
  LAZ_TYPE_OBJECT = 6,
} laz_type;

// A flag that ends calls from another thread. Once set it stays set.
typedef struct laz_cancel_t laz_cancel_t;

// Calls the gateway for one account. Any number of threads may use one client at once. After a fork,
// parent and child may both go on with it, each with connections of its own.
typedef struct laz_client_t laz_client_t;

// Settings of a client. Only app key, app secret and a country or gateway are needed.
//
// Each setter returns LAZ_STATUS_OK, or LAZ_STATUS_CONFIG or LAZ_STATUS_ARGUMENT for what cannot be
// meant. A refused setting is remembered until it is set again: laz_client_new and laz_prepare then fail
// with it and say what was expected, so the setters' own results need not be looked at. The rest is
// checked there too. Texts are copied.
typedef struct laz_config_t laz_config_t;

// What went wrong, with everything that helps to act on it. Holds no secret, token or signature.
// Texts belong to the error and are valid until laz_error_free.
typedef struct laz_error_t laz_error_t;

// A job under way. laz_job_next does what it takes to have another event; between two calls of it no request
// begins. Of an order pull, up to eight reads that were under way then come to their end; laz_job_free ends them.
// One thread at a time, except laz_job_cancel.
typedef struct laz_job_t laz_job_t;

// A call by method and path with files or HTTP headers of its own. It may be sent any number of times, each
// time signed anew. One thread at a time.
typedef struct laz_request_t laz_request_t;

// A store in memory for one token pair, for hosts that keep the pair as a text of their own: in a database, a
// session, a vault. They give the text in, and after calls take out what has changed.
//
// The text is a password in clear: keep it like one. It ends with the process, and a changed one that was
// not taken is lost with it, while the old pair is spent. Hosts whose processes share a pair need
// laz_config_set_token_file. Any number of threads may use one store at once; it lives on as long as a
// configuration or client was given it.
typedef struct laz_token_store_t laz_token_store_t;

// An answer, an event of a job, a prepared request or a text. One thread at a time. Texts and bodies
// belong to the value and are valid until laz_value_free.
//
// The accessors take a JSON pointer (RFC 6901) below the payload, such as "/orders/0/order_id"; "" is the
// payload itself. They return LAZ_STATUS_OK; LAZ_STATUS_ABSENT when nothing stands there, which includes
// null and blank texts, or LAZ_STATUS_DECODE when it is something else than asked for. The output is then
// NULL or 0.
typedef struct laz_value_t laz_value_t;

// Takes the line of one finished call: see laz_config_set_log.
typedef void (*laz_log_t)(void *context, const char *line);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// The library's version, such as "0.1.0". The text is static.
const char *laz_version(void);

// The number of the binary interface. A program runs with any library that has the number of the header
// it was compiled with; new functions do not change it.
int32_t laz_abi_version(void);

// Makes settings for an app, everything else at its default. Free them with laz_config_free, at any time
// after clients were made of them.
int32_t laz_config_new(const char *app_key,
                       const char *app_secret,
                       laz_config_t **config_out,
                       laz_error_t **error_out);

// Calls go to Lazada's gateway of this country: "SG", "MY", "TH", "VN", "PH" or "ID".
int32_t laz_config_set_country(laz_config_t *config, const char *country);

// Calls go to this base URL, such as a sandbox's, instead of a country's.
int32_t laz_config_set_gateway(laz_config_t *config, const char *url);

// The seller's access token.
int32_t laz_config_set_access_token(laz_config_t *config, const char *token);

// The file with the seller's token pair, in place of a fixed access token: each call takes the newest from
// there, and a pair whose time has come is refreshed, once for all threads and processes that share the
// file, and stored before it is used. The file need not exist yet, its folder must; it is made for its owner
// alone and holds secrets.
int32_t laz_config_set_token_file(laz_config_t *config,
                                  const char *path);

// As laz_config_set_token_file, with a pair that the host keeps as a text of its own. Every client made of
// these settings shares the store with all who were given it.
int32_t laz_config_set_token_store(laz_config_t *config,
                                   const laz_token_store_t *store);

// The name of the account in outcomes, exports and file names. By default it is derived from gateway and
// token, without showing the token.
int32_t laz_config_set_account(laz_config_t *config,
                               const char *account);

// Milliseconds until a connection stands: look-up, TCP and TLS. 10000 by default.
int32_t laz_config_set_connect_timeout_ms(laz_config_t *config, int64_t milliseconds);

// Milliseconds from the sent request to the head of the answer. 30000 by default.
int32_t laz_config_set_response_timeout_ms(laz_config_t *config, int64_t milliseconds);

// Milliseconds for one whole exchange. 60000 by default.
int32_t laz_config_set_total_timeout_ms(laz_config_t *config, int64_t milliseconds);

// Milliseconds for a call with all its attempts and pauses. 120000 by default.
int32_t laz_config_set_deadline_ms(laz_config_t *config, int64_t milliseconds);

// The largest answer after decompression, in bytes. 64 MiB by default, below 4 GiB.
int32_t laz_config_set_max_body_bytes(laz_config_t *config, int64_t bytes);

// The deepest nesting of an answer. 128 by default.
int32_t laz_config_set_max_depth(laz_config_t *config, int32_t depth);

// A PEM file with certificates to trust besides the built-in ones, for proxies that re-sign TLS.
int32_t laz_config_set_ca_file(laz_config_t *config, const char *path);

// The way out: "none" (the default, whatever the environment says), "environment" (as HTTPS_PROXY, ALL_PROXY
// and NO_PROXY say) or "http://[user:password@]host:port".
int32_t laz_config_set_proxy(laz_config_t *config,
                             const char *proxy);

// 1 allows plain http to other hosts than this machine: tokens and buyers' data then travel in clear.
// 0 by default.
int32_t laz_config_set_allow_plain_http(laz_config_t *config,
                                        int32_t allow);

// The most attempts of one call, the first included; 1 for no repeats. 5 by default.
int32_t laz_config_set_max_attempts(laz_config_t *config, int32_t attempts);

// The most calls a second to one API, over all clients of the app in the process; 0 for no ceiling. 200 by
// default. Below it the pace adapts: it starts at 50, grows while nothing is refused, and falls when the
// platform limits calls.
int32_t laz_config_set_rate_per_path(laz_config_t *config,
                                     int32_t calls);

// The most calls a second for one account, over all its clients in the process; 0 for no ceiling. 400 by
// default. Below it the pace adapts, as for one API.
int32_t laz_config_set_rate_per_account(laz_config_t *config,
                                        int32_t calls);

// A file to which each call adds a line of JSON without secrets: what to quote to support.
int32_t laz_config_set_call_log(laz_config_t *config, const char *path);

// Frees settings. NULL is allowed.
void laz_config_free(laz_config_t *config);

// Hands the line of each finished call, as laz_config_set_call_log writes it, to `callback` as well, with
// `context` as it is given here. Off by default; a NULL callback turns it off again.
//
// A line is one JSON object without secrets: "time", "api", "account", "took_ms", "result" ("ok", or the kind of the
// error), "code", "message", "request_id", "trace_id", "attempts", "http_status", as far as known. It is valid until
// the callback returns.
//
// The callback runs on the thread that made the call or on one of a job's own, on several at once, and before the call
// returns. It must be quick, must return (no exception, no longjmp), and must not call a function of this library
// that takes a client, job or token store. Callback and context must live until every client made of these
// settings is freed, and every job of such a client.
int32_t laz_config_set_log(laz_config_t *config,
                           laz_log_t callback,
                           void *context);

// Makes a client with these settings, which it copies. Nothing is sent yet. LAZ_STATUS_CONFIG when a
// setting cannot be used; laz_error_field names it. Free the client with laz_client_free.
int32_t laz_client_new(const laz_config_t *config,
                       laz_client_t **client_out,
                       laz_error_t **error_out);

// The key of the client's account in outcomes, exports and file names. It changes once, when the account
// becomes known; what was returned before stays valid too, until laz_client_free.
const char *laz_client_account(const laz_client_t *client);

// Makes a call by the API's name, such as "Pack", or its path or id in the catalogue, and waits for the
// answer.
//
// `params_json` is a JSON object of parameters, or NULL for none. Number tokens are sent to the letter.
// `cancel` may be NULL; else another thread can end the call with laz_cancel_cancel.
//
// On LAZ_STATUS_OK *value_out is the answer; free it with laz_value_free. Single rows of a batch may have
// failed all the same: see laz_value_failed_rows_json. LAZ_STATUS_INDETERMINATE says that a write may have
// been executed.
int32_t laz_client_call(const laz_client_t *client,
                        const char *name,
                        const char *params_json,
                        const laz_cancel_t *cancel,
                        laz_value_t **value_out,
                        laz_error_t **error_out);

// Makes a call by method ("GET" or "POST") and path, for what is newer than the catalogue. There it counts as a
// write, which is not repeated once it may have been executed; a path that the catalogue knows counts as it says
// there. Parameters are not checked. Everything else as laz_client_call.
int32_t laz_client_request(const laz_client_t *client,
                           const char *method,
                           const char *path,
                           const char *params_json,
                           const laz_cancel_t *cancel,
                           laz_value_t **value_out,
                           laz_error_t **error_out);

// Asks the gateway something that it refuses, once, without keys, token and signature: for diagnosis when no
// call works. The refusal is the result.
//
// `host` is "api", or "auth" for the host of token calls. *value_out is an object with "url", "http_status",
// "is_gateway" (false when something between answered, such as a proxy), "code", "request_id", "took_ms" and,
// if the gateway told its time, "clock_ahead_ms": how far the local clock is ahead of it (negative: behind),
// good to a second. Calls are refused from two hours on. `cancel` may be NULL.
int32_t laz_client_probe(const laz_client_t *client,
                         const char *host,
                         const laz_cancel_t *cancel,
                         laz_value_t **value_out,
                         laz_error_t **error_out);

// Frees a client after the last call has returned. Its jobs and values live on. NULL is allowed.
void laz_client_free(laz_client_t *client);

// Makes a request; nothing is sent. Method, path and parameters are as in laz_client_request. Free it with
// laz_request_free.
int32_t laz_request_new(const char *method,
                        const char *path,
                        const char *params_json,
                        laz_request_t **request_out,
                        laz_error_t **error_out);

// Adds a file as the parameter `name`, copied from `length` bytes. A request with files is a POST with
// multipart parts, whatever its method was; files are not signed.
//
// `file_name` is the name shown to the platform. `content_type` is such as "image/png"; NULL is
// "application/octet-stream". LAZ_STATUS_INPUT for a name that cannot be sent; the request is then as before.
int32_t laz_request_add_file(laz_request_t *request,
                             const char *name,
                             const char *file_name,
                             const char *content_type,
                             const char *bytes,
                             size_t length,
                             laz_error_t **error_out);

// Adds an HTTP header, in place of an earlier one of that name. Headers are not signed.
//
// LAZ_STATUS_INPUT for one that the client sets itself, such as Host, Content-Type, Content-Length and
// User-Agent, and for what is no header: a value is printable ASCII without line breaks. The request is then
// as before; laz_error_field names the header.
int32_t laz_request_add_header(laz_request_t *request,
                               const char *name,
                               const char *value,
                               laz_error_t **error_out);

// Sends a request and waits for the answer. Everything else as laz_client_call.
int32_t laz_client_send(const laz_client_t *client,
                        const laz_request_t *request,
                        const laz_cancel_t *cancel,
                        laz_value_t **value_out,
                        laz_error_t **error_out);

// Signs a request without sending it: see laz_prepare. With files the body has the multipart form, and
// "headers" tells its boundary.
int32_t laz_request_prepare(const laz_request_t *request,
                            const laz_config_t *config,
                            int64_t now_ms,
                            laz_value_t **value_out,
                            laz_error_t **error_out);

// Frees a request. NULL is allowed.
void laz_request_free(laz_request_t *request);

// Makes a flag that is not set. Free it with laz_cancel_free, after the calls that were given it have
// returned.
int32_t laz_cancel_new(laz_cancel_t **cancel_out);

// Ends every call that was given this flag, now or later: each returns within a fraction of a second,
// usually with LAZ_STATUS_CANCELED, or with LAZ_STATUS_INDETERMINATE when a write was already under way.
// May be called from any thread, any number of times.
int32_t laz_cancel_cancel(const laz_cancel_t *cancel);

// Frees a flag. NULL is allowed.
void laz_cancel_free(laz_cancel_t *cancel);

// Makes a store of a text that laz_token_store_take_change or laz_token_store_text gave once, or with NULL
// an empty one, to be filled by laz_client_exchange_code or laz_client_store_token. LAZ_STATUS_CONFIG when
// the text is damaged or something else. Free it with laz_token_store_free.
int32_t laz_token_store_new(const char *text,
                            laz_token_store_t **store_out,
                            laz_error_t **error_out);

// The text of the pair, if it has changed since it was given or last taken: what the host has to keep now.
// Ask after each call, since any call may have refreshed the pair. *value_out has it at the pointer "" and as
// its body; it holds secrets. LAZ_STATUS_ABSENT when nothing has changed.
int32_t laz_token_store_take_change(const laz_token_store_t *store,
                                    laz_value_t **value_out,
                                    laz_error_t **error_out);

// The text of the pair, changed or not. *value_out has it at the pointer "" and as its body; it holds
// secrets. LAZ_STATUS_ABSENT when the store is empty.
int32_t laz_token_store_text(const laz_token_store_t *store,
                             laz_value_t **value_out,
                             laz_error_t **error_out);

// Frees a store. Configurations and clients that were given it keep it. NULL is allowed.
void laz_token_store_free(laz_token_store_t *store);

// Holds the state that came back from the authorization page against the one that was sent. LAZ_STATUS_AUTH
// when they differ: somebody else began that authorization, and its code must not be used.
int32_t laz_check_state(const char *sent,
                        const char *received,
                        laz_error_t **error_out);

// Exchanges the code of an authorization redirect, which works once, for a token pair, and keeps it in the
// client's token file or store. Check the redirect's state with laz_check_state before.
//
// *value_out is the pair's status, as of laz_client_token_status. LAZ_STATUS_CONFIG without a token file or
// store: the code is not spent. LAZ_STATUS_AUTH when the code is refused, or the store holds the pair of
// other shops, which is left as it is. LAZ_STATUS_INDETERMINATE when the answer was lost: the seller must
// probably authorize again. `cancel` may be NULL; an exchange that was sent is waited for.
int32_t laz_client_exchange_code(const laz_client_t *client,
                                 const char *code,
                                 const laz_cancel_t *cancel,
                                 laz_value_t **value_out,
                                 laz_error_t **error_out);

// Puts a pair that was got elsewhere into the client's token file or store, in place of what is there.
//
// `answer_json` is the platform's answer to an exchange or a refresh, as it came. `obtained_ms` is when that
// was, in milliseconds since 1970 UTC, from which the lives of the tokens are counted; 0 is now. *value_out
// is the pair's status, as of laz_client_token_status. LAZ_STATUS_AUTH when the store holds the pair of other
// shops, which is left as it is. `cancel` may be NULL.
int32_t laz_client_store_token(const laz_client_t *client,
                               const char *answer_json,
                               int64_t obtained_ms,
                               const laz_cancel_t *cancel,
                               laz_value_t **value_out,
                               laz_error_t **error_out);

// Refreshes the pair now, for hosts with a schedule of their own; calls refresh it by themselves. When
// another thread or process does the same, one refresh serves all.
//
// *value_out is the new pair's status, as of laz_client_token_status. LAZ_STATUS_AUTH when the pair cannot be
// refreshed and the seller must authorize again, LAZ_STATUS_IO when the store cannot be written,
// LAZ_STATUS_INDETERMINATE when the answer was lost. `cancel` may be NULL; a refresh that was sent is waited
// for.
int32_t laz_client_refresh_token(const laz_client_t *client,
                                 const laz_cancel_t *cancel,
                                 laz_value_t **value_out,
                                 laz_error_t **error_out);

// How the pair in the client's token file or store stands, read anew; nothing is sent. LAZ_STATUS_ABSENT when
// the client has none or nothing is in it.
//
// *value_out is an object without secrets: "state" ("fresh", "due_for_refresh", "expired", "refresh_expired",
// "not_refreshable"); "needs_person", true when the seller must authorize again; "expires_at",
// "refresh_expires_at" and the whole days left, "days_left" and "refresh_days_left", where known; "shops", a
// list of objects with "country", "seller_id", "user_id" and "short_code".
int32_t laz_client_token_status(const laz_client_t *client,
                                laz_value_t **value_out,
                                laz_error_t **error_out);

// The account behind the client's token: what the pair tells, or else the seller's data, asked for once and
// remembered. From then on laz_client_account is its key, unless the settings name one.
//
// *value_out is an object with "app_key", "country" where known, "seller_id" and "key", such as
// "SG-1000001". Ask before jobs begin, so that all their rows carry one key. `cancel` may be NULL.
int32_t laz_client_resolve_account(const laz_client_t *client,
                                   const laz_cancel_t *cancel,
                                   laz_value_t **value_out,
                                   laz_error_t **error_out);

// Reads a JSON text, such as one that laz_value_failed_rows_json told, for the accessors. LAZ_STATUS_INPUT when it is
// none. Free the value with laz_value_free.
int32_t laz_value_parse(const char *json,
                        laz_value_t **value_out,
                        laz_error_t **error_out);

// The payload or event as normalized JSON: ids and amounts as text, times as RFC 3339 with the offset
// received, real booleans, absent fields absent, unknown fields as they came. NULL for NULL.
const char *laz_value_json(const laz_value_t *value);

// The bytes of an answer as they came, or of a prepared request as they are to be sent. A NUL that does
// not count follows them. *length_out, which may be NULL, becomes their number. NULL for NULL.
const char *laz_value_body(const laz_value_t *value,
                           size_t *length_out);

// What to quote when something has to be proved later: API, request id, trace id, account, UTC time,
// attempts and HTTP status, as a JSON object. NULL for values that no single call brought.
const char *laz_value_evidence_json(const laz_value_t *value);

// The gateway's id of the call, or NULL.
const char *laz_value_request_id(const laz_value_t *value);

// The rows of a batch that failed although the call succeeded, as a JSON list of objects with "code",
// "message", "retry" and "row"; "[]" when none did. NULL for values that are no answers.
const char *laz_value_failed_rows_json(const laz_value_t *value);

// Frees a value with its texts. NULL is allowed.
void laz_value_free(laz_value_t *value);

// What stands at a place: *out becomes a LAZ_TYPE_ constant. Unlike the other accessors it tells null, blank
// texts and nothing at all apart; for nothing it returns LAZ_STATUS_OK too, with LAZ_TYPE_ABSENT.
int32_t laz_value_type(const laz_value_t *value,
                       const char *pointer,
                       int32_t *out);

// The text, number or truth value at a place, exactly as it came: 12345678901234567.89 keeps every digit.
int32_t laz_value_text(const laz_value_t *value,
                       const char *pointer,
                       const char **out);

// Copies the text at a place, as laz_value_text tells it, into a buffer of `size` bytes, with a NUL behind it.
//
// *length_out, which may be NULL, becomes the number of its bytes without the NUL, also when the buffer is too
// small: then LAZ_STATUS_ARGUMENT is returned. The buffer is written to on LAZ_STATUS_OK alone; it may be NULL
// when `size` is 0, to ask for the length.
int32_t laz_value_copy_text(const laz_value_t *value,
                            const char *pointer,
                            char *buffer,
                            size_t size,
                            size_t *length_out);

// The JSON text at a place as it came, of objects and lists too; for texts with their quotes.
int32_t laz_value_raw_json(const laz_value_t *value, const char *pointer, const char **out);

// The whole number at a place, from a number or a text of digits.
int32_t laz_value_int64(const laz_value_t *value, const char *pointer, int64_t *out);

// The truth value at a place, 1 or 0, from any of the platform's spellings.
int32_t laz_value_flag(const laz_value_t *value, const char *pointer, int32_t *out);

// The time at a place, in milliseconds since 1970 UTC, from any of the platform's forms. A time that came
// without an offset is LAZ_STATUS_DECODE, since it names no instant.
int32_t laz_value_time_ms(const laz_value_t *value,
                          const char *pointer,
                          int64_t *out);

// How many elements the list, or members the object, at a place has.
int32_t laz_value_count(const laz_value_t *value, const char *pointer, int64_t *out);

// The exact amount at a place as plain decimal text, such as "12.50", from a number or a text of up to 28
// digits; the digits are those that came. LAZ_STATUS_DECODE for what is no amount, such as "1,000.00".
int32_t laz_value_decimal(const laz_value_t *value,
                          const char *pointer,
                          const char **out);

// The name of the `index`-th member, from 0, of the object at a place, in the order received.
// LAZ_STATUS_ABSENT beyond the last one.
int32_t laz_value_key(const laz_value_t *value,
                      const char *pointer,
                      int64_t index,
                      const char **out);

// What stands at a place as a value of its own, with its pointers counted from there; it outlives the value it
// came from. Its JSON is the text as it came, not normalized. Free it with laz_value_free.
int32_t laz_value_child(const laz_value_t *value,
                        const char *pointer,
                        laz_value_t **child_out);

// The status that the failed function returned; LAZ_STATUS_OK for NULL.
int32_t laz_error_status(const laz_error_t *error);

// The kind as a word, the same in every language: "config", "input", "argument", "canceled",
// "forked", "io", "transport", "timeout", "indeterminate", "decode", "api", "throttled", "auth", "panic",
// "internal".
const char *laz_error_kind(const laz_error_t *error);

// One line for a person, causes included.
const char *laz_error_message(const laz_error_t *error);

// Lazada's code, as text, or NULL. The list is open and grows.
const char *laz_error_code(const laz_error_t *error);

// The argument, parameter, setting or reply field concerned, or NULL.
const char *laz_error_field(const laz_error_t *error);

// The path of the API that was called, or NULL.
const char *laz_error_api(const laz_error_t *error);

// What to quote to Lazada's support, or NULL.
const char *laz_error_request_id(const laz_error_t *error);

// The gateway's second id of the call, or NULL.
const char *laz_error_trace_id(const laz_error_t *error);

// The account of the call, or NULL.
const char *laz_error_account(const laz_error_t *error);

// The answer that was judged a failure, as JSON, or NULL. It may hold more than the code and the message say, and
// data of buyers: do not log it.
const char *laz_error_answer(const laz_error_t *error);

// HTTP status of the answer; 0 when there was none.
int32_t laz_error_http_status(const laz_error_t *error);

// 1 when the same call can succeed later without a change, else 0.
int32_t laz_error_retryable(const laz_error_t *error);

// Whether the gateway may have carried the call out: 0 no, 1 not known. After 1, read the state back
// before a write is sent again.
int32_t laz_error_executed(const laz_error_t *error);

// How many times the request was tried; 0 when it never came that far.
int32_t laz_error_attempts(const laz_error_t *error);

// Frees an error and its texts. NULL is allowed.
void laz_error_free(laz_error_t *error);

// Begins to pull the orders of a window.
//
// `options_json` is a JSON object: "created_after" and "created_before", or "update_after" and
// "update_before", as in "2026-03-01T00:00:00+08:00", or "cursor" of an earlier pull, see laz_job_cursor;
// "status"; "with_items" (true or false); "overlap_s", how many seconds the next pull reaches back over this one (1 to
// 604800, 600 when left out), which must exceed the longest delay until a change shows in the list. The cursor of a
// pull by creation that has ended, given with any "update_after", begins the pulls by update where its window closed.
//
// Events: "row" with "account", "order", "items" if asked for, and "evidence"; "bad_row"; "progress";
// "notice"; at last "done" with "counts" and, if there are any, the "unproven" seconds; "newest", when the order that
// changed last had changed, and "lateness_s", the seconds from then to the answer that brought it, by the gateway's
// clock. An order that changes meanwhile may come twice, the newer version later. Free the job with laz_job_free.
int32_t laz_orders_pull(const laz_client_t *client,
                        const char *options_json,
                        laz_job_t **job_out,
                        laz_error_t **error_out);

// Begins to bring a database in step: every order created since a time, and every change from then on.
//
// `options_json` is a JSON object: "since", as in "2026-03-01T00:00:00+08:00", needed only while there is no state;
// "status", "with_items" and "overlap_s" as in laz_orders_pull; and "state_file", the path where the state is kept from
// run to run, or "cursor", the state as a text, for hosts that keep it themselves: see laz_job_cursor.
//
// The first run pulls the orders by their creation, then what has changed meanwhile; a later one does what was left,
// then what has changed since. It ends when all is handed out. Write orders by id, over what is there. The state
// counts an order as done when the next event is asked for; it is saved once a page, at the end of each window and
// before "done". A process that is killed gets the orders since then again and loses none. The file is private (0600),
// replaced as a whole and locked beside (FILE.lock) until the job has ended or is freed; LAZ_STATUS_IO while another
// sync has it, and from laz_job_next when it cannot be written. LAZ_STATUS_INPUT on the field "state" when the file is
// damaged or of another gateway, app, account or status; it is left as it is. Where neither settings nor token tell
// the account, the job begins with a call of /seller/get, and such a refusal comes from laz_job_next.
//
// Events are those of laz_orders_pull; "progress" has the stages "backfill" and "changes". Free the job with
// laz_job_free.
int32_t laz_orders_sync(const laz_client_t *client,
                        const char *options_json,
                        laz_job_t **job_out,
                        laz_error_t **error_out);

// Begins to pack, print labels and report ready to ship.
//
// `orders_json` is a JSON list of order ids, or of objects {"order_id", "order_item_ids"} for parts of
// orders. `options_json` is a JSON object or NULL: "until" ("packed", "labels" or "ready_to_ship", the
// default), "provider" (a carrier's code), "labels" (the folder for label files) and the other options of
// laz_fulfillment_labels, "journal" (the store's
// journal, a file that outlives the job: what keeps an item from being packed twice when a process is killed,
// or by a later job; one job has it at a time), "actor" (who ships), "unknown" (what is done with a write that
// no read shows after the quarantine: "repeat", at most twice, or "report"), "adopt" (true takes over packages
// that someone else made), "quarantine_s" (how long a write without an answer may take to be executed and
// seen, 120 by default).
//
// Events: one "outcome" per item, in the order given, with "state" ("done", "left_out", "refused",
// "canceled", "unanswered", "packed_elsewhere", "package_changed", "package_shared", "indeterminate",
// "stopped_before"), "origin" ("answer", "read_back", "adopted"), "actor", "request_ids" and, for
// "indeterminate", an object of that name with all that is known of the write; "progress"; "notice"; at last
// "done". An item whose write got no answer waits and is read back, while the others go on. Free the job with
// laz_job_free.
int32_t laz_fulfillment_run(const laz_client_t *client,
                            const char *orders_json,
                            const char *options_json,
                            laz_job_t **job_out,
                            laz_error_t **error_out);

// Begins to save the labels of items that are packed, also once more. Nothing is packed and nothing reported.
//
// `packages_or_orders_json` is a JSON list of order ids, of objects {"order_id", "order_item_ids"} for parts of
// orders, or of objects {"package_id"}. `options_json` is a JSON object: "labels" (the folder, required);
// "label_files": "combined" (up to 20 packages a file, the default) or "single"; "label_format": "pdf" (the
// default) or "html"; "label_item_list" (true or false): whether a label shows the items; "label_wait": how many
// seconds a label that comes empty is asked for again (120).
//
// Files are named by a number that goes on in a folder with files, the account and the package, and no file
// takes another's place. Beside them manifest.json and manifest.csv tell file, page, package, order and goods.
//
// Events: one "outcome" per item, in the order given, and one per package that is given by its id, with
// "label" (the file) and "label_page" (if it is known); "progress"; at last "done". Free the job with
// laz_job_free.
int32_t laz_fulfillment_labels(const laz_client_t *client,
                               const char *packages_or_orders_json,
                               const char *options_json,
                               laz_job_t **job_out,
                               laz_error_t **error_out);

// Begins to announce packages to the carrier, whoever made them; labels are not fetched.
//
// `packages_json` is a JSON list of package ids, or of objects {"package_id", "order_id"}: a package that the
// journal does not know can only be read back by its order. `options_json` is a JSON object or NULL: "journal",
// "actor", "unknown", "quarantine_s", see laz_fulfillment_run. Events as there, one "outcome" per package. Free
// the job with laz_job_free.
int32_t laz_fulfillment_ready_to_ship(const laz_client_t *client,
                                      const char *packages_json,
                                      const char *options_json,
                                      laz_job_t **job_out,
                                      laz_error_t **error_out);

// Begins to dissolve packages, so that their items can be packed again or canceled one by one. Parameters and
// events as in laz_fulfillment_ready_to_ship. Free the job with laz_job_free.
int32_t laz_fulfillment_repack(const laz_client_t *client,
                               const char *packages_json,
                               const char *options_json,
                               laz_job_t **job_out,
                               laz_error_t **error_out);

// Begins to read again what a journal does not know the end of; nothing is written to the platform. It takes as
// long as the quarantine where no read shows progress.
//
// `options_json` is a JSON object: "journal", "adopt", "quarantine_s", see laz_fulfillment_run.
//
// Events: one "outcome" per item in doubt, with "state" "done" for a write that was executed and
// "stopped_before" for one that was not, which a run may send again. Free the job with laz_job_free.
int32_t laz_fulfillment_resolve(const laz_client_t *client,
                                const char *options_json,
                                laz_job_t **job_out,
                                laz_error_t **error_out);

// Waits for the next event. On LAZ_STATUS_OK *event_out is a value that holds it, to be freed with
// laz_value_free; its member "event" is its name. LAZ_STATUS_DONE when there are no more. An error ends the
// job: what follows is LAZ_STATUS_DONE. LAZ_STATUS_FORKED in a forked child of the process that began it.
int32_t laz_job_next(const laz_job_t *job,
                     laz_value_t **event_out,
                     laz_error_t **error_out);

// How far an order pull has come: a text for the option "cursor" of a later pull. *value_out has it at the
// pointer "", and as a JSON string, ready to stand in the options, in laz_value_json. It counts every row that laz_job_next has handed out, so keep it once those rows are kept. From
// the cursor of a pull that did not end, the next one does the rest; from that of one that ended, it follows
// on. Of a sync it is the state. LAZ_STATUS_ABSENT for other jobs, and before the first answer of a pull without a
// cursor. Free the value with laz_value_free.
int32_t laz_job_cursor(const laz_job_t *job,
                       laz_value_t **value_out,
                       laz_error_t **error_out);

// Cancels a job, from any thread, also while another one is in laz_job_next. A job of writes still tells the
// outcome of every item; a pull ends with LAZ_STATUS_CANCELED.
int32_t laz_job_cancel(const laz_job_t *job);

// Frees a job, and with it stops it where it stands. NULL is allowed.
void laz_job_free(laz_job_t *job);

// Signs `path` with the parameters of a JSON object: everything that will be sent, the system parameters
// included and "sign" left out. The signature is the text at the pointer "" of the value.
int32_t laz_sign(const char *app_secret,
                 const char *path,
                 const char *params_json,
                 laz_value_t **value_out,
                 laz_error_t **error_out);

// Says why the gateway refuses a signature that another program made. `params_json` holds what that program sends,
// blank values included, "sign" and files left out; `signature` is its signature, or NULL.
//
// The value has "base_string" (what is hashed; with the access token, if one is among the parameters: do not
// log it), "signature" (the right one), "verdict" ("not_given", "right", "wrong" or "unknown") and "mistakes", a
// list of objects with "code" and "advice".
int32_t laz_explain_signature(const char *app_secret,
                              const char *path,
                              const char *params_json,
                              const char *signature,
                              laz_value_t **value_out,
                              laz_error_t **error_out);

// Makes a signed request without sending it. `name` and `params_json` are as in laz_client_call; `now_ms` is
// the time in milliseconds since 1970 UTC, taken anew for each attempt. The access token is the one of the
// settings: a token file or store is not looked at.
//
// The value's JSON is {"method", "url", "headers"}; its body is the request's body. Send both as they are.
// They hold the token and the signature: do not log them. Read the answer with laz_read.
int32_t laz_prepare(const laz_config_t *config,
                    const char *name,
                    const char *params_json,
                    int64_t now_ms,
                    laz_value_t **value_out,
                    laz_error_t **error_out);

// As laz_prepare, by method and path: see laz_client_request.
int32_t laz_prepare_request(const laz_config_t *config,
                            const char *method,
                            const char *path,
                            const char *params_json,
                            int64_t now_ms,
                            laz_value_t **value_out,
                            laz_error_t **error_out);

// Reads an answer that came through another HTTP client, and judges it as laz_client_call would.
//
// `name` is the API's, or NULL for a call by path. `headers_json` is a JSON object of the answer's header
// fields with texts, or NULL. `body` has `body_length` bytes and is decompressed already.
int32_t laz_read(const char *name,
                 int32_t http_status,
                 const char *headers_json,
                 const char *body,
                 size_t body_length,
                 laz_value_t **value_out,
                 laz_error_t **error_out);

// The page that asks a seller to authorize the app, for a browser: the text at the pointer "" of the value.
//
// The browser comes back to `redirect_uri` with "code" and the same `state`; compare it before the code is
// exchanged, or somebody else's account can be slipped in.
int32_t laz_authorization_url(const char *app_key,
                              const char *redirect_uri,
                              const char *state,
                              laz_value_t **value_out,
                              laz_error_t **error_out);

// What the buyer pays, price - voucher + shipping_fee, as exact decimal text at the pointer "" of the value. The
// header has no currency: it is the one of laz_country_currency, or the items'.
//
// `order_json` is {"order": {...}, "items": [...]}, such as the JSON of a row of an order pull, or the order alone;
// normalized or as the platform sent it. LAZ_STATUS_DECODE when one of the three amounts is missing or cannot be
// read; the error names it.
int32_t laz_order_buyer_paid(const char *order_json,
                             laz_value_t **value_out,
                             laz_error_t **error_out);

// Compares the header of an order with its unit rows, canceled ones included, and repairs nothing.
//
// `order_json` is as in laz_order_buyer_paid, with "items". The value's JSON is {"order_id", "buyer_paid",
// "currency", "agrees", "differences": [{"field", "order", "items", "items_not_canceled",
// "explained_by_canceled"}], "not_compared": [{"field", "reason"}]}; amounts are texts. "agrees" is true when
// everything could be compared and nothing differs but by canceled items.
int32_t laz_order_reconcile(const char *order_json,
                            laz_value_t **value_out,
                            laz_error_t **error_out);

// Groups unit rows into lines with a quantity. Units of one line share order, SKU, prices, currency, status and
// package.
//
// `items_json` is a list of items, or an object with the member "items". The value's JSON is a list of
// {"order_id", "sku", "shop_sku", "name", "variation", "currency", "item_price", "paid_price", "status",
// "package_id", "quantity", "order_item_ids", "item_total", "paid_total", "voucher_total", "shipping_total"}; ids
// and amounts are texts, what is absent is left out. LAZ_STATUS_DECODE names a row without its id, or with an amount
// that cannot be read.
int32_t laz_items_by_sku(const char *items_json,
                         laz_value_t **value_out,
                         laz_error_t **error_out);

// The currency (ISO 4217) of a country's orders, such as "SGD" for "SG": the text at the pointer "" of the value.
// LAZ_STATUS_CONFIG for an unknown country.
int32_t laz_country_currency(const char *country,
                             laz_value_t **value_out,
                             laz_error_t **error_out);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* LAZCORE_H */
