// What standard viewers copy, and what they are told was copied: by RFB.
#include <catch2/catch.hpp>

#include "tests/unit/rfb-ext/vnc/fake_viewer.hpp"

using namespace pronto;
using namespace pronto::test;

namespace {

/// ClientCutText.
Bytes cut_text(std::string_view latin_1) {
    Bytes message{6, 0, 0, 0};
    append_u32(message, static_cast<std::uint32_t>(latin_1.size()));
    append(message, as_bytes(latin_1));
    return message;
}

struct Copying {
    explicit Copying(bool view_only) {
        vnc::ScreenServer::Options options;
        options.view_only = view_only;
        options.cut_text = [this](std::string text) { board.change([&] { copied.push_back(std::move(text)); }); };
        viewer = std::make_unique<FakeViewer>(std::make_shared<vnc::SharedScreen>(Size{8, 8}), std::move(options));
    }
    Noticeboard board;
    std::vector<std::string> copied;
    std::unique_ptr<FakeViewer> viewer;
};

}  // namespace

TEST_CASE("a viewer's cut text comes as UTF-8") {
    Copying stage(false);
    stage.viewer->say(cut_text("gr\xFC\xDF dich"));
    stage.viewer->say(cut_text(""));
    stage.viewer->say(cut_text("two\nlines"));
    CHECK(stage.board.wait([&] { return !stage.copied.empty() && stage.copied.back() == "two\nlines"; }));
    CHECK(stage.copied.front() == "grüß dich");
}

TEST_CASE("what was copied is told in Latin-1, between updates, the newest only") {
    Copying stage(false);
    REQUIRE(stage.viewer->heard());
    stage.viewer->server->send_cut_text("grüß €");
    CHECK(stage.viewer->hear_cut_text() == "gr\xFC\xDF ?");
    stage.viewer->server->send_cut_text("next");
    CHECK(stage.viewer->hear_cut_text() == "next");
}

TEST_CASE("a viewer that may only look copies nothing, and is told of nothing") {
    Copying stage(true);
    stage.viewer->say(cut_text("secret"));
    stage.viewer->server->send_cut_text("secret");
    stage.viewer->ask({0, 0, 8, 8}, false);
    vnc::PictureDecoder decoder({8, 8}, {});
    stage.viewer->draw_update(decoder);
    CHECK(stage.copied.empty());
}
