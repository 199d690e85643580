#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace pronto::net {

/// Counts the connections that have not authenticated yet, of each network (an IPv4 address, or an IPv6 /64) and all
/// together, so that nobody can hold them all. Any thread.
class Admission {
public:
    Admission(std::size_t most_per_network, std::size_t most_together)
        : most_(most_per_network), most_together_(most_together) {}

    /// Held by a connection while it counts; empty if there are too many.
    class Place {
    public:
        Place() = default;
        Place(Admission* admission, std::string network) : admission_(admission), network_(std::move(network)) {}
        Place(Place&& other) noexcept
            : admission_(std::exchange(other.admission_, nullptr)), network_(std::move(other.network_)) {}
        Place& operator=(Place&& other) noexcept {
            release();
            admission_ = std::exchange(other.admission_, nullptr);
            network_ = std::move(other.network_);
            return *this;
        }
        ~Place() { release(); }
        explicit operator bool() const { return admission_ != nullptr; }
        void release() {
            if (const auto from = std::exchange(admission_, nullptr)) from->leave(network_);
        }

    private:
        Admission* admission_ = nullptr;
        std::string network_;
    };

    /// `address` is the textual IP address.
    Place enter(const std::string& address);
    /// For a connection of a trusted proxy, which has not said yet for whom it came: counts among all of them only.
    Place enter_for_somebody();

private:
    Place enter_network(const std::string& network, std::size_t most);
    void leave(const std::string& network);

    const std::size_t most_;
    const std::size_t most_together_;
    std::mutex mutex_;
    std::map<std::string, std::size_t> counts_;  ///< "": those of nobody in particular
    std::size_t together_ = 0;
};

}  // namespace pronto::net
