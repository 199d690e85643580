#include "repeater/net/relay_threads.hpp"

namespace pronto::net {

RelayThreads::RelayThreads(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) threads_.push_back(std::make_unique<One>());
    for (auto& one : threads_) one->thread = std::thread([context = &one->context] { context->run(); });
}

RelayThreads::~RelayThreads() {
    stop();
    join();
}

asio::io_context& RelayThreads::pick() { return threads_[next_++ % threads_.size()]->context; }

void RelayThreads::join() {
    for (auto& one : threads_) one->busy.reset();
    for (auto& one : threads_)
        if (one->thread.joinable()) one->thread.join();
}

void RelayThreads::stop() {
    for (auto& one : threads_) one->context.stop();
}

}  // namespace pronto::net
