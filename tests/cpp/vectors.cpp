// The shared vectors of tests/vectors through the C++ face, which also reads the files.
#include <map>
#include <sstream>

#include "check.hpp"
#include "sandbox.hpp"

namespace {

// One case of a file.
class Case {
public:
    explicit Case(lazcore::Value value) : value_(std::move(value)) {}

    std::optional<std::string> text(const std::string &name) const { return value_.text("/" + name); }
    std::string given(const std::string &name) const { return text(name).value_or(""); }
    std::optional<std::string> json(const std::string &name) const { return value_.raw_json("/" + name); }
    const lazcore::Value &value() const { return value_; }

private:
    lazcore::Value value_;
};

bool sign(const Case &one)
{
    const auto params = lazcore::Params::raw(one.json("params").value());
    return CHECK_SAME(lazcore::sign(one.given("secret"), one.given("path"), params), one.given("sign"));
}

bool explain(const Case &one)
{
    const auto told = lazcore::explain_signature(one.given("secret"), one.given("path"),
                                                 lazcore::Params::raw(one.given("args")), one.text("received"));
    bool good = CHECK_SAME(told.text("/base_string"), one.text("base_string"));
    good &= CHECK_SAME(told.text("/signature"), one.text("sign"));
    good &= CHECK_SAME(told.text("/verdict"), one.text("verdict"));
    std::vector<std::string> codes, expected;
    for (const auto &mistake : told.elements("/mistakes"))
        codes.push_back(mistake.text("/code").value_or(""));
    for (const auto &code : one.value().elements("/mistakes"))
        expected.push_back(code.text().value_or(""));
    return good & CHECK(codes == expected);
}

std::string decoded(const std::string &base64)
{
    const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    unsigned bits = 0, count = 0;
    for (const char letter : base64.substr(0, base64.find('='))) {
        bits = bits << 6 | static_cast<unsigned>(digits.find(letter));
        count += 6;
        if (count >= 8)
            out += static_cast<char>(bits >> (count -= 8));
    }
    return out;
}

bool envelope(const Case &one)
{
    const auto base64 = one.text("body_base64");
    const std::string body = base64 ? decoded(*base64) : one.given("body");
    const bool is_accepted = one.text("expect/ok").has_value();
    const auto status = static_cast<std::int32_t>(one.value().int64("/status").value());
    try {
        lazcore::read(one.text("api"), status, {}, body);
        return CHECK(is_accepted);
    } catch (const lazcore::Error &error) {
        bool good = CHECK(!is_accepted);
        const std::map<std::string, std::optional<std::string>> told = {
            {"kind", error.kind()},
            {"code", error.code()},
            {"request_id", error.request_id()},
            {"retryable", error.retryable() ? "true" : "false"},
            {"executed", error.executed() == lazcore::Executed::unknown ? "unknown" : "no"},
            {"field", error.field()},
        };
        for (const auto &[name, actual] : told)
            if (const auto expected = one.json("expect/" + name))
                good &= CHECK_SAME(actual, one.text("expect/" + name));
        return good;
    }
}

// A part of a query or form.
std::string unescaped(const std::string &text)
{
    std::string out;
    for (std::size_t at = 0; at < text.size(); at++) {
        const bool is_escape = text[at] == '%';
        out += is_escape ? static_cast<char>(std::stoi(text.substr(at + 1, 2), nullptr, 16)) : text[at];
        at += is_escape ? 2 : 0;
    }
    return out;
}

// The parameters of a query or form, the system's left out.
void take(const std::string &pairs, std::map<std::string, std::string> &out)
{
    std::istringstream stream(pairs);
    for (std::string pair; std::getline(stream, pair, '&');) {
        const std::size_t middle = pair.find('=');
        out[unescaped(pair.substr(0, middle))] = unescaped(pair.substr(middle + 1));
    }
    for (const char *name : {"app_key", "timestamp", "sign_method", "access_token", "sign"})
        out.erase(name);
}

bool params(const Case &one)
{
    lazcore::Config config("1", "s");
    config.country("SG").access_token("t");
    const auto args = lazcore::Params::raw(one.given("args"));
    const lazcore::Time at(std::chrono::milliseconds(1));
    const auto prepared = [&] {
        return one.text("api") ? lazcore::prepare(config, one.given("api"), args, at)
                               : lazcore::prepare_request(config, one.given("method"), one.given("path"), args, at);
    };
    if (!one.json("wire")) {
        const auto error = THROWN(InputError, prepared());
        return error && CHECK_SAME(error->field().value_or(""), one.given("error_field"));
    }
    const auto request = prepared();
    const std::string url = request.text("/url").value();
    std::map<std::string, std::string> sent, expected;
    take(url.substr(url.find('?') + 1), sent);
    take(request.body(), sent);
    for (const auto &name : one.value().keys("/wire"))
        expected[name] = one.given("wire/" + name);
    return CHECK(sent == expected);
}

// Normalized JSON has the text of a value, accessors its flag, time or amount.
bool values(const Case &one)
{
    const std::map<std::string, std::string> fields = {
        {"flag", "gift_option"}, {"time", "created_at"}, {"money", "price"}, {"id", "order_number"}, {"text", "remarks"}};
    const std::string kind = one.given("kind"), field = fields.at(kind);
    // The text "null" is one of the platform's ways to say nothing, so the accessor finds none.
    const std::string body
        = "{\"code\":\"0\",\"data\":{\"order_id\":1,\"" + field + "\":" + one.text("json").value_or("null") + "}}";
    const auto answer = lazcore::read("GetOrder", 200, {}, body);
    const std::string place = "/" + field;
    const auto read = [&] {
        if (kind == "flag")
            static_cast<void>(answer.flag(place));
        if (kind == "time")
            static_cast<void>(answer.time(place));
        if (kind == "money")
            static_cast<void>(answer.decimal(place));
    };
    if (one.text("error")) {
        if (kind == "id" || kind == "text")
            return true;
        const auto error = THROWN(DecodeError, read());
        return error && CHECK_SAME(error->field(), place);
    }
    bool good = true;
    if (kind == "money")
        good &= CHECK_SAME(answer.decimal(place), one.text("expect"));
    if (kind == "flag")
        good &= CHECK_SAME(answer.flag(place).has_value() ? std::optional<std::string>(*answer.flag(place) ? "true" : "false")
                                                          : std::nullopt,
                           one.text("expect"));
    const auto normalized = as_value("data", answer.json());
    return good & CHECK_SAME(normalized.text("/data/" + field), one.text("expect"));
}

bool bills(const Case &one)
{
    const std::string text = "{\"order\":" + one.json("order").value() + ",\"items\":" + one.json("items").value() + "}";
    bool good;
    if (const auto field = one.text("buyer_paid_error")) {
        const auto error = THROWN(DecodeError, lazcore::order_buyer_paid(text));
        good = error && CHECK_SAME(error->field(), field);
    } else {
        good = CHECK_SAME(lazcore::order_buyer_paid(text), one.given("buyer_paid"));
    }
    good &= CHECK_SAME(lazcore::order_reconcile(text).json(), one.json("reconcile").value());
    if (const auto field = one.text("lines_error")) {
        const auto error = THROWN(DecodeError, lazcore::items_by_sku(text));
        return good & (error && CHECK_SAME(error->field(), field));
    }
    return good & CHECK_SAME(lazcore::items_by_sku(text).json(), one.json("lines").value());
}

void each(const std::string &folder, const std::string &name, bool (*run)(const Case &))
{
    const auto file = as_value("file", contents(folder + "/" + name + ".json"));
    int cases = 0;
    for (auto &value : file.elements("/file/cases")) {
        const Case one(std::move(value));
        if (!run(one))
            std::printf("in case %s of %s\n", one.given("name").c_str(), name.c_str());
        cases++;
    }
    CHECK(cases > 0);
}

} // namespace

int main(int count, char **arguments)
{
    const std::string folder = count == 2 ? arguments[1] : "tests/vectors";
    return finish("vectors", [&] {
        each(folder, "sign", sign);
        each(folder, "explain", explain);
        each(folder, "envelope", envelope);
        each(folder, "params", params);
        each(folder, "values", values);
        each(folder, "bills", bills);
    });
}
