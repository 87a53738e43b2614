// Counting checks. A program says what failed and ends with `finish`, whose line the runner adds up.
#ifndef CHECK_HPP
#define CHECK_HPP

#include <cstdio>
#include <optional>
#include <sstream>
#include <string>

#include "lazcore.hpp"

inline int checks_passed = 0;
inline int checks_failed = 0;

inline bool check(bool holds, const std::string &what, const char *file, int line)
{
    holds ? checks_passed++ : checks_failed++;
    if (!holds)
        std::printf("%s:%d: %s\n", file, line, what.c_str());
    return holds;
}

template <class T>
std::string shown(const T &value)
{
    std::ostringstream out;
    out << value;
    return out.str();
}

template <class T>
std::string shown(const std::optional<T> &value)
{
    return value ? shown(*value) : "nothing";
}

template <class Actual, class Expected>
bool check_same(const Actual &actual, const Expected &expected, const char *what, const char *file, int line)
{
    const bool same = actual == expected;
    return check(same, same ? what : std::string(what) + " is " + shown(actual) + ", not " + shown(expected), file, line);
}

#define CHECK(condition) check((condition), #condition, __FILE__, __LINE__)
#define CHECK_SAME(actual, expected) check_same((actual), (expected), #actual, __FILE__, __LINE__)

// Runs something that must throw exactly this class, and hands the error over.
template <class Expected, class Function>
std::optional<lazcore::Error> thrown(Function function, const char *file, int line)
{
    try {
        function();
        check(false, "nothing was thrown", file, line);
    } catch (const lazcore::Error &error) {
        check(typeid(error) == typeid(Expected), std::string("thrown was ") + error.kind() + ": " + error.what(), file,
              line);
        return error;
    }
    return std::nullopt;
}
#define THROWN(Class, ...) thrown<lazcore::Class>([&] { static_cast<void>(__VA_ARGS__); }, __FILE__, __LINE__)

inline int finish(const char *name)
{
    std::printf("%s: %d passed, %d failed\n", name, checks_passed, checks_failed);
    return checks_failed || !checks_passed;
}

// Runs the checks; what none of them expects is a failure, not the end.
template <class Function>
int finish(const char *name, Function checks)
{
    try {
        checks();
    } catch (const std::exception &error) {
        check(false, std::string("uncaught: ") + error.what(), name, 0);
    }
    return finish(name);
}

#endif
