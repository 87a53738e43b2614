// Single calls: every door, tokens, limits, writes of unknown fate, cancel and threads.
#include <atomic>
#include <thread>

#include "check.hpp"
#include "sandbox.hpp"

using lazcore::List;
using lazcore::Params;
using std::chrono::milliseconds;

namespace {

const Params PACK{{"pack_order_list", List{Params{{"order_id", 1}, {"order_item_list", List{2}}}}},
                  {"delivery_type", "dropship"},
                  {"shipping_allocate_type", "TFS"}};

void every_door(const Sandbox &sandbox)
{
    const auto client = sandbox.client();
    const auto seller = client.call("GetSeller");
    CHECK(seller.text("/seller_id") && seller.request_id() && !seller.json().empty());
    CHECK_SAME(client.request("GET", "/seller/get").text("/seller_id"), seller.text("/seller_id"));
    lazcore::Request request("GET", "/seller/get");
    CHECK_SAME(client.send(request.add_header("X-Shop", "1")).text("/seller_id"), seller.text("/seller_id"));
    const auto probe = client.probe();
    CHECK(probe.flag("/is_gateway") == true && probe.text("/code"));
    CHECK(probe.text("/url")->find("/auth/") == std::string::npos);
    CHECK(client.probe("auth").text("/url")->find("/auth/") != std::string::npos);
    // What stands behind the gateway's checks of method and signature.
    const lazcore::Request none("POST", "/order/fulfill/pack", {{"packReq", "{\"none\":1}"}});
    CHECK_SAME(THROWN(ApiError, client.send(none))->code(), "700017");
    CHECK_SAME(client.account(), "store");

    // A read is repeated; the evidence tells it.
    sandbox.misbehave({{"kind", "html_502"}});
    CHECK(client.call("GetSeller").evidence_json()->find("\"attempts\":2") != std::string::npos);

    const auto refused = THROWN(ApiError, client.call("GetOrder", {{"order_id", 1}}));
    CHECK(refused->code() && refused->request_id() && refused->attempts() == 1 && !refused->retryable());
    CHECK_SAME(refused->account(), "store");
    CHECK(std::string(refused->what()).find(sandbox.told("access_token")) == std::string::npos);
    CHECK_SAME(THROWN(InputError, client.call("GetOrder", {{"order_id", "x"}}))->field(), "order_id");
    auto stranger = sandbox.config();
    const lazcore::Client strange(stranger.access_token("50000000000000000000000000000000"));
    THROWN(AuthError, strange.call("GetSeller"));
}

void a_token_that_has_expired_is_refreshed()
{
    const Sandbox sandbox({"--orders", "3"});
    std::string kept;
    {
        lazcore::TokenStore store;
        auto settings = sandbox.settings();
        const lazcore::Client client(settings.token_store(store));
        CHECK(!store.text() && !store.take_change() && !client.token_status());
        THROWN(AuthError, client.call("GetSeller"));
        const auto status = client.store_token(sandbox.pair(), lazcore::now() - std::chrono::hours(31 * 24));
        CHECK_SAME(status.text("/state"), "expired");
        kept = store.take_change().value();
        CHECK(!store.take_change() && store.text() == kept);
    }
    // Another process of the host: it gives the text it has kept.
    lazcore::TokenStore store(kept);
    auto settings = sandbox.settings();
    const lazcore::Client client(settings.token_store(store));
    CHECK(client.call("GetSeller").text("/seller_id").has_value());
    CHECK_SAME(sandbox.calls("/auth/token/refresh"), 1);
    const auto changed = store.take_change();
    CHECK(changed && *changed != kept);
    CHECK_SAME(client.token_status()->text("/state"), "fresh");
    CHECK_SAME(client.refresh_token().flag("/needs_person").value_or(true), false);
    CHECK(client.resolve_account().text("/key") == client.account() && client.account().substr(0, 3) == "SG-");
}

void a_code_is_exchanged()
{
    const Sandbox sandbox({"--orders", "3"});
    const Folder folder;
    auto settings = sandbox.settings();
    const lazcore::Client client(settings.token_file(folder.file("seller.token")));
    CHECK_SAME(client.exchange_code(sandbox.told("auth_code")).count("/shops").value_or(0), 1);
    CHECK(client.call("GetSeller").request_id().has_value());
    THROWN(AuthError, client.exchange_code(sandbox.told("auth_code")));
    sandbox.misbehave({{"kind", "expire_refresh_token"}});
    CHECK_SAME(THROWN(AuthError, client.refresh_token())->code(), "IllegalRefreshToken");
    CHECK(client.token_status()->flag("/needs_person") == true);
}

void calls_are_logged_without_secrets(const Sandbox &sandbox)
{
    const Folder folder;
    auto settings = sandbox.config();
    lazcore::Client(settings.call_log(folder.file("calls"))).call("GetSeller");
    const std::string log = contents(folder.file("calls"));
    CHECK(log.find("/seller/get") != std::string::npos && log.find(sandbox.told("access_token")) == std::string::npos);
}

// The settings are gone, and so is the client of the job.
void lines_of_calls_are_heard(const Sandbox &sandbox)
{
    std::atomic<int> sellers = 0, pages = 0, others = 0;
    std::optional<lazcore::Job> job;
    {
        std::optional<lazcore::Client> client;
        {
            auto settings = sandbox.config();
            client.emplace(settings.log([&, kept = std::make_shared<std::string>("/seller/get")](std::string_view line) {
                const auto api = lazcore::parse(std::string(line)).text("/api");
                (api == *kept ? sellers : api == "/orders/get" ? pages : others)++;
                throw std::runtime_error("nobody hears this");
            }));
        }
        client->call("GetSeller");
        CHECK(sellers == 1 && pages == 0);
        job = client->orders_pull(sandbox.window());
    }
    while (job->next())
        ;
    CHECK(sellers == 1 && pages >= 2 && others == 0);
    auto settings = sandbox.config();
    const lazcore::Client quiet(settings.log([&](std::string_view) { others++; }).log(nullptr));
    quiet.call("GetSeller");
    CHECK_SAME(others.load(), 0);
}

void limits_are_waited_out_or_told(const Sandbox &sandbox)
{
    sandbox.misbehave({{"kind", "throttle"}, {"seconds", 1}});
    CHECK(sandbox.client().call("GetSeller").request_id().has_value());
    auto hasty = sandbox.config();
    // An account of its own: a ban that is obeyed stays with the account.
    const lazcore::Client client(hasty.account("hasty").deadline(milliseconds(3000)));
    sandbox.misbehave({{"kind", "throttle"}, {"path", "/order/get"}, {"seconds", 30}});
    const auto error = THROWN(ThrottledError, client.call("GetOrder", {{"order_id", 1}}));
    CHECK(error->retryable() && error->executed() == lazcore::Executed::no);
}

void a_write_without_an_answer_is_sent_once(const Sandbox &sandbox)
{
    const int before = sandbox.calls("/order/fulfill/pack");
    auto settings = sandbox.config();
    const lazcore::Client client(settings.response_timeout(milliseconds(1000)));
    sandbox.misbehave({{"kind", "stall"}, {"path", "/order/fulfill/pack"}});
    const auto error = THROWN(IndeterminateError, client.call("Pack", PACK));
    CHECK(error->executed() == lazcore::Executed::unknown && !error->retryable() && error->attempts() == 1);
    CHECK_SAME(sandbox.calls("/order/fulfill/pack"), before + 1);
}

// Waits until the gateway has the call, so that the thread is known to be waiting for an answer.
void until_it_arrived(const Sandbox &sandbox, const std::string &path, int calls)
{
    for (int round = 0; round < 500 && sandbox.calls(path) < calls; round++)
        std::this_thread::sleep_for(milliseconds(10));
    CHECK_SAME(sandbox.calls(path), calls);
}

void waits_are_canceled_from_another_thread(const Sandbox &sandbox)
{
    const auto client = sandbox.client();
    const lazcore::Cancel cancel;
    sandbox.misbehave({{"kind", "stall"}, {"path", "/seller/get"}});
    const int before = sandbox.calls("/seller/get");
    std::thread other([&] {
        until_it_arrived(sandbox, "/seller/get", before + 1);
        cancel.cancel();
    });
    THROWN(CanceledError, client.call("GetSeller", {}, &cancel));
    other.join();
    THROWN(CanceledError, client.request("GET", "/seller/get", {}, &cancel));

    sandbox.misbehave({{"kind", "stall"}, {"path", "/orders/get"}});
    const int pages = sandbox.calls("/orders/get");
    auto job = client.orders_pull(sandbox.window());
    std::thread canceler([&] {
        until_it_arrived(sandbox, "/orders/get", pages + 1);
        job.cancel();
    });
    THROWN(CanceledError, job.next());
    canceler.join();
    CHECK(!job.next());
}

void one_client_in_many_threads(const Sandbox &sandbox)
{
    const auto client = sandbox.client();
    const int before = sandbox.calls("/seller/get");
    std::atomic<int> good = 0;
    std::vector<std::thread> threads;
    for (int number = 0; number < 8; number++)
        threads.emplace_back([&] {
            for (int round = 0; round < 5; round++)
                good += client.call("GetSeller").text("/seller_id").has_value();
        });
    for (auto &thread : threads)
        thread.join();
    CHECK(good == 40 && sandbox.calls("/seller/get") - before == 40);
}

} // namespace

int main()
{
    return finish("call", [] {
        const Sandbox sandbox({"--orders", "120", "--plain"});
        every_door(sandbox);
        calls_are_logged_without_secrets(sandbox);
        lines_of_calls_are_heard(sandbox);
        limits_are_waited_out_or_told(sandbox);
        a_write_without_an_answer_is_sent_once(sandbox);
        waits_are_canceled_from_another_thread(sandbox);
        one_client_in_many_threads(sandbox);
        a_token_that_has_expired_is_refreshed();
        a_code_is_exchanged();
    });
}
