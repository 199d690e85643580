#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rfb-ext/base/mailbox.hpp"
#include "viewer/model/bridge_place.hpp"
#include "viewer/model/private_folder.hpp"

namespace pronto::viewer {

/// Another program that shows a bridged session. It is started and left alone: it sees the end of the session itself.
class ExternalViewer {
public:
    /// `command` as viewer_command() says; {passfile} is a file (0600, as vncpasswd writes it) in a folder of its own,
    /// which goes with this object. `ended` comes through the mailbox (which must outlive this object) when the
    /// program has ended, with how in words. Throws std::runtime_error naming what cannot be started.
    ExternalViewer(const std::string& command, const BridgePlace& place, Mailbox& mailbox,
                   std::function<void(const std::string& how)> ended);
    ~ExternalViewer();
    ExternalViewer(const ExternalViewer&) = delete;
    ExternalViewer& operator=(const ExternalViewer&) = delete;

    const std::string& program() const { return program_; }
    /// The pass is used up.
    void remove_pass_file();

private:
    struct Heard;
    PrivateFolder folder_{"pass"};
    std::string program_;
    std::shared_ptr<Heard> heard_;
};

}  // namespace pronto::viewer
