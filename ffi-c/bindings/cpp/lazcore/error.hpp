// What this library throws, and how its functions are called. Part of lazcore.hpp.
#ifndef LAZCORE_ERROR_HPP
#define LAZCORE_ERROR_HPP

#include "lazcore.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace lazcore {

namespace detail {

inline std::optional<std::string> copied(const char *text)
{
    return text ? std::optional<std::string>(text) : std::nullopt;
}

// What an error tells, apart from the handle it came in: exceptions are copied and cross threads.
struct Facts {
    std::int32_t status = LAZ_STATUS_OTHER;
    std::string kind;
    std::optional<std::string> code, field, api, request_id, trace_id, account, answer;
    std::int32_t http_status = 0, attempts = 0;
    bool retryable = false, executed = false;
};

} // namespace detail

// Whether the gateway may have carried a call out.
enum class Executed { no, unknown };

// The base of everything this library throws. docs/errors.md lists the kinds; each has its class below.
// what() is one line for a person, causes included, without secrets.
class Error : public std::runtime_error {
public:
    Error(const std::string &message, detail::Facts facts)
        : std::runtime_error(message), facts_(std::make_shared<const detail::Facts>(std::move(facts)))
    {
    }

    // The number of LAZ_STATUS_.
    std::int32_t status() const noexcept { return facts_->status; }
    // The kind as a word, the same in every language.
    const std::string &kind() const noexcept { return facts_->kind; }
    // Lazada's code. The list is open and grows.
    const std::optional<std::string> &code() const noexcept { return facts_->code; }
    // The argument, parameter, setting or reply field concerned.
    const std::optional<std::string> &field() const noexcept { return facts_->field; }
    // The path of the API that was called.
    const std::optional<std::string> &api() const noexcept { return facts_->api; }
    // What to quote to Lazada's support.
    const std::optional<std::string> &request_id() const noexcept { return facts_->request_id; }
    const std::optional<std::string> &trace_id() const noexcept { return facts_->trace_id; }
    const std::optional<std::string> &account() const noexcept { return facts_->account; }
    // The answer that was judged a failure, as JSON. It may hold data of buyers: do not log it.
    const std::optional<std::string> &answer() const noexcept { return facts_->answer; }
    // 0 when there was no answer.
    std::int32_t http_status() const noexcept { return facts_->http_status; }
    // Whether the same call can succeed later without a change.
    bool retryable() const noexcept { return facts_->retryable; }
    // After Executed::unknown, read the state back before a write is sent again.
    Executed executed() const noexcept { return facts_->executed ? Executed::unknown : Executed::no; }
    // How many times the request was tried; 0 when it never came that far.
    std::int32_t attempts() const noexcept { return facts_->attempts; }

private:
    std::shared_ptr<const detail::Facts> facts_;
};

struct ConfigError : Error { using Error::Error; };
struct InputError : Error { using Error::Error; };
struct ForkedError : Error { using Error::Error; };
struct ArgumentError : Error { using Error::Error; };
struct IoError : Error { using Error::Error; };
struct CanceledError : Error { using Error::Error; };
struct TransportError : Error { using Error::Error; };
struct TimeoutError : TransportError { using TransportError::TransportError; };
struct IndeterminateError : Error { using Error::Error; };
struct DecodeError : Error { using Error::Error; };
struct ApiError : Error { using Error::Error; };
struct ThrottledError : ApiError { using ApiError::ApiError; };
struct AuthError : ApiError { using ApiError::ApiError; };
struct InternalError : Error { using Error::Error; };
// A defect of the library was caught. Whether a call under way was executed is not known.
struct PanicError : InternalError { using InternalError::InternalError; };

namespace detail {

[[noreturn]] inline void raise(const std::string &message, Facts facts)
{
    switch (facts.status) {
    case LAZ_STATUS_CONFIG: throw ConfigError(message, std::move(facts));
    case LAZ_STATUS_INPUT: throw InputError(message, std::move(facts));
    case LAZ_STATUS_FORKED: throw ForkedError(message, std::move(facts));
    case LAZ_STATUS_ARGUMENT: throw ArgumentError(message, std::move(facts));
    case LAZ_STATUS_IO: throw IoError(message, std::move(facts));
    case LAZ_STATUS_CANCELED: throw CanceledError(message, std::move(facts));
    case LAZ_STATUS_TRANSPORT: throw TransportError(message, std::move(facts));
    case LAZ_STATUS_TIMEOUT: throw TimeoutError(message, std::move(facts));
    case LAZ_STATUS_INDETERMINATE: throw IndeterminateError(message, std::move(facts));
    case LAZ_STATUS_DECODE: throw DecodeError(message, std::move(facts));
    case LAZ_STATUS_API: throw ApiError(message, std::move(facts));
    case LAZ_STATUS_THROTTLED: throw ThrottledError(message, std::move(facts));
    case LAZ_STATUS_AUTH: throw AuthError(message, std::move(facts));
    case LAZ_STATUS_PANIC: throw PanicError(message, std::move(facts));
    case LAZ_STATUS_INTERNAL: throw InternalError(message, std::move(facts));
    default: throw Error(message, std::move(facts));
    }
}

// For functions that hand over no error: a status and the place concerned are all there is to tell.
[[noreturn]] inline void raise_bare(std::int32_t status, const std::string &field)
{
    Facts facts;
    facts.status = status;
    facts.field = field;
    facts.kind = status == LAZ_STATUS_DECODE     ? "decode"
                 : status == LAZ_STATUS_ARGUMENT ? "argument"
                 : status == LAZ_STATUS_PANIC    ? "panic"
                                                 : "internal";
    // In a statement of its own: arguments are evaluated in any order, and one of them is moved away.
    const std::string message = facts.kind + ": \"" + field + "\" cannot be read as asked for";
    raise(message, std::move(facts));
}

[[noreturn]] inline void raise_argument(const std::string &field, const std::string &expected)
{
    Facts facts;
    facts.status = LAZ_STATUS_ARGUMENT;
    facts.kind = "argument";
    facts.field = field;
    raise("argument: " + field + ": " + expected, std::move(facts));
}

// A text for C. What stands behind a NUL would be lost in silence.
inline const char *c_text(const std::string &text, const char *name)
{
    if (text.find('\0') != std::string::npos)
        raise_argument(name, "a text without NUL is expected");
    return text.c_str();
}

template <class T, void (*release)(T *)>
struct Release {
    void operator()(T *handle) const noexcept { release(handle); }
};
template <class T, void (*release)(T *)>
using Handle = std::unique_ptr<T, Release<T, release>>;

// As Handle, with something else that must live as long as what the handle stands for.
template <class T, void (*release)(T *)>
struct ReleaseFirst {
    std::shared_ptr<const void> kept;
    void operator()(T *handle) const noexcept { release(handle); }
};
template <class T, void (*release)(T *)>
using KeepingHandle = std::unique_ptr<T, ReleaseFirst<T, release>>;

using ErrorHandle = Handle<laz_error_t, laz_error_free>;

[[noreturn]] inline void raise(std::int32_t status, const laz_error_t *error)
{
    Facts facts;
    facts.status = error ? laz_error_status(error) : status;
    facts.kind = copied(laz_error_kind(error)).value_or("internal");
    facts.code = copied(laz_error_code(error));
    facts.field = copied(laz_error_field(error));
    facts.api = copied(laz_error_api(error));
    facts.request_id = copied(laz_error_request_id(error));
    facts.trace_id = copied(laz_error_trace_id(error));
    facts.account = copied(laz_error_account(error));
    facts.answer = copied(laz_error_answer(error));
    facts.http_status = laz_error_http_status(error);
    facts.attempts = laz_error_attempts(error);
    facts.retryable = laz_error_retryable(error) != 0;
    facts.executed = laz_error_executed(error) != 0;
    raise(copied(laz_error_message(error)).value_or("the library failed without saying why"), std::move(facts));
}

// Calls a function whose last argument is an error, and throws what it reports. The error is looked at in a statement
// of its own: in `check(f(..., &error), error)` it may be read before f has written it. Answers with LAZ_STATUS_OK,
// LAZ_STATUS_DONE or LAZ_STATUS_ABSENT.
template <class... Parameters, class... Arguments>
std::int32_t call(std::int32_t (*function)(Parameters...), Arguments... arguments)
{
    laz_error_t *raw = nullptr;
    const std::int32_t status = function(arguments..., &raw);
    const ErrorHandle error(raw);
    if (status != LAZ_STATUS_OK && status != LAZ_STATUS_DONE && status != LAZ_STATUS_ABSENT)
        raise(status, error.get());
    return status;
}

// As call, for functions that make a handle. Empty after LAZ_STATUS_DONE and LAZ_STATUS_ABSENT.
template <class T, void (*release)(T *), class... Parameters, class... Arguments>
Handle<T, release> made(std::int32_t (*function)(Parameters...), Arguments... arguments)
{
    T *handle = nullptr;
    call(function, arguments..., &handle);
    return Handle<T, release>(handle);
}

} // namespace detail

} // namespace lazcore

#endif
