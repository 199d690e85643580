#include "tests/bench/relay/traffic.hpp"

#include <stdexcept>

#include "rfb-ext/fbs/movie_file.hpp"

namespace pronto::bench {

namespace {

/// The agent's bridge gathers what comes together; lone scrolls of 20 bytes would measure wake-ups only.
constexpr std::size_t shortest_write = 200;

}  // namespace

Traffic read_traffic(const std::filesystem::path& movie) {
    fbs::MovieFile file(movie);
    Traffic traffic;
    while (auto message = file.next()) {
        traffic.bytes += message->bytes.size();
        if (!traffic.writes.empty() && traffic.writes.back().size() < shortest_write)
            append(traffic.writes.back(), message->bytes);
        else
            traffic.writes.push_back(std::move(message->bytes));
    }
    if (!file.error().empty()) throw std::runtime_error(movie.string() + ": " + file.error());
    if (!file.init() || traffic.writes.empty()) throw std::runtime_error(movie.string() + " holds no traffic");
    traffic.init = *file.init();
    return traffic;
}

}  // namespace pronto::bench
