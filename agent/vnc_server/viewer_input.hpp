#pragma once

#include <map>
#include <string_view>

#include "agent/vnc_server/server.hpp"
#include "rfb-ext/base/result.hpp"
#include "rfb-ext/wire/client_stream.hpp"

namespace pronto::vnc_server {

/// A viewer's messages on their way to the server: cut into whole ones, so that others can be put between them, and
/// with an eye on what is held down, since hardly a server lets go of it when a connection ends.
class ViewerInput {
public:
    explicit ViewerInput(Permission permission) : permission_(permission) {}
    /// The messages that are whole now; of one who may only look, those that ask for pictures. Errors as of
    /// wire::ClientStream: the viewer is no viewer.
    Result<Bytes> take(ByteView in);
    /// Messages that let go of every key and button; nothing is held after that.
    Bytes release();

private:
    void note(const wire::ClientStream::Message& message);
    void note_key(std::uint64_t which, bool down, Bytes up);

    const Permission permission_;
    wire::ClientStream stream_;
    std::map<std::uint64_t, Bytes> keys_;  ///< held down -> the message that lets go
    Bytes pointer_;                        ///< empty, or the message that lets go of the buttons where they were
};

/// ClientCutText (RFC 6143 section 7.5.6) of a UTF-8 text: Latin-1, `?` for what that does not have, lines ended by LF.
Bytes client_cut_text(std::string_view utf8);

}  // namespace pronto::vnc_server
