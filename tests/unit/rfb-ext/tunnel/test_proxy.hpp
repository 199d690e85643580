#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "rfb-ext/tunnel/hub_address.hpp"

namespace pronto::tunnel::test {

/// A proxy on the loopback that answers as its script says. One thread for each connection.
class TestProxy {
public:
    /// The answer to a request's head, of which `nth` came before on any connection. After one that begins with
    /// "HTTP/1.1 200" the connection is joined to the hub; after one without "\r\n\r\n" it is closed; empty: it is left
    /// waiting.
    using Script = std::function<std::string(const std::string& head, int nth)>;

    TestProxy(HubAddress hub, Script script);
    ~TestProxy();
    std::string address() const;
    std::vector<std::string> heads() const;

private:
    void serve(int client);
    void relay(int client);
    void keep(int descriptor);

    const HubAddress hub_;
    const Script script_;
    int listener_ = -1;
    mutable std::mutex mutex_;
    bool over_ = false;
    std::vector<int> open_;
    std::vector<std::string> heads_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

inline const std::string joined_answer = "HTTP/1.1 200 Connection established\r\n\r\n";

}  // namespace pronto::tunnel::test
