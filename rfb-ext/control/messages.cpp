#include "rfb-ext/control/messages.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace pronto::control {

namespace {

template <class E, std::size_t N>
using Names = std::array<std::pair<E, std::string_view>, N>;

constexpr Names<Role, 4> roles{
    {{Role::operator_, "operator"}, {Role::guest, "guest"}, {Role::host, "host"}, {Role::viewer, "viewer"}}};
constexpr Names<Kind, 2> kinds{{{Kind::pronto, "pronto"}, {Kind::vnc, "vnc"}}};
constexpr Names<Mode, 2> modes{{{Mode::control, "control"}, {Mode::view, "view"}}};
constexpr Names<SessionState, 6> states{{{SessionState::requested, "requested"},
                                         {SessionState::asked, "asked"},
                                         {SessionState::granted, "granted"},
                                         {SessionState::streaming, "streaming"},
                                         {SessionState::paused, "paused"},
                                         {SessionState::ended, "ended"}}};
constexpr Names<Party, 3> pausers{
    {{Party::nobody, "nobody"}, {Party::operator_, "operator"}, {Party::guest, "guest"}}};
constexpr Names<EndReason, 7> reasons{{{EndReason::operator_, "operator"},
                                       {EndReason::guest, "guest"},
                                       {EndReason::drop, "drop"},
                                       {EndReason::refused, "refused"},
                                       {EndReason::timed_out, "timed_out"},
                                       {EndReason::hub_stopped, "hub_stopped"},
                                       {EndReason::interrupted, "interrupted"}}};
constexpr Names<Outcome, 3> outcomes{
    {{Outcome::solved, "solved"}, {Outcome::not_solved, "not_solved"}, {Outcome::follow_up, "follow_up"}}};

template <class E, std::size_t N>
std::string_view name_in(const Names<E, N>& names, E value) {
    return std::find_if(names.begin(), names.end(), [&](const auto& row) { return row.first == value; })->second;
}

template <class E, std::size_t N>
std::optional<E> value_in(const Names<E, N>& names, std::string_view name) {
    const auto found = std::find_if(names.begin(), names.end(), [&](const auto& row) { return row.second == name; });
    return found == names.end() ? std::nullopt : std::optional(found->first);
}

}  // namespace

std::string_view name(Role role) {
    return name_in(roles, role);
}
std::string_view name(Kind kind) {
    return name_in(kinds, kind);
}
std::string_view name(Mode mode) {
    return name_in(modes, mode);
}
std::string_view name(SessionState state) {
    return name_in(states, state);
}
std::string_view name(Party by) {
    return name_in(pausers, by);
}
std::string_view name(EndReason reason) {
    return name_in(reasons, reason);
}
std::string_view name(Outcome outcome) {
    return name_in(outcomes, outcome);
}

std::optional<Role> role_from(std::string_view name) {
    return value_in(roles, name);
}
std::optional<Kind> kind_from(std::string_view name) {
    return value_in(kinds, name);
}
std::optional<Mode> mode_from(std::string_view name) {
    return value_in(modes, name);
}
std::optional<SessionState> session_state_from(std::string_view name) {
    return value_in(states, name);
}
std::optional<Party> party_from(std::string_view name) {
    return value_in(pausers, name);
}
std::optional<EndReason> end_reason_from(std::string_view name) {
    return value_in(reasons, name);
}
std::optional<Outcome> outcome_from(std::string_view name) {
    return value_in(outcomes, name);
}

}  // namespace pronto::control
