#include "rfb-ext/control/json_text.hpp"

#include <array>

#include <boost/json/parser.hpp>
#include <boost/json/serializer.hpp>

#include "rfb-ext/base/secrets.hpp"

namespace pronto::control {

namespace json = boost::json;

namespace {

struct Room {
    std::array<Byte, 4096> bytes;
    ~Room() { wipe(bytes); }
};

}  // namespace

Result<json::value> parse_json(std::string_view text, std::size_t deepest) {
    json::parse_options options;
    options.max_depth = deepest;
    Room room;
    json::parser parser({}, options, room.bytes.data(), room.bytes.size());
    ErrorCode error;
    parser.write(text.data(), text.size(), error);
    if (error) return error;
    return parser.release();
}

std::string write_json(const json::object& object) {
    std::string text;
    Room room;
    json::serializer serializer;
    for (serializer.reset(&object); !serializer.done();) {
        const auto piece = serializer.read(reinterpret_cast<char*>(room.bytes.data()), room.bytes.size());
        text.append(piece.data(), piece.size());
    }
    return text;
}

}  // namespace pronto::control
