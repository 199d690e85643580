// Locks itself in and then does what the argument says: sandbox_probe compute|open|connect|memory. Built without
// sanitizers, which need system calls that the sandbox does not allow.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rfb-ext/fbs/sandbox.hpp"

int main(int argc, char** argv) {
    const std::string_view deed = argc > 1 ? argv[1] : "";
    pronto::fbs::SandboxLimits limits;
    limits.memory_bytes = 256U << 20;
    pronto::fbs::enter_sandbox(limits);
    if (deed == "open") return ::open("/etc/hostname", O_RDONLY) < 0 ? 10 : 11;
    if (deed == "connect") return ::socket(AF_INET, SOCK_STREAM, 0) < 0 ? 10 : 11;
    if (deed == "memory") {
        void* const much = std::malloc(512U << 20);
        if (much) std::memset(much, 1, 512U << 20);
        return much ? 11 : 10;
    }
    const char done[] = "done\n";
    return ::write(STDOUT_FILENO, done, sizeof done - 1) == sizeof done - 1 ? 0 : 11;
}
