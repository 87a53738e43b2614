// Packs orders, saves their labels and reports them ready to ship; one line for each item. Run it again after an
// interruption: the journal knows what was done.
//
//     fulfill APP_KEY APP_SECRET ACCESS_TOKEN COUNTRY_OR_GATEWAY_URL JOURNAL LABEL_FOLDER ORDER_ID...
//     fulfill 123456 secret token SG store.journal labels 16090 16091
#include <stdio.h>
#include <stdlib.h>
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
    laz_client_new(config, &client, error);
    laz_config_free(config);
    return client;
}

// ["1","2"]; to be freed.
static char *list_of(int count, char **ids)
{
    size_t size = 3;
    for (int index = 0; index < count; index++)
        size += strlen(ids[index]) + 3;
    char *json = malloc(size);
    if (!json)
        return NULL;
    strcpy(json, "[");
    for (int index = 0; index < count; index++) {
        strcat(json, index ? ",\"" : "\"");
        strcat(json, ids[index]);
        strcat(json, "\"");
    }
    return strcat(json, "]");
}

static const char *text(const laz_value_t *event, const char *pointer)
{
    const char *found = NULL;
    laz_value_text(event, pointer, &found);
    return found ? found : "-";
}

// 1 for an item that is not where it should be.
static int print_outcome(const laz_value_t *event)
{
    if (strcmp(text(event, "/event"), "outcome") != 0)
        return 0;
    printf("%s %s %s %s %s %s\n", text(event, "/order_id"), text(event, "/order_item_id"), text(event, "/state"),
           text(event, "/package_id"), text(event, "/tracking_number"), text(event, "/message"));
    return strcmp(text(event, "/state"), "done") != 0;
}

int main(int count, char **arguments)
{
    if (count < 8) {
        fprintf(stderr, "fulfill APP_KEY APP_SECRET ACCESS_TOKEN COUNTRY_OR_GATEWAY_URL JOURNAL LABEL_FOLDER ORDER_ID...\n");
        return 2;
    }
    laz_error_t *error = NULL;
    laz_job_t *job = NULL;
    laz_client_t *client = connect_client(arguments, &error);
    char *orders = list_of(count - 7, arguments + 7);
    char options[1024];
    snprintf(options, sizeof options, "{\"journal\": \"%.400s\", \"labels\": \"%.400s\"}", arguments[5], arguments[6]);
    int not_done = 0;
    int32_t status = laz_error_status(error);
    if (status == LAZ_STATUS_OK)
        status = laz_fulfillment_run(client, orders, options, &job, &error);
    while (status == LAZ_STATUS_OK) {
        laz_value_t *event = NULL;
        status = laz_job_next(job, &event, &error);
        not_done += print_outcome(event);
        laz_value_free(event);
    }
    if (status != LAZ_STATUS_DONE)
        fprintf(stderr, "%s\n", laz_error_message(error));
    free(orders);
    laz_error_free(error);
    laz_job_free(job);
    laz_client_free(client);
    return status != LAZ_STATUS_DONE || not_done != 0;
}
