#include "agent/host/input/x11/spare_keys.hpp"

#include <algorithm>
#include <array>
#include <thread>

#include "agent/host/x11/xlib.hpp"

namespace pronto::host::x11 {
namespace {

constexpr std::size_t most_spares = 24;
// Programs get the key press and ask for its meaning; until then it must not change.
constexpr Millis settle{150};

}  // namespace

SpareKeys::SpareKeys(Connection& connection, KeyMap& map) : connection_(connection), map_(map) {
    for (unsigned key = map.last_key(); key >= map.first_key() && loans_.size() < most_spares; --key)
        if (map.empty(key) && !map.is_modifier(key)) loans_.push_back({key, 0});
}

SpareKeys::~SpareKeys() { give_back(); }

std::optional<unsigned> SpareKeys::lent(std::uint32_t keysym) {
    const auto found = std::find_if(loans_.begin(), loans_.end(), [&](const Loan& loan) { return loan.keysym == keysym; });
    if (found == loans_.end()) return std::nullopt;
    loans_.splice(loans_.end(), loans_, found);
    used_ = std::chrono::steady_clock::now();
    return loans_.back().keycode;
}

std::optional<unsigned> SpareKeys::lend(std::uint32_t keysym) {
    if (loans_.empty()) return std::nullopt;
    loans_.front().keysym = keysym;
    set(loans_.front().keycode, keysym);
    return lent(keysym);
}

void SpareKeys::check() {
    for (auto& loan : loans_)
        if (loan.keysym != 0 && !map_.has(loan.keycode, loan.keysym)) loan.keysym = 0;
    std::stable_partition(loans_.begin(), loans_.end(), [](const Loan& loan) { return loan.keysym == 0; });
}

void SpareKeys::give_back() {
    const bool any = std::any_of(loans_.begin(), loans_.end(), [](const Loan& loan) { return loan.keysym != 0; });
    if (!any || connection_.lost()) return;
    std::this_thread::sleep_until(used_ + settle);
    for (auto& loan : loans_) {
        if (loan.keysym != 0) set(loan.keycode, NoSymbol);
        loan.keysym = 0;
    }
}

void SpareKeys::set(unsigned keycode, std::uint32_t keysym) {
    // The same keysym at both levels: the protocol would make a single "é" an é/É pair that Shift chooses from.
    std::array<KeySym, 2> both{keysym, keysym};
    XChangeKeyboardMapping(connection_.get(), static_cast<int>(keycode), both.size(), both.data(), 1);
    XSync(connection_.get(), False);
}

}  // namespace pronto::host::x11
