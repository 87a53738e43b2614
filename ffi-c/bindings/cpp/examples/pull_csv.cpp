// Pulls the orders of a window, with their items, to a CSV file. Settings come from the environment: settings.hpp.
//
//     pull_csv CREATED_AFTER FILE
//     pull_csv 2026-03-01T00:00:00+08:00 orders.csv
#include <fstream>
#include <iostream>

#include "settings.hpp"

// A field as CSV has it (RFC 4180); empty when there is none.
static std::string cell(const std::optional<std::string> &text)
{
    std::string out = "\"";
    for (const char letter : text.value_or(""))
        out += letter == '"' ? std::string("\"\"") : std::string(1, letter);
    return out + "\"";
}

static void pull(const char *created_after, const char *path)
{
    const lazcore::Client client(settings());
    std::ofstream file;
    file.exceptions(std::ios::failbit | std::ios::badbit);
    file.open(path);
    file << "order_id,created_at,price,buyer_paid,currency,sku,paid_price\r\n";
    for (const auto &event : client.orders_pull({{"created_after", created_after}, {"with_items", true}})) {
        if (event.is("bad_row"))
            std::cerr << "an order that cannot be read: " << event.json() << "\n";
        if (!event.is("row"))
            continue;
        const std::string order = cell(event.text("/order/order_id")) + "," + cell(event.text("/order/created_at"))
                                  + "," + cell(event.decimal("/order/price")) + ","
                                  + cell(lazcore::order_buyer_paid(event.json()));
        for (const auto &item : event.elements("/items"))
            file << order << "," << cell(item.text("/currency")) << "," << cell(item.text("/sku")) << ","
                 << cell(item.decimal("/paid_price")) << "\r\n";
    }
    file.close();
}

int main(int count, char **arguments)
{
    if (count != 3) {
        std::cerr << "pull_csv CREATED_AFTER FILE\n";
        return 2;
    }
    try {
        pull(arguments[1], arguments[2]);
        return 0;
    } catch (const std::exception &error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
}
