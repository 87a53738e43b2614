/* What stands around a block of C that is no whole program: the names that it may use. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lazcore.h"

static const char *app_key, *app_secret, *token, *text, *text_kept_or_null;
static laz_config_t *config;
static laz_client_t *client;
static laz_token_store_t *store;
static laz_job_t *job;
static laz_value_t *value;
static laz_error_t *error;

static void keep(const char *kept)
{
    (void)kept;
}

static void block(void)
{
    (void)text, (void)text_kept_or_null, (void)store, (void)job, (void)value, (void)keep;
    {
/* BLOCK */
    }
}

int main(void)
{
    app_key = getenv("SANDBOX_APP_KEY");
    app_secret = getenv("SANDBOX_APP_SECRET");
    token = getenv("SANDBOX_TOKEN");
    laz_config_new(app_key, app_secret, &config, NULL);
    laz_config_set_gateway(config, getenv("SANDBOX_GATEWAY"));
    laz_config_set_access_token(config, token);
    if (laz_client_new(config, &client, &error) == LAZ_STATUS_OK)
        block();
    if (error)
        fprintf(stderr, "%s\n", laz_error_message(error));
    return error != NULL;
}
