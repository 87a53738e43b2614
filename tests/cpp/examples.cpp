// Runs the examples against a sandbox, as their users would.
//
//     examples FOLDER_OF_PROGRAMS
#include <cstdlib>
#include <fstream>
#include <set>
#include <sys/wait.h>

#include "check.hpp"
#include "sandbox.hpp"

namespace {

// The exit code of a program; what it printed is in `output`.
int run(const std::string &command, const std::string &output)
{
    const int status = std::system((command + " >" + output + " 2>&1").c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void set(const Sandbox &sandbox)
{
    unsetenv("LAZADA_TOKEN_FILE");
    setenv("LAZADA_GATEWAY", sandbox.told("url").c_str(), 1);
    setenv("LAZADA_APP_KEY", sandbox.told("app_key").c_str(), 1);
    setenv("LAZADA_APP_SECRET", sandbox.told("app_secret").c_str(), 1);
    setenv("LAZADA_ACCESS_TOKEN", sandbox.told("access_token").c_str(), 1);
}

std::set<std::string> pulled(const std::string &program, const Sandbox &sandbox, const Folder &folder)
{
    const std::string file = folder.file("orders.csv"), output = folder.file("output");
    CHECK_SAME(run(program + " " + sandbox.told("created_after") + " " + file, output), 0);
    CHECK_SAME(contents(output), "");
    std::set<std::string> orders;
    auto rows = lines(file);
    CHECK_SAME(rows.at(0), "order_id,created_at,price,buyer_paid,currency,sku,paid_price\r");
    rows.erase(rows.begin());
    for (const std::string &row : rows) {
        CHECK(row.find(",\"SGD\",") != std::string::npos && row.find("\"\"") == std::string::npos);
        orders.insert(row.substr(1, row.find('"', 1) - 1));
    }
    CHECK_SAME(orders.size(), 60U);
    CHECK_SAME(run(program + " yesterday " + file, output), 1);
    CHECK(contents(output).find("created_after") != std::string::npos);
    return orders;
}

void fulfilled(const std::string &program, const Sandbox &sandbox, const Folder &folder, const std::set<std::string> &orders)
{
    std::string command = program + " " + folder.file("labels") + " " + folder.file("journal");
    for (const std::string &order : orders)
        command += " " + order;
    CHECK_SAME(run(command, folder.file("output")), 0);
    const auto told = lines(folder.file("output"));
    CHECK(told.size() >= orders.size());
    for (const std::string &line : told)
        CHECK(line.find(" done ") != std::string::npos);
    CHECK(std::filesystem::exists(folder.file("labels") + "/manifest.csv"));
    // Again, as after a crash: nothing is packed.
    const int packed = sandbox.calls("/order/fulfill/pack");
    CHECK_SAME(run(command, folder.file("output")), 0);
    CHECK_SAME(sandbox.calls("/order/fulfill/pack"), packed);
    CHECK_SAME(run(program + " " + folder.file("labels") + " " + folder.file("journal") + " 1", folder.file("output")), 1);
}

void verified(const std::string &program, const Sandbox &sandbox, const Folder &folder)
{
    const std::string store = folder.file("seller.token"), output = folder.file("output");
    setenv("LAZADA_TOKEN_FILE", store.c_str(), 1);
    CHECK_SAME(run(program, output), 3);
    auto config = sandbox.settings();
    lazcore::Client(config.token_file(store)).exchange_code(sandbox.told("auth_code"));
    CHECK_SAME(run(program, output), 0);
    const std::string told = contents(output);
    CHECK_SAME(told.substr(0, 12), "state fresh\n");
    CHECK_SAME(told.substr(told.find("shop"), 8), "shop sg ");
    CHECK(told.find("sandbox-") == std::string::npos);
    std::ofstream(store) << "{\"lazcore_token\":";
    CHECK_SAME(run(program, output), 1);
    CHECK(contents(output).find(store) != std::string::npos);
}

} // namespace

int main(int count, char **arguments)
{
    const std::string programs = count == 2 ? arguments[1] : ".";
    return finish("examples", [&] {
        const Sandbox sandbox({"--orders", "60", "--plain"});
        const Folder folder;
        set(sandbox);
        const auto orders = pulled(programs + "/pull_csv", sandbox, folder);
        fulfilled(programs + "/fulfill", sandbox, folder, orders);
        verified(programs + "/token_store", sandbox, folder);
    });
}
