#include <catch2/catch.hpp>

#include "rfb-ext/fbs/decoder.hpp"
#include "tests/unit/rfb-ext/fbs/movies.hpp"
#include "tests/unit/rfb-ext/vnc/screen_pair.hpp"
#include "tests/unit/rfb-ext/vnc/server_messages.hpp"

using namespace pronto;
using namespace pronto::test;

namespace {

vnc::Picture picture_at(const Bytes& file, std::uint32_t at_ms) {
    fbs::MovieReader reader;
    reader.feed(file);
    std::optional<fbs::MovieDecoder> decoder;
    while (const auto message = reader.next().value()) {
        if (message->at_ms > at_ms) break;
        if (!decoder) decoder.emplace(*reader.init());
        const auto drawn = decoder->draw(*message);
        if (!drawn) FAIL(decoder->why());
    }
    return decoder.value().picture();
}

}  // namespace

TEST_CASE("a real session's movie ends in exactly the viewer's last picture, and passes each step on the way") {
    for (const int quality : {-1, 6}) {
        const RealMovie movie = record_session(quality);
        CHECK(difference(picture_at(movie.file, UINT32_MAX), movie.last) == 0);
        for (std::uint32_t i = 0; quality < 0 && i < movie.steps.size(); ++i)
            CHECK(difference(picture_at(movie.file, i * 100), movie.steps[i]) == 0);
        CHECK(difference(picture_at(movie.file, 0), movie.last) > 0);
    }
}

TEST_CASE("what cannot be drawn is said in words") {
    fbs::MovieDecoder decoder(small_init());
    CHECK_FALSE(decoder.drawn());
    fbs::Message message{0, update({rectangle({0, 0, 8, 4}, wire::encoding::tight, bytes({0x90, 2, 1, 2}))}), 0};
    const auto drawn = decoder.draw(message);
    CHECK(drawn.error() == fbs::FbsError::undecodable);
    CHECK_THAT(decoder.why(), Catch::StartsWith("a JPEG rectangle cannot be decoded"));
}

TEST_CASE("messages that draw nothing leave the picture alone") {
    fbs::MovieDecoder decoder(small_init());
    CHECK(decoder.draw({wire::server::bell, bytes({2}), 0}).has_value());
    CHECK(decoder.draw({wire::server::update, update({}), 0}).has_value());  // time passing
    CHECK_FALSE(decoder.drawn());
}
