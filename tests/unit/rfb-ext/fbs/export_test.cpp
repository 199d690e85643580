// Videos, judged by ffprobe and ffmpeg.
#include "rfb-ext/fbs/export.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>
#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/fbs/writer.hpp"
#include "rfb-ext/vnc/picture_png.hpp"
#include "tests/unit/rfb-ext/fbs/movies.hpp"
#include "tests/unit/rfb-ext/vnc/screen_pair.hpp"
#include "tests/unit/rfb-ext/vnc/server_messages.hpp"

using namespace pronto;
using namespace pronto::test;

namespace {

std::string output_of(const std::string& command) {
    std::string output;
    std::FILE* pipe = ::popen(command.c_str(), "r");
    std::array<char, 4096> buffer;
    for (std::size_t got; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
        output.append(buffer.data(), got);
    REQUIRE(::pclose(pipe) == 0);
    return output;
}

struct Probed {
    std::string codec;
    Size size;
    double duration_s = 0;
    int pictures = 0;
};

Probed probe(const std::filesystem::path& video) {
    const auto said = boost::json::parse(
        output_of("ffprobe -v error -count_packets -show_format -show_streams -of json " + video.string()));
    const auto& stream = said.at("streams").at(0);
    const auto number = [](const boost::json::value& text) { return std::stod(std::string(text.as_string())); };
    return {std::string(stream.at("codec_name").as_string()),
            {stream.at("width").to_number<int>(), stream.at("height").to_number<int>()},
            number(said.at("format").at("duration")),
            static_cast<int>(number(stream.at("nb_read_packets")))};
}

/// What a player shows at that moment.
vnc::Picture shown(const Folder& folder, const std::filesystem::path& video, double at_s) {
    const auto png = folder / "shown.png";
    std::filesystem::remove(png);
    // Every picture up to then, each over the one before.
    output_of(fmt::format("ffmpeg -v error -y -i {} -vf \"select='lte(t,{})'\" -vsync passthrough -update 1 {}",
                          video.string(), at_s + 0.001, png.string()));
    return vnc::read_png(png);
}

/// The mean difference of two pictures' channels: what compression adds is small.
double off_by(const vnc::Picture& a, const vnc::Picture& b) {
    REQUIRE(a.size == b.size);
    double sum = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i)
        for (const int shift : {0, 8, 16})
            sum +=
                std::abs(static_cast<int>(a.pixels[i] >> shift & 255) - static_cast<int>(b.pixels[i] >> shift & 255));
    return sum / (3.0 * static_cast<double>(a.pixels.size()));
}

/// 160x121: one colour from each of these moments on; then nothing until `end_ms`.
Bytes colours(const std::vector<std::pair<std::uint32_t, unsigned>>& from, std::uint32_t end_ms) {
    Bytes file;
    fbs::append_header(file, {{160, 121}, {}, "colours"});
    for (const auto& [at_ms, rgb] : from)
        fbs::append_blocks(file,
                           update({rectangle({0, 0, 160, 121}, wire::encoding::tight,
                                             bytes({0x80, rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255}))}),
                           at_ms);
    fbs::append_blocks(file, update(std::vector<Bytes>{}), end_ms);
    return file;
}

/// 1920x1080: another colour all over, 25 times a second; no machine encodes that in a moment.
Bytes flashing(unsigned pictures) {
    Bytes file;
    fbs::append_header(file, {{1920, 1080}, {}, "flashing"});
    for (unsigned i = 0; i < pictures; ++i)
        fbs::append_blocks(file,
                           update({rectangle({0, 0, 1920, 1080}, wire::encoding::tight,
                                             bytes({0x80, i * 40 & 255, i * 90 & 255, i * 20 & 255}))}),
                           i * 40);
    return file;
}

fbs::Exported exported(const std::filesystem::path& movie, const std::filesystem::path& out,
                       const fbs::ExportOptions& options) {
    fbs::MovieScreen screen(movie);
    return *fbs::export_movie(screen, out.string(), options, [](double) { return true; });
}

const std::vector<std::pair<std::uint32_t, unsigned>> red_green_blue{
    {0, 0xC02020}, {3'000, 0x20C020}, {9'000, 0x2020C0}};

}  // namespace

TEST_CASE("an export has the movie's duration, its moments and only pictures that differ") {
    const Folder folder;
    save(folder / "m.fbs", colours(red_green_blue, 12'345));
    for (const auto format : {fbs::VideoFormat::webm, fbs::VideoFormat::mp4}) {
        const auto out = folder / (format == fbs::VideoFormat::webm ? "m.webm" : "m.mp4");
        const auto made = exported(folder / "m.fbs", out, {.format = format});
        CHECK(made.duration_ms == 12'345);
        CHECK(made.pictures == 3);
        const auto probed = probe(out);
        CHECK(probed.codec == (format == fbs::VideoFormat::webm ? "vp9" : "h264"));
        CHECK(probed.size == Size{160, 120});
        CHECK(probed.duration_s == Approx(12.345).margin(0.04));
        CHECK(probed.pictures == 3);
        for (const auto& [at_s, rgb] :
             {std::pair{2.9, 0xC02020U}, {3.1, 0x20C020U}, {8.9, 0x20C020U}, {9.1, 0x2020C0U}})
            CHECK(off_by(shown(folder, out, at_s), {{160, 120}, std::vector<std::uint32_t>(160 * 120, rgb)}) < 6);
    }
}

TEST_CASE("speed, a part, a width and left out idle time") {
    const Folder folder;
    save(folder / "m.fbs", colours(red_green_blue, 12'000));
    const auto probe_with = [&](const fbs::ExportOptions& options) {
        exported(folder / "m.fbs", folder / "m.webm", options);
        return probe(folder / "m.webm");
    };
    CHECK(probe_with({.speed = 4}).duration_s == Approx(3.0).margin(0.04));
    const auto part = probe_with({.from_ms = 2'000, .to_ms = 5'000, .width = 81});
    CHECK(part.duration_s == Approx(3.0).margin(0.04));
    CHECK(part.pictures == 2);
    CHECK(part.size == Size{80, 60});
    const auto quick = probe_with({.skip_idle = true});
    CHECK(quick.duration_s == Approx(6.0).margin(0.04));
    CHECK(off_by(shown(folder, folder / "m.webm", 3.9), {{160, 120}, std::vector<std::uint32_t>(160 * 120, 0x20C020)}) <
          6);
    CHECK(probe_with({.speed = 2, .skip_idle = true}).duration_s == Approx(3.0).margin(0.04));
    fbs::MovieScreen screen(folder / "m.fbs");
    CHECK_THROWS_WITH(
        fbs::export_movie(screen, (folder / "m.webm").string(), {.from_ms = 12'000}, [](double) { return true; }),
        Catch::Contains("nothing to export"));
}

TEST_CASE("at most 25 pictures a second, each as it is in the movie") {
    const Folder folder;
    Bytes file;
    const Size size{320, 200};
    fbs::append_header(file, {size, {}, "busy"});
    for (unsigned i = 0; i < 300; ++i)
        fbs::append_blocks(file,
                           update({rectangle({static_cast<int>(i % 300), static_cast<int>(i * 7 % 180), 20, 20},
                                             wire::encoding::tight, bytes({0x80, i * 50 & 255, 0x80, i & 255}))}),
                           i * 10);
    save(folder / "m.fbs", file);
    for (const auto format : {fbs::VideoFormat::webm, fbs::VideoFormat::mp4}) {
        const auto out = folder / "m.video";
        const auto made = exported(folder / "m.fbs", out, {.format = format});
        CHECK(made.pictures <= 76);
        CHECK(made.pictures >= 70);
        fbs::MovieScreen screen(folder / "m.fbs");
        for (const std::uint32_t at_ms : {1'000U, 2'000U, 2'920U}) {
            screen.show(at_ms);
            INFO((format == fbs::VideoFormat::webm ? "webm" : "mp4") << " at " << at_ms);
            const auto seen = shown(folder, out, at_ms / 1000.0);
            const auto now = off_by(seen, screen.picture());
            CHECK(now < 8);  // halved colours blur these edges
            // No other moment is nearer to what is seen.
            for (const std::uint32_t other_ms : {at_ms - 40, at_ms + 40}) {
                screen.show(other_ms);
                CHECK(now < off_by(seen, screen.picture()));
            }
        }
    }
}

TEST_CASE("a screen of another shape stands in the middle of the video") {
    const Folder folder;
    Bytes file = colours({{0, 0xC02020}}, 1'000);
    fbs::append_blocks(file,
                       update({rectangle({0, 0, 60, 121}, wire::encoding::desktop_size, Bytes{}),
                               rectangle({0, 0, 60, 121}, wire::encoding::tight, bytes({0x80, 0x20, 0xC0, 0x20}))}),
                       2'000);
    fbs::append_blocks(file, update(std::vector<Bytes>{}), 3'000);
    save(folder / "m.fbs", file);
    exported(folder / "m.fbs", folder / "m.mp4", {.format = fbs::VideoFormat::mp4});
    const auto picture = shown(folder, folder / "m.mp4", 2.5);
    CHECK(picture.size == Size{160, 120});
    CHECK(off_by({{1, 1}, {picture.row(60)[80]}}, {{1, 1}, {0x20C020}}) < 8);
    for (const int x : {5, 40, 120, 155}) CHECK(off_by({{1, 1}, {picture.row(60)[x]}}, {{1, 1}, {0}}) < 8);
}

TEST_CASE("the pointer is drawn where the movie says that it is") {
    const Folder folder;
    Bytes file = colours({{0, 0x202020}}, 1'000);
    Bytes shape;
    for (int i = 0; i < 16 * 16; ++i) append(shape, bytes({0xF0, 0xF0, 0xF0, 0}));
    shape.resize(shape.size() + 32, 0xFF);
    fbs::append_blocks(file,
                       update({rectangle({2, 2, 16, 16}, wire::encoding::cursor, shape),
                               rectangle({150, 60, 0, 0}, wire::encoding::pointer_pos, Bytes{})}),
                       2'000);
    fbs::append_blocks(file, update(std::vector<Bytes>{}), 3'000);
    save(folder / "m.fbs", file);
    exported(folder / "m.fbs", folder / "m.mp4", {.format = fbs::VideoFormat::mp4});
    const auto picture = shown(folder, folder / "m.mp4", 2.5);
    CHECK(off_by({{1, 1}, {picture.row(66)[154]}}, {{1, 1}, {0xF0F0F0}}) < 10);
    CHECK(off_by({{1, 1}, {picture.row(66)[140]}}, {{1, 1}, {0x202020}}) < 10);
}

TEST_CASE("pronto-fbs export says what it made; stopped or failed it leaves nothing") {
    const Folder folder;
    save(folder / "m.fbs", colours(red_green_blue, 12'000));
    const auto out = folder / "m.webm";
    const auto said = boost::json::parse(output_of(fmt::format(
        PRONTO_FBS " export {} --out {} --format webm --to 6000 --json", (folder / "m.fbs").string(), out.string())));
    CHECK(said.at("duration_ms") == 6'000);
    CHECK(said.at("bytes") == std::filesystem::file_size(out));
    CHECK((std::filesystem::status(out).permissions() & std::filesystem::perms::all) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    CHECK(std::system(
              fmt::format(PRONTO_FBS " export {0} --out {0} --format webm 2>/dev/null", (folder / "m.fbs").string())
                  .c_str()) != 0);
    std::filesystem::remove(out);

    save(folder / "m.fbs", flashing(3'000));
    const pid_t child = ::fork();
    if (child == 0) {
        ::execl(PRONTO_FBS, PRONTO_FBS, "export", (folder / "m.fbs").c_str(), "--out", out.c_str(), "--format", "webm",
                nullptr);
        ::_exit(127);
    }
    const auto folder_of = out.parent_path();
    const auto begun = [&] {
        for (const auto& entry : std::filesystem::directory_iterator(folder_of))
            if (entry.path().string().starts_with(out.string() + ".") && entry.file_size() > 0) return true;
        return false;
    };
    while (!begun() && ::kill(child, 0) == 0) ::usleep(1'000);
    ::kill(child, SIGINT);
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 1);
    int left = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_of)) ++left;
    CHECK(left == 1);  // the movie
}
