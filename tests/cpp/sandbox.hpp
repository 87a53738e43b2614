// Runs a sandbox of one's own and talks to its controls.
#ifndef SANDBOX_HPP
#define SANDBOX_HPP

#include <filesystem>
#include <string>
#include <vector>

#include "lazcore.hpp"

class Sandbox {
public:
    // Starts the program named by LAZCORE_SANDBOX with these arguments; throws when it does not serve.
    explicit Sandbox(const std::vector<std::string> &arguments);
    ~Sandbox();
    Sandbox(const Sandbox &) = delete;
    Sandbox &operator=(const Sandbox &) = delete;

    // A member of the greeting, such as "url" or "app_key".
    std::string told(const std::string &name) const { return greeting_->text("/greeting/" + name).value(); }

    // Settings for the first store, paced by nothing; with its token, or without any.
    lazcore::Config settings() const;
    lazcore::Config config() const;
    lazcore::Client client() const { return lazcore::Client(config()); }
    // The options of a pull of every order.
    lazcore::Params window() const;
    // The store's first pair as the platform would have answered it.
    std::string pair() const;

    void misbehave(const lazcore::Params &plan) const { control("POST /sandbox/misbehave", plan.text()); }
    // Forgets what was planned.
    void behave() const { control("POST /sandbox/behave", ""); }
    // How many calls of a path arrived.
    int calls(const std::string &path) const;
    // What really happened.
    lazcore::Value books() const;

private:
    std::string exchange(const std::string &line, const std::string &body) const;
    void control(const std::string &line, const std::string &body) const;

    int input_ = -1;  // closing it stops the sandbox
    int process_ = 0;
    std::optional<lazcore::Value> greeting_;
};

// A folder of one's own, removed with all that is in it.
class Folder {
public:
    Folder();
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;

    std::string file(const std::string &name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

// Any JSON as a value to read: it becomes the member `name` of an answer by path.
lazcore::Value as_value(const std::string &name, const std::string &json);
// A file as text; throws when it cannot be read.
std::string contents(const std::string &path);
// Its lines.
std::vector<std::string> lines(const std::string &path);

#endif
