// A sandbox inside the host's own process. Needs the library of tests/c/library, which brings one.
#include "check.hpp"
#include "lazcore/sandbox.hpp"

namespace {

int orders(const lazcore::Client &client, const lazcore::Sandbox &sandbox)
{
    const lazcore::Params window{{"created_after", sandbox.created_after()},
                                 {"created_before", sandbox.created_before()}};
    int rows = 0;
    for (const auto &event : client.orders_pull(window))
        rows += event.is("row");
    return rows;
}

void it_serves_until_it_is_destroyed()
{
    std::optional<lazcore::Sandbox> sandbox(lazcore::Params{{"orders", 7}, {"stores", 3}, {"seed", 5}});
    auto settings = sandbox->config();
    settings.max_attempts(1);
    const lazcore::Client client(settings);
    CHECK_SAME(orders(client, *sandbox), 7);
    CHECK_SAME(sandbox->store_tokens().size(), 3U);
    CHECK_SAME(sandbox->store_tokens()[0], sandbox->access_token());

    // Another store of it, and one that was moved.
    lazcore::Sandbox moved(std::move(*sandbox));
    CHECK_SAME(orders(lazcore::Client(moved.config().access_token(moved.store_tokens()[2])), moved), 7);
    sandbox.emplace(lazcore::Params{{"orders", 2}});
    CHECK(sandbox->url() != moved.url());
    CHECK_SAME(orders(lazcore::Client(sandbox->config()), *sandbox), 2);
    CHECK_SAME(orders(client, moved), 7);

    *sandbox = std::move(moved);
    CHECK_SAME(orders(client, *sandbox), 7);
    sandbox.reset();
    THROWN(TransportError, client.call("GetSeller"));
}

void a_code_is_exchanged()
{
    const lazcore::Sandbox sandbox;
    const lazcore::TokenStore store;
    lazcore::Config settings(sandbox.app_key(), sandbox.app_secret());
    const lazcore::Client client(settings.gateway(sandbox.url()).token_store(store));
    CHECK_SAME(client.exchange_code(sandbox.auth_code()).text("/state"), "fresh");
    CHECK(client.call("GetSeller").text("/seller_id").has_value());
    CHECK(store.text()->find(sandbox.refresh_token()) == std::string::npos);
}

void what_it_cannot_do_is_told()
{
    CHECK_SAME(THROWN(ArgumentError, lazcore::Sandbox({{"order", 1}}))->field(), "options_json");
    CHECK_SAME(THROWN(ArgumentError, lazcore::Sandbox({{"orders", "1"}}))->field(), "orders");
    THROWN(IoError, lazcore::Sandbox({{"stores", 51}}));
    THROWN(ArgumentError, lazcore::Sandbox(lazcore::Params::raw(std::string("{}\0", 3))));
}

} // namespace

int main()
{
    return finish("embedded", [] {
        it_serves_until_it_is_destroyed();
        a_code_is_exchanged();
        what_it_cannot_do_is_told();
    });
}
