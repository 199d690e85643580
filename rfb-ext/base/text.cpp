#include "rfb-ext/base/text.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>

namespace pronto {

namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

struct Decoded {
    char32_t code = 0xFFFD;
    std::size_t length = 1;
    bool valid = false;
};

/// One UTF-8 character at the start of `text` (not empty); overlong forms and surrogates are not valid.
Decoded decode_utf8(std::string_view text) {
    const auto lead = static_cast<Byte>(text[0]);
    if (lead < 0x80) return {lead, 1, true};
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
    char32_t code = lead & (0x7F >> length);
    for (std::size_t i = 1; i < length; ++i) {
        const auto next = static_cast<Byte>(text[i]);
        if ((next & 0xC0) != 0x80) return {};
        code = code << 6 | (next & 0x3F);
    }
    constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    if (code < smallest[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {};
    return {code, length, true};
}

bool unwanted(char32_t code, bool lines) {
    if (lines && (code == '\n' || code == '\t')) return false;
    const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
    const bool line_separator = code == 0x2028 || code == 0x2029;
    const bool bidi = code == 0x200E || code == 0x200F || code == 0x061C || (code >= 0x202A && code <= 0x202E) ||
                      (code >= 0x2066 && code <= 0x2069);
    return control || line_separator || bidi;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t swap = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, swap});
        }
    }
    return row.back();
}

}  // namespace

std::string hex(ByteView bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const Byte byte : bytes) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    Bytes bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_value(text[i]);
        const int low = hex_value(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes.push_back(static_cast<Byte>(high << 4 | low));
    }
    return bytes;
}

std::string base64url(ByteView bytes) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text;
    std::uint32_t bits = 0;
    int held = 0;
    for (const Byte byte : bytes) {
        bits = bits << 8 | byte;
        held += 8;
        while (held >= 6) text += alphabet[bits >> (held -= 6) & 63];
    }
    if (held > 0) text += alphabet[bits << (6 - held) & 63];
    return text;
}

std::string presentable(std::string_view from_wire, std::size_t limit, bool lines) {
    std::string text;
    while (!from_wire.empty()) {
        const Decoded next = decode_utf8(from_wire);
        const std::string_view bytes = next.valid ? from_wire.substr(0, next.length) : std::string_view("\xEF\xBF\xBD");
        from_wire.remove_prefix(next.length);
        if (next.valid && unwanted(next.code, lines)) continue;
        if (text.size() + bytes.size() > limit) break;
        text += bytes;
    }
    return text;
}

std::string to_latin_1(std::string_view utf8) {
    std::string out;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto byte = static_cast<Byte>(utf8[i]);
        const bool continues = (byte & 0xC0) == 0x80;
        if (continues) continue;
        const bool latin = (byte == 0xC2 || byte == 0xC3) && i + 1 < utf8.size();
        if (byte < 0x80)
            out += utf8[i];
        else
            out += latin ? static_cast<char>((byte & 0x03) << 6 | (static_cast<Byte>(utf8[i + 1]) & 0x3F)) : '?';
    }
    return out;
}

std::string from_latin_1(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<Byte>(c);
        if (byte < 0x80)
            out += c;
        else
            out += {static_cast<char>(0xC0 | byte >> 6), static_cast<char>(0x80 | (byte & 0x3F))};
    }
    return out;
}

std::string sentences(std::initializer_list<std::string_view> texts) {
    std::string all;
    for (const auto text : texts) {
        if (text.empty()) continue;
        if (!all.empty()) all += ' ';
        const auto begin = all.size();
        all += text;
        if (all[begin] >= 'a' && all[begin] <= 'z') all[begin] = static_cast<char>(all[begin] - 'a' + 'A');
        if (std::string_view(".!?:").find(all.back()) == std::string_view::npos) all += '.';
    }
    return all;
}

std::string nearest(std::string_view wrong, const std::vector<std::string>& known) {
    std::string best;
    std::size_t best_distance = std::max<std::size_t>(2, wrong.size() / 3) + 1;
    for (const auto& name : known) {
        const auto distance = edit_distance(wrong, name);
        if (distance < best_distance) {
            best_distance = distance;
            best = name;
        }
    }
    return best;
}

std::string human_bytes(std::uint64_t bytes) {
    if (bytes < 1000) return fmt::format("{} B", bytes);
    double value = static_cast<double>(bytes);
    for (const char* unit : {"kB", "MB", "GB"}) {
        value /= 1000;
        if (value < 1000) return fmt::format("{:.1f} {}", value, unit);
    }
    return fmt::format("{:.1f} TB", value / 1000);
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            plain += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const int high = hex_value(text[i + 1]);
        const int low = hex_value(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        plain += static_cast<char>(high << 4 | low);
        i += 2;
    }
    return plain;
}

}  // namespace pronto
