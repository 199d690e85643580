#pragma once

#include <cstdint>
#include <sys/types.h>

namespace pronto::bench {

/// CPU time of a process (user and system, all threads) in seconds, from /proc/<pid>/stat; 10 ms resolution.
double cpu_seconds(pid_t pid);
/// Memory that is the process's own or shared, resident (VmRSS), bytes.
std::uint64_t resident_bytes(pid_t pid);

}  // namespace pronto::bench
