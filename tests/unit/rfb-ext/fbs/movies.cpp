#include "tests/unit/rfb-ext/fbs/movies.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "rfb-ext/fbs/writer.hpp"
#include "rfb-ext/vnc/tight_encoder.hpp"
#include "rfb-ext/wire/server_stream.hpp"
#include "tests/unit/rfb-ext/vnc/screen_pair.hpp"
#include "tests/unit/rfb-ext/vnc/server_messages.hpp"

namespace pronto::test {

namespace {

/// Security types, SecurityResult, ServerInit: what comes before the first message.
constexpr std::size_t before_init_bytes = 2 + 4;
constexpr std::size_t init_bytes = 24 + 4;  ///< ScreenPair's name is "test"

wire::ServerInit read_init(ByteView said) {
    const ByteView init = said.subspan(before_init_bytes, init_bytes);
    return {{load_u16(&init[0]), load_u16(&init[2])}, wire::read_pixel_format(init.subspan(4, 16)).value(), "test"};
}

Bytes filled(const Rect& area, std::uint32_t rgb) {
    return rectangle(area, wire::encoding::tight, bytes({0x80, rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255}));
}

}  // namespace

Folder::Folder() {
    std::string name = "/tmp/pronto-fbs-XXXXXX";
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path_ = name;
}

Folder::~Folder() {
    std::filesystem::remove_all(path_);
}

void save(const std::filesystem::path& path, const Bytes& content) {
    std::ofstream(path, std::ios::binary) << as_text(content);
}

wire::ServerInit small_init() {
    return {{8, 4}, {}, "small"};
}

Bytes small_movie() {
    Bytes file;
    fbs::append_header(file, small_init());
    fbs::append_blocks(file, update({filled({0, 0, 8, 4}, 0xFF0000)}), 10);
    fbs::append_blocks(file, update({filled({1, 1, 2, 2}, 0x00FF00)}), 20);
    fbs::append_blocks(file, bytes({2}), 25);
    fbs::append_blocks(file, update({filled({4, 1, 2, 2}, 0x0000FF)}), 30);
    return file;
}

Bytes busy_movie(int seconds) {
    Bytes file;
    const Size size{320, 200};
    fbs::append_header(file, {size, {}, "busy"});
    vnc::Picture picture = varied(size, 1);
    vnc::TightEncoder encoder;
    for (int i = 0; i < seconds * 10; ++i) {
        const Rect area = i == 0 ? Rect{0, 0, 320, 200} : Rect{i * 7 % 240, i * 13 % 120, 80, 80};
        const auto drawn = varied({area.width, area.height}, static_cast<unsigned>(i));
        for (int y = 0; y < area.height; ++y) std::copy_n(drawn.row(y), area.width, picture.row(area.y + y) + area.x);
        Bytes body;
        const unsigned count = encoder.append_exact(body, picture, area);
        Bytes message{0, 0};
        append_u16(message, count);
        append(message, body);
        fbs::append_blocks(file, message, static_cast<std::uint32_t>(i) * 100);
    }
    return file;
}

RealMovie record_session(int quality_level) {
    const Size size{640, 400};
    const vnc::Picture first = varied(size, 1);
    auto screen = std::make_shared<vnc::SharedScreen>(size);
    screen->paint({0, 0, size.width, size.height}, first.pixels.data(), static_cast<std::size_t>(size.width));
    ScreenPair pair(screen, {.view_only = false, .compress_level = 2, .quality_level = quality_level});
    RealMovie movie;
    // With JPEG the viewer never shows the screen exactly, and how it comes in portions decides how far off single pixels are
    // (18.7 dB and more in all); with the last eighth not drawn it is 14.
    const auto shown = [&] { return quality_level < 0 ? pair.shows_screen() : pair.resembles_screen(17); };
    std::vector<std::size_t> ends;
    const auto step = [&] {
        if (!shown()) throw std::runtime_error("the viewer never showed the screen");
        movie.steps.push_back(pair.client->picture());
        ends.push_back(pair.bridge.from_server().size());
    };
    step();
    const auto pixels = varied({200, 100}, 3);
    screen->paint({30, 40, 200, 100}, pixels.pixels.data(), 200);
    step();
    screen->move({0, 0, 640, 380}, {0, 20});
    step();
    const vnc::Picture next = varied({500, 420}, 2);
    screen->resize(next.size);
    screen->paint({0, 0, 500, 420}, next.pixels.data(), 500);
    screen->set_cursor({{2, 2}, {0, 0}, {0xFFFF0000, 0, 0, 0xFFFFFFFF}});
    step();
    pair.bridge.end();  // of JPEG more may be on its way, and half an update is not in a movie
    if (!pair.viewer_closed()) throw std::runtime_error("the viewer did not notice the end");
    pair.board.change([&] { movie.last = pair.after_update; });

    const Bytes said = pair.bridge.from_server();
    const auto init = read_init(said);
    fbs::append_header(movie.file, init);
    wire::ServerStream stream(init);
    const std::int32_t asked[] = {wire::encoding::tight, wire::encoding::hextile, wire::encoding::cursor,
                                  wire::encoding::desktop_size, wire::encoding::last_rect};
    stream.asked_for(asked);
    std::size_t at = before_init_bytes + init_bytes;
    for (std::size_t begin = at; at < said.size();) {
        const auto piece = stream.next(ByteView(said).subspan(at)).value();
        at += piece.size;
        if (!piece.ends) continue;
        std::uint32_t steps_before = 0;
        while (steps_before < ends.size() && begin >= ends[steps_before]) ++steps_before;
        fbs::append_blocks(movie.file, ByteView(said).subspan(begin, at - begin), steps_before * 100);
        begin = at;
    }
    return movie;
}

}  // namespace pronto::test
