#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "rfb-ext/fbs/reader.hpp"
#include "rfb-ext/vnc/picture_decoder.hpp"

namespace pronto::fbs {

/// Draws a movie's messages. No I/O; memory: the picture and one message.
class MovieDecoder {
public:
    explicit MovieDecoder(const wire::ServerInit& init);
    ~MovieDecoder();

    /// A part goes on where the one before ended: with its picture's size and pixel format, and the zlib streams that
    /// the server kept. Nothing is drawn until its first update.
    void go_on(const wire::ServerInit& init);

    /// What an update did; nothing for other messages. Error: undecodable; why() then has the words, and the decoder
    /// must not be used any more.
    Result<vnc::PictureDecoder::Update> draw(const Message& message, const vnc::PictureDecoder::OnDrawn& on_drawn = {});
    /// Has anything been drawn yet?
    bool drawn() const { return drawn_; }
    const vnc::Picture& picture() const;
    const vnc::CursorShape& cursor() const;
    /// Where the pointer is, if the movie says so.
    const std::optional<Point>& pointer() const;
    const std::string& why() const { return why_; }

private:
    std::unique_ptr<vnc::PictureDecoder> decoder_;
    std::string why_;
    bool drawn_ = false;
};

}  // namespace pronto::fbs
