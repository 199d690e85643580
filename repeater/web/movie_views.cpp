#include "repeater/web/movie_views.hpp"

#include <algorithm>

namespace pronto::web {

void MovieViews::allow(std::string_view token, const std::string& session) {
    const auto hash = sha256(as_bytes(token));
    const auto now = clock_.now();
    const std::lock_guard lock(mutex_);
    std::erase_if(
        views_, [&](const View& view) { return view.until <= now || (view.token == hash && view.session == session); });
    if (views_.size() == most) views_.pop_front();
    views_.push_back({hash, session, now + life});
}

bool MovieViews::allows(std::string_view token, const std::string& session) const {
    const auto hash = sha256(as_bytes(token));
    const auto now = clock_.now();
    const std::lock_guard lock(mutex_);
    return std::any_of(views_.begin(), views_.end(), [&](const View& view) {
        return view.until > now && view.token == hash && view.session == session;
    });
}

}  // namespace pronto::web
