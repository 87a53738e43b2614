// Several processes. One that is killed in the middle of a job loses nothing and packs nothing twice; after a fork both go on.
//
// The children are this program again: kill pull|ship FOLDER URL APP_KEY APP_SECRET ACCESS_TOKEN AFTER BEFORE
#include <csignal>
#include <fstream>
#include <functional>
#include <set>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "check.hpp"
#include "sandbox.hpp"

using lazcore::List;
using lazcore::Params;

namespace {

// A job as an ERP would run it: what came is kept first, how far it came second.
void pull(const lazcore::Client &client, const Params &options, const std::string &folder)
{
    std::ofstream rows(folder + "/rows", std::ios::app);
    auto job = client.orders_pull(options);
    for (const auto &event : job) {
        if (!event.is("row"))
            continue;
        rows << event.text("/order/order_id").value() << std::endl;
        std::ofstream(folder + "/cursor.new") << job.cursor().value_or("");
        std::filesystem::rename(folder + "/cursor.new", folder + "/cursor");
    }
}

void ship(const lazcore::Client &client, const std::string &folder)
{
    const Params options{{"journal", folder + "/journal"}, {"labels", folder + "/labels"}};
    for (const auto &event : client.fulfillment_run(List::of(lines(folder + "/orders")), options))
        if (event.is("outcome"))
            std::ofstream(folder + "/outcomes", std::ios::app) << event.text("/state").value() << std::endl;
}

int child(char **arguments)
{
    lazcore::Config config(arguments[4], arguments[5]);
    config.gateway(arguments[3]).access_token(arguments[6]).account("store").rate_per_path(0).rate_per_account(0);
    const lazcore::Client client(config);
    if (std::string(arguments[1]) == "pull")
        pull(client, {{"created_after", arguments[7]}, {"created_before", arguments[8]}}, arguments[2]);
    else
        ship(client, arguments[2]);
    return 0;
}

// Starts the child, and kills it once it is where it shall die.
void killed(const char *program, const char *job, const Folder &folder, const Sandbox &sandbox,
            const std::function<bool()> &is_there)
{
    const std::vector<std::string> words = {program,
                                            job,
                                            folder.file(""),
                                            sandbox.told("url"),
                                            sandbox.told("app_key"),
                                            sandbox.told("app_secret"),
                                            sandbox.told("access_token"),
                                            sandbox.told("created_after"),
                                            sandbox.told("created_before")};
    std::vector<char *> pointers;
    for (const std::string &word : words)
        pointers.push_back(const_cast<char *>(word.c_str()));
    pointers.push_back(nullptr);
    const pid_t process = fork();
    if (process == 0) {
        execv(program, pointers.data());
        _exit(127);
    }
    // A loaded machine takes its time.
    for (int round = 0; round < 12000 && !is_there(); round++)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    CHECK(is_there());
    kill(process, SIGKILL);
    int status = 0;
    waitpid(process, &status, 0);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

void a_killed_pull_is_continued(const char *program)
{
    const Sandbox sandbox({"--orders", "1000"});
    const Folder folder;
    const std::string rows = folder.file("rows");
    // Without this page the pull cannot end, however fast it is.
    sandbox.misbehave({{"kind", "stall"}, {"path", "/orders/get"}, {"after", 5}});
    killed(program, "pull", folder, sandbox, [&] { return std::filesystem::exists(rows) && lines(rows).size() >= 100; });
    const auto before = lines(rows).size();
    CHECK(before < 1000);
    sandbox.behave();
    pull(sandbox.client(), {{"cursor", contents(folder.file("cursor"))}}, folder.file(""));
    const auto all = lines(rows);
    CHECK_SAME(std::set<std::string>(all.begin(), all.end()).size(), 1000U);
    // The row that came between file and cursor may be there twice.
    CHECK(all.size() <= 1001);
}

void a_killed_run_is_continued(const char *program)
{
    // A gateway that would pack again what was packed.
    const Sandbox sandbox({"--orders", "45", "--plain", "--accept-repeats"});
    const Folder folder;
    const auto client = sandbox.client();
    {
        std::ofstream orders(folder.file("orders"));
        for (const auto &event : client.orders_pull(sandbox.window()))
            if (event.is("row"))
                orders << event.text("/order/order_id").value() << "\n";
    }
    // The second batch is packed, and nobody hears of it.
    const std::string path = "/order/fulfill/pack";
    sandbox.misbehave({{"kind", "stall"}, {"path", path}, {"after", 1}, {"executed", true}});
    killed(program, "ship", folder, sandbox, [&] { return sandbox.calls(path) >= 2; });
    std::filesystem::remove(folder.file("outcomes"));
    ship(client, folder.file(""));
    const auto outcomes = lines(folder.file("outcomes"));
    const auto states = std::set<std::string>(outcomes.begin(), outcomes.end());
    CHECK(states == std::set<std::string>{"done"});
    const auto books = sandbox.books();
    const auto items = books.count("/books/stores/0/items").value_or(0);
    CHECK_SAME(items, static_cast<std::int64_t>(outcomes.size()));
    for (std::int64_t at = 0; at < items; at++)
        CHECK_SAME(books.int64(lazcore::pointer("books", "stores", 0, "items", at, "packed")).value_or(0), 1);
    for (std::int64_t at = 0; at < books.count("/books/stores/0/packages").value_or(0); at++)
        CHECK_SAME(books.int64(lazcore::pointer("books", "stores", 0, "packages", at, "couriers")).value_or(0), 1);
}

void parent_and_child_go_on_after_a_fork()
{
    const Sandbox sandbox({"--orders", "120"});
    const auto client = sandbox.client();
    auto job = client.orders_pull(sandbox.window());
    CHECK(job.next().has_value());
    const pid_t child = fork();
    if (child == 0) {
        int code = 1;
        try {
            client.call("GetSeller");
            job.next();
        } catch (const lazcore::ForkedError &) {
            code = 0;
        } catch (...) {
            code = 2;
        }
        _exit(code);
    }
    CHECK(client.call("GetSeller").request_id().has_value());
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    int rows = 0;
    for (const auto &event : job)
        rows += event.is("row");
    CHECK_SAME(rows, 119);
}

} // namespace

int main(int count, char **arguments)
{
    if (count == 9)
        return child(arguments);
    return finish("kill", [&] {
        parent_and_child_go_on_after_a_fork();
        a_killed_pull_is_continued(arguments[0]);
        a_killed_run_is_continued(arguments[0]);
    });
}
