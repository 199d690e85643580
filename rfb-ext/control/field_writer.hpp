#pragma once

#include <optional>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "rfb-ext/base/text.hpp"
#include "rfb-ext/control/fields.hpp"

/// For codec.cpp only: it keeps Boost.JSON to itself.
namespace pronto::control {

namespace json = boost::json;

/// Field visitor: a struct into a JSON object. Texts are made presentable on this side too, so that a program's raw
/// bytes (a Latin-1 clipboard, a broken host name) never become a message that the peer must reject.
class FieldWriter {
public:
    explicit FieldWriter(json::object& to) : to_(to) {}

    void number(json::string_view name, auto value, std::int64_t, std::int64_t) { to_[name] = value; }
    void maybe_number(json::string_view name, auto value, std::int64_t, std::int64_t) { to_[name] = value; }
    void flag(json::string_view name, bool value) { to_[name] = value; }
    void time(json::string_view name, UnixMillis value) { to_[name] = rfc3339(value); }
    void named(json::string_view name, auto value) { to_[name] = json::string_view(control::name(value)); }
    template <class E>
    void maybe_named(json::string_view name, const std::optional<E>& value) {
        if (value) named(name, *value);
    }
    void text(json::string_view name, const std::string& value, std::size_t most) {
        to_[name] = presentable(value, most);
    }
    void maybe(json::string_view name, const std::string& value, std::size_t most) {
        if (!value.empty()) text(name, value, most);
    }
    void lines(json::string_view name, const std::string& value, std::size_t most) {
        to_[name] = presentable(value, most, true);
    }
    void word(json::string_view name, const std::string& value, Alphabet, std::size_t) { to_[name] = value; }
    void maybe_word(json::string_view name, const std::string& value, Alphabet, std::size_t) {
        if (!value.empty()) to_[name] = value;
    }
    void maybe_words(json::string_view name, const std::vector<std::string>& values, Alphabet, std::size_t, std::size_t) {
        if (!values.empty()) to_[name] = json::array(values.begin(), values.end());
    }
    template <class T>
    void object(json::string_view name, const T& value) {
        to_[name] = written(value);
    }
    template <class T>
    void objects(json::string_view name, const std::vector<T>& values) {
        json::array array;
        for (const T& value : values) array.push_back(written(value));
        to_[name] = std::move(array);
    }

private:
    template <class T>
    static json::object written(const T& value) {
        json::object object;
        FieldWriter writer(object);
        fields(writer, value);
        return object;
    }

    json::object& to_;
};

}  // namespace pronto::control
