#include "tests/bench/relay/traffic.hpp"

#include <stdexcept>

#include "rfb-ext/fbs/movie_file.hpp"

namespace pronto::bench {

Traffic read_traffic(const std::filesystem::path& movie) {
    fbs::MovieFile file(movie);
    Traffic traffic;
    while (auto message = file.next()) {
        traffic.bytes += message->bytes.size();
        traffic.messages.push_back(std::move(message->bytes));
    }
    if (!file.error().empty()) throw std::runtime_error(movie.string() + ": " + file.error());
    if (!file.init() || traffic.messages.empty()) throw std::runtime_error(movie.string() + " holds no traffic");
    traffic.init = *file.init();
    return traffic;
}

}  // namespace pronto::bench
