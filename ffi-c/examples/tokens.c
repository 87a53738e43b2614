// Verifies the file with a seller's token pair and tells how the pair stands, without a call and without a secret.
//
//     tokens APP_KEY APP_SECRET COUNTRY_OR_GATEWAY_URL TOKEN_FILE
//     tokens 123456 secret SG seller.token
//
// Ends with 0 when calls can be made with it, and with 1 when the seller has to authorize the app (again).
#include <stdio.h>
#include <string.h>

#include "lazcore.h"

static void print_shops(const laz_value_t *pair)
{
    int64_t shops = 0;
    laz_value_count(pair, "/shops", &shops);
    for (int64_t shop = 0; shop < shops; shop++) {
        char pointer[64];
        const char *country = NULL, *seller = NULL;
        snprintf(pointer, sizeof pointer, "/shops/%d/country", (int)shop);
        laz_value_text(pair, pointer, &country);
        snprintf(pointer, sizeof pointer, "/shops/%d/seller_id", (int)shop);
        laz_value_text(pair, pointer, &seller);
        printf("shop %s %s\n", country ? country : "?", seller ? seller : "?");
    }
}

static int print_pair(const laz_value_t *pair)
{
    const char *state = NULL;
    int64_t days = 0;
    int32_t needs_person = 1;
    laz_value_text(pair, "/state", &state);
    laz_value_flag(pair, "/needs_person", &needs_person);
    printf("state %s\n", state ? state : "?");
    if (laz_value_int64(pair, "/days_left", &days) == LAZ_STATUS_OK)
        printf("access token: %d days left\n", (int)days);
    if (laz_value_int64(pair, "/refresh_days_left", &days) == LAZ_STATUS_OK)
        printf("refresh token: %d days left\n", (int)days);
    print_shops(pair);
    return needs_person;
}

int main(int count, char **arguments)
{
    if (count != 5) {
        fprintf(stderr, "tokens APP_KEY APP_SECRET COUNTRY_OR_GATEWAY_URL TOKEN_FILE\n");
        return 2;
    }
    laz_config_t *config = NULL;
    laz_client_t *client = NULL;
    laz_value_t *pair = NULL;
    laz_error_t *error = NULL;
    laz_config_new(arguments[1], arguments[2], &config, NULL);
    laz_config_set_token_file(config, arguments[4]);
    if (strstr(arguments[3], "://"))
        laz_config_set_gateway(config, arguments[3]);
    else
        laz_config_set_country(config, arguments[3]);
    int32_t status = laz_client_new(config, &client, &error);
    if (status == LAZ_STATUS_OK)
        status = laz_client_token_status(client, &pair, &error);
    int result = 1;
    if (status == LAZ_STATUS_OK)
        result = print_pair(pair);
    else if (status == LAZ_STATUS_ABSENT)
        printf("no pair: the seller has to authorize the app\n");
    else
        fprintf(stderr, "%s\n", laz_error_message(error));
    laz_error_free(error);
    laz_value_free(pair);
    laz_client_free(client);
    laz_config_free(config);
    return result;
}
