#include <iostream>

#include "rfb-ext/fbs/movie_screen.hpp"
#include "tests/interop/movie/pictures.hpp"

/// What the console's player shows of a movie: interop_movie_screen MOVIE, and on standard input lines "MS FILE", one
/// after the other on one screen.
int main(int argc, char** argv) try {
    if (argc != 2) {
        std::cerr << "usage: interop_movie_screen MOVIE < MOMENTS\n";
        return 2;
    }
    pronto::fbs::MovieScreen screen(argv[1]);
    if (!screen.indexed()) throw std::runtime_error("the movie has no index");
    std::uint32_t at_ms = 0;
    for (std::string path; std::cin >> at_ms >> path;) {
        screen.show(at_ms);
        pronto::interop::write_ppm(screen.picture(), path);
    }
    if (!screen.problem().empty()) throw std::runtime_error(screen.problem());
    return 0;
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
