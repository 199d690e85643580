#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "rfb-ext/base/clock.hpp"

namespace pronto::hub {

/// When something is due, at most one time a key. A deadline is due from its very millisecond on.
template <class Key>
class Deadlines {
public:
    void set(const Key& key, SteadyTime when) {
        clear(key);
        times_.emplace(key, when);
        order_.emplace(when, key);
    }
    void clear(const Key& key) {
        const auto found = times_.find(key);
        if (found == times_.end()) return;
        order_.erase({found->second, key});
        times_.erase(found);
    }
    std::optional<SteadyTime> of(const Key& key) const {
        const auto found = times_.find(key);
        return found == times_.end() ? std::nullopt : std::optional(found->second);
    }
    std::optional<SteadyTime> first() const {
        return order_.empty() ? std::nullopt : std::optional(order_.begin()->first);
    }
    std::optional<Key> first_key() const {
        return order_.empty() ? std::nullopt : std::optional(order_.begin()->second);
    }
    /// Takes out the keys that are due at `now`, the earliest first.
    std::vector<Key> take_due(SteadyTime now) {
        std::vector<Key> due;
        while (!order_.empty() && order_.begin()->first <= now) {
            due.push_back(order_.begin()->second);
            clear(due.back());
        }
        return due;
    }
    /// Takes out one key that is due at `now`, the earliest.
    std::optional<Key> take_one_due(SteadyTime now) {
        if (order_.empty() || order_.begin()->first > now) return std::nullopt;
        const Key due = order_.begin()->second;
        clear(due);
        return due;
    }
    std::size_t size() const { return times_.size(); }

private:
    std::map<Key, SteadyTime> times_;
    std::set<std::pair<SteadyTime, Key>> order_;
};

}  // namespace pronto::hub
