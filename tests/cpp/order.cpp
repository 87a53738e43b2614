// The whole way: orders are pulled with items, packed, labeled and reported ready to ship; what is refused is told.
//
//     order [ORDERS]    1000 by default
#include <filesystem>
#include <map>
#include <set>

#include "check.hpp"
#include "sandbox.hpp"

using lazcore::List;
using lazcore::Params;

namespace {

std::size_t order_count = 1000;

std::vector<std::string> pulled(const lazcore::Client &client, const Params &options)
{
    std::vector<std::string> ids;
    for (const auto &event : client.orders_pull(options))
        if (event.is("row"))
            ids.push_back(event.text("/order/order_id").value());
    return ids;
}

std::map<std::string, int> states(lazcore::Job job)
{
    std::map<std::string, int> found;
    for (const auto &event : job)
        if (event.is("outcome"))
            found[event.text("/state").value()]++;
    return found;
}

void all_orders_come_once_each(const Sandbox &sandbox)
{
    const auto client = sandbox.client();
    std::set<std::string> orders, items;
    std::size_t rows = 0, item_rows = 0;
    int others = 0;
    std::optional<std::int64_t> told;
    auto job = client.orders_pull(sandbox.window().set("with_items", true));
    for (const auto &event : job) {
        if (event.is("row")) {
            rows++;
            orders.insert(event.text("/order/order_id").value());
            for (std::int64_t at = 0; at < event.count("/items").value_or(0); at++, item_rows++)
                items.insert(event.text(lazcore::pointer("items", at, "order_item_id")).value());
            others += !event.request_id() || !event.evidence_json() || event.text("/account") != "store";
        }
        others += !event.is(event.name());
        if (event.is("done"))
            told = event.int64("/counts/orders");
    }
    CHECK(rows == order_count && orders.size() == order_count && told == static_cast<std::int64_t>(order_count));
    CHECK(item_rows >= order_count && items.size() == item_rows && others == 0);
    CHECK(!job.next());
    CHECK(job.begin() == job.end());
}

void a_pull_goes_on_from_its_cursor(const Sandbox &sandbox)
{
    const auto client = sandbox.client();
    auto job = client.orders_pull(sandbox.window());
    CHECK(!job.cursor());
    std::set<std::string> seen;
    while (seen.size() < order_count / 4) {
        const auto event = job.next();
        if (event->is("row"))
            seen.insert(event->text("/order/order_id").value());
    }
    const auto rest = pulled(client, {{"cursor", job.cursor()}});
    CHECK_SAME(rest.size(), order_count - order_count / 4);
    seen.insert(rest.begin(), rest.end());
    CHECK_SAME(seen.size(), order_count);
    CHECK_SAME(THROWN(InputError, client.orders_pull({{"cursor", "half"}}))->field(), "cursor");
}

void a_sync_keeps_its_state(const Sandbox &sandbox, const Folder &folder)
{
    const auto client = sandbox.client();
    const Params options{{"since", sandbox.told("created_after")}, {"state_file", folder.file("store.sync")}};
    std::size_t rows = 0;
    for (const auto &event : client.orders_sync(options))
        rows += event.is("row");
    CHECK(rows >= order_count);
    rows = 0;
    for (const auto &event : client.orders_sync(options))
        rows += event.is("row");
    CHECK_SAME(rows, 0U);
}

void what_is_not_shipped_has_its_reason()
{
    const Sandbox sandbox({"--orders", "150"});
    const auto client = sandbox.client();
    const auto ids = pulled(client, sandbox.window());
    std::map<std::string, int> found;
    std::set<std::string> items;
    int silent = 0, outcomes = 0;
    for (const auto &event : client.fulfillment_run(List::of(ids))) {
        if (!event.is("outcome"))
            continue;
        outcomes++;
        items.insert(event.text("/order_item_id").value());
        const std::string state = event.text("/state").value();
        found[state]++;
        silent += state == "refused" && !(event.text("/code") && event.text("/message") && event.text("/request_ids/0/request_id"));
        silent += state == "left_out" && !event.text("/message");
    }
    CHECK(found["done"] > 0 && found["left_out"] > 0 && found["refused"] > 0 && found["canceled"] > 0);
    CHECK_SAME(found["done"] + found["left_out"] + found["refused"] + found["canceled"] + found["packed_elsewhere"], outcomes);
    CHECK_SAME(items.size(), static_cast<std::size_t>(outcomes));
    CHECK_SAME(silent, 0);
}

void every_step_of_shipping(const Folder &folder)
{
    const Sandbox sandbox({"--orders", "25", "--plain"});
    const auto client = sandbox.client();
    const auto orders = List::of(pulled(client, sandbox.window()));
    const std::string journal = folder.file("journal");
    std::set<std::string> packages;
    int done = 0, labels = 0;
    for (const auto &event :
         client.fulfillment_run(orders, {{"until", "labels"}, {"labels", folder.file("")}, {"journal", journal}})) {
        if (!event.is("outcome"))
            continue;
        done += event.text("/state") == "done";
        packages.insert(event.text("/package_id").value());
        labels += std::filesystem::file_size(event.text("/label").value()) > 0;
    }
    CHECK(done >= 25 && labels == done && !packages.empty());
    const auto all = List::of(packages);
    List printed;
    for (const auto &package : packages)
        printed.add(Params{{"package_id", package}});
    const Params options{{"journal", journal}};
    const auto again = states(client.fulfillment_labels(printed, {{"labels", folder.file("")}, {"label_files", "single"}}));
    CHECK(again.size() == 1 && again.count("done"));
    const auto announced = states(client.fulfillment_ready_to_ship(all, options));
    CHECK(announced.size() == 1 && announced.at("done") == static_cast<int>(packages.size()));
    const auto repacked = states(client.fulfillment_repack(all, options));
    CHECK(repacked.size() == 1 && repacked.count("left_out"));
    CHECK(states(client.fulfillment_resolve(options)).empty());
    CHECK_SAME(sandbox.calls("/order/fulfill/pack"), 2);

    // The status at the gateway has changed.
    const auto first = client.orders_pull(sandbox.window()).next().value();
    const auto items = client.call("GetOrderItems", {{"order_id", first.text("/order/order_id")}});
    CHECK_SAME(items.text("/0/status"), "ready_to_ship");
    CHECK(!lazcore::order_buyer_paid(first.json()).empty());
    CHECK(lazcore::items_by_sku(items.json()).count("").value_or(0) >= 1);
}

void a_lost_answer_is_told()
{
    const Sandbox sandbox({"--orders", "2", "--plain"});
    const auto client = sandbox.client();
    const auto orders = List::of(pulled(client, sandbox.window()));
    sandbox.misbehave({{"kind", "drop_before"}, {"path", "/order/fulfill/pack"}});
    int told = 0;
    for (const auto &event :
         client.fulfillment_run(orders, {{"until", "packed"}, {"unknown", "report"}, {"quarantine_s", 1}}))
        if (event.is("outcome")) {
            CHECK_SAME(event.text("/state"), "indeterminate");
            CHECK_SAME(event.text("/indeterminate/kind"), "pack");
            told++;
        }
    CHECK(told >= 2);
}

} // namespace

int main(int count, char **arguments)
{
    if (count == 2)
        order_count = std::stoul(arguments[1]);
    return finish("order", [] {
        const Folder folder;
        {
            const Sandbox sandbox({"--orders", std::to_string(order_count)});
            all_orders_come_once_each(sandbox);
            a_pull_goes_on_from_its_cursor(sandbox);
            a_sync_keeps_its_state(sandbox, folder);
        }
        what_is_not_shipped_has_its_reason();
        every_step_of_shipping(folder);
        a_lost_answer_is_told();
    });
}
