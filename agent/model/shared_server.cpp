#include "agent/model/shared_server.hpp"

#include <map>

#include "agent/vnc_server/password_file.hpp"
#include "agent/vnc_server/server_session.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/secrets.hpp"
#include "rfb-ext/base/text.hpp"

namespace pronto::agent {
namespace {

using vnc_server::Permission;
using vnc_server::ServerSession;
using vnc_server::Trouble;

class SharedServer final : public Screen {
public:
    SharedServer(Mailbox& mailbox, const vnc_server::Server& server, Events events)
        : mailbox_(mailbox),
          heard_(std::make_shared<Events>(std::move(events))),
          server_(server),
          session_(server, forwarded()) {}

    /// The server is not tried: many end, or count a wrong log-in, when somebody connects who does not stay.
    void open() override {
        if (server_.password_file.empty()) return;
        auto password = vnc_server::read_password(server_.password_file);
        wipe(password);
    }
    void close() override {}
    /// What the guest agreed to holds here, too, not only by the hub's filter.
    void start(int leg, int fd, control::Mode mode) override {
        const auto viewer = session_.start(fd, mode == control::Mode::control ? Permission::control : Permission::view);
        stop(leg);
        legs_[leg] = viewer;
    }
    void stop(int leg) override {
        if (const auto had = legs_.extract(leg)) session_.stop(had.mapped());
    }
    void stop() override {
        legs_.clear();
        session_.stop();
    }
    void set_clipboard(std::string text) override { session_.set_clipboard(std::move(text)); }

private:
    ServerSession::Events forwarded() {
        ServerSession::Events events;
        events.lost = [this](ServerSession::Viewer viewer, const Trouble& trouble) {
            log::warning("{}", sentences({trouble.message, trouble.remedy}));
            post(viewer, [trouble](Events& to, int leg) { to.leg_lost(leg, trouble.message, trouble.remedy); });
        };
        events.viewer_gone = [this](ServerSession::Viewer viewer, const std::string& why) {
            log::info("screen: {}", why);
            post(viewer, [this](Events&, int leg) { stop(leg); });
        };
        return events;
    }
    /// To the leg that has the viewer; for nobody if the leg has another one, or is cut, by then.
    template <class Letter>
    void post(ServerSession::Viewer viewer, Letter letter) {
        mailbox_.post([this, alive = std::weak_ptr(heard_), viewer, letter] {
            const auto events = alive.lock();
            if (!events) return;
            for (const auto& [leg, has] : legs_)
                if (has == viewer) return letter(*events, leg);
        });
    }

    Mailbox& mailbox_;
    std::shared_ptr<Events> heard_;
    const vnc_server::Server server_;
    std::map<int, ServerSession::Viewer> legs_;
    ServerSession session_;
};

}  // namespace

MakeScreen share_server(Mailbox& mailbox, const vnc_server::Server& server) {
    return [&mailbox, server](Screen::Events events) -> std::unique_ptr<Screen> {
        return std::make_unique<SharedServer>(mailbox, server, std::move(events));
    };
}

}  // namespace pronto::agent
