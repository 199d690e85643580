#include "rfb-ext/tunnel/network_key.hpp"

#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include "rfb-ext/base/random.hpp"
#include "rfb-ext/base/text.hpp"

namespace pronto::tunnel {

namespace {

using Words = std::vector<std::string>;

std::vector<Words> table(const std::string& text) {
    std::vector<Words> rows;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        rows.emplace_back(std::istream_iterator<std::string>(words), std::istream_iterator<std::string>());
    }
    return rows;
}

/// The kernel's "0102000A" is 10.0.2.1, in this machine's byte order.
std::string dotted(const std::string& hexed) {
    const auto bytes = from_hex(hexed);
    if (!bytes || bytes->size() != 4) return {};
    return fmt::format("{}.{}.{}.{}", (*bytes)[3], (*bytes)[2], (*bytes)[1], (*bytes)[0]);
}

std::string hardware_address(const std::string& neighbours, const std::string& gateway) {
    for (const Words& row : table(neighbours))
        if (row.size() >= 4 && row[0] == gateway && row[3] != "00:00:00:00:00:00") return row[3];
    return {};
}

/// Iface Destination Gateway Flags RefCnt Use Metric Mask ...
std::string place4(const NetworkTables& tables) {
    const auto rows = table(tables.routes);
    for (const Words& row : rows) {
        if (row.size() < 8 || row[1] != "00000000" || row[7] != "00000000") continue;
        std::string networks;
        for (const Words& other : rows)
            if (other.size() >= 8 && other[0] == row[0] && other[1] != "00000000" && other[2] == "00000000")
                networks += other[1] + "/" + other[7] + " ";
        return row[2] + " " + networks + hardware_address(tables.neighbours, dotted(row[2]));
    }
    return {};
}

/// destination prefix source prefix next-hop metric refs uses flags interface
std::string place6(const NetworkTables& tables) {
    const std::string nowhere(32, '0');
    const auto rows = table(tables.routes6);
    for (const Words& row : rows) {
        if (row.size() < 10 || row[0] != nowhere || row[1] != "00" || row[9] == "lo") continue;
        std::string networks;
        for (const Words& other : rows)
            if (other.size() >= 10 && other[9] == row[9] && other[1] == "40" && other[4] == nowhere &&
                !other[0].starts_with("fe80"))
                networks += other[0] + " ";
        return row[4] + " " + networks;
    }
    return {};
}

std::string content_of(const char* path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

std::string network_key(const NetworkTables& tables) {
    std::string place = place4(tables);
    if (place.empty()) place = place6(tables);
    if (place.empty()) return {};
    return hex(sha256(as_bytes(place))).substr(0, 16);
}

std::string network_key() {
    const NetworkTables tables{content_of("/proc/net/route"), content_of("/proc/net/ipv6_route"),
                               content_of("/proc/net/arp")};
    const std::string key = network_key(tables);
    return key.empty() ? "none" : key;
}

}  // namespace pronto::tunnel
