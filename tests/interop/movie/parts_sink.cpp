#include "tests/interop/movie/parts_sink.hpp"

#include <stdexcept>
#include <utility>

#include "rfb-ext/fbs/part_facts.hpp"

namespace pronto::interop {

PartsSink::PartsSink(const std::filesystem::path& folder, std::string session, const Clock& clock)
    : folder_(folder), session_(std::move(session)) {
    recording::Recorder::Options options;
    options.folder = folder;
    recorder_ = std::make_unique<recording::Recorder>(options, clock);
}

PartsSink::~PartsSink() {
    part_.reset();
    recorder_.reset();
    for (const int number : continuing_) {
        const auto path = folder_ / fbs::facts_file_name(session_, number);
        auto facts = fbs::read_part_facts(path);
        facts.continues = true;
        fbs::write_part_facts(path, facts);
    }
}

void PartsSink::reconnected() {
    part_.reset();
    new_connection_ = true;
}

void PartsSink::header(const wire::ServerInit& init) {
    ++number_;
    if (std::exchange(new_connection_, false)) {
        decoder_.emplace(init);
    } else {
        continuing_.insert(number_);
        decoder_->go_on(init);
    }
    part_ = recorder_->start(session_, number_, [](const hub::RecordingRecord&) {});
    part_->header(init);
}

void PartsSink::message(Bytes message) {
    part_->message(message);
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
