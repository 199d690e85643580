#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "repeater/recording/recorder.hpp"
#include "rfb-ext/base/files.hpp"

namespace pronto::test {

struct Block {
    std::string data;
    std::uint32_t at_ms = 0;
};

/// The whole blocks of a movie; a cut one at the end is left out, anything else that is wrong is no movie.
inline std::optional<std::vector<Block>> blocks_of(const std::filesystem::path& file) {
    const std::string text = read_file(file, 64 << 20);
    const ByteView bytes = as_bytes(text);
    if (text.substr(0, 12) != "FBS 001.000\n") return std::nullopt;
    std::vector<Block> blocks;
    for (std::size_t at = 12; at + 4 <= bytes.size();) {
        const std::size_t length = load_u32(&bytes[at]);
        const std::size_t padded = (length + 3) / 4 * 4;
        if (length == 0) return std::nullopt;
        if (at + 4 + padded + 4 > bytes.size()) break;
        blocks.push_back({text.substr(at + 4, length), load_u32(&bytes[at + 4 + padded])});
        at += 4 + padded + 4;
    }
    return blocks;
}

/// What the recorder tells, for the test's thread.
class Told {
public:
    recording::OnChange listener() {
        return [this](const hub::RecordingRecord& row) {
            const std::lock_guard lock(mutex_);
            rows_.push_back(row);
            more_.notify_all();
        };
    }
    /// Waits for the n-th row (from 1).
    hub::RecordingRecord row(std::size_t n) {
        std::unique_lock lock(mutex_);
        more_.wait_for(lock, std::chrono::seconds(20), [&] { return rows_.size() >= n; });
        return rows_.at(n - 1);
    }
    std::size_t count() {
        const std::lock_guard lock(mutex_);
        return rows_.size();
    }

private:
    std::mutex mutex_;
    std::condition_variable more_;
    std::vector<hub::RecordingRecord> rows_;
};

inline wire::ServerInit screen() {
    wire::ServerInit init;
    init.size = {800, 600};
    init.name = "PC";
    return init;
}

}  // namespace pronto::test
