#pragma once

#include <functional>
#include <optional>
#include <string>

#include "agent/host/x11/connection.hpp"

union _XEvent;

namespace pronto::host::x11 {

/// Fetches the CLIPBOARD selection's text from its owner, in one piece or in many (INCR, ICCCM section 2.7.2).
/// One fetch at a time; a new one forgets the old.
class SelectionReader {
public:
    /// `window` belongs to the caller and must report property changes. `too_long` is called from take() for a text that is
    /// not passed on.
    SelectionReader(Connection& connection, unsigned long window, std::function<void()> too_long);

    /// Asks the owner, in UTF-8 first.
    void fetch(unsigned long time);
    /// Every event of the connection goes through here. Returns the text once it is complete.
    std::optional<std::string> take(const _XEvent& event);

private:
    enum class State { idle, asked, in_pieces };
    std::optional<std::string> take_answer(unsigned long property);
    std::optional<std::string> take_piece();
    /// Reads and deletes the property; nothing if it is too long or no text. Leaves its type in type_.
    std::optional<std::string> read_property();
    void refuse();

    Connection& connection_;
    unsigned long window_;
    unsigned long clipboard_, property_, utf8_, increment_;
    State state_ = State::idle;
    unsigned long asked_for_ = 0;
    unsigned long type_ = 0;
    std::string pieces_;
    std::function<void()> too_long_;
};

}  // namespace pronto::host::x11
