#pragma once

#include <functional>
#include <map>
#include <memory>

#include "rfb-ext/base/mailbox.hpp"
#include "rfb-ext/tunnel/hub_link.hpp"
#include "viewer/model/screens.hpp"
#include "viewer/remote/local_bridge.hpp"
#include "viewer/remote/remote_session.hpp"

namespace pronto::viewer {

/// Where streams come from; TunnelLink in the program. The callbacks come on the owner's thread, one of them once, never
/// from inside.
class StreamSource {
public:
    virtual ~StreamSource() = default;
    /// `ready` gets a connected descriptor that it must close.
    virtual void open_stream(const control::SessionStream& stream, std::function<void(int fd)> ready,
                             std::function<void(const tunnel::LinkFailure&)> failed) = 0;
};

/// The screens of all sessions under way, for the model and for the windows that show them; or bridges to them.
class RemoteScreens final : public Screens {
public:
    /// `bridge_port`: where bridges listen, 0 for any free port.
    RemoteScreens(StreamSource& streams, Mailbox& mailbox, const Clock& clock, std::uint16_t bridge_port = 0);
    ~RemoteScreens() override;

    void open(SessionNumber session, const control::SessionStream& stream, bool view_only, Events& events) override;
    void bridge(SessionNumber session, const control::SessionStream& stream, Events& events) override;
    void close(SessionNumber session) override;
    void send_cut_text(SessionNumber session, const std::string& text) override;

    /// The session's screen; nullptr before its stream is connected, after close() and of a bridge. A window lets go of it, at the latest,
    /// in the session_changed() that says that the session is not live or its screen not showing: it is destroyed after that.
    RemoteSession* find(SessionNumber session);

private:
    struct Entry;
    void dial(SessionNumber session, const control::SessionStream& stream, std::unique_ptr<Entry> entry);
    std::unique_ptr<RemoteSession> show(SessionNumber session, int fd, bool view_only, Events& events);
    std::unique_ptr<LocalBridge> build_bridge(SessionNumber session, int fd, Events& events);
    void connected(SessionNumber session, std::uint64_t opening, int fd);
    void failed(SessionNumber session, std::uint64_t opening, const control::Error& why);

    StreamSource& streams_;
    Mailbox& mailbox_;
    const Clock& clock_;
    const std::uint16_t bridge_port_;
    std::uint64_t last_opening_ = 0;
    std::map<SessionNumber, std::unique_ptr<Entry>> entries_;
    std::shared_ptr<void> alive_;
};

}  // namespace pronto::viewer
