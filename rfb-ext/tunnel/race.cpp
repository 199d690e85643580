#include "rfb-ext/tunnel/race.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace pronto::tunnel {

namespace {

using asio::ip::tcp;

constexpr Millis head_start{250};  // RFC 8305 section 5: Connection Attempt Delay

/// Kept alive by what it waits for. For one thread.
class Race : public std::enable_shared_from_this<Race> {
public:
    Race(const asio::any_io_executor& executor, std::vector<tcp::endpoint> endpoints)
        : endpoints_(std::move(endpoints)),
          stagger_(executor),
          bell_(executor, asio::steady_timer::time_point::max()) {}

    void start_next() {
        if (over_ || next_ == endpoints_.size()) return;
        const auto i = next_++;
        ++running_;
        auto& socket = *sockets_.emplace_back(std::make_unique<tcp::socket>(stagger_.get_executor()));
        socket.async_connect(endpoints_[i],
                             [self = shared_from_this(), i](const ErrorCode& error) { self->heard(i, error); });
        if (next_ == endpoints_.size()) return;
        stagger_.expires_after(head_start);
        stagger_.async_wait([self = shared_from_this()](const ErrorCode& error) {
            if (!error) self->start_next();
        });
    }

    void end() {
        over_ = true;
        stagger_.cancel();
        bell_.cancel();
        ErrorCode ignored;
        for (const auto& socket : sockets_) socket->close(ignored);
    }

    bool is_over() const { return over_; }
    asio::steady_timer& bell() { return bell_; }
    Result<tcp::socket> result() {
        if (winner_) return std::move(*winner_);
        return last_;
    }

private:
    void heard(std::size_t i, const ErrorCode& error) {
        --running_;
        if (over_) return;
        if (!error) winner_ = std::move(*sockets_[i]);
        last_ = error;
        if (winner_ || (running_ == 0 && next_ == endpoints_.size())) return end();
        start_next();
    }

    const std::vector<tcp::endpoint> endpoints_;
    std::vector<std::unique_ptr<tcp::socket>> sockets_;
    asio::steady_timer stagger_;
    asio::steady_timer bell_;
    std::size_t next_ = 0;
    std::size_t running_ = 0;
    std::optional<tcp::socket> winner_;
    ErrorCode last_ = asio::error::host_not_found;
    bool over_ = false;
};

}  // namespace

asio::awaitable<Result<tcp::socket>> connect_to_any(std::vector<tcp::endpoint> endpoints,
                                                    std::shared_ptr<Lifeline> line, Millis limit) {
    if (endpoints.empty()) co_return ErrorCode(asio::error::host_not_found);
    const auto executor = co_await asio::this_coro::executor;
    const auto race = std::make_shared<Race>(executor, std::move(endpoints));
    const Step step(executor, line, limit, [race] { race->end(); });
    race->start_next();
    const auto token = asio::as_tuple(asio::use_awaitable);
    if (!race->is_over()) co_await race->bell().async_wait(token);
    if (line->is_cut()) co_return ErrorCode(asio::error::operation_aborted);
    if (step.is_missed()) co_return ErrorCode(asio::error::timed_out);
    co_return race->result();
}

}  // namespace pronto::tunnel
