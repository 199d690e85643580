#pragma once

#include <memory>
#include <string>

#include "repeater/recording/recorder.hpp"
#include "repeater/rfb/tap.hpp"

namespace pronto::recording {

/// The recording of one stream, from the tap into parts: the first, and one more whenever the pixel format changes,
/// which one file cannot hold.
class SessionMovie final : public rfb::MovieSink {
public:
    /// A viewer that changes its pixel format more often than this in one stream does not want a movie. Each connection
    /// that was lost is a stream, too: a whole session has more.
    static constexpr int most_of_a_stream = 200;
    static constexpr int most_parts = 5'000;
    /// `first_part`: the number of its first part. `recorder` has to outlive it.
    SessionMovie(Recorder& recorder, std::string session, int first_part, OnChange on_change);

    void header(const wire::ServerInit& init) override;
    void message(Bytes message) override;
    void too_large() override;
    void pause() override;
    int parts() const override { return parts_; }

private:
    void next_part(bool continues);

    Recorder& recorder_;
    const std::string session_;
    const int first_part_;
    const OnChange on_change_;
    int parts_ = 0;
    std::unique_ptr<Part> part_;
};

}  // namespace pronto::recording
