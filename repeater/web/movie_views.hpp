#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <string_view>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/base/random.hpp"

namespace pronto::web {

/// Who has said why he looks at which movie: for an hour his token (and no other) reads it. Any thread.
class MovieViews {
public:
    static constexpr Millis life = std::chrono::hours(1);
    static constexpr std::size_t most = 4'096;  ///< beyond it the oldest ends

    explicit MovieViews(const Clock& clock) : clock_(clock) {}
    void allow(std::string_view token, const std::string& session);
    bool allows(std::string_view token, const std::string& session) const;

private:
    struct View {
        Sha256 token;
        std::string session;
        SteadyTime until;
    };
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::deque<View> views_;  ///< the one that ends first is first
};

}  // namespace pronto::web
