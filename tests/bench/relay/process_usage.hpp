#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>

namespace pronto::bench {

/// CPU time of a process (user and system, all threads) in seconds, from /proc/<pid>/stat; 10 ms resolution.
double cpu_seconds(pid_t pid);
/// Of its threads that have this name now, from their schedstat.
double cpu_seconds_of(pid_t pid, const std::string& thread_name);
/// Memory that is the process's own or shared, resident (VmRSS), bytes.
std::uint64_t resident_bytes(pid_t pid);

}  // namespace pronto::bench
