// What tests/bench/run movie measures inside one process: jumps in a movie until the picture is drawn, and the pictures of a
// movie as bytes, for a peer that encodes them.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <random>

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "rfb-ext/fbs/key_ring.hpp"
#include "rfb-ext/fbs/movie_screen.hpp"

namespace pronto::bench {

namespace {

constexpr std::uint32_t least_picture_ms = 40;  // as an export

/// Jumps to moments that the seed chooses. The movie is opened anew for the first one only, like in a player.
boost::json::object seek(const std::string& path, const std::string& key_file, int jumps, unsigned seed) {
    const auto keys = fbs::KeyRing::read_if_given(key_file);
    fbs::MovieScreen movie(path, keys.get());
    std::mt19937 dice(seed);
    std::uniform_int_distribution<std::uint32_t> moment(0, movie.duration_ms());
    std::vector<double> took;
    for (int i = 0; i < jumps; ++i) {
        const auto at_ms = moment(dice);
        const auto begun = std::chrono::steady_clock::now();
        movie.show(at_ms);
        took.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count());
        if (!movie.problem().empty()) throw std::runtime_error(movie.problem());
    }
    std::sort(took.begin(), took.end());
    const auto at = [&](double part) { return took[static_cast<std::size_t>(part * static_cast<double>(took.size() - 1))]; };
    return {{"jumps", jumps}, {"duration_ms", movie.duration_ms()}, {"p50_ms", at(0.5)}, {"p95_ms", at(0.95)}, {"most_ms", took.back()}};
}

/// To standard output, 32 bits a pixel (B, G, R, unused), those that an export would look at; how many, to standard error.
void pictures(const std::string& path, std::uint32_t to_ms) {
    fbs::MovieScreen movie(path);
    const auto write = [&] {
        const auto& pixels = movie.picture().pixels;
        if (std::fwrite(pixels.data(), sizeof pixels[0], pixels.size(), stdout) != pixels.size())
            throw std::runtime_error("nobody takes the pictures");
    };
    movie.show(0);
    write();
    int count = 1;
    for (std::uint32_t last = 0; const auto change = movie.next_change(); ++count) {
        last = std::max(*change, last + least_picture_ms);
        if (last >= to_ms) break;
        movie.show(last);
        write();
    }
    std::cerr << boost::json::serialize(boost::json::object{{"pictures", count}}) << "\n";
}

}  // namespace

}  // namespace pronto::bench

int main(int argc, char** argv) {
    CLI::App app{"Measures movies in one process."};
    app.require_subcommand(1);
    std::string movie, key_file;
    int jumps = 200;
    unsigned seed = 1;
    std::uint32_t to_ms = 0;
    auto* seek = app.add_subcommand("seek", "How long jumps take");
    seek->add_option("movie", movie)->required();
    seek->add_option("--jumps", jumps)->check(CLI::PositiveNumber);
    seek->add_option("--seed", seed);
    seek->add_option("--key-file", key_file, "Of a sealed movie");
    auto* pictures = app.add_subcommand("pictures", "The pictures of a movie's beginning, to standard output");
    pictures->add_option("movie", movie)->required();
    pictures->add_option("--to", to_ms, "Milliseconds")->required();
    CLI11_PARSE(app, argc, argv);
    try {
        if (seek->parsed())
            std::cout << boost::json::serialize(pronto::bench::seek(movie, key_file, jumps, seed)) << "\n";
        else
            pronto::bench::pictures(movie, to_ms);
        return 0;
    } catch (const std::exception& problem) {
        std::cerr << "bench_movie: " << problem.what() << "\n";
        return 1;
    }
}
