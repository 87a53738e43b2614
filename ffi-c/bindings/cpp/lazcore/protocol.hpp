// What needs no connection: signing, requests and answers for another HTTP client, bills. Part of lazcore.hpp.
#ifndef LAZCORE_PROTOCOL_HPP
#define LAZCORE_PROTOCOL_HPP

#include "client.hpp"

namespace lazcore {

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

// Reads a JSON text, such as failed_rows_json(), for the accessors.
inline Value parse(const std::string &json) { return detail::value(laz_value_parse, detail::c_text(json, "json")); }

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

#endif
