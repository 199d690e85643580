#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "repeater/recording/session_movie.hpp"
#include "repeater/rfb/tap.hpp"
#include "rfb-ext/fbs/decoder.hpp"

namespace pronto::interop {

/// The hub's own movie of a session with its parts. It also draws the pictures as they come, so that a test can wait
/// until the movie shows what the server's screen shows.
class PartsSink final : public rfb::MovieSink {
public:
    PartsSink(const std::filesystem::path& folder, std::string session, const Clock& clock);
    /// Closes the last part and waits until all are on disk.
    ~PartsSink() override;

    /// The pictures come from a new connection from now on, whose zlib streams are new.
    void connected();

    void header(const wire::ServerInit& init) override;
    void message(Bytes message) override;
    void too_large() override;
    void pause() override { movie_->pause(); }
    int parts() const override { return parts_before_ + movie_->parts(); }

    /// What was drawn last; nothing before the first update.
    const vnc::Picture* picture() const;

private:
    const std::string session_;
    recording::Recorder recorder_;
    std::unique_ptr<recording::SessionMovie> movie_;  ///< of this connection
    int parts_before_ = 0;
    std::optional<fbs::MovieDecoder> decoder_;
};

}  // namespace pronto::interop
