#include "repeater/net/admission.hpp"

#include "repeater/hub/attempts.hpp"

namespace pronto::net {

Admission::Place Admission::enter(const std::string& address) {
    return enter_network(hub::network_of(address), most_);
}

Admission::Place Admission::enter_for_somebody() {
    return enter_network({}, most_together_);
}

Admission::Place Admission::enter_network(const std::string& network, std::size_t most) {
    const std::lock_guard lock(mutex_);
    if (together_ >= most_together_) return {};
    const auto found = counts_.find(network);
    if (found != counts_.end() && found->second >= most) return {};
    ++counts_[network];
    ++together_;
    return {this, network};
}

void Admission::leave(const std::string& network) {
    const std::lock_guard lock(mutex_);
    --together_;
    const auto found = counts_.find(network);
    if (--found->second == 0) counts_.erase(found);
}

}  // namespace pronto::net
