#include "rfb-ext/wire/viewer_login.hpp"

#include "tests/fuzz/handshakes.hpp"

namespace {

using pronto::wire::ViewerLogin;

ViewerLogin::Offer offer_of(unsigned bits) {
    ViewerLogin::Offer offer;
    offer.x509_plain = (bits & 1U) != 0;
    offer.tls_plain = (bits & 2U) != 0;
    offer.vnc_auth = (bits & 4U) != 0;
    if ((bits & 8U) != 0) offer.refusal = "refused";
    return offer;
}

/// A log-in whose caller does what it needs at once.
class Attended {
public:
    Attended(unsigned bits) : login_(offer_of(bits)), accepts_((bits & 16U) != 0) {}
    pronto::Result<pronto::wire::Progress> feed(pronto::ByteView in) {
        pronto::wire::Progress all;
        for (;;) {
            const auto progress = login_.feed(in.subspan(all.consumed));
            if (!progress) return progress;
            all.consumed += progress->consumed;
            pronto::append(all.reply, progress->reply);
            const auto need = login_.needs();
            require(progress->done == (need == ViewerLogin::Need::nothing));
            all.done = progress->done || need == ViewerLogin::Need::close;
            if (all.done || need == ViewerLogin::Need::more) return all;
            require(login_.feed(in.subspan(all.consumed))->consumed == 0);
            attend(need, all.reply);
        }
    }

private:
    void attend(ViewerLogin::Need need, pronto::Bytes& reply) {
        if (need != ViewerLogin::Need::decision) {
            login_.tls_ready();
            return;
        }
        require((login_.plain() == nullptr) != (login_.vnc_auth() == nullptr));
        pronto::append(reply, accepts_ ? login_.accepted() : login_.refused("wrong"));
    }

    ViewerLogin login_;
    bool accepts_;
};

}  // namespace

/// First byte: what is offered (bits 0-3) and decided (bit 4). Second: how the rest is cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) return 0;
    same_however_cut(Attended(data[0]), pronto::ByteView(data, size).subspan(2), std::size_t{data[1]} + 1);
    return 0;
}
