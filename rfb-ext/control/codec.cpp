#include "rfb-ext/control/codec.hpp"

#include <utility>

#include <boost/json.hpp>

#include "rfb-ext/base/error_category.hpp"
#include "rfb-ext/control/field_reader.hpp"
#include "rfb-ext/control/field_writer.hpp"

namespace pronto::control {

namespace json = boost::json;

namespace {

/// Our own messages nest three deep; a newer peer's unknown fields may go a little further.
constexpr std::size_t deepest = 8;

const char* words(int code) {
    switch (static_cast<CodecError>(code)) {
        case CodecError::not_json:
            return "the message is not a JSON object";
        case CodecError::too_large:
            return "the message or one of its texts is too long";
        case CodecError::too_deep:
            return "the message is nested too deep";
        case CodecError::unknown_type:
            return "the message's type is unknown";
        case CodecError::bad_field:
            return "a field of the message is missing or wrong";
    }
    return "unknown error";
}

template <class M>
Result<Message> read_body(const json::object& from) {
    M message;
    FieldReader reader(from);
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
    FieldReader reader(object);
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
            FieldWriter writer(object);
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

PresenceList first_part(std::span<const Presence> entries) {
    constexpr std::size_t frame = 1'024;  // more than the message needs around its entries
    PresenceList part;
    std::size_t bytes = frame;
    for (const Presence& entry : entries) {
        bytes += encode({PresenceChanged{entry, false}, {}, {}}).size();
        if (bytes > longest_message_bytes) break;
        part.entries.push_back(entry);
    }
    return part;
}

}  // namespace pronto::control
