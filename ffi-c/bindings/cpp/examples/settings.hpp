// Settings from the environment, as the command `lazcore` has them: keys do not belong into arguments, which every user
// of the machine can read.
//
//     LAZADA_APP_KEY  LAZADA_APP_SECRET  LAZADA_COUNTRY or LAZADA_GATEWAY  LAZADA_ACCESS_TOKEN or LAZADA_TOKEN_FILE
#ifndef EXAMPLE_SETTINGS_HPP
#define EXAMPLE_SETTINGS_HPP

#include <cstdlib>
#include <optional>
#include <string>

#include "lazcore.hpp"

inline std::optional<std::string> environment(const char *name)
{
    const char *value = std::getenv(name);
    return value && *value ? std::optional<std::string>(value) : std::nullopt;
}

inline lazcore::Config settings()
{
    lazcore::Config config(environment("LAZADA_APP_KEY").value_or(""), environment("LAZADA_APP_SECRET").value_or(""));
    if (const auto gateway = environment("LAZADA_GATEWAY"))
        config.gateway(*gateway);
    else
        config.country(environment("LAZADA_COUNTRY").value_or(""));
    if (const auto file = environment("LAZADA_TOKEN_FILE"))
        config.token_file(*file);
    else
        config.access_token(environment("LAZADA_ACCESS_TOKEN").value_or(""));
    return config;
}

#endif
