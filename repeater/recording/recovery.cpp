#include "repeater/recording/recovery.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "repeater/recording/side_file.hpp"
#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/fbs/part_facts.hpp"
#include "rfb-ext/fbs/plain_bytes.hpp"

namespace pronto::recording {

namespace {

constexpr std::uint64_t magic_bytes = 12;  // "FBS 001.000\n"
/// The third block is ServerInit's fixed part (width, height, pixel format), which the fourth, its name, follows.
constexpr int server_init_block = 3;

struct Left {
    std::int64_t duration_ms = 0;
    Size screen;
};

std::optional<std::uint32_t> word_at(fbs::PlainBytes& file, std::uint64_t at) {
    std::array<Byte, 4> word{};
    if (fbs::read_full(file, at, word) < word.size()) return std::nullopt;
    return load_u32(word.data());
}

/// Walks the blocks (length, data, padding to four, time), reading their data only if they are sealed; a last one that
/// is cut does not count.
void measure(fbs::PlainBytes& file, Left& left) {
    int block = 0;
    for (std::uint64_t at = magic_bytes;;) {
        const auto length = word_at(file, at);
        if (!length) return;
        const auto time_at = at + 4 + (std::uint64_t{*length} + 3) / 4 * 4;
        const auto time = word_at(file, time_at);
        if (!time) return;
        if (++block == server_init_block) {
            const auto dimensions = word_at(file, at + 4).value_or(0);
            left.screen = {static_cast<int>(dimensions >> 16), static_cast<int>(dimensions & 0xFFFF)};
        }
        left.duration_ms = *time;
        at = time_at + 4;
    }
}

/// What the side file says that was written when the part began.
fbs::PartFacts written_at_the_start(const std::filesystem::path& part) {
    const auto beside = fbs::facts_file_of(part);
    try {
        if (std::filesystem::exists(beside)) return fbs::read_part_facts(beside);
    } catch (const std::runtime_error& problem) {
        log::warning("{}", problem.what());
    }
    return {};
}

}  // namespace

hub::RecordingRecord recovered(const std::filesystem::path& folder, hub::RecordingRecord row,
                               const fbs::KeyRing* keys) {
    std::error_code gone;
    row.bytes = std::filesystem::file_size(folder / row.file, gone);
    if (gone) {
        row.bytes = 0;
        row.duration_ms = 0;
        row.detail = "the file is not there";
        return row;
    }
    row.detail = "the hub was not running when it ended";
    const auto began = written_at_the_start(folder / row.file);
    Left left;
    try {
        const auto file = fbs::open_plain(folder / row.file, keys);
        row.duration_ms = 0;
        measure(*file, left);
    } catch (const fbs::DamagedBytes&) {
        // What comes before counts; the rest is for the finisher to say.
    } catch (const std::runtime_error& problem) {
        row.detail += fmt::format("; {}", problem.what());
        left.screen = began.size;
    }
    row.duration_ms = std::max<std::int64_t>(row.duration_ms, left.duration_ms);
    write_side_file(folder, row, {left.screen, began.continues, began.paused});
    return row;
}

}  // namespace pronto::recording
