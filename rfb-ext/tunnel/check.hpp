#pragma once

#include <functional>
#include <memory>

#include "rfb-ext/tunnel/check_report.hpp"

namespace pronto::tunnel {

/// Which way is tested.
struct CheckOrder {
    HubAddress hub;
    Trust trust = {};
    NetworkSettings network = {};
    LinkTimes times = {};
};

/// A test of the connection to a hub, without a log-in: each step of getting there, as every connection takes them,
/// then what the hub says of itself, the time to it and back, and how fast bytes come and go. One thread of its own.
class Check {
public:
    struct Events {
        std::function<void(const CheckStep&)> step;    ///< as each ends
        std::function<void(const CheckReport&)> done;  ///< once
    };
    /// Begins. Throws std::runtime_error if this computer's TLS cannot be set up. Both events come on the thread.
    Check(CheckOrder order, Events events);
    /// Breaks it off; nothing is heard after it.
    ~Check();
    Check(const Check&) = delete;
    Check& operator=(const Check&) = delete;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

/// The same for a program that waits for it.
CheckReport check(const CheckOrder& order, const std::function<void(const CheckStep&)>& heard);

}  // namespace pronto::tunnel
