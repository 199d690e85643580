// One measurement of tests/bench/run relay: makes pairs through a peer, lets captured RFB traffic flow, and prints what it
// cost as one JSON object. The peer (hub or front) runs already; its CPU time comes from /proc.

#include <algorithm>
#include <csignal>
#include <iostream>
#include <thread>

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "rfb-ext/base/files.hpp"
#include "tests/bench/relay/flow.hpp"
#include "tests/bench/relay/pairs.hpp"
#include "tests/bench/relay/process_usage.hpp"

namespace pronto::bench {

namespace {

struct Options {
    std::string peer;
    std::string address;
    std::string pin;
    std::string user = "bench";
    std::string password_file;
    std::uint16_t back_port = 0;
    std::string certificate;
    std::string key;
    std::string traffic;
    int pairs = 1;
    double seconds = 5;
    double paced_kb_per_s = 0;
    bool idle = false;
    pid_t pid = 0;
};

struct Thread {
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> busy = asio::make_work_guard(context);
    std::thread thread{[this] { context.run(); }};
    ~Thread() { stop(); }
    void stop() {
        context.stop();
        if (thread.joinable()) thread.join();
    }
};

std::unique_ptr<Pairs> make_pairs(const Options& options, const Traffic& traffic) {
    const auto address = tunnel::parse_hub_address(options.address);
    if (options.peer == "front")
        return pairs_through_front(address, options.back_port, options.certificate, options.key);
    return pairs_through_hub({address, tunnel::parse_pin(options.pin), options.user, read_secret(options.password_file)}, traffic);
}

double percentile(std::vector<double> values, double part) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, static_cast<std::size_t>(part * static_cast<double>(values.size())))];
}

void start(Run& run, std::vector<Pairs::Pair>& pairs, asio::io_context& hosts, asio::io_context& viewers) {
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        asio::co_spawn(viewers, viewer_reads(pairs[i].viewer, run), asio::detached);
        asio::co_spawn(hosts, host_sends(pairs[i].host, run), asio::detached);
        asio::co_spawn(hosts, host_listens(pairs[i].host, run), asio::detached);
    }
    asio::co_spawn(viewers, viewer_points(pairs.front().viewer, run), asio::detached);
}

boost::json::object measure(const Options& options) {
    const Traffic traffic = read_traffic(options.traffic);
    Run run;
    run.traffic = &traffic;
    run.paced_bytes_per_s = options.paced_kb_per_s * 1000;
    const auto resident_before = resident_bytes(options.pid);
    Thread hosts;
    Thread viewers;
    // What has sockets goes before its thread's context.
    const auto source = make_pairs(options, traffic);
    std::vector<Pairs::Pair> pairs;
    for (int i = 0; i < options.pairs; ++i) pairs.push_back(source->make(hosts.context, viewers.context));
    start(run, pairs, hosts.context, viewers.context);
    const auto sleep = [](double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); };
    run.flowing = !options.idle;
    sleep(1);
    const auto cpu_before = cpu_seconds(options.pid);
    const auto recorder_before = cpu_seconds_of(options.pid, "recorder");
    const auto began = std::chrono::steady_clock::now();
    run.measuring = true;
    sleep(options.seconds);
    run.measuring = false;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    const auto cpu = cpu_seconds(options.pid) - cpu_before;
    const auto recorder_cpu = cpu_seconds_of(options.pid, "recorder") - recorder_before;
    const auto resident = resident_bytes(options.pid);
    run.over = true;
    hosts.stop();
    viewers.stop();
    const double gigabytes = static_cast<double>(run.received) / 1e9;
    boost::json::object result;
    result["pairs"] = options.pairs;
    result["seconds"] = took.count();
    result["bytes"] = run.received.load();
    result["mb_per_s"] = gigabytes * 1000 / took.count();
    result["cpu_s"] = cpu;
    result["recorder_cpu_s"] = recorder_cpu;
    result["cpu_s_per_gb"] = gigabytes > 0 ? cpu / gigabytes : 0;
    result["small_p50_us"] = percentile(run.latencies_us, 0.5);
    result["small_p99_us"] = percentile(run.latencies_us, 0.99);
    result["small_count"] = run.latencies_us.size();
    result["resident_bytes_before"] = resident_before;
    result["resident_bytes"] = resident;
    result["broken"] = run.broken.load();
    return result;
}

}  // namespace

}  // namespace pronto::bench

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    pronto::bench::Options options;
    CLI::App app("One measurement of tests/bench/run relay");
    app.add_option("peer", options.peer, "hub or front")->required()->check(CLI::IsMember({"hub", "front"}));
    app.add_option("--address", options.address, "where the peer listens")->required();
    app.add_option("--pid", options.pid, "the peer's process")->required();
    app.add_option("--traffic", options.traffic, "movie to replay")->required();
    app.add_option("--pin", options.pin, "hub: its pin");
    app.add_option("--user", options.user, "hub: operator");
    app.add_option("--password-file", options.password_file, "hub: the operator's password");
    app.add_option("--back-port", options.back_port, "front: the port that it dials");
    app.add_option("--certificate", options.certificate, "front: certificate of the port that it dials");
    app.add_option("--key", options.key, "front: its key");
    app.add_option("--pairs", options.pairs, "how many");
    app.add_option("--seconds", options.seconds, "how long to measure");
    app.add_option("--paced", options.paced_kb_per_s, "kB/s per pair; 0: as fast as it goes");
    app.add_flag("--idle", options.idle, "let nothing flow");
    CLI11_PARSE(app, argc, argv);
    try {
        std::cout << boost::json::serialize(pronto::bench::measure(options)) << std::endl;
        std::_Exit(0);
    } catch (const std::exception& problem) {
        std::cerr << "bench_relay: " << problem.what() << std::endl;
        std::_Exit(1);
    }
}
