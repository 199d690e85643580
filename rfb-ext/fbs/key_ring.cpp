#include "rfb-ext/fbs/key_ring.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rfb-ext/base/random.hpp"
#include "rfb-ext/base/descriptor.hpp"
#include "rfb-ext/base/secrets.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/fbs/new_file.hpp"

namespace pronto::fbs {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t key_digits = 2 * SecretKey::size;
constexpr std::string_view not_ours =
    "permission denied. It, and the folder that it lies in, must belong to the hub's user (chown)";

[[noreturn]] void fail(const char* doing, const fs::path& file, const std::string& why) {
    throw std::runtime_error(fmt::format("cannot {} the key file {}: {}", doing, file.string(), why));
}
[[noreturn]] void fail(const char* doing, const fs::path& file, int reason = errno) {
    fail(doing, file, std::string(std::strerror(reason)));
}

/// Text with keys in it.
class SecretText {
public:
    explicit SecretText(std::size_t size) : text(size, '\0') {}
    SecretText() = default;
    ~SecretText() { wipe(text); }
    SecretText(const SecretText&) = delete;
    SecretText& operator=(const SecretText&) = delete;
    std::string text;
};

struct Owner {
    uid_t user = 0;
    gid_t group = 0;
};

/// Not by a stream, whose buffer nobody wipes. `to` has room for what may be there.
Owner read_secret_file(const fs::path& file, std::string& to) {
    const Descriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (fd.get() < 0 && errno == ENOENT)
        fail("read", file,
             "it is not there. \"pronto-repeater recording key FILE\" makes one; if movies were sealed "
             "with it, they need that very file");
    if (fd.get() < 0 && errno == EACCES) fail("read", file, std::string(not_ours));
    struct stat facts = {};
    if (fd.get() < 0 || ::fstat(fd.get(), &facts) != 0) fail("read", file);
    if (!S_ISREG(facts.st_mode)) fail("use", file, "it is no ordinary file");
    if ((facts.st_mode & 077) != 0)
        fail("use", file,
             fmt::format("others than its owner may read or write it (mode {:o}): chmod 600 {}", facts.st_mode & 0777,
                         file.string()));
    std::size_t got = 0;
    for (ssize_t more = 1; more != 0 && got < to.size();) {
        more = ::read(fd.get(), to.data() + got, to.size() - got);
        if (more < 0 && errno != EINTR) fail("read", file);
        if (more > 0) got += static_cast<std::size_t>(more);
    }
    if (got > KeyRing::most_bytes) fail("use", file, fmt::format("it is larger than {} bytes", KeyRing::most_bytes));
    to.resize(got);
    return {facts.st_uid, facts.st_gid};
}

std::string_view trimmed(std::string_view line) {
    const auto begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) return {};
    return line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

std::optional<SecretKey> parse_key(std::string_view digits) {
    if (digits.size() != key_digits) return std::nullopt;
    SecretKey key;
    for (std::size_t i = 0; i < SecretKey::size; ++i) {
        const char* const at = digits.data() + 2 * i;
        const auto [end, wrong] = std::from_chars(at, at + 2, key.bytes()[i], 16);
        if (wrong != std::errc{} || end != at + 2) return std::nullopt;
    }
    return key;
}

KeyId id_of(const SecretKey& key) {
    return hex(ByteView(sha256(key.bytes())).first(key_id_chars / 2));
}

/// Digits straight into `to`, which has room for them: no copies that nobody wipes.
void append_key(std::string& to, const SecretKey& key) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (const Byte byte : key.bytes()) {
        to += digits[byte >> 4];
        to += digits[byte & 15];
    }
    to += '\n';
}

}  // namespace

KeyRing KeyRing::parse(std::string_view text, const fs::path& file) {
    KeyRing ring;
    ring.file_ = file;
    for (int number = 1; !text.empty(); ++number) {
        const auto line = trimmed(text.substr(0, text.find('\n')));
        text.remove_prefix(std::min(text.size(), text.find('\n') == text.npos ? text.size() : text.find('\n') + 1));
        if (line.empty() || line.front() == '#') continue;
        auto key = parse_key(line);
        if (!key)
            fail("use", file, fmt::format("line {} is no key: it must have {} hexadecimal digits", number, key_digits));
        auto id = id_of(*key);
        ring.keys_.push_back({std::move(id), std::move(*key)});
    }
    if (ring.keys_.empty())
        fail("use", file, "it has no key. \"pronto-repeater recording key FILE\" makes a file with one");
    return ring;
}

KeyRing KeyRing::read(const fs::path& file) {
    SecretText text(most_bytes + 1);
    read_secret_file(file, text.text);
    return parse(text.text, file);
}

std::unique_ptr<const KeyRing> KeyRing::read_if_given(const fs::path& file) {
    return file.empty() ? nullptr : std::make_unique<const KeyRing>(read(file));
}

const KeyRing::HubKey* KeyRing::find(std::string_view id) const {
    const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const HubKey& key) { return key.id == id; });
    return found == keys_.end() ? nullptr : &*found;
}

Bytes KeyRing::wrap(const SecretKey& key, ByteView with) const {
    Bytes wrapped = random_bytes(AesGcm::nonce_bytes);
    AesGcm::Nonce nonce;
    std::copy(wrapped.begin(), wrapped.end(), nonce.begin());
    AesGcm(AesGcm::Way::seal, keys_.front().key).seal(nonce, with, key.bytes(), wrapped);
    return wrapped;
}

std::optional<SecretKey> KeyRing::unwrap(std::string_view id, ByteView wrapped, ByteView with) const {
    const auto* hub_key = find(id);
    if (!hub_key || wrapped.size() != wrapped_bytes) return std::nullopt;
    AesGcm::Nonce nonce;
    std::copy_n(wrapped.begin(), nonce.size(), nonce.begin());
    std::array<Byte, SecretKey::size + AesGcm::tag_bytes> memory;
    std::copy(wrapped.begin() + AesGcm::nonce_bytes, wrapped.end(), memory.begin());
    std::optional<SecretKey> key;
    if (AesGcm(AesGcm::Way::open, hub_key->key).open(nonce, with, memory)) {
        key.emplace();
        std::copy_n(memory.begin(), SecretKey::size, key->bytes().begin());
    }
    wipe(memory);
    return key;
}

KeyId make_key_file(const fs::path& file) {
    const auto key = SecretKey::random();
    SecretText text;
    text.text.reserve(256);
    text.text = "# Seals movies. Keep a copy elsewhere: without this file they are lost.\n";
    append_key(text.text, key);
    const Descriptor fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (fd.get() < 0 && errno == EEXIST)
        fail("make", file, "it is there already, and movies may be sealed with it; --rotate puts a new key into it");
    if (fd.get() < 0 && errno == ENOENT)
        fail("make", file,
             fmt::format("its folder is not there; make the folder first: install -d -m 700 -o USER {}, USER being "
                         "the hub's",
                         file.parent_path().string()));
    if (fd.get() < 0 && errno == EACCES) fail("make", file, std::string(not_ours));
    if (fd.get() < 0) fail("make", file);
    try {
        write_all(fd.get(), text.text.data(), text.text.size());
        if (::fsync(fd.get()) != 0) fail("make", file);
    } catch (...) {
        ::unlink(file.c_str());
        throw;
    }
    sync_folder(file.parent_path());
    return id_of(key);
}

KeyId rotate_key_file(const fs::path& file) {
    expect_key_reachable(file);
    const auto real = fs::weakly_canonical(file);  // a link to it stays one
    SecretText before(KeyRing::most_bytes + 1);
    const auto owner = read_secret_file(real, before.text);
    KeyRing::parse(before.text, file);
    const auto key = SecretKey::random();
    SecretText text;
    text.text.reserve(before.text.size() + 256);
    text.text = "# New files are sealed with the first key, older ones open with those below.\n";
    append_key(text.text, key);
    text.text += before.text;
    if (text.text.size() > KeyRing::most_bytes) fail("use", file, "it has too many keys");
    NewFile made(real);
    if ((owner.user != ::geteuid() || owner.group != ::getegid()) && ::fchown(made.fd(), owner.user, owner.group) != 0)
        fail("keep the owner of", file);
    write_all(made.fd(), text.text.data(), text.text.size());
    made.take_name();
    sync_folder(real.parent_path());
    return id_of(key);
}

void expect_key_reachable(const fs::path& file) {
    struct stat facts = {};
    if (::stat(file.c_str(), &facts) != 0 && errno == EACCES) fail("reach", file, std::string(not_ours));
}

}  // namespace pronto::fbs
