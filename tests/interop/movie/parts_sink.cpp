#include "tests/interop/movie/parts_sink.hpp"

#include <stdexcept>
#include <utility>

namespace pronto::interop {

namespace {

recording::Recorder::Options options_for(const std::filesystem::path& folder) {
    recording::Recorder::Options options;
    options.folder = folder;
    return options;
}

}  // namespace

PartsSink::PartsSink(const std::filesystem::path& folder, std::string session, const Clock& clock)
    : session_(std::move(session)), recorder_(options_for(folder), clock) {}

PartsSink::~PartsSink() = default;

void PartsSink::connected() {
    if (movie_) parts_before_ += movie_->parts();
    movie_ = std::make_unique<recording::SessionMovie>(recorder_, session_, parts_before_ + 1,
                                                       [](const hub::RecordingRecord&) {});
    decoder_.reset();
}

void PartsSink::header(const wire::ServerInit& init) {
    movie_->header(init);
    if (decoder_)
        decoder_->go_on(init);
    else
        decoder_.emplace(init);
}

void PartsSink::message(Bytes message) {
    movie_->message(message);
    const int type = message.front();
    if (!decoder_->draw({type, std::move(message), 0})) throw std::runtime_error("not drawn: " + decoder_->why());
}

void PartsSink::too_large() {
    throw std::runtime_error("a message was over the tap's limit");
}

const vnc::Picture* PartsSink::picture() const {
    return decoder_ && decoder_->drawn() ? &decoder_->picture() : nullptr;
}

}  // namespace pronto::interop
