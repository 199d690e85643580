#pragma once

#include <cstdint>

namespace pronto::fbs {

/// What a process that decodes somebody else's bytes may still use.
struct SandboxLimits {
    std::uint64_t memory_bytes = 2ULL << 30;
    std::uint64_t file_bytes = 64ULL << 30;  ///< of any file it writes
    std::uint64_t cpu_s = 3600;
};

/// Gives up, for good, everything but computing and using the descriptors that are open now: setrlimit, no new
/// privileges, and a filter of system calls after which nothing can be opened, connected, started or changed; whatever
/// else is called ends the process with SIGSYS. Throws std::runtime_error if the system refuses. Built with a
/// sanitizer, which needs more than that, it only sets the limits that a sanitizer can live with.
void enter_sandbox(const SandboxLimits& limits);

}  // namespace pronto::fbs
