#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>

#include "repeater/net/http_handler.hpp"

/// What every handler answers with, and reads requests by.
namespace pronto::web {

using Answer = net::asio::awaitable<net::HttpResponse>;

net::HttpResponse found(const boost::json::object& body, int status = 200);
net::HttpResponse not_found();
net::HttpResponse busy();
net::HttpResponse internal();
net::HttpResponse unauthorized();

/// A JSON object of plain fields, or nothing.
std::optional<boost::json::object> object_from(const std::string& body);
/// Empty if there is no such text in it.
std::string text_of(const boost::json::object& object, std::string_view name);
/// The query's parameter, decoded; empty if it is not there.
std::string parameter(std::string_view query, std::string_view name);
/// The query's `limit`; nothing if it is not one from 1 to 500.
std::optional<int> page_limit(std::string_view query, int otherwise);

}  // namespace pronto::web
