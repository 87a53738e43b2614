// Writes the orders of a window as CSV to the standard output.
//
//     pull APP_KEY APP_SECRET ACCESS_TOKEN COUNTRY_OR_GATEWAY_URL CREATED_AFTER > orders.csv
//     pull 123456 secret token SG 2026-03-01T00:00:00+08:00 > orders.csv
#include <stdio.h>
#include <string.h>

#include "lazcore.h"

static const char *const COLUMNS[] = {"order_id", "created_at", "updated_at", "statuses/0",    "price",
                                      "voucher",  "items_count", "payment_method", "remarks"};

enum { COLUMN_COUNT = sizeof COLUMNS / sizeof *COLUMNS };

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

// A quoted cell. What a spreadsheet would run as a formula gets a quote before it, since buyers write these texts.
static void print_cell(const char *text)
{
    putchar('"');
    if (strchr("=+-@\t\r", *text) && *text)
        putchar('\'');
    for (; *text; text++) {
        if (*text == '"')
            putchar('"');
        putchar(*text);
    }
    putchar('"');
}

static void print_order(const laz_value_t *event)
{
    char pointer[64];
    for (int column = 0; column < COLUMN_COUNT; column++) {
        const char *text = NULL;
        snprintf(pointer, sizeof pointer, "/order/%s", COLUMNS[column]);
        // What is absent leaves the text NULL.
        laz_value_text(event, pointer, &text);
        if (column)
            putchar(',');
        print_cell(text ? text : "");
    }
    putchar('\n');
}

static void print_header(void)
{
    for (int column = 0; column < COLUMN_COUNT; column++)
        printf("%s%.*s", column ? "," : "", (int)strcspn(COLUMNS[column], "/"), COLUMNS[column]);
    putchar('\n');
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
    if (status == LAZ_STATUS_OK)
        print_header();
    while (status == LAZ_STATUS_OK) {
        laz_value_t *event = NULL;
        const char *name = NULL;
        status = laz_job_next(job, &event, &error);
        if (laz_value_text(event, "/event", &name) == LAZ_STATUS_OK && strcmp(name, "row") == 0)
            print_order(event);
        laz_value_free(event);
    }
    if (status != LAZ_STATUS_DONE)
        fprintf(stderr, "%s\n", laz_error_message(error));
    laz_error_free(error);
    laz_job_free(job);
    laz_client_free(client);
    // A disk may be full: an export that is not whole must not look like one.
    return status != LAZ_STATUS_DONE || fflush(stdout) != 0;
}
