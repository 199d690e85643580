#include "tests/fuzz/handshakes.hpp"

namespace {

/// A host's handshake whose password is at hand.
class WithPassword {
public:
    pronto::Result<pronto::wire::Progress> feed(pronto::ByteView in) {
        auto progress = handshake_.feed(in);
        if (!progress || !handshake_.wants_password()) return progress;
        require(handshake_.feed(in.subspan(progress->consumed))->consumed == 0);
        pronto::append(progress->reply, handshake_.give_password("secret")->reply);
        const auto more = handshake_.feed(in.subspan(progress->consumed));
        if (!more) return more;
        progress->consumed += more->consumed;
        pronto::append(progress->reply, more->reply);
        progress->done = more->done;
        return progress;
    }

private:
    pronto::wire::HostHandshake handshake_;
};

}  // namespace

/// First byte: how the rest is cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    same_however_cut(WithPassword(), pronto::ByteView(data, size).subspan(1), std::size_t{data[0]} + 1);
    return 0;
}
