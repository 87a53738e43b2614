// Parameters and options on their way in. Part of lazcore.hpp.
#ifndef LAZCORE_JSON_HPP
#define LAZCORE_JSON_HPP

#include "error.hpp"

#include <initializer_list>
#include <string_view>
#include <type_traits>

namespace lazcore {

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

} // namespace lazcore

#endif
