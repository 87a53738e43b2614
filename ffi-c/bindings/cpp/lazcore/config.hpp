// What a client is made of, and what ends its calls. Part of lazcore.hpp.
#ifndef LAZCORE_CONFIG_HPP
#define LAZCORE_CONFIG_HPP

#include "value.hpp"

#include <chrono>
#include <functional>

namespace lazcore {

// The library's version, such as "0.1.0".
inline std::string version() { return laz_version(); }

// The number of the binary interface of the library that was loaded. This file is written for LAZCORE_ABI.
inline std::int32_t abi_version() { return laz_abi_version(); }
inline constexpr std::int32_t LAZCORE_ABI = 0;

// A flag that ends calls from another thread. It must outlive the calls that were given it.
class Cancel {
public:
    Cancel()
    {
        laz_cancel_t *made = nullptr;
        const std::int32_t status = laz_cancel_new(&made);
        if (status != LAZ_STATUS_OK)
            detail::raise_bare(status, "cancel");
        handle_.reset(made);
    }

    void cancel() const noexcept { laz_cancel_cancel(handle_.get()); }

    const laz_cancel_t *c_handle() const noexcept { return handle_.get(); }

private:
    detail::Handle<laz_cancel_t, laz_cancel_free> handle_;
};

// A store in memory for one token pair, whose text the host keeps. The text is a password in clear.
class TokenStore {
public:
    // An empty one.
    TokenStore() : handle_(make(nullptr)) {}
    // From a text that take_change or text gave once.
    explicit TokenStore(const std::string &text) : handle_(make(detail::c_text(text, "text"))) {}

    // What the host has to keep now, if it has changed. Ask after each call.
    std::optional<std::string> take_change() const { return given(laz_token_store_take_change); }
    std::optional<std::string> text() const { return given(laz_token_store_text); }

    const laz_token_store_t *c_handle() const noexcept { return handle_.get(); }

private:
    using Handle = detail::Handle<laz_token_store_t, laz_token_store_free>;

    static Handle make(const char *text)
    {
        return detail::made<laz_token_store_t, laz_token_store_free>(laz_token_store_new, text);
    }

    template <class Function>
    std::optional<std::string> given(Function function) const
    {
        auto value = detail::made<laz_value_t, laz_value_free>(function, handle_.get());
        return value ? Value(std::move(value)).text() : std::nullopt;
    }

    Handle handle_;
};

// Takes the line of one finished call, a JSON object without secrets.
using Log = std::function<void(std::string_view)>;

// Settings of a client. A setting that cannot be used is told when the Client is made.
class Config {
public:
    Config(const std::string &app_key, const std::string &app_secret)
    {
        if (laz_abi_version() != LAZCORE_ABI)
            detail::raise_argument("liblazcore", "the loaded library has another binary interface than lazcore.hpp");
        handle_ = detail::made<laz_config_t, laz_config_free>(
            laz_config_new, detail::c_text(app_key, "app_key"), detail::c_text(app_secret, "app_secret"));
    }

    Config &country(const std::string &code) { return set(laz_config_set_country, code, "country"); }
    Config &gateway(const std::string &url) { return set(laz_config_set_gateway, url, "gateway"); }
    Config &access_token(const std::string &token) { return set(laz_config_set_access_token, token, "access_token"); }
    Config &token_file(const std::string &path) { return set(laz_config_set_token_file, path, "token_file"); }
    Config &account(const std::string &name) { return set(laz_config_set_account, name, "account"); }
    Config &ca_file(const std::string &path) { return set(laz_config_set_ca_file, path, "ca_file"); }
    Config &proxy(const std::string &url) { return set(laz_config_set_proxy, url, "proxy"); }
    Config &call_log(const std::string &path) { return set(laz_config_set_call_log, path, "call_log"); }

    // Hands the line of each finished call to `log`, on the thread that made the call or one of a job's own, on several
    // at once. It must be quick and must use no Client, Job or TokenStore; what it throws is dropped. It lives as long
    // as the clients made of these settings and their jobs. An empty one turns it off.
    Config &log(Log log)
    {
        log_ = log ? std::make_shared<const Log>(std::move(log)) : nullptr;
        static_cast<void>(laz_config_set_log(handle_.get(), log_ ? heard : nullptr, const_cast<Log *>(log_.get())));
        return *this;
    }

    Config &token_store(const TokenStore &store) { return told(laz_config_set_token_store, store.c_handle()); }

    Config &connect_timeout(std::chrono::milliseconds time)
    {
        return told(laz_config_set_connect_timeout_ms, time.count());
    }
    Config &response_timeout(std::chrono::milliseconds time)
    {
        return told(laz_config_set_response_timeout_ms, time.count());
    }
    Config &total_timeout(std::chrono::milliseconds time)
    {
        return told(laz_config_set_total_timeout_ms, time.count());
    }
    Config &deadline(std::chrono::milliseconds time)
    {
        return told(laz_config_set_deadline_ms, time.count());
    }
    Config &max_body_bytes(std::int64_t bytes) { return told(laz_config_set_max_body_bytes, bytes); }
    Config &max_depth(std::int32_t depth) { return told(laz_config_set_max_depth, depth); }
    Config &max_attempts(std::int32_t attempts) { return told(laz_config_set_max_attempts, attempts); }
    Config &rate_per_path(std::int32_t calls) { return told(laz_config_set_rate_per_path, calls); }
    Config &rate_per_account(std::int32_t calls) { return told(laz_config_set_rate_per_account, calls); }
    Config &allow_plain_http(bool allow) { return told(laz_config_set_allow_plain_http, allow ? 1 : 0); }

    const laz_config_t *c_handle() const noexcept { return handle_.get(); }
    // What a client must keep.
    std::shared_ptr<const void> kept() const noexcept { return log_; }

private:
    static void heard(void *log, const char *line) noexcept
    {
        try {
            (*static_cast<const Log *>(log))(line);
        } catch (...) {
            // No exception may pass through the library, and nobody waits for this one.
        }
    }

    Config &set(std::int32_t (*function)(laz_config_t *, const char *), const std::string &text, const char *name)
    {
        return told(function, detail::c_text(text, name));
    }

    // A refused setting is remembered there, and laz_client_new says more than this status.
    template <class T, class Given>
    Config &told(std::int32_t (*function)(laz_config_t *, T), Given value)
    {
        static_cast<void>(function(handle_.get(), static_cast<T>(value)));
        return *this;
    }

    std::shared_ptr<const Log> log_;
    detail::Handle<laz_config_t, laz_config_free> handle_;
};

} // namespace lazcore

#endif
