#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>

#include "rfb-ext/fbs/movie_file.hpp"
#include "rfb-ext/fbs/parts.hpp"
#include "tests/interop/movie/pictures.hpp"

/// Cuts a part as a crash would, and looks whether what is left shows the last whole update: interop_movie_cuts PART
/// FOLDER, and on standard input lines "BYTES" or "BYTES NAME": how long the part is to be. With a name,
/// FOLDER/NAME.part1.fbs is that part, and FOLDER/NAME.ppm what it has to show (not there: nothing).

using namespace pronto;

namespace {

using Path = std::filesystem::path;

/// The whole part's pictures, each with the length that the file must have for it.
struct Whole {
    std::vector<std::uint64_t> ends;
    std::vector<vnc::Picture> pictures;

    explicit Whole(const Path& part) {
        fbs::MovieFile movie(part);
        std::optional<fbs::MovieDecoder> decoder;
        while (const auto message = movie.next()) {
            if (!decoder) decoder.emplace(*movie.init());
            if (!decoder->draw(*message)) throw std::runtime_error("the whole part cannot be drawn: " + decoder->why());
            if (!decoder->drawn()) continue;
            ends.push_back(movie.position());
            pictures.push_back(decoder->picture());
        }
        if (!movie.error().empty() || movie.cut_bytes() > 0) throw std::runtime_error("the part is not whole");
        if (ends.size() < 10) throw std::runtime_error("the part has too few updates");
    }
    /// Nothing: none is whole.
    const vnc::Picture* last_within(std::uint64_t bytes) const {
        const auto after = std::upper_bound(ends.begin(), ends.end(), bytes);
        return after == ends.begin() ? nullptr : &pictures[static_cast<std::size_t>(after - ends.begin()) - 1];
    }
    bool ends_at(std::uint64_t bytes) const { return std::binary_search(ends.begin(), ends.end(), bytes); }
};

void check(const Path& cut, std::uint64_t bytes, const Whole& whole) {
    fbs::Parts parts({cut});
    while (parts.next()) {
    }
    const auto* const expected = whole.last_within(bytes);
    const auto wrong = [bytes](const std::string& what) {
        return std::runtime_error("cut at " + std::to_string(bytes) + ": " + what);
    };
    if (parts.drawn() != (expected != nullptr)) throw wrong("something was drawn of nothing, or nothing of something");
    if (expected && parts.picture().size != expected->size) throw wrong("another size");
    if (expected && parts.picture().pixels != expected->pixels) throw wrong("another picture");
    if (parts.damaged()) throw wrong("a cut part counts as damaged");
    if (whole.ends_at(bytes) && !parts.problems().empty()) throw wrong("it counts as cut");
    if (expected && !whole.ends_at(bytes) && parts.problems().size() != 1) throw wrong("the cut is not noted");
}

void write(const Path& path, const std::string& bytes) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 3) {
        std::cerr << "usage: interop_movie_cuts PART FOLDER < CUTS\n";
        return 2;
    }
    const Path folder = argv[2];
    const Whole whole(argv[1]);
    std::ifstream in(argv[1], std::ios::binary);
    const std::string part((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    std::size_t cuts = 0, shown = 0;
    for (std::string line; std::getline(std::cin, line); ++cuts) {
        const auto space = line.find(' ');
        const auto bytes = std::stoull(line);
        const auto name = space == line.npos ? std::string("cut") : line.substr(space + 1);
        const auto file = folder / (name + ".part1.fbs");
        write(file, part.substr(0, bytes));
        check(file, bytes, whole);
        const auto* const expected = whole.last_within(bytes);
        if (expected) ++shown;
        if (expected && space != line.npos) interop::write_ppm(*expected, folder / (name + ".ppm"));
    }
    std::cout << cuts << ' ' << shown << '\n';
    return 0;
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
