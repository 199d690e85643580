#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iostream>
#include <sstream>

#include "tests/interop/movie/hastened_clock.hpp"
#include "tests/interop/movie/parts_sink.hpp"
#include "tests/interop/movie/pictures.hpp"
#include "tests/interop/movie/tapped_session.hpp"

/// Records a session with a real VNC server: interop_movie_tap FOLDER SESSION HASTEN [CAPTURES]. Obeys lines on
/// standard input, and answers each with one:
///
///     connect PORT FORMAT ENCODING...  as a viewer; again: a reconnection
///     serve PORT                       lets a real viewer in; first answer "port N", second once it is in
///     ask FORMAT ENCODING...           from the next update on
///     status                           "UPDATES SETTLED WIDTH HEIGHT"
///     picture FILE                     what was drawn last, as PPM
///     end                              or the end of the input
///
/// FORMAT is 32, 16, 8 or map; an ENCODING its number. CAPTURES is a folder for the bytes that passed.

using namespace pronto;
using namespace pronto::interop;

namespace {

wire::PixelFormat format_named(const std::string& name) {
    if (name == "32") return {};
    if (name == "16") return {16, 16, false, true, 31, 63, 31, 11, 5, 0};
    if (name == "8") return {8, 8, false, true, 7, 7, 3, 0, 3, 6};
    if (name == "map") return {8, 8, false, false, 0, 0, 0, 0, 0, 0};
    throw std::runtime_error("no pixel format is named " + name);
}

std::vector<std::int32_t> rest_of(std::istream& words) {
    std::vector<std::int32_t> encodings;
    for (std::int32_t encoding; words >> encoding;) encodings.push_back(encoding);
    return encodings;
}

Witness captures_in(const std::filesystem::path& folder) {
    if (folder.empty()) return {};
    return {[folder](Witness::What what, ByteView bytes) {
        const char* const names[] = {"host_handshake", "viewer_handshake", "server_messages", "client_messages"};
        std::ofstream file(folder / names[static_cast<int>(what)], std::ios::binary | std::ios::app);
        file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }};
}

class Program {
public:
    Program(const std::filesystem::path& folder, const std::string& session, int hasten, std::filesystem::path captures)
        : clock_(hasten), sink_(folder, session, clock_), captures_(std::move(captures)) {}

    void run() {
        while (!ended_) {
            pollfd polled[] = {{STDIN_FILENO, POLLIN, 0},
                               {session_ ? session_->host_fd() : -1, POLLIN, 0},
                               {session_ ? session_->viewer_fd() : -1, POLLIN, 0}};
            if (::poll(polled, 3, -1) < 0 && errno != EINTR) throw std::runtime_error("poll");
            if (polled[1].revents && !session_->pass_pictures()) throw std::runtime_error("the server closed");
            if (polled[2].revents && !session_->pass_input()) session_.reset();  // the viewer has ended: so has this
            if (polled[0].revents) commands();
        }
    }

private:
    void commands() {
        char buffer[4096];
        const auto got = ::read(STDIN_FILENO, buffer, sizeof buffer);
        if (got <= 0) ended_ = true;
        if (got > 0) typed_.append(buffer, static_cast<std::size_t>(got));
        for (auto end = typed_.find('\n'); end != typed_.npos; end = typed_.find('\n')) {
            std::istringstream words(typed_.substr(0, end));
            typed_.erase(0, end + 1);
            std::cout << obey(words) << std::endl;
        }
    }

    std::string obey(std::istream& words) {
        std::string verb, format, file;
        words >> verb;
        std::uint16_t port = 0;
        if (verb == "connect") {
            words >> port >> format;
            connect(port);
            session_->begin(format_named(format), rest_of(words));
        } else if (verb == "serve") {
            words >> port;
            connect(port);
            Listener listener;
            std::cout << "port " << listener.port() << std::endl;
            session_->serve(listener);
        } else if (verb == "ask") {
            words >> format;
            session_->ask_next(format_named(format), rest_of(words));
        } else if (verb == "status") {
            return status();
        } else if (verb == "picture") {
            words >> file;
            if (!sink_.picture()) return "none";
            write_ppm(*sink_.picture(), file);
        } else if (verb == "end") {
            ended_ = true;
        } else {
            throw std::runtime_error("no command is named " + verb);
        }
        return "ok";
    }

    void connect(std::uint16_t port) {
        session_.reset();
        sink_.connected();
        session_.emplace(port, sink_, captures_in(captures_));
    }

    std::string status() const {
        if (!session_) return "0 1 0 0";
        const Size screen = session_->screen();
        std::ostringstream out;
        out << session_->updates() << ' ' << session_->settled() << ' ' << screen.width << ' ' << screen.height;
        return out.str();
    }

    const HastenedClock clock_;
    PartsSink sink_;
    const std::filesystem::path captures_;
    std::optional<TappedSession> session_;
    std::string typed_;
    bool ended_ = false;
};

}  // namespace

int main(int argc, char** argv) try {
    if (argc < 4 || argc > 5) {
        std::cerr << "usage: interop_movie_tap FOLDER SESSION HASTEN [CAPTURES]\n";
        return 2;
    }
    std::signal(SIGPIPE, SIG_IGN);
    Program(argv[1], argv[2], std::stoi(argv[3]), argc == 5 ? argv[4] : "").run();
    return 0;
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
