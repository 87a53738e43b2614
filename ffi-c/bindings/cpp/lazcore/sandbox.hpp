// A gateway with invented orders inside one's own process, for tests. Not part of lazcore.hpp: it needs a library built
// with the feature `sandbox`, such as liblazcore_ffi_tests, and lazcore_sandbox.h, where the options stand.
#ifndef LAZCORE_SANDBOX_HPP
#define LAZCORE_SANDBOX_HPP

#include "config.hpp"
#include "json.hpp"
#include "lazcore_sandbox.h"

namespace lazcore {

// Serves on a free port of 127.0.0.1 until it is destroyed. It can be moved, not copied.
class Sandbox {
public:
    explicit Sandbox(const Params &options = {})
        : handle_(detail::made<laz_sandbox_t, laz_sandbox_free>(laz_sandbox_start,
                                                                detail::c_text(options.text(), "options"))),
          greeting_(detail::made<laz_value_t, laz_value_free>(laz_value_parse, laz_sandbox_json(handle_.get())))
    {
    }

    // For Config::gateway.
    std::string url() const { return told("/url"); }
    std::string app_key() const { return told("/app_key"); }
    std::string app_secret() const { return told("/app_secret"); }
    // Of the first store.
    std::string access_token() const { return told("/access_token"); }
    std::string refresh_token() const { return told("/refresh_token"); }
    // For Client::exchange_code; it works once.
    std::string auth_code() const { return told("/auth_code"); }
    // The access token of each store.
    std::vector<std::string> store_tokens() const
    {
        std::vector<std::string> tokens;
        for (const Value &token : greeting_.elements("/store_tokens"))
            tokens.push_back(token.text().value_or(""));
        return tokens;
    }
    // All orders were created between these two: options of Client::orders_pull.
    std::string created_after() const { return told("/created_after"); }
    std::string created_before() const { return told("/created_before"); }

    // Settings for the first store.
    Config config() const
    {
        Config config(app_key(), app_secret());
        config.gateway(url()).access_token(access_token());
        return config;
    }

private:
    std::string told(const char *place) const { return greeting_.text(place).value_or(""); }

    detail::Handle<laz_sandbox_t, laz_sandbox_free> handle_;
    Value greeting_;
};

} // namespace lazcore

#endif
