// Must not compile: an amount that went through a double is another amount.
#include "lazcore.hpp"

int main() { return static_cast<int>(lazcore::Params{{"price", 12.50}}.text().size()); }
