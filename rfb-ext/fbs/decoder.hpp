#pragma once

#include <memory>
#include <string>

#include "rfb-ext/fbs/reader.hpp"
#include "rfb-ext/vnc/picture.hpp"

namespace pronto::vnc {
class PictureDecoder;
}

namespace pronto::fbs {

/// Draws a movie's messages. No I/O; memory: the picture and one message.
class MovieDecoder {
public:
    explicit MovieDecoder(const wire::ServerInit& init);
    ~MovieDecoder();

    /// Error: undecodable; why() then has the words, and the decoder must not be used any more.
    Result<void> draw(const Message& message);
    /// Has anything been drawn yet?
    bool drawn() const { return drawn_; }
    const vnc::Picture& picture() const;
    const std::string& why() const { return why_; }

private:
    std::unique_ptr<vnc::PictureDecoder> decoder_;
    std::string why_;
    bool drawn_ = false;
};

}  // namespace pronto::fbs
