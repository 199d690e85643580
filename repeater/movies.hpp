#pragma once

#include <memory>
#include <string>

#include "rfb-ext/base/clock.hpp"

namespace pronto {

struct HubConfig;
namespace records {
class StoredRecords;
}

/// What the hub does for movies besides recording them: finishing those of ended sessions, and removing what the rules
/// of retention no longer keep, at the start and every hour. On a thread of its own.
class Movies {
public:
    /// Throws db::Error.
    Movies(const HubConfig& config, records::StoredRecords& stored, const Clock& clock);
    /// As stop(), and waits until everything has ended.
    ~Movies();

    /// Any thread; quick. The session may have ended, its parts may be closed.
    void maybe_due(const std::string& session);
    /// Any thread; quick. From now on nothing is started, and what runs is ended.
    void stop();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pronto
