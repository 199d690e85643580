#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "rfb-ext/vnc/thread_end.hpp"
#include "tests/bench/network/parts.hpp"

/// bench_network screen DISPLAY | agent DISPLAY PORT | probe HOST PORT SECONDS [PASSWORD-FILE]
int main(int argc, char** argv) {
    using namespace pronto::bench;
    const std::vector<std::string> words(argv + 1, argv + argc);
    const auto port = [&](std::size_t at) { return static_cast<std::uint16_t>(std::atoi(words[at].c_str())); };
    try {
        if (words.size() == 2 && words[0] == "screen") return run_busy_screen(words[1]);
        if (words.size() == 3 && words[0] == "agent") return run_direct_agent(words[1], port(2));
        if (words.size() < 4 || words[0] != "probe") throw std::runtime_error("usage: see the top of main.cpp");
        ProbeOrder order{words[1], port(2), {}, std::atoi(words[3].c_str())};
        if (words.size() > 4) std::getline(std::ifstream(words[4]) >> std::ws, order.password);
        return run_probe(order);
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "bench_network: %s\n", problem.what());
        return 1;
    }
}
