#include "agent/host/clipboard/x11/selection_reader.hpp"

#include "agent/host/x11/xlib.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/control/messages.hpp"

namespace pronto::host::x11 {
namespace {

constexpr std::size_t limit = control::longest_clipboard_bytes;

}  // namespace

SelectionReader::SelectionReader(Connection& connection, unsigned long window, std::function<void()> too_long)
    : connection_(connection),
      window_(window),
      clipboard_(XInternAtom(connection.get(), "CLIPBOARD", False)),
      property_(XInternAtom(connection.get(), "PRONTO_CLIPBOARD", False)),
      utf8_(XInternAtom(connection.get(), "UTF8_STRING", False)),
      increment_(XInternAtom(connection.get(), "INCR", False)),
      too_long_(std::move(too_long)) {}

void SelectionReader::fetch(unsigned long time) {
    pieces_.clear();
    state_ = State::asked;
    asked_for_ = utf8_;
    XConvertSelection(connection_.get(), clipboard_, utf8_, property_, window_, time);
}

std::optional<std::string> SelectionReader::take(const XEvent& event) {
    if (event.type == SelectionNotify && state_ == State::asked && event.xselection.selection == clipboard_ &&
        event.xselection.target == asked_for_)
        return take_answer(event.xselection.property);
    if (event.type == PropertyNotify && state_ == State::in_pieces && event.xproperty.atom == property_ &&
        event.xproperty.state == PropertyNewValue)
        return take_piece();
    return std::nullopt;
}

std::optional<std::string> SelectionReader::take_answer(unsigned long property) {
    if (property == None && asked_for_ == utf8_) {  // an old program: Latin-1, then
        asked_for_ = XA_STRING;
        XConvertSelection(connection_.get(), clipboard_, XA_STRING, property_, window_, CurrentTime);
        return std::nullopt;
    }
    state_ = State::idle;
    if (property != property_) return std::nullopt;  // no text at all: a picture, files
    auto text = read_property();
    if (type_ == increment_) {
        state_ = State::in_pieces;  // deleting the property asked for the first piece
        return std::nullopt;
    }
    if (!text) return std::nullopt;
    return type_ == XA_STRING ? from_latin_1(*text) : *text;
}

std::optional<std::string> SelectionReader::take_piece() {
    const auto piece = read_property();
    if (!piece || pieces_.size() + piece->size() > limit) {
        if (piece) refuse();
        state_ = State::idle;  // the owner gives up when nobody takes its pieces
        pieces_.clear();
        return std::nullopt;
    }
    if (!piece->empty()) {
        pieces_ += *piece;
        return std::nullopt;
    }
    state_ = State::idle;
    return type_ == XA_STRING ? from_latin_1(pieces_) : std::move(pieces_);
}

std::optional<std::string> SelectionReader::read_property() {
    Atom type = None;
    int format = 0;
    unsigned long count = 0, left = 0;
    unsigned char* data = nullptr;
    // Asks for a little more than is allowed, so that too much shows.
    const int status = XGetWindowProperty(connection_.get(), window_, property_, 0, static_cast<long>(limit / 4 + 1), False,
                                          AnyPropertyType, &type, &format, &count, &left, &data);
    XDeleteProperty(connection_.get(), window_, property_);
    type_ = type;
    std::optional<std::string> text;
    if (status == Success && data && format == 8) text.emplace(reinterpret_cast<const char*>(data), count);
    else if (status == Success && format == 0) text.emplace();
    if (data) XFree(data);
    if (text && (left > 0 || text->size() > limit)) {
        refuse();
        return std::nullopt;
    }
    return text;
}

void SelectionReader::refuse() {
    log::info("clipboard: text over {} bytes is not passed on", limit);
    if (too_long_) too_long_();
}

}  // namespace pronto::host::x11
