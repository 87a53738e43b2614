// Requests with files and headers of their own: what arrives, byte for byte, and what is refused before.
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "sandbox.h"

static const char PICTURE[] = "\x89PNG\r\n\0 and more";
enum { PICTURE_BYTES = sizeof PICTURE - 1 };

// Answers one request and keeps it as it came.
typedef struct {
    int listener;
    int port;
    pthread_t thread;
    size_t length;
    char bytes[16384];
} witness_t;

static int is_whole(const witness_t *witness)
{
    const char *body = strstr(witness->bytes, "\r\n\r\n");
    if (!body)
        return 0;
    const char *announced = strstr(witness->bytes, "content-length: ");
    size_t expected = announced ? (size_t)atoi(announced + strlen("content-length: ")) : 0;
    return witness->length >= (size_t)(body + 4 - witness->bytes) + expected;
}

static void *serve(void *argument)
{
    witness_t *witness = argument;
    int connection = accept(witness->listener, NULL, NULL);
    while (!is_whole(witness)) {
        ssize_t got = read(connection, witness->bytes + witness->length, sizeof witness->bytes - 1 - witness->length);
        if (got <= 0)
            break;
        witness->length += (size_t)got;
        witness->bytes[witness->length] = 0;
    }
    const char *answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 36\r\nconnection: close\r\n\r\n"
                         "{\"code\":\"0\",\"request_id\":\"w1\",\"n\":1} ";
    CHECK(write(connection, answer, strlen(answer)) == (ssize_t)strlen(answer));
    close(connection);
    return NULL;
}

static int witness_start(witness_t *witness)
{
    memset(witness, 0, sizeof *witness);
    struct sockaddr_in address = {0};
    socklen_t size = sizeof address;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    witness->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(witness->listener, (struct sockaddr *)&address, size) || listen(witness->listener, 1)
        || getsockname(witness->listener, (struct sockaddr *)&address, &size))
        return 0;
    witness->port = ntohs(address.sin_port);
    return pthread_create(&witness->thread, NULL, serve, witness) == 0;
}

static void witness_stop(witness_t *witness)
{
    pthread_join(witness->thread, NULL);
    close(witness->listener);
}

static laz_config_t *settings(const char *gateway)
{
    laz_config_t *config = NULL;
    laz_error_t *error = NULL;
    CHECK_OK(laz_config_new("123456", "helloworld", &config, &error), error);
    laz_config_set_gateway(config, gateway);
    laz_config_set_access_token(config, "test");
    return config;
}

static laz_request_t *request(const char *method, const char *params)
{
    laz_request_t *request = NULL;
    laz_error_t *error = NULL;
    CHECK_OK(laz_request_new(method, "/image/upload", params, &request, &error), error);
    return request;
}

static int holds(const char *bytes, size_t length, const char *wanted, size_t wanted_length)
{
    for (size_t at = 0; at + wanted_length <= length; at++)
        if (memcmp(bytes + at, wanted, wanted_length) == 0)
            return 1;
    return 0;
}

static void files_and_headers_arrive(void)
{
    witness_t witness;
    char gateway[64];
    if (!CHECK(witness_start(&witness)))
        return;
    snprintf(gateway, sizeof gateway, "http://127.0.0.1:%d/rest", witness.port);
    laz_config_t *config = settings(gateway);
    laz_client_t *client = NULL;
    laz_value_t *value = NULL;
    laz_error_t *error = NULL;
    laz_request_t *upload = request("GET", "{\"folder\": \"caf\\u00e9\"}");
    CHECK_OK(laz_request_add_file(upload, "image", "a \"b\".png", "image/png", PICTURE, PICTURE_BYTES, &error), error);
    CHECK_OK(laz_request_add_file(upload, "empty", "none.bin", NULL, NULL, 0, &error), error);
    CHECK_OK(laz_request_add_header(upload, "X-Trace", "first", &error), error);
    CHECK_OK(laz_request_add_header(upload, "x-trace", "erp 7", &error), error);
    CHECK_OK(laz_client_new(config, &client, &error), error);
    CHECK_OK(laz_client_send(client, upload, NULL, &value, &error), error);
    CHECK_TEXT(laz_value_request_id(value), "w1");
    witness_stop(&witness);
    const char *sent = witness.bytes;
    CHECK(strncmp(sent, "POST /rest/image/upload?", 24) == 0);
    CHECK(strstr(sent, "\r\nx-trace: erp 7\r\n") && !strstr(sent, "first"));
    CHECK(strstr(sent, "\r\ncontent-type: multipart/form-data; boundary=") != NULL);
    const char *text_part = "name=\"folder\"\r\ncontent-type: text/plain; charset=utf-8\r\n\r\ncaf\xc3\xa9\r\n";
    CHECK(holds(sent, witness.length, text_part, strlen(text_part)));
    char file_part[256];
    int head = snprintf(file_part, sizeof file_part,
                        "name=\"image\"; filename=\"a %%22b%%22.png\"\r\ncontent-type: image/png\r\n\r\n");
    memcpy(file_part + head, PICTURE, PICTURE_BYTES);
    CHECK(holds(sent, witness.length, file_part, (size_t)head + PICTURE_BYTES));
    const char *empty = "filename=\"none.bin\"\r\ncontent-type: application/octet-stream\r\n\r\n\r\n--";
    CHECK(holds(sent, witness.length, empty, strlen(empty)));
    laz_value_free(value);
    laz_request_free(upload);
    laz_client_free(client);
    laz_config_free(config);
}

// The same without a socket, for hosts with an HTTP client of their own.
static void prepared(void)
{
    laz_config_t *config = settings("https://gateway.example/rest");
    laz_value_t *value = NULL, *plain = NULL;
    laz_error_t *error = NULL;
    const char *url = NULL, *plain_url = NULL, *found = NULL;
    size_t length = 0;
    laz_request_t *upload = request("POST", "{\"folder\": \"x\"}");
    CHECK_OK(laz_request_prepare(upload, config, 1517820392000, &plain, &error), error);
    CHECK_OK(laz_request_add_file(upload, "image", "a.png", "image/png", PICTURE, PICTURE_BYTES, &error), error);
    CHECK_OK(laz_request_add_header(upload, "X-Trace", "7", &error), error);
    CHECK_OK(laz_request_prepare(upload, config, 1517820392000, &value, &error), error);
    // Files and headers are not signed.
    CHECK(laz_value_text(plain, "/url", &plain_url) == LAZ_STATUS_OK && laz_value_text(value, "/url", &url) == LAZ_STATUS_OK);
    CHECK_TEXT(url, plain_url);
    CHECK(laz_value_text(value, "/headers/x-trace", &found) == LAZ_STATUS_OK);
    CHECK_TEXT(found, "7");
    CHECK(laz_value_text(value, "/headers/content-type", &found) == LAZ_STATUS_OK);
    CHECK(strncmp(found, "multipart/form-data; boundary=", 30) == 0);
    const char *body = laz_value_body(value, &length);
    CHECK(holds(body, length, PICTURE, PICTURE_BYTES));
    laz_value_free(value);
    laz_value_free(plain);
    laz_request_free(upload);
    laz_config_free(config);
}

static void refused_header(laz_request_t *request, const char *name, const char *value, const char *field)
{
    laz_error_t *error = NULL;
    CHECK(laz_request_add_header(request, name, value, &error) == LAZ_STATUS_INPUT);
    CHECK_TEXT(laz_error_field(error), field);
    CHECK(!strstr(laz_error_message(error), "hidden"));
    laz_error_free(error);
}

static void refused(void)
{
    laz_request_t *get = request("GET", NULL);
    laz_error_t *error = NULL;
    refused_header(get, "Host", "hidden", "host");
    refused_header(get, "content-type", "hidden", "content-type");
    refused_header(get, "Content-Length", "hidden", "content-length");
    refused_header(get, "USER-AGENT", "hidden", "user-agent");
    refused_header(get, "x", "hidden\r\ny: z", "x");
    refused_header(get, "x\r\ny", "hidden", "header");
    refused_header(get, "", "hidden", "header");
    CHECK(laz_request_add_file(get, "a b", "f", NULL, "x", 1, &error) == LAZ_STATUS_INPUT);
    CHECK_TEXT(laz_error_field(error), "a b");
    laz_error_free(error);
    CHECK(laz_request_add_file(get, "image", "", NULL, "x", 1, &error) == LAZ_STATUS_INPUT);
    CHECK_TEXT(laz_error_field(error), "image");
    laz_error_free(error);
    laz_request_free(get);

    get = NULL;
    CHECK(laz_request_new("PUT", "/a/b", NULL, &get, &error) == LAZ_STATUS_INPUT && !get);
    CHECK_TEXT(laz_error_field(error), "method");
    laz_error_free(error);
    CHECK(laz_request_new("GET", "a", NULL, &get, &error) == LAZ_STATUS_INPUT && !get);
    CHECK_TEXT(laz_error_field(error), "path");
    laz_error_free(error);
    CHECK(laz_request_new("GET", "/a/b", "{\"sign\": 1}", &get, &error) == LAZ_STATUS_INPUT && !get);
    CHECK_TEXT(laz_error_field(error), "sign");
    laz_error_free(error);
}

// The sandbox checks signatures on its own: neither files nor headers may be covered.
static void judged_by_the_sandbox(const sandbox_t *sandbox)
{
    laz_client_t *client = sandbox_client(sandbox);
    laz_request_t *seller = NULL;
    laz_value_t *value = NULL;
    laz_error_t *error = NULL;
    const char *found = NULL;
    CHECK_OK(laz_request_new("GET", "/seller/get", NULL, &seller, &error), error);
    CHECK_OK(laz_request_add_header(seller, "x-erp", "1", &error), error);
    // A path of the catalogue counts as it says there: this one only reads, and is repeated.
    CHECK(sandbox_misbehave(sandbox, "{\"kind\":\"html_502\"}"));
    CHECK_OK(laz_client_send(client, seller, NULL, &value, &error), error);
    CHECK(laz_value_text(value, "/seller_id", &found) == LAZ_STATUS_OK);
    CHECK(strstr(laz_value_evidence_json(value), "\"attempts\":2") != NULL);
    laz_value_free(value);
    laz_request_free(seller);

    // With a file the parameters travel as parts; their signature holds all the same.
    laz_request_t *pack = NULL;
    CHECK_OK(laz_request_new("POST", "/order/fulfill/pack", "{\"packReq\": \"{\\\"none\\\": 1}\"}", &pack, &error), error);
    CHECK_OK(laz_request_add_file(pack, "image", "a.png", "image/png", PICTURE, PICTURE_BYTES, &error), error);
    CHECK(laz_client_send(client, pack, NULL, &value, &error) == LAZ_STATUS_API && !value);
    // What stands behind the check of the signature.
    CHECK_TEXT(laz_error_code(error), "700017");
    laz_error_free(error);
    laz_request_free(pack);
    laz_client_free(client);
}

int main(void)
{
    sandbox_t sandbox;
    files_and_headers_arrive();
    prepared();
    refused();
    if (CHECK(sandbox_start(&sandbox))) {
        judged_by_the_sandbox(&sandbox);
        sandbox_stop(&sandbox);
    }
    return finish("request");
}
