#include "repeater/standard/inner_channel.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "rfb-ext/control/codec.hpp"

using namespace pronto;
using namespace pronto::standard;

namespace {

struct Stage {
    asio::io_context io{1};
    std::shared_ptr<InnerChannel> channel = std::make_shared<InnerChannel>(io.get_executor());
    std::vector<std::string> heard;
    bool over = false;

    Stage() {
        auto listening = listen(this);
        asio::co_spawn(io, std::move(listening), asio::detached);
    }
    static asio::awaitable<void> listen(Stage* stage) {
        for (;;) {
            const auto next = co_await stage->channel->receive();
            if (!next) break;
            stage->heard.push_back(std::get<control::SessionEnd>(next->message).session);
        }
        stage->over = true;
    }
    void say(const std::string& session) {
        channel->send(control::encode({control::SessionEnd{session}, std::nullopt, std::nullopt}));
    }
};

}  // namespace

TEST_CASE("what the hub says is heard in its order, and then the end") {
    Stage stage;
    stage.say("1-a");
    stage.say("1-b");
    stage.io.poll();
    CHECK(stage.heard == std::vector<std::string>{"1-a", "1-b"});
    stage.say("1-c");
    stage.channel->close();
    stage.io.poll();
    CHECK(stage.heard == std::vector<std::string>{"1-a", "1-b", "1-c"});
    CHECK(stage.over);
}

TEST_CASE("once the program behind it has gone nothing more is heard") {
    Stage stage;
    stage.io.poll();
    stage.say("1-a");
    stage.channel->hang_up();
    stage.io.poll();
    CHECK(stage.heard.empty());
    CHECK(stage.over);
}

TEST_CASE("a probe reaches whoever can look") {
    Stage stage;
    int looked = 0;
    stage.channel->probe();
    stage.channel->on_probe([&] { ++looked; });
    stage.channel->probe();
    stage.io.poll();
    CHECK(looked == 2);
    stage.channel->hang_up();
    stage.io.poll();
}
