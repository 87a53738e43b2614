// A sandbox inside the host's process, for tests: in libraries built with the feature `sandbox`.

#ifndef LAZCORE_SANDBOX_H
#define LAZCORE_SANDBOX_H

#include "lazcore.h"

// A gateway on loopback with invented orders, for the tests of a host. It serves until it is freed.
typedef struct laz_sandbox_t laz_sandbox_t;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Starts a sandbox on a free port of 127.0.0.1.
//
// `options_json` is a JSON object or NULL: "orders" (of each store, 300), "stores" (2), "seed" (1: data and
// credentials follow from it), "port", "days" (30), "latency_ms", "offset_ceiling" (4500), "label_seconds",
// "access_token_seconds", "refresh_token_seconds", "frozen_clock" (seconds since 1970), all numbers;
// "special_orders" (true: some orders cannot be packed), "accept_repeats" and "two_warehouses", true or false.
//
// LAZ_STATUS_ARGUMENT for an option that is unknown or cannot be meant, LAZ_STATUS_IO when the port cannot be
// had. Free it with laz_sandbox_free.
int32_t laz_sandbox_start(const char *options_json,
                          laz_sandbox_t **sandbox_out,
                          laz_error_t **error_out);

// Where the sandbox serves and who may call it, as a JSON object: "url" (for laz_config_set_gateway), "app_key",
// "app_secret", "access_token", "refresh_token", "auth_code", "store_tokens" (a list) and "created_after" and
// "created_before", between which all orders were created. The text is valid until laz_sandbox_free. NULL for
// NULL.
const char *laz_sandbox_json(const laz_sandbox_t *sandbox);

// Stops a sandbox and frees it. NULL is allowed.
void laz_sandbox_free(laz_sandbox_t *sandbox);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* LAZCORE_SANDBOX_H */
