#include "rfb-ext/fbs/decoder.hpp"

namespace pronto::fbs {

MovieDecoder::MovieDecoder(const wire::ServerInit& init)
    : decoder_(std::make_unique<vnc::PictureDecoder>(init.size, init.format, vnc::PictureDecoder::Accepts::all)) {}

MovieDecoder::~MovieDecoder() = default;

void MovieDecoder::go_on(const wire::ServerInit& init) {
    decoder_->set_format(init.format);
    if (decoder_->picture().size != init.size) decoder_->set_size(init.size);
}

Result<vnc::PictureDecoder::Update> MovieDecoder::draw(const Message& message,
                                                       const vnc::PictureDecoder::OnDrawn& on_drawn) {
    vnc::MemorySource in(message.bytes);
    vnc::PictureDecoder::Update update;
    try {
        in.skip(1);
        if (message.type == wire::server::update) {
            update = decoder_->update(in, on_drawn);
            drawn_ = drawn_ || !update.changed.empty();
        } else if (message.type == wire::server::colour_map) {
            decoder_->colour_map(in);
        } else {
            return update;
        }
    } catch (const vnc::BrokenStream& broken) {
        why_ = broken.what();
        return FbsError::undecodable;
    }
    if (in.rest().empty()) return update;
    why_ = "a message is longer than what it draws";
    return FbsError::undecodable;
}

const vnc::Picture& MovieDecoder::picture() const {
    return decoder_->picture();
}

const vnc::CursorShape& MovieDecoder::cursor() const {
    return decoder_->cursor();
}

const std::optional<Point>& MovieDecoder::pointer() const {
    return decoder_->pointer();
}

}  // namespace pronto::fbs
