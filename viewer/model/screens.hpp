#pragma once

#include <cstdint>
#include <string>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/base/geometry.hpp"
#include "rfb-ext/control/messages.hpp"
#include "viewer/model/bridge_place.hpp"

namespace pronto::viewer {

/// A session as this console counts them (1, 2, ...): it has a number before the hub has given it an id.
using SessionNumber = std::uint64_t;

/// Opens and closes the remote screens of sessions; everything on the model's thread. remote/remote_screens.hpp is the real one.
class Screens {
public:
    class Events {
    public:
        /// The first whole picture was there at `when`; of a bridge: a viewer has logged in (its size is not known).
        virtual void screen_showing(SessionNumber session, Size size, SteadyTime when) = 0;
        virtual void screen_resized(SessionNumber session, Size size) = 0;
        /// ServerCutText, in UTF-8 and otherwise as it came; not of a bridge, whose viewer hears it.
        virtual void screen_copied(SessionNumber session, const std::string& text) = 0;
        /// A bridge is there, for a viewer to log in.
        virtual void screen_offered(SessionNumber session, const BridgePlace& place) = 0;
        /// The viewer of a bridge has left, or was kept out: nobody sees the session.
        virtual void viewer_left(SessionNumber session, const std::string& why) = 0;
        /// The stream could not be opened.
        virtual void screen_failed(SessionNumber session, const control::Error& why) = 0;
        /// It was open and is not any more.
        virtual void screen_closed(SessionNumber session, const std::string& why) = 0;

    protected:
        ~Events() = default;
    };

    virtual ~Screens() = default;
    /// Dials the stream; replaces the session's older screen, if it has one. Never calls `events` from inside.
    virtual void open(SessionNumber session, const control::SessionStream& stream, bool view_only, Events& events) = 0;
    /// The same, for another VNC viewer of this computer. What may be done is the hub's to hold.
    virtual void bridge(SessionNumber session, const control::SessionStream& stream, Events& events) = 0;
    /// Nothing more is heard of it. Closing what is not open is nothing.
    virtual void close(SessionNumber session) = 0;
    /// ClientCutText: what RFC 6143's Latin-1 has of the text. Nothing, unless a screen is open that is no bridge.
    virtual void send_cut_text(SessionNumber session, const std::string& text) = 0;
};

}  // namespace pronto::viewer
