// lazcore for C++17 and later: the functions of lazcore.h as handles that free themselves, exceptions and ranges.
// One file, nothing to compile. What a call does, its statuses and its JSON stand in lazcore.h, at the C function of
// the same name; this file says what is different in C++.
//
// Results: what fails throws an Error, see there; what is absent is an empty std::optional.
//
// Handles (Config, Client, Value, Job, Cancel, TokenStore, Request) can be moved, not copied. One that was moved away
// throws ArgumentError when it is used. A Client and a TokenStore serve any number of threads at once; every other
// handle is for one thread at a time, except Cancel::cancel and Job::cancel.
//
// Texts are UTF-8. Ids and amounts are texts with every digit: there is no way in for a float or double.
#ifndef LAZCORE_HPP
#define LAZCORE_HPP

#include "lazcore.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace lazcore {

// An instant, as the platform tells it: to the millisecond, UTC.
using Time = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

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

// The library's version, such as "0.1.0".
inline std::string version() { return laz_version(); }

// The number of the binary interface of the library that was loaded. This file is written for LAZCORE_ABI.
inline std::int32_t abi_version() { return laz_abi_version(); }
inline constexpr std::int32_t LAZCORE_ABI = 0;

// Now, as prepare and store_token want it.
inline Time now() { return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

// The JSON of one value, on its way to the library. Texts are quoted, whole numbers keep every digit, an empty optional
// and nullptr are null, which means absent.
class Json {
public:
    Json(std::nullptr_t) : text_("null") {}
    Json(const char *text) : text_(text ? quoted(text) : "null") {}
    Json(std::string_view text) : text_(quoted(text)) {}
    Json(const std::string &text) : text_(quoted(text)) {}

    template <class T, std::enable_if_t<std::is_same_v<T, bool>, int> = 0>
    Json(T flag) : text_(flag ? "true" : "false")
    {
    }

    template <class T, std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool> && (sizeof(T) > 1), int> = 0>
    Json(T number) : text_(std::to_string(number))
    {
    }

    template <class T, std::enable_if_t<std::is_floating_point_v<T>, int> = 0>
    Json(T)
    {
        static_assert(!std::is_floating_point_v<T>,
                      "lazcore takes no float or double, which would change amounts: "
                      "give a text (\"12.50\") or lazcore::Json::number(\"12.50\")");
    }

    template <class T>
    Json(const std::optional<T> &value) : text_(value ? Json(*value).text_ : "null")
    {
    }

    // A number given as its digits, such as "12.50", which are sent to the letter.
    static Json number(std::string_view digits)
    {
        if (digits.empty() || digits.find_first_not_of("+-.0123456789eE") != digits.npos)
            detail::raise_argument("number", "digits such as 12.50 are expected");
        return raw(std::string(digits));
    }

    // JSON that is there already. The library checks it.
    static Json raw(std::string json)
    {
        Json made(nullptr);
        made.text_ = std::move(json);
        return made;
    }

    const std::string &text() const noexcept { return text_; }

protected:
    // Adds to a list or object, `text_` being one.
    void append(const std::string &piece)
    {
        constexpr const char *space = " \t\r\n";
        const std::size_t last = text_.find_last_not_of(space);
        if (last == std::string::npos || last == 0 || (text_[last] != '}' && text_[last] != ']'))
            detail::raise_argument("json", "an object or a list is expected");
        const char end = text_[last];
        const std::size_t before = text_.find_last_not_of(space, last - 1);
        const bool is_empty = before != std::string::npos && (text_[before] == '{' || text_[before] == '[');
        text_.resize(before == std::string::npos ? 0 : before + 1);
        text_ += is_empty ? "" : ",";
        text_ += piece + end;
    }

    static std::string quoted(std::string_view text)
    {
        constexpr const char *hex = "0123456789abcdef";
        std::string out = "\"";
        for (const char letter : text) {
            const auto byte = static_cast<unsigned char>(letter);
            if (byte < 0x20) {
                out += "\\u00";
                out += hex[byte >> 4];
                out += hex[byte & 15];
            } else {
                if (letter == '"' || letter == '\\')
                    out += '\\';
                out += letter;
            }
        }
        return out += '"';
    }

    std::string text_;
};

// A JSON list: List{1, "two"}, List().add(1), List::of(ids).
class List : public Json {
public:
    List() : Json(raw("[]")) {}
    List(std::initializer_list<Json> values) : List()
    {
        for (const Json &value : values)
            add(value);
    }

    template <class Range>
    static List of(const Range &values)
    {
        List list;
        for (const auto &value : values)
            list.add(value);
        return list;
    }

    List &add(const Json &value)
    {
        append(value.text());
        return *this;
    }
};

// A JSON object, such as the parameters of a call: {{"order_id", 700000000000101}, {"status", "pending"}}.
class Params : public Json {
public:
    struct Member {
        std::string name;
        Json value;
    };

    Params() : Json(Json::raw("{}")) {}
    Params(std::initializer_list<Member> members) : Params()
    {
        for (const Member &member : members)
            set(member.name, member.value);
    }

    // An object that is there already as JSON. The library checks it.
    static Params raw(std::string json)
    {
        Params made;
        made.text_ = std::move(json);
        return made;
    }

    Params &set(std::string_view name, const Json &value)
    {
        append(quoted(name) + ":" + value.text());
        return *this;
    }
};

// A JSON pointer of names and numbers, escaped as it has to be: pointer("orders", 0, "a/b") is "/orders/0/a~1b".
template <class... Steps>
std::string pointer(const Steps &...steps)
{
    [[maybe_unused]] const auto escaped = [](const auto &step) {
        if constexpr (std::is_integral_v<std::decay_t<decltype(step)>>) {
            return std::to_string(step);
        } else {
            std::string out;
            for (const char letter : std::string_view(step))
                letter == '~' ? out += "~0" : letter == '/' ? out += "~1" : out += letter;
            return out;
        }
    };
    return (std::string() + ... + ("/" + escaped(steps)));
}

// What stands at a place of a value: see Value::type.
enum class Type {
    absent = LAZ_TYPE_ABSENT,
    null = LAZ_TYPE_NULL,
    flag = LAZ_TYPE_FLAG,
    number = LAZ_TYPE_NUMBER,
    text = LAZ_TYPE_TEXT,
    list = LAZ_TYPE_LIST,
    object = LAZ_TYPE_OBJECT,
};

// An answer, an event, a prepared request or a text. Fields are read by JSON pointer ("/orders/0/order_id"; "" is all of
// it) and are empty when nothing stands there, null and blank texts included; a field that is something else than asked
// for is a DecodeError that names it.
class Value {
public:
    using Handle = detail::Handle<laz_value_t, laz_value_free>;
    explicit Value(Handle handle) noexcept : handle_(std::move(handle)) {}

    // The text, number or truth value at a place, exactly as it came.
    std::optional<std::string> text(const std::string &pointer = "") const
    {
        const auto found = read(laz_value_text, pointer);
        return found ? detail::copied(*found) : std::nullopt;
    }

    // As text, without a copy; valid as long as the value.
    std::optional<std::string_view> text_view(const std::string &pointer = "") const &
    {
        const auto found = read(laz_value_text, pointer);
        return found ? std::optional<std::string_view>(*found) : std::nullopt;
    }
    std::optional<std::string_view> text_view(const std::string &pointer = "") const && = delete;

    std::optional<std::int64_t> int64(const std::string &pointer = "") const { return read(laz_value_int64, pointer); }

    std::optional<bool> flag(const std::string &pointer = "") const
    {
        const auto found = read(laz_value_flag, pointer);
        return found ? std::optional<bool>(*found != 0) : std::nullopt;
    }

    std::optional<Time> time(const std::string &pointer = "") const
    {
        const auto found = read(laz_value_time_ms, pointer);
        return found ? std::optional<Time>(Time(std::chrono::milliseconds(*found))) : std::nullopt;
    }

    // The exact amount at a place as plain decimal text, such as "12.50".
    std::optional<std::string> decimal(const std::string &pointer = "") const
    {
        const auto found = read(laz_value_decimal, pointer);
        return found ? detail::copied(*found) : std::nullopt;
    }

    // What stands at a place, null, blank texts and nothing at all told apart.
    Type type(const std::string &pointer = "") const
    {
        return static_cast<Type>(read(laz_value_type, pointer).value_or(LAZ_TYPE_ABSENT));
    }

    // How many elements a list, or members an object has.
    std::optional<std::int64_t> count(const std::string &pointer = "") const { return read(laz_value_count, pointer); }

    // The names of an object's members, in the order received. pointer() escapes them.
    std::vector<std::string> keys(const std::string &pointer = "") const
    {
        std::vector<std::string> names;
        const char *name = nullptr;
        for (std::int64_t at = 0;; at++) {
            const std::int32_t status
                = laz_value_key(handle_.get(), detail::c_text(pointer, "pointer"), at, &name);
            if (status == LAZ_STATUS_ABSENT)
                return names;
            if (status != LAZ_STATUS_OK)
                detail::raise_bare(status, pointer);
            names.emplace_back(name);
        }
    }

    // What stands at a place as a value of its own, which outlives this one.
    std::optional<Value> child(const std::string &pointer) const
    {
        const auto found = read(laz_value_child, pointer);
        return found ? std::optional<Value>(Value(Handle(*found))) : std::nullopt;
    }

    // The elements of a list, each a value of its own; null and blank ones are passed over.
    std::vector<Value> elements(const std::string &pointer = "") const
    {
        const Type found = type(pointer);
        if (found != Type::list && found != Type::absent && found != Type::null)
            detail::raise_bare(LAZ_STATUS_DECODE, pointer);
        std::vector<Value> values;
        for (std::int64_t at = 0, end = count(pointer).value_or(0); at < end; at++)
            if (auto element = child(pointer + "/" + std::to_string(at)))
                values.push_back(std::move(*element));
        return values;
    }

    // Copies the text at a place and a NUL into a buffer. Answers with the text's length; where the buffer does not
    // exceed it, nothing was copied.
    std::optional<std::size_t> copy_text(const std::string &pointer, char *buffer, std::size_t size) const
    {
        std::size_t length = 0;
        const std::int32_t status
            = laz_value_copy_text(handle_.get(), detail::c_text(pointer, "pointer"), buffer, size, &length);
        if (status == LAZ_STATUS_ABSENT)
            return std::nullopt;
        if (status != LAZ_STATUS_OK && (status != LAZ_STATUS_ARGUMENT || length < size))
            detail::raise_bare(status, pointer);
        return length;
    }

    // The JSON at a place as it came.
    std::optional<std::string> raw_json(const std::string &pointer = "") const
    {
        const auto found = read(laz_value_raw_json, pointer);
        return found ? detail::copied(*found) : std::nullopt;
    }

    // The whole as normalized JSON.
    std::string json() const { return detail::copied(laz_value_json(handle_.get())).value_or(""); }

    // The bytes of an answer as they came, or of a prepared request as they are to be sent.
    std::string body() const { return std::string(body_view()); }
    std::string_view body_view() const &
    {
        std::size_t length = 0;
        const char *const bytes = laz_value_body(handle_.get(), &length);
        return bytes ? std::string_view(bytes, length) : std::string_view();
    }
    std::string_view body_view() const && = delete;

    std::optional<std::string> request_id() const { return detail::copied(laz_value_request_id(handle_.get())); }
    std::optional<std::string> evidence_json() const { return detail::copied(laz_value_evidence_json(handle_.get())); }

    // The rows of a batch that failed although the call succeeded; "[]" when none did.
    std::optional<std::string> failed_rows_json() const
    {
        return detail::copied(laz_value_failed_rows_json(handle_.get()));
    }

    const laz_value_t *c_handle() const noexcept { return handle_.get(); }

private:
    template <class Out>
    std::optional<Out> read(std::int32_t (*function)(const laz_value_t *, const char *, Out *),
                            const std::string &pointer) const
    {
        Out out{};
        const std::int32_t status = function(handle_.get(), detail::c_text(pointer, "pointer"), &out);
        if (status == LAZ_STATUS_ABSENT)
            return std::nullopt;
        if (status != LAZ_STATUS_OK)
            detail::raise_bare(status, pointer);
        return out;
    }

    Handle handle_;
};

// An event of a job.
class Event : public Value {
public:
    using Value::Value;

    // "row", "bad_row", "outcome", "progress", "notice" or "done". More may come.
    std::string name() const { return text("/event").value_or(""); }
    bool is(std::string_view name) const { return text_view("/event") == name; }
};

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

    Config &token_store(const TokenStore &store) { return told(laz_config_set_token_store, store.c_handle()); }

    Config &connect_timeout(std::chrono::milliseconds time) { return told(laz_config_set_connect_timeout_ms, time.count()); }
    Config &response_timeout(std::chrono::milliseconds time) { return told(laz_config_set_response_timeout_ms, time.count()); }
    Config &total_timeout(std::chrono::milliseconds time) { return told(laz_config_set_total_timeout_ms, time.count()); }
    Config &deadline(std::chrono::milliseconds time) { return told(laz_config_set_deadline_ms, time.count()); }
    Config &max_body_bytes(std::int64_t bytes) { return told(laz_config_set_max_body_bytes, bytes); }
    Config &max_depth(std::int32_t depth) { return told(laz_config_set_max_depth, depth); }
    Config &max_attempts(std::int32_t attempts) { return told(laz_config_set_max_attempts, attempts); }
    Config &rate_per_path(std::int32_t calls) { return told(laz_config_set_rate_per_path, calls); }
    Config &rate_per_account(std::int32_t calls) { return told(laz_config_set_rate_per_account, calls); }
    Config &allow_plain_http(bool allow) { return told(laz_config_set_allow_plain_http, allow ? 1 : 0); }

    const laz_config_t *c_handle() const noexcept { return handle_.get(); }

private:
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

    detail::Handle<laz_config_t, laz_config_free> handle_;
};

// A job under way: `for (const Event &event : job)`. Its events are there once. Ending the loop early and destroying the
// job stops it where it stands.
class Job {
public:
    using Handle = detail::Handle<laz_job_t, laz_job_free>;
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

// Calls the gateway for one account; any number of threads may use it at once. `cancel`, where there is one, may be null.
class Client {
public:
    explicit Client(const Config &config)
        : handle_(detail::made<laz_client_t, laz_client_free>(laz_client_new, config.c_handle()))
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
        return Job(detail::made<laz_job_t, laz_job_free>(function, c_handle(), arguments...));
    }

    detail::Handle<laz_client_t, laz_client_free> handle_;
};

namespace detail {

template <class Function, class... Arguments>
Value value(Function function, Arguments... arguments)
{
    return Value(made<laz_value_t, laz_value_free>(function, arguments...));
}

// A text that is the whole of a value.
template <class Function, class... Arguments>
std::string whole(Function function, Arguments... arguments)
{
    return value(function, arguments...).text().value_or("");
}

} // namespace detail

// The signature of `path` with everything that will be sent.
inline std::string sign(const std::string &app_secret, const std::string &path, const Params &params)
{
    return detail::whole(laz_sign, detail::c_text(app_secret, "app_secret"), detail::c_text(path, "path"),
                         detail::c_text(params.text(), "params"));
}

// Why the gateway refuses a signature that another program made.
inline Value explain_signature(const std::string &app_secret, const std::string &path, const Params &params,
                               const std::optional<std::string> &signature = std::nullopt)
{
    return detail::value(laz_explain_signature, detail::c_text(app_secret, "app_secret"), detail::c_text(path, "path"),
                         detail::c_text(params.text(), "params"),
                         signature ? detail::c_text(*signature, "signature") : nullptr);
}

// A signed request for an HTTP client of one's own: "/method", "/url", "/headers" and body(). It holds the token.
inline Value prepare(const Config &config, const std::string &name, const Params &params = {}, Time at = now())
{
    const std::int64_t now_ms = at.time_since_epoch().count();
    return detail::value(laz_prepare, config.c_handle(), detail::c_text(name, "name"),
                         detail::c_text(params.text(), "params"), now_ms);
}

inline Value prepare_request(const Config &config, const std::string &method, const std::string &path,
                             const Params &params = {}, Time at = now())
{
    const std::int64_t now_ms = at.time_since_epoch().count();
    return detail::value(laz_prepare_request, config.c_handle(), detail::c_text(method, "method"),
                         detail::c_text(path, "path"), detail::c_text(params.text(), "params"), now_ms);
}

inline Value prepare(const Config &config, const Request &request, Time at = now())
{
    const std::int64_t now_ms = at.time_since_epoch().count();
    return detail::value(laz_request_prepare, request.c_handle(), config.c_handle(), now_ms);
}

// Judges an answer that came through another HTTP client. `name` is the API's; none for a call by path.
inline Value read(const std::optional<std::string> &name, std::int32_t http_status, const Params &headers,
                  std::string_view body)
{
    return detail::value(laz_read, name ? detail::c_text(*name, "name") : nullptr, http_status,
                         detail::c_text(headers.text(), "headers"), body.empty() ? "" : body.data(), body.size());
}

// The page that asks a seller to authorize the app, for a browser.
inline std::string authorization_url(const std::string &app_key, const std::string &redirect_uri,
                                     const std::string &state)
{
    return detail::whole(laz_authorization_url, detail::c_text(app_key, "app_key"),
                         detail::c_text(redirect_uri, "redirect_uri"), detail::c_text(state, "state"));
}

// Throws AuthError when the state that came back is not the one that was sent.
inline void check_state(const std::string &sent, const std::string &received)
{
    detail::call(laz_check_state, detail::c_text(sent, "sent"), detail::c_text(received, "received"));
}

// What the buyer pays, as exact decimal text. `order_json` is an event's json(), or an order's.
inline std::string order_buyer_paid(const std::string &order_json)
{
    return detail::whole(laz_order_buyer_paid, detail::c_text(order_json, "order_json"));
}

inline Value order_reconcile(const std::string &order_json)
{
    return detail::value(laz_order_reconcile, detail::c_text(order_json, "order_json"));
}

inline Value items_by_sku(const std::string &items_json)
{
    return detail::value(laz_items_by_sku, detail::c_text(items_json, "items_json"));
}

inline std::string country_currency(const std::string &country)
{
    return detail::whole(laz_country_currency, detail::c_text(country, "country"));
}

} // namespace lazcore

#endif // LAZCORE_HPP
