#include "rfb-ext/fbs/decoder.hpp"

#include "rfb-ext/vnc/picture_decoder.hpp"

namespace pronto::fbs {

MovieDecoder::MovieDecoder(const wire::ServerInit& init)
    : decoder_(std::make_unique<vnc::PictureDecoder>(init.size, init.format, vnc::PictureDecoder::Accepts::all)) {}

MovieDecoder::~MovieDecoder() = default;

Result<void> MovieDecoder::draw(const Message& message) {
    vnc::MemorySource in(message.bytes);
    try {
        in.skip(1);
        if (message.type == wire::server::update) {
            const auto update = decoder_->update(in);
            drawn_ = drawn_ || !update.changed.empty();
        } else if (message.type == wire::server::colour_map) {
            decoder_->colour_map(in);
        } else {
            return {};
        }
    } catch (const vnc::BrokenStream& broken) {
        why_ = broken.what();
        return FbsError::undecodable;
    }
    if (in.rest().empty()) return {};
    why_ = "a message is longer than what it draws";
    return FbsError::undecodable;
}

const vnc::Picture& MovieDecoder::picture() const {
    return decoder_->picture();
}

}  // namespace pronto::fbs
