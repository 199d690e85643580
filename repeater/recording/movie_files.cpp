#include "repeater/recording/movie_files.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/base/digest.hpp"
#include "rfb-ext/base/text.hpp"

namespace pronto::recording {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view digits = "0123456789";

/// "1-abc.part12.fbs" of session "1-abc" -> 12.
std::optional<int> part_number(std::string_view name, const std::string& session) {
    const std::string before = session + ".part";
    if (!name.starts_with(before) || !name.ends_with(".fbs")) return std::nullopt;
    name = name.substr(before.size(), name.size() - before.size() - 4);
    if (name.empty() || name.find_first_not_of(digits) != std::string_view::npos) return std::nullopt;
    int number = 0;
    const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (problem != std::errc{}) return std::nullopt;
    return number;
}

/// Calls `see(entry, name)` for each ordinary file. Throws if the folder cannot be read.
template <class See>
void each_file(const fs::path& folder, See see) {
    std::error_code problem;
    fs::directory_iterator entries(folder, problem);
    for (; !problem && entries != fs::directory_iterator(); entries.increment(problem)) {
        std::error_code gone;
        if (entries->symlink_status(gone).type() == fs::file_type::regular)
            see(*entries, entries->path().filename().string());
    }
    if (problem) throw std::runtime_error(fmt::format("cannot read {}: {}", folder.string(), problem.message()));
}

/// mkstemp's six characters behind one of the finished movie's names.
bool is_leftover(const std::string& name, const std::string& session) {
    for (const auto& whole : {movie_file_name(session), facts_file_name(session), poster_file_name(session)})
        if (name.size() == whole.size() + 7 && name.starts_with(whole + ".")) return true;
    return false;
}

}  // namespace

std::string movie_file_name(const std::string& session) {
    return session + ".fbs";
}
std::string facts_file_name(const std::string& session) {
    return session + ".json";
}
std::string poster_file_name(const std::string& session) {
    return session + ".png";
}

std::vector<fs::path> parts_of(const fs::path& folder, const std::string& session) {
    std::map<int, fs::path> parts;
    each_file(folder, [&](const fs::directory_entry& entry, const std::string& name) {
        if (const auto number = part_number(name, session)) parts[*number] = entry.path();
    });
    std::vector<fs::path> in_order;
    for (auto& [number, path] : parts) in_order.push_back(std::move(path));
    return in_order;
}

std::map<std::string, std::uint64_t> bytes_by_session(const fs::path& folder) {
    std::map<std::string, std::uint64_t> bytes;
    each_file(folder, [&](const fs::directory_entry& entry, const std::string& name) {
        std::error_code gone;
        const auto size = entry.file_size(gone);
        if (const auto id = name.substr(0, name.find('.')); !gone && id.find('-') != std::string::npos)
            bytes[id] += size;
    });
    return bytes;
}

void remove_leftovers(const fs::path& folder, const std::string& session) {
    each_file(folder, [&](const fs::directory_entry& entry, const std::string& name) {
        std::error_code ignored;
        if (is_leftover(name, session)) fs::remove(entry.path(), ignored);
    });
}

std::uint64_t remove_movie(const fs::path& folder, const std::string& session) {
    std::uint64_t freed = 0;
    std::string stays;
    each_file(folder, [&](const fs::directory_entry& entry, const std::string& name) {
        if (!name.starts_with(session + ".")) return;
        std::error_code problem;
        const auto size = entry.file_size(problem);
        if (fs::remove(entry.path(), problem))
            freed += size;
        else if (problem)
            stays += fmt::format("{}{}: {}", stays.empty() ? "" : "; ", entry.path().string(), problem.message());
    });
    if (!stays.empty()) throw std::runtime_error("cannot remove " + stays);
    return freed;
}

std::string sha256_of(const fs::path& file) {
    const auto fail = [&file] {
        throw std::runtime_error(fmt::format("cannot read {}: {}", file.string(), std::strerror(errno)));
    };
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) fail();
    const std::unique_ptr<const int, void (*)(const int*)> closing(&fd, [](const int* open) { ::close(*open); });
    Digest digest;
    Bytes buffer(256 * 1024);
    for (ssize_t got = 1; got != 0;) {
        got = ::read(fd, buffer.data(), buffer.size());
        if (got < 0 && errno != EINTR) fail();
        if (got > 0) digest.add(ByteView(buffer).first(static_cast<std::size_t>(got)));
    }
    return hex(digest.finish());
}

}  // namespace pronto::recording
