// Verifies the token store of a seller and tells how its pair stands, without showing it. Nothing is sent. Settings
// come from the environment: settings.hpp, with LAZADA_TOKEN_FILE.
//
//     token_store
//
// Ends with 0 when calls can be made, 3 when the seller must authorize again, 1 when the store cannot be used.
#include <iostream>

#include "settings.hpp"

static int tell()
{
    const lazcore::Client client(settings());
    const auto status = client.token_status();
    if (!status) {
        std::cout << "there is no pair\n";
        return 3;
    }
    std::cout << "state " << status->text("/state").value_or("?") << "\n"
              << "days left " << status->text("/days_left").value_or("unknown") << ", to refresh "
              << status->text("/refresh_days_left").value_or("unknown") << "\n";
    for (const auto &shop : status->elements("/shops"))
        std::cout << "shop " << shop.text("/country").value_or("?") << " " << shop.text("/seller_id").value_or("?")
                  << "\n";
    return status->flag("/needs_person").value_or(false) ? 3 : 0;
}

int main()
{
    try {
        return tell();
    } catch (const lazcore::Error &error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
}
