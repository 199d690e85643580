#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include <boost/json.hpp>

#include "rfb-ext/base/text.hpp"
#include "rfb-ext/control/codec.hpp"
#include "rfb-ext/control/fields.hpp"

/// For codec.cpp only: it keeps Boost.JSON to itself.
namespace pronto::control {

namespace json = boost::json;

inline bool digit(char c) {
    return c >= '0' && c <= '9';
}
inline bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

inline bool belongs(char c, Alphabet alphabet) {
    switch (alphabet) {
        case Alphabet::id:
            return digit(c) || letter(c) || c == '-';
        case Alphabet::token:
            return digit(c) || letter(c) || c == '-' || c == '_';
        case Alphabet::ticket:
            return digit(c) || (c >= 'A' && c <= 'F') || c == '-';
        case Alphabet::stream:
            return digit(c) || (c >= 'a' && c <= 'z') || c == '.';
    }
    return false;
}

inline std::optional<Role> value_from(std::string_view name, Role) {
    return role_from(name);
}
inline std::optional<Kind> value_from(std::string_view name, Kind) {
    return kind_from(name);
}
inline std::optional<Mode> value_from(std::string_view name, Mode) {
    return mode_from(name);
}
inline std::optional<SessionState> value_from(std::string_view name, SessionState) {
    return session_state_from(name);
}
inline std::optional<Party> value_from(std::string_view name, Party) {
    return party_from(name);
}
inline std::optional<EndReason> value_from(std::string_view name, EndReason) {
    return end_reason_from(name);
}
inline std::optional<Outcome> value_from(std::string_view name, Outcome) {
    return outcome_from(name);
}
inline std::optional<Code> value_from(std::string_view name, Code) {
    return code_from(name);
}

/// Field visitor: a JSON object into a struct. Keeps the first problem; the struct is worth nothing then.
class FieldReader {
public:
    explicit FieldReader(const json::object& from) : from_(from) {}
    ErrorCode problem() const { return problem_; }

    template <std::integral T>
    void number(json::string_view name, T& value, std::int64_t least, std::int64_t most) {
        const json::value* field = find(name);
        if (!field) return;
        if (!field->is_int64()) return fail();  // a uint64 lies beyond every range we have
        const std::int64_t read = field->get_int64();
        if (read < least || read > most) return fail();
        value = static_cast<T>(read);
    }
    template <std::integral T>
    void maybe_number(json::string_view name, T& value, std::int64_t least, std::int64_t most) {
        if (from_.contains(name)) number(name, value, least, most);
    }
    void flag(json::string_view name, bool& value) {
        const json::value* field = find(name);
        if (!field) return;
        if (!field->is_bool()) return fail();
        value = field->get_bool();
    }
    void time(json::string_view name, UnixMillis& value) {
        const auto read = string(name);
        if (!read) return;
        const auto parsed = parse_rfc3339(*read);
        if (!parsed) return fail();
        value = *parsed;
    }
    template <class E>
    void named(json::string_view name, E& value) {
        const auto read = string(name);
        if (!read) return;
        const auto known = value_from(*read, E{});
        if (!known) return fail();
        value = *known;
    }
    template <class E>
    void maybe_named(json::string_view name, std::optional<E>& value) {
        if (from_.contains(name)) named(name, value.emplace());
    }
    void text(json::string_view name, std::string& value, std::size_t most) {
        if (const auto read = string(name)) value = presentable(*read, most);
    }
    void maybe(json::string_view name, std::string& value, std::size_t most) {
        if (from_.contains(name)) text(name, value, most);
    }
    void lines(json::string_view name, std::string& value, std::size_t most) {
        const auto read = string(name);
        if (!read) return;
        if (read->size() > most) return fail(CodecError::too_large);
        value = presentable(*read, most, true);
    }
    void word(json::string_view name, std::string& value, Alphabet alphabet, std::size_t most) {
        const auto read = string(name);
        if (!read) return;
        if (!fits(*read, alphabet, most)) return fail();
        value = *read;
    }
    void maybe_word(json::string_view name, std::string& value, Alphabet alphabet, std::size_t most) {
        if (from_.contains(name)) word(name, value, alphabet, most);
    }
    void maybe_words(json::string_view name, std::vector<std::string>& values, Alphabet alphabet, std::size_t longest, std::size_t most) {
        const json::value* field = from_.if_contains(name);
        if (!field) return;
        if (!field->is_array() || field->get_array().size() > most) return fail();
        for (const json::value& item : field->get_array()) {
            if (!item.is_string()) return fail();
            values.emplace_back(item.get_string());
            if (!fits(values.back(), alphabet, longest)) return fail();
        }
    }
    template <class T>
    void object(json::string_view name, T& value) {
        if (const json::value* field = find(name)) read(*field, value);
    }
    template <class T>
    void objects(json::string_view name, std::vector<T>& values) {
        const json::value* field = find(name);
        if (!field) return;
        if (!field->is_array()) return fail();
        for (const json::value& item : field->get_array()) {
            if (problem_) return;
            read(item, values.emplace_back());
        }
    }

private:
    static bool fits(std::string_view word, Alphabet alphabet, std::size_t most) {
        return !word.empty() && word.size() <= most &&
               std::all_of(word.begin(), word.end(), [&](char c) { return belongs(c, alphabet); });
    }
    void fail(CodecError error = CodecError::bad_field) {
        if (!problem_) problem_ = error;
    }
    const json::value* find(json::string_view name) {
        const json::value* field = from_.if_contains(name);
        if (!field) fail();
        return field;
    }
    std::optional<std::string_view> string(json::string_view name) {
        const json::value* field = find(name);
        if (!field) return std::nullopt;
        if (field->is_string()) return std::string_view(field->get_string());
        fail();
        return std::nullopt;
    }
    template <class T>
    void read(const json::value& field, T& value) {
        if (!field.is_object()) return fail();
        FieldReader inner(field.get_object());
        fields(inner, value);
        if (!problem_) problem_ = inner.problem_;
    }

    const json::object& from_;
    ErrorCode problem_;
};

}  // namespace pronto::control
