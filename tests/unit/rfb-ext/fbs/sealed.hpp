#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "rfb-ext/fbs/key_ring.hpp"
#include "rfb-ext/fbs/seal.hpp"
#include "rfb-ext/fbs/sealed_bytes.hpp"

namespace pronto::test {

/// Hub keys "00...", "11..." and so on.
inline std::string key_line(char digit) {
    return std::string(64, digit) + "\n";
}
inline fbs::KeyRing ring(const std::string& digits = "1") {
    std::string text;
    for (const char digit : digits) text += key_line(digit);
    return fbs::KeyRing::parse(text, "hub.key");
}

/// A file in memory.
class MemoryBytes final : public fbs::PlainBytes {
public:
    explicit MemoryBytes(Bytes content) : content_(std::move(content)) {}
    std::size_t read_at(std::uint64_t offset, std::span<Byte> to) override {
        if (offset >= content_.size()) return 0;
        const auto rest = ByteView(content_).subspan(offset);
        const auto count = std::min(rest.size(), to.size());
        std::copy_n(rest.begin(), count, to.begin());
        return count;
    }
    std::uint64_t size() override { return content_.size(); }

private:
    Bytes content_;
};

/// As a hub would: each of `writes` in chunks of its own.
inline Bytes sealed(const std::vector<Bytes>& writes, bool to_its_end = true, const std::string& name = "1-a.fbs",
                    const fbs::KeyRing& keys = ring()) {
    fbs::Sealer sealer(name, keys);
    Bytes file = sealer.header();
    for (const auto& plain : writes) sealer.add(plain, file);
    if (to_its_end) sealer.end(file);
    return file;
}
inline Bytes sealed(const Bytes& plain) {
    return sealed(std::vector<Bytes>{plain});
}

struct Opened {
    Bytes plain;         ///< from the start on
    std::string damage;  ///< what ended it
    std::uint64_t cut_bytes = 0;
    bool lacks_end = false;
};
/// Everything that can be read, in pieces of so many bytes.
inline Opened opened(const Bytes& file, const fbs::KeyRing& keys = ring(), std::size_t piece = 100'000) {
    fbs::SealedBytes bytes(std::make_unique<MemoryBytes>(file), "case.fbs", &keys);
    Opened found;
    Bytes buffer(piece);
    try {
        for (std::size_t got = 1; got > 0;) {
            got = bytes.read_at(found.plain.size(), buffer);
            append(found.plain, ByteView(buffer).first(got));
        }
    } catch (const fbs::DamagedBytes& damage) {
        found.damage = damage.what();
    }
    found.cut_bytes = bytes.cut_bytes();
    found.lacks_end = bytes.lacks_end();
    return found;
}

}  // namespace pronto::test
