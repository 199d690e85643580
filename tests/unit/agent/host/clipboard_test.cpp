#include "agent/host/clipboard/clipboard.hpp"

#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "tests/support/xvfb.hpp"

using namespace pronto;
using namespace pronto::host;
using pronto::test::Xvfb;

namespace {

struct Copied {
    Xvfb server;
    std::mutex lock;
    std::condition_variable news;
    std::vector<std::string> told;
    int too_long = 0;
    std::unique_ptr<Clipboard> clipboard = open_clipboard(server.display(), [this](std::string text) {
        const std::scoped_lock hold(lock);
        told.push_back(std::move(text));
        news.notify_all();
    }, [this] {
        const std::scoped_lock hold(lock);
        ++too_long;
    });

    void copy(const std::string& text) { REQUIRE(server.run({"xclip", "-i", "-selection", "clipboard"}, text).code == 0); }
    int told_too_long() {
        const std::scoped_lock hold(lock);
        return too_long;
    }
    std::string paste(const std::string& target = "UTF8_STRING") {
        return server.run({"xclip", "-o", "-selection", "clipboard", "-t", target}).output;
    }
    std::vector<std::string> wait_told(std::size_t count) {
        std::unique_lock hold(lock);
        news.wait_for(hold, std::chrono::seconds(5), [&] { return told.size() >= count; });
        return told;
    }
    /// Set is asynchronous: pastes until it is there.
    std::string pasted(const std::string& wanted) {
        std::string now;
        for (int i = 0; i < 50 && now != wanted; ++i) now = paste();
        return now;
    }
};

}  // namespace

TEST_CASE("what is copied on this computer is told, also when it comes in pieces") {
    Copied it;
    it.copy("Grüße, 中文\nsecond line");
    CHECK(it.wait_told(1) == std::vector<std::string>{"Grüße, 中文\nsecond line"});
    const std::string most(48 * 1024, 'x');  // xclip sends anything over 4,000 bytes in pieces with a small request size
    it.copy(most);
    REQUIRE(it.wait_told(2).size() == 2);
    CHECK(it.told[1] == most);
}

TEST_CASE("text over the limit is not passed on but mentioned, and the next one is told") {
    Copied it;
    it.copy(std::string(48 * 1024 + 1, 'y'));
    for (int i = 0; i < 50 && it.told_too_long() == 0; ++i) it.paste();
    CHECK(it.told_too_long() == 1);
    it.copy("short");
    CHECK(it.wait_told(1) == std::vector<std::string>{"short"});
}

TEST_CASE("what the other side copied can be pasted here, and is not told back") {
    Copied it;
    it.clipboard->set("Zażółć €");
    CHECK(it.pasted("Zażółć €") == "Zażółć €");
    CHECK(it.paste("text/plain;charset=utf-8") == "Zażółć €");
    CHECK(it.paste("STRING").find("Za?") == 0);
    CHECK(it.paste("TARGETS").find("UTF8_STRING") != std::string::npos);
    CHECK(it.server.run({"xsel", "-b", "-o"}).output == "Zażółć €");
    it.copy("Zażółć €");  // as a clipboard manager does
    it.copy("new");
    CHECK(it.wait_told(1) == std::vector<std::string>{"new"});
    it.clipboard->set("again");
    CHECK(it.pasted("again") == "again");
    CHECK(it.told.size() == 1);
}

TEST_CASE("what was on the clipboard before stays private") {
    Xvfb server;
    REQUIRE(server.run({"xclip", "-i", "-selection", "clipboard"}, "private").code == 0);
    // xclip leaves before its child owns the selection.
    while (server.run({"xclip", "-o", "-selection", "clipboard"}).output != "private") continue;
    std::mutex lock;
    std::condition_variable news;
    std::string told;
    const auto clipboard = open_clipboard(server.display(), [&](std::string text) {
        const std::scoped_lock hold(lock);
        told = std::move(text);
        news.notify_all();
    });
    REQUIRE(server.run({"xclip", "-i", "-selection", "clipboard"}, "public").code == 0);
    std::unique_lock hold(lock);
    news.wait_for(hold, std::chrono::seconds(5), [&] { return !told.empty(); });
    CHECK(told == "public");
}

TEST_CASE("a clipboard whose server goes away ends quietly") {
    Copied it;
    it.server.kill();
    it.clipboard->set("nobody");
    it.clipboard.reset();
    CHECK(it.told.empty());
}
