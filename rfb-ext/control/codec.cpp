#include "rfb-ext/control/codec.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include <boost/json.hpp>

#include "rfb-ext/base/error_category.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/control/fields.hpp"

namespace pronto::control {

namespace json = boost::json;

namespace {

/// Our own messages nest three deep; a newer peer's unknown fields may go a little further.
constexpr std::size_t deepest = 8;

const char* words(int code) {
    switch (static_cast<CodecError>(code)) {
        case CodecError::not_json: return "the message is not a JSON object";
        case CodecError::too_large: return "the message or one of its texts is too long";
        case CodecError::too_deep: return "the message is nested too deep";
        case CodecError::unknown_type: return "the message's type is unknown";
        case CodecError::bad_field: return "a field of the message is missing or wrong";
    }
    return "unknown error";
}

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool belongs(char c, Alphabet alphabet) {
    switch (alphabet) {
        case Alphabet::id: return digit(c) || letter(c) || c == '-';
        case Alphabet::token: return digit(c) || letter(c) || c == '-' || c == '_';
        case Alphabet::ticket: return digit(c) || (c >= 'A' && c <= 'F') || c == '-';
        case Alphabet::stream: return digit(c) || (c >= 'a' && c <= 'z') || c == '.';
    }
    return false;
}

std::optional<Role> value_from(std::string_view name, Role) { return role_from(name); }
std::optional<Mode> value_from(std::string_view name, Mode) { return mode_from(name); }
std::optional<SessionState> value_from(std::string_view name, SessionState) { return session_state_from(name); }
std::optional<EndReason> value_from(std::string_view name, EndReason) { return end_reason_from(name); }
std::optional<Outcome> value_from(std::string_view name, Outcome) { return outcome_from(name); }
std::optional<Code> value_from(std::string_view name, Code) { return code_from(name); }

/// Field visitor: a struct into a JSON object. Texts are made presentable on this side too, so that a program's raw bytes
/// (a Latin-1 clipboard, a broken host name) never become a message that the peer must reject.
class Writer {
public:
    explicit Writer(json::object& to) : to_(to) {}

    void number(json::string_view name, auto value, std::int64_t, std::int64_t) { to_[name] = value; }
    void flag(json::string_view name, bool value) { to_[name] = value; }
    void time(json::string_view name, UnixMillis value) { to_[name] = rfc3339(value); }
    void named(json::string_view name, auto value) { to_[name] = json::string_view(control::name(value)); }
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
        Writer writer(object);
        fields(writer, value);
        return object;
    }

    json::object& to_;
};

/// Field visitor: a JSON object into a struct. Keeps the first problem; the struct is worth nothing then.
class Reader {
public:
    explicit Reader(const json::object& from) : from_(from) {}
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
        const bool fits = !read->empty() && read->size() <= most;
        if (!fits || !std::all_of(read->begin(), read->end(), [&](char c) { return belongs(c, alphabet); })) return fail();
        value = *read;
    }
    void maybe_word(json::string_view name, std::string& value, Alphabet alphabet, std::size_t most) {
        if (from_.contains(name)) word(name, value, alphabet, most);
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
        Reader inner(field.get_object());
        fields(inner, value);
        if (!problem_) problem_ = inner.problem_;
    }

    const json::object& from_;
    ErrorCode problem_;
};

template <class M>
Result<Message> read_body(const json::object& from) {
    M message;
    Reader reader(from);
    fields(reader, message);
    if (reader.problem()) return reader.problem();
    return Message(std::move(message));
}

template <std::size_t... I>
Result<Message> read_type(std::string_view type, const json::object& from, std::index_sequence<I...>) {
    Result<Message> result = make_error_code(CodecError::unknown_type);
    (void)((type == std::variant_alternative_t<I, Message>::type &&
            (result = read_body<std::variant_alternative_t<I, Message>>(from), true)) ||
           ...);
    return result;
}

Result<json::value> parse(std::string_view text) {
    if (text.size() > longest_message_bytes) return CodecError::too_large;
    json::parse_options options;
    options.max_depth = deepest;
    ErrorCode error;
    json::value value = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
    if (error == json::error::too_deep) return CodecError::too_deep;
    if (error || !value.is_object()) return CodecError::not_json;
    return value;
}

/// An envelope's number: absent, or a whole number that every reader can hold.
Result<std::optional<std::uint64_t>> number_of(const json::object& object, json::string_view name) {
    if (!object.contains(name)) return std::nullopt;
    std::uint64_t number = 0;
    Reader reader(object);
    reader.number(name, number, 0, largest_number);
    if (reader.problem()) return reader.problem();
    return number;
}

}  // namespace

ErrorCode make_error_code(CodecError error) {
    static const ErrorCategory category("pronto.control", words);
    return {static_cast<int>(error), category};
}

Result<Envelope> decode(std::string_view text) {
    const auto value = parse(text);
    if (!value) return value.error();
    const json::object& object = value->get_object();
    const json::value* type = object.if_contains("type");
    if (!type || !type->is_string()) return CodecError::bad_field;
    auto message = read_type(type->get_string(), object, std::make_index_sequence<std::variant_size_v<Message>>{});
    if (!message) return message.error();
    const auto id = number_of(object, "id");
    const auto re = number_of(object, "re");
    if (!id || !re) return CodecError::bad_field;
    return Envelope{std::move(*message), *id, *re};
}

std::string encode(const Envelope& envelope) {
    json::object object;
    std::visit(
        [&](const auto& message) {
            object["type"] = json::string_view(message.type.data(), message.type.size());
            if (envelope.id) object["id"] = *envelope.id;
            if (envelope.re) object["re"] = *envelope.re;
            Writer writer(object);
            fields(writer, message);
        },
        envelope.message);
    return json::serialize(object);
}

bool fits(const Envelope& envelope) {
    const auto* clipboard = std::get_if<Clipboard>(&envelope.message);
    if (clipboard && clipboard->text.size() > longest_clipboard_bytes) return false;
    return encode(envelope).size() <= longest_message_bytes;
}

std::vector<Envelope> split(const PresenceList& list) {
    constexpr std::size_t frame = 1'024;  // more than the message needs around its entries
    PresenceList first;
    std::vector<Envelope> messages(1);
    std::size_t bytes = frame;
    for (const Presence& entry : list.entries) {
        Envelope alone{PresenceChanged{entry, false}, {}, {}};
        bytes += encode(alone).size();
        if (bytes <= longest_message_bytes) first.entries.push_back(entry);
        else messages.push_back(std::move(alone));
    }
    messages.front().message = std::move(first);
    return messages;
}

}  // namespace pronto::control
