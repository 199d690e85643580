#pragma once

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "repeater/admin/terminal.hpp"

namespace pronto::admin {

/// For --json: one line.
inline void print_json(Terminal& terminal, const boost::json::object& object) {
    terminal.print(boost::json::serialize(object) + "\n");
}

}  // namespace pronto::admin
