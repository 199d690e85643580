#include "repeater/recording/session_movie.hpp"

#include <catch2/catch.hpp>

#include "rfb-ext/fbs/part_facts.hpp"
#include "tests/unit/db/scratch.hpp"
#include "tests/unit/repeater/recording/movie.hpp"

using namespace pronto;
using hub::RecordingState;
using recording::Recorder;
using recording::SessionMovie;

namespace {

struct Fixture {
    test::Scratch scratch;
    std::filesystem::path folder = scratch / "recordings";
    ManualClock clock;
    test::Told told;

    Recorder::Options options() const {
        Recorder::Options options;
        options.folder = folder;
        return options;
    }
    fbs::PartFacts facts(int part) const { return fbs::read_part_facts(folder / fbs::facts_file_name("1-a", part)); }
    bool is_there(int part) const { return std::filesystem::exists(folder / fbs::part_file_name("1-a", part)); }
    /// What the part holds behind its header.
    std::vector<std::string> messages(int part) const {
        std::vector<std::string> found;
        const auto blocks = test::blocks_of(folder / fbs::part_file_name("1-a", part)).value();
        for (std::size_t i = 4; i < blocks.size(); ++i) found.push_back(blocks[i].data);
        return found;
    }
};

Bytes bytes_of(std::string_view text) {
    return {text.begin(), text.end()};
}

wire::ServerInit other_format() {
    auto init = test::screen();
    init.format.depth = 8;
    return init;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "each new header begins a part that goes on from the one before") {
    {
        Recorder recorder(options(), clock);
        SessionMovie movie(recorder, "1-a", 3, told.listener());
        CHECK(movie.parts() == 0);
        movie.header(test::screen());
        movie.message(bytes_of("first"));
        movie.header(other_format());
        movie.message(bytes_of("second"));
        CHECK(movie.parts() == 2);
    }
    CHECK_FALSE(is_there(2));
    CHECK(messages(3) == std::vector<std::string>{"first"});
    CHECK(messages(4) == std::vector<std::string>{"second"});
    CHECK_FALSE(is_there(5));
    CHECK_FALSE(facts(3).continues);
    CHECK(facts(4).continues);
    CHECK(facts(3).state == "complete");
    CHECK(facts(4).state == "complete");
}

TEST_CASE_METHOD(Fixture, "nothing goes on from a part that was given up") {
    {
        Recorder recorder(options(), clock);
        SessionMovie movie(recorder, "1-a", 1, told.listener());
        movie.header(test::screen());
        movie.too_large();
        movie.header(other_format());
        movie.message(bytes_of("second"));
        CHECK(movie.parts() == 1);
    }
    CHECK_FALSE(is_there(2));
    CHECK(told.row(told.count()).state == RecordingState::failed);
}

TEST_CASE_METHOD(Fixture, "after a pause nothing comes into the part, whose side file says why it ends") {
    {
        Recorder recorder(options(), clock);
        SessionMovie movie(recorder, "1-a", 1, told.listener());
        movie.header(test::screen());
        movie.message(bytes_of("seen"));
        movie.pause();
        movie.message(bytes_of("secret"));
    }
    CHECK(messages(1) == std::vector<std::string>{"seen"});
    CHECK(facts(1).paused);
    CHECK(facts(1).state == "complete");
}

TEST_CASE_METHOD(Fixture, "a session without a picture leaves no part, also if it is paused") {
    {
        Recorder recorder(options(), clock);
        SessionMovie movie(recorder, "1-a", 1, told.listener());
        movie.pause();
        CHECK(movie.parts() == 0);
    }
    CHECK_FALSE(is_there(1));
    CHECK(told.count() == 0);
}

TEST_CASE_METHOD(Fixture, "a viewer that changes its pixel format without end loses the movie, not the hub") {
    {
        Recorder recorder(options(), clock);
        SessionMovie movie(recorder, "1-a", SessionMovie::most_parts - 1, told.listener());
        for (int i = 0; i < 5; ++i) movie.header(i % 2 == 0 ? test::screen() : other_format());
        CHECK(movie.parts() == 2);
    }
    CHECK_FALSE(is_there(SessionMovie::most_parts + 1));
    std::size_t given_up = 0;
    for (std::size_t n = 1; n <= told.count(); ++n) given_up += told.row(n).detail == "the movie has too many parts";
    CHECK(given_up == 1);
}
