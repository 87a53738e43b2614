// Prints id and price of every order of a window.
//
//     pull APP_KEY APP_SECRET ACCESS_TOKEN COUNTRY_OR_GATEWAY_URL CREATED_AFTER
//     pull 123456 secret token SG 2026-03-01T00:00:00+08:00
#include <stdio.h>
#include <string.h>

#include "lazcore.h"

static laz_client_t *connect_client(char **arguments, laz_error_t **error)
{
    laz_config_t *config = NULL;
    laz_client_t *client = NULL;
    laz_config_new(arguments[1], arguments[2], &config, NULL);
    laz_config_set_access_token(config, arguments[3]);
    if (strstr(arguments[4], "://"))
        laz_config_set_gateway(config, arguments[4]);
    else
        laz_config_set_country(config, arguments[4]);
    // Says what is wrong with any of the settings above.
    laz_client_new(config, &client, error);
    laz_config_free(config);
    return client;
}

static void print_order(const laz_value_t *event)
{
    const char *name = NULL, *order_id = NULL, *price = NULL;
    laz_value_text(event, "/event", &name);
    if (name && strcmp(name, "row") == 0) {
        laz_value_text(event, "/order/order_id", &order_id);
        laz_value_text(event, "/order/price", &price);
        printf("%s %s\n", order_id ? order_id : "?", price ? price : "?");
    }
}

int main(int count, char **arguments)
{
    if (count != 6) {
        fprintf(stderr, "pull APP_KEY APP_SECRET ACCESS_TOKEN COUNTRY_OR_GATEWAY_URL CREATED_AFTER\n");
        return 2;
    }
    laz_error_t *error = NULL;
    laz_job_t *job = NULL;
    laz_client_t *client = connect_client(arguments, &error);
    char options[128];
    snprintf(options, sizeof options, "{\"created_after\": \"%.80s\"}", arguments[5]);
    int32_t status = laz_error_status(error);
    if (status == LAZ_STATUS_OK)
        status = laz_orders_pull(client, options, &job, &error);
    while (status == LAZ_STATUS_OK) {
        laz_value_t *event = NULL;
        status = laz_job_next(job, &event, &error);
        if (status == LAZ_STATUS_OK)
            print_order(event);
        laz_value_free(event);
    }
    if (status != LAZ_STATUS_DONE)
        fprintf(stderr, "%s\n", laz_error_message(error));
    laz_error_free(error);
    laz_job_free(job);
    laz_client_free(client);
    return status != LAZ_STATUS_DONE;
}
