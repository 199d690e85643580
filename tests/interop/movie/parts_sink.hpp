#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "repeater/recording/recorder.hpp"
#include "repeater/rfb/tap.hpp"
#include "rfb-ext/fbs/decoder.hpp"

namespace pronto::interop {

/// What the hub does with a session's pictures: a part for each connection and each pixel format. It also draws them as
/// they come, so that a test can wait until the movie shows what the server's screen shows.
class PartsSink final : public rfb::MovieSink {
public:
    PartsSink(const std::filesystem::path& folder, std::string session, const Clock& clock);
    /// Closes the last part and waits until all are on disk.
    ~PartsSink() override;

    /// The next picture comes from a new connection, whose zlib streams are new.
    void reconnected();

    void header(const wire::ServerInit& init) override;
    void message(Bytes message) override;
    void too_large() override;

    /// What was drawn last; nothing before the first update.
    const vnc::Picture* picture() const;

private:
    const std::filesystem::path folder_;
    const std::string session_;
    std::unique_ptr<recording::Recorder> recorder_;
    std::unique_ptr<recording::Part> part_;
    int number_ = 0;
    bool new_connection_ = true;
    std::set<int> continuing_;  ///< numbers of the parts that go on with the zlib streams of the one before
    std::optional<fbs::MovieDecoder> decoder_;
};

}  // namespace pronto::interop
