#include "viewer/remote/local_pass.hpp"

#include <algorithm>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/base/random.hpp"
#include "rfb-ext/wire/vnc_auth.hpp"

namespace pronto::viewer {

namespace {

constexpr std::size_t pass_characters = 8;
constexpr std::string_view alphabet = "23456789abcdefghijkmnpqrstuvwxyz";
static_assert(alphabet.size() == 32);
/// TigerVNC, common/rfb/obfuscate.cxx (every VNC program has the same one).
constexpr std::string_view known_key = "\x17\x52\x6b\x06\x23\x4e\x58\x07";

}  // namespace

std::string random_pass() {
    std::string pass;
    for (const Byte byte : random_bytes(pass_characters)) pass += alphabet[byte % alphabet.size()];
    return pass;
}

std::string obfuscated_pass(std::string_view pass) {
    wire::Challenge block{};
    const auto counted = pass.substr(0, pass_characters);
    std::copy(counted.begin(), counted.end(), block.begin());
    const auto encrypted = wire::vnc_response(block, known_key);
    return {encrypted.begin(), encrypted.begin() + pass_characters};
}

void write_pass_file(const std::filesystem::path& file, std::string_view pass) {
    write_file_atomically(file, obfuscated_pass(pass), 0600);
}

}  // namespace pronto::viewer
