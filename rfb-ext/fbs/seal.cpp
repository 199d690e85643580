#include "rfb-ext/fbs/seal.hpp"

#include <algorithm>

namespace pronto::fbs {

namespace {

constexpr std::string_view key_word = "key ";

std::string fit_for_a_line(std::string_view name) {
    std::string fit(name.substr(0, longest_sealed_name_bytes));
    std::erase_if(fit, [](unsigned char c) { return c < ' ' || c == 0x7F; });
    return fit;
}

bool is_key_id(std::string_view text) {
    return text.size() == key_id_chars && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

bool begins_sealed(ByteView start) {
    return as_text(start).starts_with(seal_magic);
}

std::optional<SealHeader> read_seal_header(ByteView start) {
    if (!begins_sealed(start)) return std::nullopt;
    const auto all = as_text(start);
    SealHeader header;
    const auto name_end = all.find('\n', seal_magic.size());
    if (name_end == std::string_view::npos) return std::nullopt;
    header.name = all.substr(seal_magic.size(), name_end - seal_magic.size());
    const auto key_line = all.substr(name_end + 1, key_word.size() + key_id_chars + 1);
    if (header.name != fit_for_a_line(header.name) || !key_line.starts_with(key_word) || !key_line.ends_with('\n'))
        return std::nullopt;
    header.key = key_line.substr(key_word.size(), key_line.size() - key_word.size() - 1);
    const auto lines_end = name_end + 1 + key_line.size();
    if (!is_key_id(header.key) || all.size() < lines_end + KeyRing::wrapped_bytes) return std::nullopt;
    const auto lines = start.first(lines_end);
    const auto wrapped = start.subspan(lines_end, KeyRing::wrapped_bytes);
    header.lines.assign(lines.begin(), lines.end());
    header.wrapped.assign(wrapped.begin(), wrapped.end());
    header.bytes = lines_end + KeyRing::wrapped_bytes;
    return header;
}

AesGcm::Nonce chunk_nonce(std::uint64_t number) {
    AesGcm::Nonce nonce{};
    for (std::size_t i = 0; i < sizeof number; ++i) nonce[nonce.size() - 1 - i] = static_cast<Byte>(number >> 8 * i);
    return nonce;
}

Sealer::Sealer(std::string_view name, const KeyRing& keys) : Sealer(name, keys, SecretKey::random()) {}

Sealer::Sealer(std::string_view name, const KeyRing& keys, const SecretKey& key) : cipher_(AesGcm::Way::seal, key) {
    append(header_, as_bytes(seal_magic));
    append(header_, as_bytes(fit_for_a_line(name) + '\n'));
    append(header_, as_bytes(std::string(key_word) + keys.id() + '\n'));
    append(header_, keys.wrap(key, header_));
}

void Sealer::add(ByteView plain, Bytes& to) {
    while (!plain.empty()) {
        const auto chunk = plain.first(std::min(plain.size(), longest_chunk_bytes));
        add_chunk(chunk, to);
        plain = plain.subspan(chunk.size());
    }
}

void Sealer::end(Bytes& to) {
    add_chunk({}, to);
}

void Sealer::add_chunk(ByteView plain, Bytes& to) {
    Bytes length;
    append_u32(length, static_cast<std::uint32_t>(plain.size()));
    append(to, length);
    cipher_.seal(chunk_nonce(chunks_++), length, plain, to);
}

}  // namespace pronto::fbs
