#include "repeater/rfb/filter.hpp"
#include "tests/fuzz/require.hpp"

using namespace pronto;

namespace {

/// What the host gets when the bytes come in runs, and whether they ended in an error.
std::pair<Bytes, bool> passed(rfb::Permission permission, ByteView bytes, std::size_t run) {
    wire::ServerStream host({{64, 48}, {}, "desk"});
    rfb::ClientFilter filter(permission, rfb::Clipboard::passes, host);
    Bytes out;
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(run, bytes.size())))
        if (!filter.feed(bytes.first(std::min(run, bytes.size())), out)) return {out, true};
    return {out, false};
}

/// The host gets whole messages only, and of a viewer that only views no input.
void check(rfb::Permission permission, const Bytes& out) {
    wire::ClientStream host;
    host.feed(out);
    std::size_t whole = 0;
    for (auto message = host.next().value(); message; message = host.next().value()) {
        require(permission == rfb::Permission::control || message->type <= wire::client::update_request);
        whole += message->bytes.size();
    }
    require(whole == out.size());
}

}  // namespace

/// First byte: the permission and how the rest is cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const auto permission = data[0] & 1 ? rfb::Permission::control : rfb::Permission::view;
    const auto bytes = ByteView(data, size).subspan(1);
    const auto whole = passed(permission, bytes, size);
    require(passed(permission, bytes, std::size_t{data[0]} + 1) == whole);
    check(permission, whole.first);
    return 0;
}
