#include "repeater/recording/recovery.hpp"

#include <array>
#include <fstream>

#include "repeater/recording/side_file.hpp"
#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/fbs/part_facts.hpp"

namespace pronto::recording {

namespace {

constexpr std::streamoff magic_bytes = 12;  // "FBS 001.000\n"
/// The third block is ServerInit's fixed part (width, height, pixel format), which the fourth, its name, follows.
constexpr int server_init_block = 3;

struct Left {
    std::int64_t duration_ms = 0;
    std::uint64_t bytes = 0;
    Size screen;
};

/// Walks the blocks (length, data, padding to four, time) without reading their data; a last one that is cut does not
/// count.
Left measure(std::ifstream& file) {
    Left left;
    file.seekg(0, std::ios::end);
    const std::streamoff size = file.tellg();
    left.bytes = static_cast<std::uint64_t>(size);
    std::array<Byte, 4> word{};
    const auto read_word = [&](std::streamoff at) {
        file.seekg(at);
        file.read(reinterpret_cast<char*>(word.data()), word.size());
        return load_u32(word.data());
    };
    int block = 0;
    for (std::streamoff at = magic_bytes; at + 8 <= size;) {
        const std::streamoff length = read_word(at);
        const std::streamoff time_at = at + 4 + (length + 3) / 4 * 4;
        if (time_at + 4 > size) break;
        if (++block == server_init_block) {
            const auto dimensions = read_word(at + 4);
            left.screen = {static_cast<int>(dimensions >> 16), static_cast<int>(dimensions & 0xFFFF)};
        }
        left.duration_ms = read_word(time_at);
        at = time_at + 4;
    }
    return left;
}

/// As the side file says that was written when the part began.
bool continued(const std::filesystem::path& part) {
    const auto beside = fbs::facts_file_of(part);
    try {
        return std::filesystem::exists(beside) && fbs::read_part_facts(beside).continues;
    } catch (const std::runtime_error& problem) {
        log::warning("{}", problem.what());
        return false;
    }
}

}  // namespace

hub::RecordingRecord recovered(const std::filesystem::path& folder, hub::RecordingRecord row) {
    std::ifstream file(folder / row.file, std::ios::binary);
    if (!file) {
        row.bytes = 0;
        row.duration_ms = 0;
        row.detail = "the file is not there";
        return row;
    }
    const auto left = measure(file);
    row.bytes = left.bytes;
    row.duration_ms = left.duration_ms;
    row.detail = "the hub was not running when it ended";
    write_side_file(folder, row, {left.screen, continued(folder / row.file), false});
    return row;
}

}  // namespace pronto::recording
