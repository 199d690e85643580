#include <catch2/catch.hpp>

#include <stdexcept>

#include "viewer/script/player.hpp"

using namespace pronto;
using namespace pronto::viewer;

namespace {

class FakeStage final : public Stage {
public:
    void key(std::uint32_t keysym, bool down) override { done.push_back((down ? "+" : "-") + std::string(1, static_cast<char>(keysym))); }
    void pointer(Point at, unsigned buttons) override {
        done.push_back(std::to_string(at.x) + ',' + std::to_string(at.y) + '/' + std::to_string(buttons));
    }
    bool clipboard(const std::string& text) override {
        done.push_back("clipboard " + text);
        return clipboard_allowed;
    }
    bool record(bool on) override {
        done.push_back(on ? "record" : "pause");
        return record_allowed;
    }
    bool records(bool on) const override { return on == recording; }
    void save(const std::string& file) override {
        if (disk_full) throw std::runtime_error("the disk is full");
        done.push_back("save " + file);
    }
    RemoteSession::Progress progress() const override { return now; }

    std::vector<std::string> done;
    RemoteSession::Progress now;
    bool clipboard_allowed = true;
    bool record_allowed = true;
    bool recording = true;
    bool disk_full = false;
};

struct Play {
    FakeStage stage;
    ManualClock clock;
    ScriptPlayer player;
    explicit Play(std::string_view script) : player(parse_script(script), stage, clock.now()) {}

    ScriptPlayer::State go() { return player.play(clock.now()); }
    ScriptPlayer::State after(int ms) {
        clock.advance(Millis(ms));
        return go();
    }
    void change() {
        ++stage.now.updates;
        stage.now.last = clock.now();
    }
    int wait_ms() const { return static_cast<int>(std::chrono::duration_cast<Millis>(player.wake_at() - clock.now()).count()); }
};

using State = ScriptPlayer::State;
using Done = std::vector<std::string>;

}  // namespace

TEST_CASE("keys are typed one after the other with a little time between") {
    Play play("type abc");
    CHECK(play.go() == State::playing);
    CHECK(play.stage.done == Done{"+a", "-a"});
    CHECK(play.wait_ms() == 5);
    CHECK(play.go() == State::playing);
    CHECK(play.stage.done.size() == 2);
    CHECK(play.after(100) == State::finished);
    CHECK(play.stage.done == Done{"+a", "-a", "+b", "-b", "+c", "-c"});
    CHECK(play.player.steps_done() == 1);
}

TEST_CASE("a chord is pressed in order and released in the other") {
    Play play("key a+b");
    CHECK(play.go() == State::finished);
    CHECK(play.stage.done == Done{"+a", "+b", "-b", "-a"});
}

TEST_CASE("moves and clicks") {
    Play play("move 1 2\nclick 3 4 right");
    CHECK(play.go() == State::finished);
    CHECK(play.stage.done == Done{"1,2/0", "3,4/0", "3,4/4", "3,4/0"});
}

TEST_CASE("waiting for a change counts from the last input") {
    Play play("key a\nsleep 50\nwait-change 1000\nwait-change 1000\nkey b");
    CHECK(play.go() == State::playing);
    play.change();  // during the sleep
    CHECK(play.after(50) == State::playing);
    CHECK(play.player.steps_done() == 3);
    CHECK(play.wait_ms() == 1000);
    CHECK(play.after(999) == State::playing);
    play.change();
    CHECK(play.go() == State::finished);
    CHECK(play.stage.done.size() == 4);
}

TEST_CASE("a change that does not come fails, and nothing after it is done") {
    Play play("wait-change 1000\nkey b");
    CHECK(play.go() == State::playing);
    CHECK(play.after(1000) == State::failed);
    CHECK(play.player.problem() == "step 1 (wait for a change): nothing changed for 1000 ms");
    CHECK(play.after(5000) == State::failed);
    CHECK(play.stage.done.empty());
    CHECK(play.player.steps_done() == 0);
}

TEST_CASE("stillness counts from the last change or the step's beginning") {
    Play play("wait-still 300 1000");
    CHECK(play.go() == State::playing);
    CHECK(play.wait_ms() == 300);
    play.clock.advance(Millis(200));
    play.change();
    CHECK(play.go() == State::playing);
    CHECK(play.wait_ms() == 300);
    CHECK(play.after(299) == State::playing);
    CHECK(play.after(1) == State::finished);
}

TEST_CASE("a screen that never rests fails the wait") {
    Play play("wait-still 300 1000");
    for (int i = 0; i < 10; ++i) {
        CHECK(play.go() == State::playing);
        play.clock.advance(Millis(100));
        play.change();
    }
    CHECK(play.go() == State::failed);
    CHECK(play.player.problem().find("still changed after 1000 ms") != std::string::npos);
}

TEST_CASE("sleeping does nothing until its time is over") {
    Play play("sleep 100\nkey a");
    CHECK(play.go() == State::playing);
    CHECK(play.after(99) == State::playing);
    CHECK(play.stage.done.empty());
    CHECK(play.after(1) == State::finished);
}

TEST_CASE("files and the clipboard, and what can go wrong with them") {
    Play play("clipboard text\nsave a.png\nend");
    SECTION("well") {
        CHECK(play.go() == State::finished);
        CHECK(play.stage.done == Done{"clipboard text", "save a.png"});
        CHECK(play.player.steps_done() == 3);
    }
    SECTION("no clipboard") {
        play.stage.clipboard_allowed = false;
        CHECK(play.go() == State::failed);
        CHECK(play.player.steps_done() == 0);
    }
    SECTION("full disk") {
        play.stage.disk_full = true;
        CHECK(play.go() == State::failed);
        CHECK(play.player.problem() == "step 2 (save the screen to a.png): the disk is full");
        CHECK(play.player.steps_done() == 1);
    }
}

TEST_CASE("an empty script is finished at once") {
    Play play("");
    CHECK(play.go() == State::finished);
}

TEST_CASE("recording is paused once, and waited for") {
    Play play("record off\nkey b");
    CHECK(play.go() == State::playing);
    CHECK(play.after(100) == State::playing);
    CHECK(play.stage.done == Done{"pause"});
    play.stage.recording = false;
    CHECK(play.go() == State::finished);
    CHECK(play.stage.done == Done{"pause", "+b", "-b"});
}

TEST_CASE("recording that does not change fails the script") {
    Play play("record off");
    SECTION("because the hub does nothing") {
        CHECK(play.go() == State::playing);
        CHECK(play.after(20'000) == State::failed);
    }
    SECTION("because it cannot be asked for") {
        play.stage.record_allowed = false;
        CHECK(play.go() == State::failed);
    }
}
