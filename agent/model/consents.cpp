#include "agent/model/consents.hpp"

#include <algorithm>
#include <charconv>

namespace pronto::agent {
namespace {

using control::Mode;

Mode lesser(Mode one, Mode other) {
    return one == Mode::control && other == Mode::control ? Mode::control : Mode::view;
}

}  // namespace

void Consents::agree(int leg, const std::string& operator_name, Mode mode) {
    const auto before = agreed(operator_name);
    agreed_[operator_name] = before == Mode::control ? Mode::control : mode;
    seats_[leg] = {operator_name, mode, false};
}

std::vector<int> Consents::hear(const std::vector<control::SessionViewer>& viewers,
                                const std::vector<control::SessionViewer>& asking) {
    std::vector<int> left;
    if (viewers.empty()) return left;  // a hub that does not tell
    for (const auto& [leg, seat] : seats_) {
        // Until the hub has heard of the yes, it goes on saying that the leg asks.
        const bool there = has_leg(viewers, leg) || (!seat.listed && has_leg(asking, leg));
        if (leg != 1 && !there) left.push_back(leg);
    }
    for (const int leg : left) seats_.erase(leg);
    for (const auto& each : viewers) {
        const auto may = agreed(each.operator_name);
        if (!may) continue;
        auto& seat = seats_[each.leg];
        const bool same = seat.operator_name == each.operator_name;
        seat = {each.operator_name, same ? lesser(seat.mode, each.mode) : lesser(*may, each.mode), true};
    }
    return left;
}

void Consents::limit(int leg, Mode mode) {
    if (const auto found = seats_.find(leg); found != seats_.end())
        found->second.mode = lesser(found->second.mode, mode);
}

std::optional<Mode> Consents::mode_of(int leg) const {
    const auto found = seats_.find(leg);
    if (found == seats_.end()) return std::nullopt;
    return found->second.mode;
}

std::vector<control::SessionViewer> Consents::viewers() const {
    std::vector<control::SessionViewer> all;
    for (const auto& [leg, seat] : seats_) all.push_back({leg, seat.operator_name, seat.mode});
    return all;
}

std::optional<Mode> Consents::agreed(const std::string& operator_name) const {
    const auto found = agreed_.find(operator_name);
    if (found == agreed_.end()) return std::nullopt;
    return found->second;
}

bool has_leg(const std::vector<control::SessionViewer>& viewers, int leg) {
    return std::any_of(viewers.begin(), viewers.end(), [leg](const auto& each) { return each.leg == leg; });
}

std::optional<int> leg_of(std::string_view stream) {
    constexpr std::string_view kind = "screen.";
    if (!stream.starts_with(kind)) return std::nullopt;
    stream.remove_prefix(kind.size());
    int leg = 0;
    const auto [end, error] = std::from_chars(stream.data(), stream.data() + stream.size(), leg);
    const bool another = end != stream.data() + stream.size() && *end == '.';
    if (error != std::errc{} || leg < 1 || !another) return std::nullopt;
    return leg;
}

}  // namespace pronto::agent
