// tests/vectors/sign.json through the C ABI, which also reads the file.
#include <stdlib.h>

#include "check.h"

// The file as the member `file` of an answer, to be freed.
static char *as_answer(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    char *body = file ? malloc(1 << 20) : NULL;
    if (!body)
        return NULL;
    int start = sprintf(body, "{\"code\":\"0\",\"file\":");
    *length = (size_t)start + fread(body + start, 1, (1 << 20) - 64, file);
    fclose(file);
    body[(*length)++] = '}';
    return body;
}

// The text of a member of a case, or NULL.
static const char *member(const laz_value_t *file, long long number, const char *name, int as_json)
{
    char pointer[128];
    snprintf(pointer, sizeof pointer, "/file/cases/%lld/%s", number, name);
    const char *found = NULL;
    if (as_json)
        laz_value_raw_json(file, pointer, &found);
    else
        laz_value_text(file, pointer, &found);
    return found;
}

static void sign(const laz_value_t *file, long long number)
{
    laz_value_t *signature = NULL;
    laz_error_t *error = NULL;
    const char *found = NULL;
    int32_t status = laz_sign(member(file, number, "secret", 0), member(file, number, "path", 0),
                              member(file, number, "params", 1), &signature, &error);
    laz_value_text(signature, "", &found);
    if (!CHECK_OK(status, error) || !CHECK_TEXT(found, member(file, number, "sign", 0)))
        printf("in case %s\n", member(file, number, "name", 0));
    laz_value_free(signature);
}

int main(int count, char **arguments)
{
    size_t length = 0;
    char *body = count == 2 ? as_answer(arguments[1], &length) : NULL;
    laz_value_t *file = NULL;
    laz_error_t *error = NULL;
    int64_t cases = 0;
    if (CHECK(body != NULL) && CHECK_OK(laz_read(NULL, 200, NULL, body, length, &file, &error), error))
        CHECK(laz_value_count(file, "/file/cases", &cases) == LAZ_STATUS_OK && cases > 0);
    for (long long number = 0; number < cases; number++)
        sign(file, number);
    laz_value_free(file);
    free(body);
    return finish("vectors");
}
