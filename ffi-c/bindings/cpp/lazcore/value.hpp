// Answers and events. Part of lazcore.hpp.
#ifndef LAZCORE_VALUE_HPP
#define LAZCORE_VALUE_HPP

#include "error.hpp"

#include <chrono>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <vector>

namespace lazcore {

// An instant, as the platform tells it: to the millisecond, UTC.
using Time = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

// Now, as prepare and store_token want it.
inline Time now() { return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

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

// An answer, an event, a prepared request or a text. Fields are read by JSON pointer ("/orders/0/order_id"; "" is all
// of it) and are empty when nothing stands there, null and blank texts included; a field that is something else than
// asked for is a DecodeError that names it.
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

} // namespace lazcore

#endif
