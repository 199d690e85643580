#include "repeater/net/admission.hpp"

#include <map>
#include <mutex>

#include "repeater/hub/attempts.hpp"

namespace pronto::net {

struct Admission::Counts {
    std::mutex mutex;
    std::map<std::string, std::size_t> of;  ///< "": those of nobody in particular
    std::size_t together = 0;
};

Admission::Admission(std::size_t most_per_network, std::size_t most_together)
    : most_(most_per_network), most_together_(most_together), counts_(std::make_shared<Counts>()) {}

Admission::Place Admission::enter(const std::string& address) {
    return enter_network(hub::network_of(address), most_);
}

Admission::Place Admission::enter_for_somebody() {
    return enter_network({}, most_together_);
}

Admission::Place Admission::enter_network(const std::string& network, std::size_t most) {
    const std::lock_guard lock(counts_->mutex);
    if (counts_->together >= most_together_) return {};
    auto& here = counts_->of[network];
    if (here >= most) return {};
    ++here;
    ++counts_->together;
    return {counts_, network};
}

void Admission::Place::release() {
    const auto counts = std::exchange(counts_, nullptr);
    if (!counts) return;
    const std::lock_guard lock(counts->mutex);
    --counts->together;
    const auto found = counts->of.find(network_);
    if (--found->second == 0) counts->of.erase(found);
}

}  // namespace pronto::net
