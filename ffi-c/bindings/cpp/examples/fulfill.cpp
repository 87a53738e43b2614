// Packs orders, saves their labels, reports them ready to ship, and says what happened to each item. It may be
// run again after a crash: the journal keeps an item from being packed twice. Settings: see settings.hpp.
//
//     fulfill LABELS_FOLDER JOURNAL ORDER_ID...
#include <iostream>
#include <vector>

#include "settings.hpp"

static bool fulfill(const std::string &labels, const std::string &journal, const std::vector<std::string> &orders)
{
    const lazcore::Client client(settings());
    bool is_done = true;
    for (const auto &event :
         client.fulfillment_run(lazcore::List::of(orders), {{"labels", labels}, {"journal", journal}})) {
        if (!event.is("outcome"))
            continue;
        const auto state = event.text("/state").value_or("");
        is_done = is_done && state == "done";
        std::cout << event.text("/order_id").value_or("?") << " " << event.text("/order_item_id").value_or("?") << " "
                  << state << " " << event.text("/tracking_number").value_or("-") << " "
                  << event.text("/message").value_or("") << "\n";
    }
    return is_done;
}

int main(int count, char **arguments)
{
    if (count < 4) {
        std::cerr << "fulfill LABELS_FOLDER JOURNAL ORDER_ID...\n";
        return 2;
    }
    try {
        return fulfill(arguments[1], arguments[2], {arguments + 3, arguments + count}) ? 0 : 1;
    } catch (const lazcore::Error &error) {
        std::cerr << error.what() << "\n";
        if (error.retryable())
            std::cerr << "the same command may succeed later\n";
        return 1;
    }
}
