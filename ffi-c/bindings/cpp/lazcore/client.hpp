// Calls and jobs. Part of lazcore.hpp.
#ifndef LAZCORE_CLIENT_HPP
#define LAZCORE_CLIENT_HPP

#include "config.hpp"
#include "json.hpp"
#include "value.hpp"

#include <cstddef>
#include <iterator>
#include <memory>

namespace lazcore {

// A job under way: `for (const Event &event : job)`. Its events are there once. Ending the loop early and destroying
// the job stops it where it stands.
class Job {
public:
    using Handle = detail::KeepingHandle<laz_job_t, laz_job_free>;
    explicit Job(Handle handle) noexcept : handle_(std::move(handle)) {}

    // Waits for the next event; none when the job is over. An error ends the job.
    std::optional<Event> next()
    {
        auto event = detail::made<laz_value_t, laz_value_free>(laz_job_next, c_handle());
        return event ? std::optional<Event>(Event(std::move(event))) : std::nullopt;
    }

    // How far a pull or sync has come: a text for the option "cursor" of a later one.
    std::optional<std::string> cursor() const
    {
        auto value = detail::made<laz_value_t, laz_value_free>(laz_job_cursor, c_handle());
        return value ? Value(std::move(value)).text() : std::nullopt;
    }

    // From any thread, also while another one waits in next.
    void cancel() const noexcept { laz_job_cancel(handle_.get()); }

    class Iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Event;
        using difference_type = std::ptrdiff_t;
        using pointer = const Event *;
        using reference = const Event &;

        Iterator() = default;
        explicit Iterator(Job &job) : job_(&job) { ++*this; }

        reference operator*() const { return *event_; }
        pointer operator->() const { return event_.get(); }
        Iterator &operator++()
        {
            auto next = job_->next();
            event_ = next ? std::make_shared<const Event>(std::move(*next)) : nullptr;
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const Iterator &one, const Iterator &other) { return one.event_ == other.event_; }
        friend bool operator!=(const Iterator &one, const Iterator &other) { return !(one == other); }

    private:
        Job *job_ = nullptr;
        std::shared_ptr<const Event> event_;
    };

    Iterator begin() { return Iterator(*this); }
    Iterator end() { return Iterator(); }

    const laz_job_t *c_handle() const noexcept { return handle_.get(); }

private:
    Handle handle_;
};

// A call by method and path with files or HTTP headers of its own, to be sent any number of times.
class Request {
public:
    Request(const std::string &method, const std::string &path, const Params &params = {})
        : handle_(detail::made<laz_request_t, laz_request_free>(
            laz_request_new, detail::c_text(method, "method"), detail::c_text(path, "path"),
            detail::c_text(params.text(), "params")))
    {
    }

    // Copies the bytes. With a file the request is a POST in multipart parts.
    Request &add_file(const std::string &name, const std::string &file_name, std::string_view bytes,
                      const std::string &content_type = "application/octet-stream")
    {
        detail::call(laz_request_add_file, handle_.get(), detail::c_text(name, "name"),
                     detail::c_text(file_name, "file_name"), detail::c_text(content_type, "content_type"),
                     bytes.empty() ? "" : bytes.data(), bytes.size());
        return *this;
    }

    Request &add_header(const std::string &name, const std::string &value)
    {
        detail::call(laz_request_add_header, handle_.get(), detail::c_text(name, "name"),
                     detail::c_text(value, "value"));
        return *this;
    }

    const laz_request_t *c_handle() const noexcept { return handle_.get(); }

private:
    detail::Handle<laz_request_t, laz_request_free> handle_;
};

// Calls the gateway for one account; any number of threads may use it at once. `cancel` may be null.
class Client {
public:
    explicit Client(const Config &config)
        : handle_(detail::made<laz_client_t, laz_client_free>(laz_client_new, config.c_handle()).release(),
                  {config.kept()})
    {
    }

    // The key of the account in outcomes, exports and file names.
    std::string account() const { return detail::copied(laz_client_account(c_handle())).value_or(""); }

    // By the API's name, such as "Pack", or its path or id in the catalogue.
    Value call(const std::string &name, const Params &params = {}, const Cancel *cancel = nullptr) const
    {
        return value(laz_client_call, detail::c_text(name, "name"), json(params), flag(cancel));
    }

    // By method and path, for what is newer than the catalogue.
    Value request(const std::string &method, const std::string &path, const Params &params = {},
                  const Cancel *cancel = nullptr) const
    {
        return value(laz_client_request, detail::c_text(method, "method"), detail::c_text(path, "path"), json(params),
                     flag(cancel));
    }

    Value send(const Request &request, const Cancel *cancel = nullptr) const
    {
        return value(laz_client_send, request.c_handle(), flag(cancel));
    }

    // Asks the gateway something that it refuses, for diagnosis; `host` is "api" or "auth".
    Value probe(const std::string &host = "api", const Cancel *cancel = nullptr) const
    {
        return value(laz_client_probe, detail::c_text(host, "host"), flag(cancel));
    }

    // Exchanges the code of an authorization redirect; check_state comes before.
    Value exchange_code(const std::string &code, const Cancel *cancel = nullptr) const
    {
        return value(laz_client_exchange_code, detail::c_text(code, "code"), flag(cancel));
    }

    // Keeps a pair that was got elsewhere: the platform's answer as it came, and when that was (by default now).
    Value store_token(const std::string &answer_json, std::optional<Time> obtained = std::nullopt,
                      const Cancel *cancel = nullptr) const
    {
        const std::int64_t obtained_ms = obtained ? obtained->time_since_epoch().count() : 0;
        return value(laz_client_store_token, detail::c_text(answer_json, "answer_json"), obtained_ms, flag(cancel));
    }

    Value refresh_token(const Cancel *cancel = nullptr) const
    {
        return value(laz_client_refresh_token, flag(cancel));
    }

    // How the kept pair stands; none where nothing is kept.
    std::optional<Value> token_status() const
    {
        auto status = detail::made<laz_value_t, laz_value_free>(laz_client_token_status, c_handle());
        return status ? std::optional<Value>(Value(std::move(status))) : std::nullopt;
    }

    Value resolve_account(const Cancel *cancel = nullptr) const
    {
        return value(laz_client_resolve_account, flag(cancel));
    }

    // Jobs. They live on without the client.
    Job orders_pull(const Params &options) const { return job(laz_orders_pull, json(options)); }
    Job orders_sync(const Params &options) const { return job(laz_orders_sync, json(options)); }
    Job fulfillment_run(const List &orders, const Params &options = {}) const
    {
        return job(laz_fulfillment_run, json(orders), json(options));
    }
    Job fulfillment_labels(const List &packages_or_orders, const Params &options) const
    {
        return job(laz_fulfillment_labels, json(packages_or_orders), json(options));
    }
    Job fulfillment_ready_to_ship(const List &packages, const Params &options = {}) const
    {
        return job(laz_fulfillment_ready_to_ship, json(packages), json(options));
    }
    Job fulfillment_repack(const List &packages, const Params &options = {}) const
    {
        return job(laz_fulfillment_repack, json(packages), json(options));
    }
    Job fulfillment_resolve(const Params &options) const { return job(laz_fulfillment_resolve, json(options)); }

    const laz_client_t *c_handle() const noexcept { return handle_.get(); }

private:
    static const char *json(const Json &value) { return detail::c_text(value.text(), "json"); }
    static const laz_cancel_t *flag(const Cancel *cancel) { return cancel ? cancel->c_handle() : nullptr; }

    template <class Function, class... Arguments>
    Value value(Function function, Arguments... arguments) const
    {
        return Value(detail::made<laz_value_t, laz_value_free>(function, c_handle(), arguments...));
    }

    template <class Function, class... Arguments>
    Job job(Function function, Arguments... arguments) const
    {
        auto begun = detail::made<laz_job_t, laz_job_free>(function, c_handle(), arguments...);
        return Job(Job::Handle(begun.release(), {handle_.get_deleter().kept}));
    }

    detail::KeepingHandle<laz_client_t, laz_client_free> handle_;
};

} // namespace lazcore

#endif
