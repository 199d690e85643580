#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace pronto::net {

/// Counts the connections that have not authenticated yet, of each network (an IPv4 address, or an IPv6 /64) and all
/// together, so that nobody can hold them all. Any thread.
class Admission {
    struct Counts;

public:
    Admission(std::size_t most_per_network, std::size_t most_together);

    /// Held by a connection while it counts; empty if there are too many. May outlive the Admission: at the hub's end
    /// connections go last.
    class Place {
    public:
        Place() = default;
        Place(std::shared_ptr<Counts> counts, std::string network)
            : counts_(std::move(counts)), network_(std::move(network)) {}
        Place(Place&& other) noexcept = default;
        Place& operator=(Place&& other) noexcept {
            release();
            counts_ = std::move(other.counts_);
            network_ = std::move(other.network_);
            return *this;
        }
        ~Place() { release(); }
        explicit operator bool() const { return counts_ != nullptr; }
        void release();

    private:
        std::shared_ptr<Counts> counts_;
        std::string network_;
    };

    /// `address` is the textual IP address.
    Place enter(const std::string& address);
    /// For a connection of a trusted proxy, which has not said yet for whom it came: counts among all of them only.
    Place enter_for_somebody();

private:
    Place enter_network(const std::string& network, std::size_t most);

    const std::size_t most_;
    const std::size_t most_together_;
    const std::shared_ptr<Counts> counts_;
};

}  // namespace pronto::net
