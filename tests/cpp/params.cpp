// Without a network: JSON on its way in, values on their way out, errors and handles.
#include <functional>
#if __cplusplus >= 202002L
#include <ranges>
#endif
#include <type_traits>

#include "check.hpp"
#include "sandbox.hpp"

using lazcore::Json;
using lazcore::List;
using lazcore::Params;

namespace {

static_assert(!std::is_copy_constructible_v<lazcore::Client> && std::is_nothrow_move_constructible_v<lazcore::Client>);
static_assert(!std::is_copy_constructible_v<lazcore::Value> && std::is_nothrow_move_constructible_v<lazcore::Value>);
static_assert(!std::is_copy_constructible_v<lazcore::Job> && std::is_nothrow_move_assignable_v<lazcore::Job>);
static_assert(!std::is_copy_constructible_v<lazcore::Config> && std::is_move_constructible_v<lazcore::Config>);
static_assert(std::is_nothrow_copy_constructible_v<lazcore::ThrottledError>, "exceptions are copied while they fly");
static_assert(std::is_base_of_v<lazcore::TransportError, lazcore::TimeoutError>);
static_assert(std::is_base_of_v<lazcore::ApiError, lazcore::AuthError>);
static_assert(std::is_base_of_v<lazcore::ApiError, lazcore::ThrottledError>);
#if __cplusplus >= 202002L
static_assert(std::ranges::input_range<lazcore::Job>);
#endif

void json()
{
    CHECK_SAME(Params().text(), "{}");
    CHECK_SAME(List().text(), "[]");
    const std::string text = "four";
    const std::optional<int> none, five = 5;
    const Params all{{"one", 1},
                     {"big", 18446744073709551615ULL},
                     {"small", INT64_MIN},
                     {"exact", Json::number("12.50")},
                     {"text", text},
                     {"view", std::string_view(text).substr(1)},
                     {"yes", true},
                     {"nothing", nullptr},
                     {"none", none},
                     {"five", five},
                     {"list", List{1, "two", Params{{"three", 3}}}}};
    CHECK_SAME(all.text(),
               "{\"one\":1,\"big\":18446744073709551615,\"small\":-9223372036854775808,\"exact\":12.50,\"text\":\"four\","
               "\"view\":\"our\",\"yes\":true,\"nothing\":null,\"none\":null,\"five\":5,\"list\":[1,\"two\",{\"three\":3}]}");
    CHECK_SAME(Json("a\"b\\c\n\x1f\x01 \xc3\xa9").text(), "\"a\\\"b\\\\c\\u000a\\u001f\\u0001 \xc3\xa9\"");
    CHECK_SAME(Json(std::string("a\0b", 3)).text(), "\"a\\u0000b\"");
    CHECK_SAME(Params::raw(" { } ").set("a", 1).text(), " {\"a\":1}");
    CHECK_SAME(Params::raw("{\"a\":[1] }\n").set("b\"", 2).text(), "{\"a\":[1],\"b\\\"\":2}");
    CHECK_SAME(List::of(std::vector<std::string>{"1", "2"}).text(), "[\"1\",\"2\"]");
    THROWN(ArgumentError, Json::number("1,\"x\":2"));
    THROWN(ArgumentError, Json::number(""));
    THROWN(ArgumentError, Params::raw("no object").set("a", 1));
    CHECK_SAME(lazcore::pointer(), "");
    CHECK_SAME(lazcore::pointer("orders", 0, "a/b~c"), "/orders/0/a~1b~0c");
}

void accessors()
{
    auto value = as_value("v", "{\"order_id\":700000000000101,\"price\":12345678901234567.890,\"flag\":\"True\",\"off\":0,\"yes\":true,"
                               "\"none\":null,\"blank\":\" \",\"at\":\"2026-03-01T16:00:00+08:00\",\"bare\":\"2026-03-01 16:00:00\","
                               "\"list\":[1,[2],\"\\u00e9\"],\"a/b\":\"x\"}");
    CHECK_SAME(value.text("/v/order_id"), "700000000000101");
    CHECK_SAME(value.int64("/v/order_id"), 700000000000101);
    CHECK_SAME(value.text("/v/price"), "12345678901234567.890");
    CHECK_SAME(value.text("/v/list/2"), "\xc3\xa9");
    CHECK(value.text_view("/v/list/2") == "\xc3\xa9");
    CHECK_SAME(value.raw_json("/v/list/2"), "\"\\u00e9\"");
    CHECK_SAME(value.raw_json("/v/list"), "[1,[2],\"\\u00e9\"]");
    CHECK_SAME(value.text(lazcore::pointer("v", "a/b")), "x");
    CHECK(value.flag("/v/flag") == true && value.flag("/v/off") == false);
    CHECK(value.time("/v/at") == lazcore::Time(std::chrono::milliseconds(1772352000000)));
    CHECK(value.count("/v/list") == 3 && value.count("/v") == 11);
    for (const char *place : {"/v/none", "/v/blank", "/v/nowhere", "/w"})
        CHECK(!value.text(place) && !value.text_view(place) && !value.int64(place) && !value.flag(place) && !value.time(place));
    CHECK(!value.raw_json("/w") && !value.count("/w"));
    CHECK_SAME(THROWN(DecodeError, value.int64("/v/list"))->field(), "/v/list");
    CHECK_SAME(THROWN(DecodeError, value.time("/v/bare"))->kind(), "decode");
    THROWN(DecodeError, value.text("/v"));
    THROWN(DecodeError, value.decimal("/v/flag"));
    THROWN(DecodeError, value.elements("/v"));
    THROWN(DecodeError, value.keys("/v/list"));
    CHECK_SAME(value.decimal("/v/price"), "12345678901234567.890");
    CHECK(value.type() == lazcore::Type::object && value.type("/v/list") == lazcore::Type::list);
    CHECK(value.type("/v/none") == lazcore::Type::null && value.type("/v/blank") == lazcore::Type::text);
    CHECK(value.type("/v/order_id") == lazcore::Type::number && value.type("/w") == lazcore::Type::absent);
    CHECK(value.type("/v/yes") == lazcore::Type::flag);
    CHECK(value.keys("/v").size() == 11 && value.keys("/v").back() == "a/b" && value.keys("/w").empty());
    CHECK(value.elements("/v/list").size() == 3 && value.elements("/w").empty() && value.elements("/v/none").empty());
    char buffer[8] = "before";
    CHECK(value.copy_text("/v/at", buffer, sizeof buffer) == 25U && std::string(buffer) == "before");
    CHECK(value.copy_text("/v/list/2", buffer, 2) == 2U && std::string(buffer) == "before");
    CHECK(value.copy_text("/v/list/2", buffer, 3) == 2U && std::string(buffer) == "\xc3\xa9");
    CHECK(value.copy_text("/v/at", nullptr, 0) == 25U && !value.copy_text("/w", buffer, sizeof buffer));
    THROWN(DecodeError, value.copy_text("/v", buffer, sizeof buffer));
    THROWN(DecodeError, value.count("/v/flag"));
    THROWN(ArgumentError, value.text(std::string("/v\0/x", 5)));
    CHECK(value.body().find("12345678901234567.890") != std::string::npos && value.body_view() == value.body());
    CHECK(value.evidence_json() && value.failed_rows_json() == "[]" && !value.request_id());

    CHECK_SAME(lazcore::parse(" [{\"row\":1.50}]").elements().at(0).decimal("/row"), "1.50");
    CHECK_SAME(THROWN(InputError, lazcore::parse("{"))->kind(), "input");

    // A child outlives the value it came from.
    std::optional<lazcore::Value> child;
    {
        const auto parent = as_value("v", "{\"a\":[{\"b\":\"c\"}]}");
        child = parent.child("/v/a/0");
        CHECK(!parent.child("/v/b"));
    }
    CHECK_SAME(child->text("/b"), "c");

    const lazcore::Value moved = std::move(value);
    CHECK_SAME(moved.text("/v/order_id"), "700000000000101");
    // NOLINTNEXTLINE: what is left behind must answer, not crash.
    THROWN(ArgumentError, value.text("/v/order_id"));
    CHECK(value.json().empty() && value.body().empty() && !value.request_id());
}

void errors()
{
    const std::string body = "{\"code\":\"ApiCallLimit\",\"type\":\"ISP\",\"message\":\"Slow down\",\"request_id\":\"r3\","
                             "\"_trace_id_\":\"t3\"}";
    const auto throttled = THROWN(ThrottledError, lazcore::read("Pack", 200, {{"Content-Type", "application/json"}}, body));
    CHECK_SAME(throttled->status(), LAZ_STATUS_THROTTLED);
    CHECK_SAME(throttled->kind(), "throttled");
    CHECK_SAME(throttled->code(), "ApiCallLimit");
    CHECK_SAME(throttled->request_id(), "r3");
    CHECK_SAME(throttled->trace_id(), "t3");
    CHECK_SAME(throttled->answer(), body);
    CHECK_SAME(throttled->api(), "/order/fulfill/pack");
    CHECK(throttled->retryable() && throttled->executed() == lazcore::Executed::no);
    CHECK(std::string(throttled->what()).find("Slow down") != std::string::npos);
    CHECK_SAME(THROWN(ArgumentError, lazcore::read("Pack", 200, {{"date", 5}}, body))->field(), "headers_json");
    const auto broken = THROWN(TransportError, lazcore::read("Pack", 502, {}, "<html>"));
    CHECK(broken->http_status() == 502 && broken->executed() == lazcore::Executed::unknown);
    CHECK_SAME(broken->code(), "HTTP_5XX");
    CHECK(!broken->account() && broken->attempts() <= 1);

    lazcore::Config config("key", "secret");
    config.country("XX");
    CHECK_SAME(THROWN(ConfigError, lazcore::Client(config))->field(), "country");
    // A setting that is put right is forgotten.
    lazcore::Client(config.country("sg").connect_timeout(std::chrono::seconds(5)));
    CHECK_SAME(THROWN(ConfigError, lazcore::Client(config.connect_timeout(std::chrono::seconds(-1))))->field(),
               "connect_timeout");
    CHECK_SAME(THROWN(ArgumentError, config.country(std::string("S\0G", 3)))->field(), "country");
    CHECK_SAME(THROWN(ArgumentError, lazcore::sign("s", "/caf\xe9", {}))->field(), "path");
    CHECK_SAME(THROWN(InputError, lazcore::prepare(config, "Pack", Params::raw("[")))->kind(), "input");
    THROWN(ConfigError, lazcore::TokenStore("{}"));
    THROWN(ArgumentError, lazcore::TokenStore(std::string("\0", 1)));
    CHECK_SAME(THROWN(AuthError, lazcore::check_state("a", "b"))->field(), "state");
    lazcore::check_state("a", "a");
    THROWN(ConfigError, lazcore::country_currency("XX"));
    CHECK_SAME(lazcore::country_currency("TH"), "THB");
    CHECK_SAME(lazcore::authorization_url("1", "https://erp.example/back", "s 1").substr(0, 8), "https://");
}

// Every setting reaches the library: each gets a value that it refuses, and is named.
void settings()
{
    using std::chrono::milliseconds;
    lazcore::TokenStore store;
    const auto named = [](const std::string &field, const std::function<void(lazcore::Config &)> &set) {
        lazcore::Config config("key", "secret");
        config.country("SG").access_token("t").account("a").allow_plain_http(true);
        set(config);
        const auto error = THROWN(ConfigError, lazcore::Client(config));
        CHECK_SAME(error ? error->field() : std::nullopt, field);
    };
    named("gateway", [](lazcore::Config &config) { config.gateway("ftp://x"); });
    named("proxy", [](lazcore::Config &config) { config.proxy("http://"); });
    named("ca_file", [](lazcore::Config &config) { config.ca_file("/nowhere/at/all.pem"); });
    named("access_token", [](lazcore::Config &config) { config.token_file("/nowhere/at/all"); });
    named("access_token", [&](lazcore::Config &config) { config.token_store(store); });
    named("response_timeout", [](lazcore::Config &config) { config.response_timeout(milliseconds(-1)); });
    named("total_timeout", [](lazcore::Config &config) { config.total_timeout(milliseconds(-1)); });
    named("deadline", [](lazcore::Config &config) { config.deadline(milliseconds(-1)); });
    // To other machines only where that is allowed; to this one nobody answers.
    lazcore::Config plain("key", "secret");
    plain.gateway("http://192.0.2.1/rest").access_token("t").connect_timeout(milliseconds(100)).max_attempts(1);
    THROWN(ConfigError, lazcore::Client(plain).call("GetSeller"));
    const lazcore::Client allowed(plain.allow_plain_http(true));
    try {
        allowed.call("GetSeller");
    } catch (const lazcore::Error &error) {
        CHECK(error.kind() == "transport" || error.kind() == "timeout");
    }
    named("max_body", [](lazcore::Config &config) { config.max_body_bytes(-1); });
    named("max_depth", [](lazcore::Config &config) { config.max_depth(-1); });
    named("max_attempts", [](lazcore::Config &config) { config.max_attempts(0); });
    named("rates", [](lazcore::Config &config) { config.rate_per_path(-1); });
    named("rates", [](lazcore::Config &config) { config.rate_per_account(-1); });
}

void requests()
{
    lazcore::Config config("key", "secret");
    config.country("SG").access_token("token");
    lazcore::Request request("POST", "/image/upload", {{"note", "a b"}});
    request.add_file("image", "cat.png", std::string_view("\x89PNG\0\n", 6), "image/png").add_header("X-Trace", "t-1");
    const auto prepared = lazcore::prepare(config, request, lazcore::Time(std::chrono::milliseconds(1517820392000)));
    CHECK_SAME(prepared.text("/method"), "POST");
    CHECK(prepared.body_view().find(std::string_view("\x89PNG\0\n", 6)) != std::string_view::npos);
    CHECK(prepared.body_view().find("content-type: image/png\r\n") != std::string_view::npos);
    CHECK(prepared.json().find("t-1") != std::string::npos);
    CHECK_SAME(THROWN(InputError, request.add_header("Host", "x"))->field(), "host");
    THROWN(InputError, lazcore::Request("POST", "no slash", Params::raw("[")));
}

void library()
{
    CHECK_SAME(lazcore::version(), LAZCORE_VERSION);
    CHECK_SAME(lazcore::abi_version(), lazcore::LAZCORE_ABI);
}

} // namespace

int main()
{
    return finish("params", [] {
        library();
        json();
        accessors();
        errors();
        requests();
        settings();
    });
}
