// A defect inside the library becomes an exception, and the host lives. Needs the library of tests/c/library, which
// panics on demand.
#include "check.hpp"

extern "C" std::int32_t laz_test_panic(laz_error_t **error_out);

int main()
{
    return finish("panic", [] {
        const auto error = THROWN(PanicError, lazcore::detail::call(laz_test_panic));
        CHECK(error && error->kind() == "panic" && error->status() == LAZ_STATUS_PANIC);
        CHECK_SAME(lazcore::country_currency("SG"), "SGD");
        THROWN(PanicError, lazcore::detail::call(laz_test_panic));
    });
}
