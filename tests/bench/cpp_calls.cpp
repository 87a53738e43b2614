// What a call costs in C++, beside the same call of the C functions.
//
//     cargo build --release -p lazcore-ffi -p lazcore-sandbox
//     ln -sf liblazcore.so target/release/liblazcore.so.0
//     sources="tests/bench/cpp_calls.cpp tests/cpp/sandbox.cpp target/release/liblazcore.so"
//     g++ -std=c++17 -O2 -Iinclude -Iffi-c/bindings/cpp -Itests/cpp $sources -o target/cpp_calls
//     LD_LIBRARY_PATH=target/release LAZCORE_SANDBOX=target/release/lazcore-sandbox target/cpp_calls
//
// The page is GetOrders with 100 orders of a sandbox, as it came. Both sides run in turns; the best of five rounds
// counts.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "sandbox.hpp"

namespace {

constexpr int ROUNDS = 5;

// Nanoseconds of one of `times` calls.
template <class Function>
double once(int times, Function function)
{
    const auto start = std::chrono::steady_clock::now();
    for (int count = 0; count < times; count++)
        if (!function())
            std::abort();
    return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count() / times;
}

template <class Cpp, class C>
void measure(const char *name, int times, Cpp cpp, C c)
{
    double ours = 1e18, bare = 1e18;
    for (int round = 0; round < ROUNDS; round++) {
        ours = std::min(ours, once(times, cpp));
        bare = std::min(bare, once(times, c));
    }
    std::printf("%-28s %10.0f ns, in C %10.0f ns, %.2f times\n", name, ours, bare, ours / bare);
}

bool c_sign(const char *params)
{
    laz_value_t *value = nullptr;
    const char *text = nullptr;
    laz_sign("secret", "/orders/get", params, &value, nullptr);
    laz_value_text(value, "", &text);
    const bool is_good = text && std::strlen(text) == 64;
    laz_value_free(value);
    return is_good;
}

bool c_read(const std::string &page)
{
    laz_value_t *value = nullptr;
    laz_read("GetOrders", 200, nullptr, page.data(), page.size(), &value, nullptr);
    const bool is_good = value != nullptr;
    laz_value_free(value);
    return is_good;
}

void signatures()
{
    lazcore::Params params;
    for (int number = 0; number < 11; number++)
        params.set("parameter_" + std::to_string(number), "value " + std::to_string(number));
    measure("signature of 11 parameters", 20000, [&] { return lazcore::sign("secret", "/orders/get", params).size() == 64; },
            [&] { return c_sign(params.text().c_str()); });
}

void page()
{
    const Sandbox sandbox({"--orders", "200"});
    auto options = sandbox.window();
    const std::string body = sandbox.client().call("GetOrders", options.set("limit", 100)).body();
    std::printf("a page of %zu bytes\n", body.size());
    measure("page read", 200, [&] { return lazcore::read("GetOrders", 200, {}, body).c_handle() != nullptr; },
            [&] { return c_read(body); });
    const auto value = lazcore::read("GetOrders", 200, {}, body);
    const char *place = "/orders/50/price";
    const std::string same = place;
    const auto in_c = [&] {
        const char *text = nullptr;
        return laz_value_text(value.c_handle(), place, &text) == LAZ_STATUS_OK;
    };
    measure("field of the 51st order", 20000, [&] { return value.text(same).has_value(); }, in_c);
    measure("the same without a copy", 20000, [&] { return value.text_view(same).has_value(); }, in_c);
    const auto order = value.child("/orders/50").value();
    measure("the same of a child", 20000, [&] { return order.text("/price").has_value(); }, [&] {
        const char *text = nullptr;
        return laz_value_text(order.c_handle(), "/price", &text) == LAZ_STATUS_OK;
    });
}

} // namespace

int main()
{
    signatures();
    page();
}
