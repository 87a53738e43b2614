// lazcore for C++17 and later: the functions of lazcore.h as handles that free themselves, exceptions and ranges.
// Nothing to compile: put this file and the folder lazcore/ beside lazcore.h, where what a call does, its statuses and
// its JSON stand at the C function of the same name. Here is what is different in C++.
//
// Results: what fails throws an Error, see there; what is absent is an empty std::optional.
//
// Handles (Config, Client, Value, Job, Cancel, TokenStore, Request) can be moved, not copied. One that was moved away
// throws ArgumentError when it is used. A Client and a TokenStore serve any number of threads at once; every other
// handle is for one thread at a time, except Cancel::cancel and Job::cancel.
//
// Texts are UTF-8. Ids and amounts are texts with every digit: there is no way in for a float or double.
#ifndef LAZCORE_HPP
#define LAZCORE_HPP

#include "lazcore/client.hpp"
#include "lazcore/config.hpp"
#include "lazcore/error.hpp"
#include "lazcore/json.hpp"
#include "lazcore/protocol.hpp"
#include "lazcore/value.hpp"

#endif
