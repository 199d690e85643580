#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "rfb-ext/control/messages.hpp"
#include "rfb-ext/tunnel/hub_address.hpp"
#include "tests/unit/rfb-ext/tunnel/tls_pair.hpp"

namespace pronto::tunnel::test {

/// A small hub on the loopback: one thread, Beast over TlsStream. What it does wrong is told by the script.
class TestHub {
public:
    enum class Trouble {
        none,
        silent_connection,      ///< accepts and says nothing, not even TLS
        plain_http,             ///< answers without TLS
        closes_at_once,
        login_says_nothing,
        login_is_html,          ///< 200, but not JSON
        login_without_token,
        login_garbage,          ///< not HTTP
        control_says_nothing,
        control_is_404,
        hello_is_refused,
        welcome_is_garbage,
        no_welcome,
        silent_after_welcome,
        session_runs,  ///< after welcome says that a session runs, then nothing more
        session_runs_unheard,  ///< the same; nothing that the peer says arrives
        ends_are_unknown,      ///< knows none of the sessions that it is told to end
        session_ran,   ///< as session_runs, but the session ends before the silence
        drops_after_welcome,
        last_words,             ///< an error that answers nothing, then a close
        binary_nonsense,        ///< after welcome
        stream_is_refused,
        stream_upgrades_wrong,
        stream_head_endless,
        stream_preface_half,
        stream_stalls,          ///< reads nothing after the upgrade
        stream_drops,           ///< closes right after its greeting
        cannot_resume,          ///< knows nobody's token
        resume_is_late,         ///< the same hub for a while: overloaded
        rest_says_nothing,
        rest_forgets,           ///< answers one request of a connection and closes it without a word
        rest_is_endless,        ///< an answer of more bytes than any may have
        check_is_unknown,       ///< 401, as any hub that does not know it
        check_is_another_version,
        check_is_html,
        check_refuses_loads,    ///< too many
    };

    explicit TestHub(Trouble trouble = Trouble::none);
    /// Where one was before, with its key: a hub that was started again.
    TestHub(std::shared_ptr<HubKey> key, std::uint16_t port, Trouble trouble = Trouble::none);
    ~TestHub();
    HubAddress address() const;
    Pin pin() const { return key_->pin(); }
    std::shared_ptr<HubKey> key() const { return key_; }
    /// For the connections that come now.
    void become(Trouble trouble) { trouble_ = trouble; }
    /// Ends every connection without a word, as a network does.
    void lose_all();

    static constexpr const char* user = "Ada \"the\" operator";
    static constexpr const char* password = "pass\\word \"with\" \xC3\xA9\n";
    static constexpr const char* login_token = "login-token-4711";
    static constexpr const char* stream_token = "stream-token-0815";
    static constexpr const char* stream_greeting = "GREETING 123";  ///< what streams say first, 12 bytes

    /// Closed WebSockets that said goodbye.
    int goodbyes() const { return goodbyes_; }
    int pongs() const { return pongs_; }
    int pings() const { return pings_; }
    int tries() const { return tries_; }
    /// What peers said first; and what they said later, as JSON.
    std::vector<control::Hello> hellos() const;
    std::vector<std::string> said() const;
    /// Everything the streams sent so far, and how many TLS records' worth of reads it took.
    std::string received() const;
    int reads() const { return reads_; }
    /// Connections that asked the REST API something.
    int rest_connections() const { return rest_connections_; }
    int open_connections() const { return open_; }

private:
    class Connection;
    asio::awaitable<void> accept_all();
    std::size_t note(const control::Hello& hello);  ///< returns how many there were
    void note(const control::Envelope& envelope);

    std::atomic<Trouble> trouble_;
    std::shared_ptr<HubKey> key_;
    TlsContext context_ = server_context(key_->certificate, key_->key);
    std::atomic<int> goodbyes_{0}, pongs_{0}, pings_{0}, tries_{0}, reads_{0}, open_{0}, rest_connections_{0};
    mutable std::mutex mutex_;
    std::string received_;
    std::vector<control::Hello> hellos_;
    std::vector<std::string> said_;
    std::set<int> sockets_;  ///< of the connections, for lose_all()
    asio::io_context io_;
    asio::ip::tcp::acceptor acceptor_;
    std::thread thread_;
};

}  // namespace pronto::tunnel::test
