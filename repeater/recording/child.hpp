#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace pronto::recording {

/// Another program that runs for the hub. It gets no descriptor of the hub but its standard ones (input and output are
/// /dev/null, errors go to `errors`), no ignored or blocked signals, a process group of its own, and the priority of
/// the thread that starts it.
struct Child {
    int pid = -1;
    int end = -1;     ///< a pidfd: readable once the program has ended
    int errors = -1;  ///< a pipe's end, not blocking
};
/// By posix_spawn: nothing of the hub's memory is copied or touched. The caller closes both descriptors. Throws
/// std::runtime_error.
Child start_child(const std::filesystem::path& program, const std::vector<std::string>& arguments);

/// For a child whose `end` is readable: collects it. Empty if it exited with 0, else how it ended.
std::string how_it_ended(const Child& child);

/// The calling thread, and what it starts, only gets the processor and the disk when nobody else wants them.
void lower_own_priority();

}  // namespace pronto::recording
