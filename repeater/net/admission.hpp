#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace pronto::net {

/// Counts the connections of each address that have not authenticated yet, so that one address cannot hold them all.
/// Any thread.
class Admission {
public:
    explicit Admission(std::size_t most_per_address) : most_(most_per_address) {}

    /// Held by a connection while it counts; empty if the address has too many.
    class Place {
    public:
        Place() = default;
        Place(Admission* admission, std::string address) : admission_(admission), address_(std::move(address)) {}
        Place(Place&& other) noexcept : admission_(std::exchange(other.admission_, nullptr)), address_(std::move(other.address_)) {}
        Place& operator=(Place&& other) noexcept {
            release();
            admission_ = std::exchange(other.admission_, nullptr);
            address_ = std::move(other.address_);
            return *this;
        }
        ~Place() { release(); }
        explicit operator bool() const { return admission_ != nullptr; }
        void release() {
            if (const auto from = std::exchange(admission_, nullptr)) from->leave(address_);
        }

    private:
        Admission* admission_ = nullptr;
        std::string address_;
    };

    Place enter(const std::string& address) {
        const std::lock_guard lock(mutex_);
        auto& count = counts_[address];
        if (count >= most_) return {};
        ++count;
        return {this, address};
    }

private:
    void leave(const std::string& address) {
        const std::lock_guard lock(mutex_);
        const auto found = counts_.find(address);
        if (found != counts_.end() && --found->second == 0) counts_.erase(found);
    }

    const std::size_t most_;
    std::mutex mutex_;
    std::map<std::string, std::size_t> counts_;
};

}  // namespace pronto::net
