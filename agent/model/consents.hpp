#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rfb-ext/control/messages.hpp"

namespace pronto::agent {

/// Whom the guest let into the session that is under way, and what each viewer leg may do: what the hub says of it, but
/// never more than the guest agreed to.
class Consents {
public:
    /// The guest said yes to this operator, on this leg. It holds for the session, also for further legs of the
    /// operator's.
    void agree(int leg, const std::string& operator_name, control::Mode mode);
    /// What the hub says of who is in and who has no answer yet. Returns the legs that were let in and are neither (any
    /// more); leg 1 stays: the session ends with it.
    std::vector<int> hear(const std::vector<control::SessionViewer>& viewers,
                          const std::vector<control::SessionViewer>& asking);
    /// The hub says that the leg may do no more than this.
    void limit(int leg, control::Mode mode);
    /// Nothing: a leg nobody agreed to (or of which the hub has not said whose it is).
    std::optional<control::Mode> mode_of(int leg) const;
    /// Who is in, in the order of the legs; never empty once somebody was agreed to.
    std::vector<control::SessionViewer> viewers() const;

private:
    struct Seat {
        std::string operator_name;
        control::Mode mode = control::Mode::view;
        bool listed = false;  ///< by the hub
    };
    std::optional<control::Mode> agreed(const std::string& operator_name) const;

    std::map<std::string, control::Mode> agreed_;
    std::map<int, Seat> seats_;
};

bool has_leg(const std::vector<control::SessionViewer>& viewers, int leg);
/// Viewer leg of a stream's name: 2 of "screen.2.1". Nothing if it is not of that form.
std::optional<int> leg_of(std::string_view stream);

}  // namespace pronto::agent
