#include "rfb-ext/tunnel/proxy_tunnel.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cstdlib>
#include <mutex>
#include <new>
#include <optional>
#include <vector>

#include <curl/curl.h>
#include <fmt/format.h>

#include "rfb-ext/base/text.hpp"
#include "rfb-ext/base/version.hpp"
#include "rfb-ext/tunnel/aside.hpp"
#include "rfb-ext/tunnel/busy_threads.hpp"
#include "rfb-ext/tunnel/socket_options.hpp"

namespace pronto::tunnel {

namespace {

using Outcome = ProxyAnswer::Outcome;

constexpr std::size_t longest_words = 120;
constexpr long password_methods = CURLAUTH_BASIC | CURLAUTH_DIGEST | CURLAUTH_NTLM;

struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
using Easy = std::unique_ptr<CURL, FreeEasy>;
using Multi = std::unique_ptr<CURLM, FreeMulti>;

/// A transfer and what it runs in; cleaned up in libcurl's order.
struct Transfer {
    Multi multi{curl_multi_init()};
    Easy easy{curl_easy_init()};
    std::string status_line;
    char trouble[CURL_ERROR_SIZE] = {};

    Transfer() {
        if (!multi || !easy) throw std::bad_alloc();
    }
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;
    ~Transfer() { curl_multi_remove_handle(multi.get(), easy.get()); }
};

std::size_t discard(char*, std::size_t size, std::size_t count, void*) {
    return size * count;
}

std::size_t note_status(char* text, std::size_t size, std::size_t count, void* into) {
    const std::string_view head(text, size * count);
    if (head.starts_with("HTTP/"))
        static_cast<Transfer*>(into)->status_line =
            presentable(head.substr(0, head.find_last_not_of("\r\n") + 1), longest_words);
    return size * count;
}

int tune(void*, curl_socket_t socket, curlsocktype) {
    set_socket_options(socket);
    return CURL_SOCKOPT_OK;
}

long type_of(ProxyAddress::Kind kind) {
    switch (kind) {
        case ProxyAddress::Kind::https:
            return CURLPROXY_HTTPS;
        case ProxyAddress::Kind::socks5:
            return CURLPROXY_SOCKS5_HOSTNAME;
        case ProxyAddress::Kind::http:
            break;
    }
    return CURLPROXY_HTTP;
}

std::string place_of(const ProxyAddress& proxy) {
    return to_text(HubAddress{proxy.host, proxy.port});
}

/// `methods` 0: without logging in.
void prepare(Transfer& transfer, const ProxyAddress& proxy, const ProxyLogin& login, const HubAddress& hub,
             long methods) {
    CURL* const easy = transfer.easy.get();
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.trouble);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_URL, ("http://" + to_text(hub)).c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, place_of(proxy).c_str());
    curl_easy_setopt(easy, CURLOPT_PROXYTYPE, type_of(proxy.kind));
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "");  // not the environment's
    curl_easy_setopt(easy, CURLOPT_USERAGENT, fmt::format("pronto/{}", version).c_str());
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, discard);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, note_status);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, tune);
    curl_easy_setopt(easy, CURLOPT_SOCKS5_AUTH, CURLAUTH_BASIC);
    curl_easy_setopt(easy, CURLOPT_PROXY_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
    // As OpenSSL itself would; libcurl has only the place it was built with.
    if (const char* const authorities = std::getenv("SSL_CERT_FILE"); authorities && *authorities)
        curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, authorities);
    if (methods == 0) return;
    curl_easy_setopt(easy, CURLOPT_PROXYAUTH, methods);
    const bool by_ticket = methods == CURLAUTH_NEGOTIATE;  // the desktop's log-in (Kerberos), no password of ours
    curl_easy_setopt(easy, CURLOPT_PROXYUSERNAME, by_ticket ? "" : login.user.c_str());
    curl_easy_setopt(easy, CURLOPT_PROXYPASSWORD, by_ticket ? "" : login.password.text().c_str());
}

bool is_password_trouble(CURLproxycode code) {
    return code == CURLPX_USER_REJECTED || code == CURLPX_NO_AUTH;
}

/// The ways to log in that a proxy offers, of those we could not use.
std::string other_methods(long offered) {
    return offered & CURLAUTH_NEGOTIATE ? "Negotiate (Kerberos)" : "a way that this program does not know";
}

ProxyAnswer judge(Transfer& transfer, CURLcode code, bool logged_in) {
    long status = 0, socks = 0, offered = 0;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_PROXYAUTH_AVAIL, &offered);
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_HTTP_CONNECTCODE, &status);
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_PROXY_ERROR, &socks);
    ProxyAnswer answer;
    answer.status = static_cast<unsigned>(status);
    const auto space = transfer.status_line.find(' ');
    answer.words = status && space != std::string::npos ? transfer.status_line.substr(space + 1)
                                                        : presentable(transfer.trouble, longest_words);
    const auto password = logged_in ? Outcome::wrong_password : Outcome::wants_password;
    if (status == 407 && !(offered & password_methods)) {
        answer.outcome = Outcome::wants_another_login;
        answer.words = other_methods(offered);
    } else if (status == 407 || status == 401)
        answer.outcome = password;
    else if (status >= 300)
        answer.outcome = Outcome::refused;
    else if (code == CURLE_PROXY && is_password_trouble(static_cast<CURLproxycode>(socks)))
        answer.outcome = password;
    else if (code == CURLE_PROXY && socks >= CURLPX_REPLY_ADDRESS_TYPE_NOT_SUPPORTED &&
             socks <= CURLPX_REPLY_UNASSIGNED)
        answer.outcome = Outcome::refused;
    else if (code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_COULDNT_CONNECT || code == CURLE_OPERATION_TIMEDOUT)
        answer.outcome = Outcome::unreachable;
    else if (code == CURLE_PEER_FAILED_VERIFICATION)
        answer.outcome = Outcome::untrusted;
    return answer;
}

/// Carries bytes between the program's end of a local pair and a proxy's TLS, which lives inside libcurl. Ends when
/// either side has: the program's by closing its end.
class Pump {
public:
    Pump(std::unique_ptr<Transfer> transfer, int remote, Descriptor local)
        : transfer_(std::move(transfer)), remote_(remote), local_(std::move(local)) {}

    void run() {
        while (!over_) {
            const bool moved_in = from_remote();
            const bool moved_out = from_local();
            if (!over_ && !moved_in && !moved_out) wait();
        }
    }

private:
    struct Buffer {
        std::vector<char> bytes = std::vector<char>(16 * 1024);
        std::size_t first = 0, end = 0;
        bool is_empty() const { return first == end; }
    };

    bool from_remote() {
        if (inward_.is_empty()) {
            std::size_t got = 0;
            const CURLcode code =
                curl_easy_recv(transfer_->easy.get(), inward_.bytes.data(), inward_.bytes.size(), &got);
            if (code == CURLE_AGAIN) return false;
            if (code != CURLE_OK || got == 0) over_ = true;
            inward_.first = 0;
            inward_.end = over_ ? 0 : got;
            if (over_) return false;
        }
        const ssize_t put =
            ::send(local_.number(), inward_.bytes.data() + inward_.first, inward_.end - inward_.first, MSG_NOSIGNAL);
        if (put < 0 && errno != EAGAIN && errno != EINTR) over_ = true;
        if (put > 0) inward_.first += static_cast<std::size_t>(put);
        return put > 0;
    }

    bool from_local() {
        if (outward_.is_empty()) {
            if (local_ended_) return false;
            const ssize_t got = ::recv(local_.number(), outward_.bytes.data(), outward_.bytes.size(), 0);
            if (got == 0) local_ended_ = true;
            if (got < 0 && errno != EAGAIN && errno != EINTR) over_ = true;
            if (got <= 0) return false;
            outward_.first = 0;
            outward_.end = static_cast<std::size_t>(got);
        }
        std::size_t sent = 0;
        const CURLcode code = curl_easy_send(transfer_->easy.get(), outward_.bytes.data() + outward_.first,
                                             outward_.end - outward_.first, &sent);
        if (code != CURLE_OK && code != CURLE_AGAIN) over_ = true;
        is_blocked_ = code == CURLE_AGAIN && was_writable_;
        outward_.first += sent;
        if (sent > 0) was_writable_ = false;
        return sent > 0;
    }

    /// A side is asked only for what its buffer can take or has to give; the remote, if it is asked nothing, not even whether
    /// it has hung up, which would end the wait at once. TLS may have to read before it can write: a socket that was writable
    /// for nothing is not asked again at once.
    void wait() {
        pollfd ends[] = {{remote_, 0, 0}, {local_.number(), 0, 0}};
        if (inward_.is_empty())
            ends[0].events |= POLLIN;
        else
            ends[1].events |= POLLOUT;
        if (!outward_.is_empty() && !is_blocked_) ends[0].events |= POLLOUT;
        if (outward_.is_empty() && !local_ended_) ends[1].events |= POLLIN;
        if (ends[0].events == 0) ends[0].fd = -1;
        if (::poll(ends, 2, is_blocked_ ? blocked_ms : -1) < 0 && errno != EINTR) over_ = true;
        is_blocked_ = false;
        was_writable_ = ends[0].revents & POLLOUT;
        const bool closed = ends[1].revents & (POLLHUP | POLLERR);  // not only half
        if (closed && (local_ended_ || (!outward_.is_empty() && !(ends[0].revents & POLLOUT)))) over_ = true;
        if (ends[0].revents & (POLLERR | POLLNVAL)) over_ = true;
    }

    std::unique_ptr<Transfer> transfer_;
    int remote_;
    Descriptor local_;
    Buffer inward_, outward_;
    static constexpr int blocked_ms = 20;
    bool was_writable_ = false;
    bool is_blocked_ = false;  ///< TLS does not take what the socket would
    bool local_ended_ = false;
    bool over_ = false;
};

/// The program's end of a pair whose other end is pumped into the proxy's TLS.
Descriptor pumped(std::unique_ptr<Transfer> transfer, int remote) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) return Descriptor();
    constexpr int queue_bytes = 32 * 1024;  // what waits here can no longer be overtaken
    for (const int end : ends) ::setsockopt(end, SOL_SOCKET, SO_SNDBUF, &queue_bytes, sizeof queue_bytes);
    Descriptor ours(ends[0]), theirs(ends[1]);
    auto pump = std::make_shared<Pump>(std::move(transfer), remote, std::move(theirs));
    const std::function<void()> job = [pump = std::move(pump)]() mutable {
        const BusyThread busy;
        pump->run();
        pump.reset();
    };
    if (!detail::start_thread(job)) return Descriptor();
    return ours;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this == &other) return *this;
    if (number_ >= 0) ::close(number_);
    number_ = other.release();
    return *this;
}
Descriptor::~Descriptor() {
    if (number_ >= 0) ::close(number_);
}

class ProxyTunnel::Impl {
public:
    Impl(ProxyAddress proxy, ProxyLogin login, HubAddress hub)
        : proxy_(std::move(proxy)), login_(std::move(login)), hub_(std::move(hub)) {}

    ProxyAnswer run() {
        const BusyThread busy;
        static const CURLcode begun = curl_global_init(CURL_GLOBAL_DEFAULT);
        if (begun != CURLE_OK) return ProxyAnswer();
        ProxyAnswer answer = attempt(login_.user.empty() ? 0 : password_methods);
        const bool wants_login = answer.outcome == Outcome::wants_password || answer.outcome == Outcome::wrong_password ||
                                 answer.outcome == Outcome::wants_another_login;
        if (!wants_login || !offers_ticket_ || is_given_up()) return answer;
        ProxyAnswer by_ticket = attempt(CURLAUTH_NEGOTIATE);
        return by_ticket.outcome == Outcome::open ? std::move(by_ticket) : std::move(answer);
    }

    void give_up() {
        const std::lock_guard lock(mutex_);
        given_up_ = true;
        if (running_) curl_multi_wakeup(running_);
    }

private:
    ProxyAnswer attempt(long methods) {
        auto transfer = std::make_unique<Transfer>();
        prepare(*transfer, proxy_, login_, hub_, methods);
        const CURLcode code = perform(*transfer);
        if (code != CURLE_OK) {
            long offered = 0;
            curl_easy_getinfo(transfer->easy.get(), CURLINFO_PROXYAUTH_AVAIL, &offered);
            offers_ticket_ = offered & CURLAUTH_NEGOTIATE;
            return judge(*transfer, code, methods != 0);
        }
        return handed_over(std::move(transfer));
    }

    bool is_given_up() {
        const std::lock_guard lock(mutex_);
        return given_up_;
    }
    void set_running(CURLM* multi) {
        const std::lock_guard lock(mutex_);
        running_ = multi;
    }

    CURLcode perform(Transfer& transfer) {
        CURLM* const multi = transfer.multi.get();
        if (curl_multi_add_handle(multi, transfer.easy.get()) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
        set_running(multi);
        int under_way = 1;
        while (under_way && !is_given_up()) {
            if (curl_multi_perform(multi, &under_way) != CURLM_OK) break;
            if (under_way) curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
        }
        set_running(nullptr);
        int left = 0;
        const CURLMsg* const message = curl_multi_info_read(multi, &left);
        return message && message->msg == CURLMSG_DONE ? message->data.result : CURLE_ABORTED_BY_CALLBACK;
    }

    ProxyAnswer handed_over(std::unique_ptr<Transfer> transfer) {
        ProxyAnswer answer;
        curl_socket_t socket = CURL_SOCKET_BAD;
        curl_easy_getinfo(transfer->easy.get(), CURLINFO_ACTIVESOCKET, &socket);
        if (socket == CURL_SOCKET_BAD) return answer;
        answer.connection = proxy_.kind == ProxyAddress::Kind::https ? pumped(std::move(transfer), socket)
                                                                     : Descriptor(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
        if (answer.connection.number() >= 0)
            answer.outcome = Outcome::open;
        else
            answer.words = "this program has too many files, connections and threads";
        return answer;
    }

    const ProxyAddress proxy_;
    const ProxyLogin login_;
    const HubAddress hub_;
    bool offers_ticket_ = false;
    std::mutex mutex_;
    bool given_up_ = false;
    CURLM* running_ = nullptr;
};

ProxyTunnel::ProxyTunnel(ProxyAddress proxy, ProxyLogin login, HubAddress hub)
    : impl_(std::make_unique<Impl>(std::move(proxy), std::move(login), std::move(hub))) {}
ProxyTunnel::~ProxyTunnel() = default;
ProxyAnswer ProxyTunnel::run() {
    return impl_->run();
}
void ProxyTunnel::give_up() {
    impl_->give_up();
}

}  // namespace pronto::tunnel
