// A few calls over the network, small enough for valgrind.
#include "check.h"
#include "sandbox.h"

// For diagnosis when no call works: the gateway answers, and its clock is told, without any key.
static void a_look_at_the_gateway(const sandbox_t *sandbox, const laz_client_t *client)
{
    laz_value_t *probe = NULL;
    laz_error_t *error = NULL;
    const char *url = NULL;
    int32_t is_gateway = 0;
    int64_t ahead_ms = 0;
    CHECK(sandbox_misbehave(sandbox, "{\"kind\":\"advance_clock\",\"seconds\":-60}"));
    CHECK_OK(laz_client_probe(client, "api", NULL, &probe, &error), error);
    CHECK(laz_value_flag(probe, "/is_gateway", &is_gateway) == LAZ_STATUS_OK && is_gateway == 1);
    CHECK(laz_value_int64(probe, "/clock_ahead_ms", &ahead_ms) == LAZ_STATUS_OK);
    CHECK(ahead_ms > 50000 && ahead_ms < 70000);
    CHECK(laz_value_text(probe, "/url", &url) == LAZ_STATUS_OK && !strstr(url, "/auth/"));
    laz_value_free(probe);
    CHECK_OK(laz_client_probe(client, "auth", NULL, &probe, &error), error);
    CHECK(laz_value_text(probe, "/url", &url) == LAZ_STATUS_OK && strstr(url, "/auth/"));
    laz_value_free(probe);
}

int main(void)
{
    sandbox_t sandbox;
    if (!CHECK(sandbox_start(&sandbox)))
        return finish("call");
    laz_client_t *client = sandbox_client(&sandbox);
    laz_value_t *value = NULL;
    laz_error_t *error = NULL;
    const char *text = NULL;
    if (CHECK_OK(laz_client_call(client, "GetSeller", NULL, NULL, &value, &error), error)) {
        CHECK(laz_value_text(value, "/seller_id", &text) == LAZ_STATUS_OK);
        CHECK(laz_value_json(value) && laz_value_request_id(value));
    }
    laz_value_free(value);
    // A read is repeated.
    CHECK(sandbox_misbehave(&sandbox, "{\"kind\":\"html_502\"}"));
    CHECK_OK(laz_client_call(client, "GetSeller", NULL, NULL, &value, &error), error);
    CHECK(strstr(laz_value_evidence_json(value), "\"attempts\":2") != NULL);
    laz_value_free(value);
    CHECK_OK(laz_client_request(client, "GET", "/seller/get", "{}", NULL, &value, &error), error);
    laz_value_free(value);
    // The gateway refuses this one as a GET; what it says of the POST is about the parameter.
    const char *nothing = "{\"packReq\":\"{\\\"none\\\":1}\"}";
    CHECK(laz_client_request(client, "POST", "/order/fulfill/pack", nothing, NULL, &value, &error) == LAZ_STATUS_API);
    CHECK_TEXT(laz_error_code(error), "700017");
    laz_error_free(error);
    CHECK(laz_client_call(client, "GetOrder", "{\"order_id\":1}", NULL, &value, &error) == LAZ_STATUS_API);
    laz_error_free(error);
    error = NULL;
    a_look_at_the_gateway(&sandbox, client);
    laz_client_free(client);
    sandbox_stop(&sandbox);
    return finish("call");
}
