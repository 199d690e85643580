#include "agent/vnc_server/server_session.hpp"

#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <map>
#include <thread>

#include "agent/vnc_server/joint.hpp"

namespace pronto::vnc_server {

/// The joints live on the worker thread.
class ServerSession::Impl {
public:
    Impl(Server server, Events events, Times times)
        : server_(std::move(server)), events_(std::move(events)), times_(times), worker_([this] { io_.run(); }) {}

    ~Impl() {
        stop();
        work_.reset();
        worker_.join();
    }

    Viewer start(int fd, Permission permission) {
        const Viewer id = ++last_viewer_;
        Joint::Calls calls{[this, id](Trouble trouble) { events_.lost(id, std::move(trouble)); },
                           [this, id](std::string why) { events_.viewer_gone(id, std::move(why)); }};
        try {
            on_worker([&] {
                auto joint = std::make_shared<Joint>(io_.get_executor(), fd, permission, server_, times_, std::move(calls));
                joint->start();
                joints_[id] = std::move(joint);
            });
        } catch (...) {
            ::close(fd);
            throw;
        }
        return id;
    }
    void stop(Viewer id) {
        on_worker([&] {
            if (const auto joint = joints_.extract(id)) joint.mapped()->cut();
        });
    }
    void stop() {
        on_worker([&] {
            for (const auto& [id, joint] : joints_) joint->cut();
            joints_.clear();
        });
    }
    /// Once: it is one server, whoever's connection the text takes.
    void set_clipboard(std::string_view text) {
        on_worker([&] {
            const auto message = client_cut_text(text);
            for (const auto& [id, joint] : joints_)
                if (joint->insert(message)) return;
        });
    }

private:
    template <class Work>
    void on_worker(Work work) {
        std::packaged_task<void()> task(std::move(work));
        asio::post(io_, [&task] { task(); });
        task.get_future().get();
    }

    const Server server_;
    const Events events_;
    const Times times_;
    asio::io_context io_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(io_);
    std::map<Viewer, std::shared_ptr<Joint>> joints_;
    Viewer last_viewer_ = 0;
    std::thread worker_;
};

ServerSession::ServerSession(Server server, Events events, Times times)
    : impl_(std::make_unique<Impl>(std::move(server), std::move(events), times)) {}
ServerSession::~ServerSession() = default;
ServerSession::Viewer ServerSession::start(int fd, Permission permission) {
    return impl_->start(fd, permission);
}
void ServerSession::stop(Viewer viewer) {
    impl_->stop(viewer);
}
void ServerSession::stop() {
    impl_->stop();
}
void ServerSession::set_clipboard(std::string text) {
    impl_->set_clipboard(text);
}

}  // namespace pronto::vnc_server
