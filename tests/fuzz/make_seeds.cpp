#include <filesystem>
#include <fstream>
#include <iostream>

#include "rfb-ext/wire/client_stream.hpp"
#include "rfb-ext/wire/vnc_auth.hpp"
#include "tests/integration/wire_libvnc/libvnc_host.hpp"
#include "tests/unit/rfb-ext/wire/builders.hpp"

/// Writes the seeds of the RFB targets below the folder given: LibVNCServer's own bytes and hand-made messages. Run by
/// hand when a target's input changes its form; the seeds are kept in corpus/.

using namespace pronto;
using namespace pronto::wire;
using namespace pronto::wire::test;

namespace {

std::filesystem::path corpus;

void seed(const std::string& target, const std::string& name, const Bytes& bytes) {
    std::filesystem::create_directories(corpus / target);
    std::ofstream file(corpus / target / name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) throw std::runtime_error("cannot write " + (corpus / target / name).string());
}

void libvncserver_sessions() {
    using namespace encoding;
    const std::vector<std::int32_t> pseudo{copy_rect, cursor, pointer_pos, last_rect, desktop_size};
    struct Session {
        std::string name;
        std::vector<std::int32_t> first;
        unsigned format;
    };
    const std::vector<Session> sessions{{"raw", {raw}, 2},
                                        {"hextile", {hextile}, 1},
                                        {"tight", {tight, -255}, 0},
                                        {"tight-jpeg", {tight, -26}, 0},
                                        {"tight-8", {tight}, 2},
                                        {"tight-no-zlib", {tight, -256}, 1},
                                        {"x-cursor", {tight, x_cursor, extended_desktop_size, extended_clipboard}, 0}};
    const PixelFormat formats[] = {PixelFormat{}, sixteen_bits(), colour_mapped()};
    for (auto session : sessions) {
        session.first.insert(session.first.end(), pseudo.begin(), pseudo.end());
        const auto played = play_session({36, 26}, formats[session.format], session.first);
        seed("server_stream", "libvncserver-" + session.name,
             Sent().u8(4 | session.format).u8(90).then(played.messages));
        seed("host_handshake", "libvncserver", Sent().u8(5).then(played.handshake));
    }
}

void server_messages() {
    const auto all = [](const std::vector<Bytes>& rectangles) { return Sent().u8(4).u8(2).then(update(rectangles)); };
    seed("server_stream", "small",
         Sent()
             .u8(4)
             .u8(2)
             .then(bell())
             .then(server_cut_text("clip"))
             .then(colour_map(0, 2))
             .then(extended_cut_text(server::cut_text, 12))
             .u8(150)
             .u8(248)
             .any(3)
             .u32(1)
             .u8(2)
             .any(2)
             .u8(250)
             .any(3));
    seed("server_stream", "tight",
         all({rectangle({0, 0, 20, 9}, encoding::tight, Sent().u8(0x80).any(3)),
              rectangle({0, 0, 20, 9}, encoding::tight, Sent().u8(0x90).then(compressed(200))),
              rectangle({0, 0, 20, 9}, encoding::tight, Sent().u8(0x40).u8(1).u8(1).any(6).then(compressed(20))),
              rectangle({0, 0, 3, 1}, encoding::tight, Sent().u8(0x40).u8(2).any(9))}));
    seed("server_stream", "pseudo",
         all({rectangle({0, 0, 60, 40}, encoding::extended_desktop_size, Sent().u8(1).any(19)),
              rectangle({0, 0, 0, 0}, encoding::desktop_name, Sent().u32(3).text("new")),
              rectangle({1, 1, 3, 3}, encoding::cursor_with_alpha, Sent().s32(0).any(36)),
              rectangle({0, 0, 0, 0}, encoding::led_state, {1}), rectangle({0, 0, 0, 0}, encoding::last_rect)}));
}

void handshakes() {
    const auto init = write(screen_of(64, 48));
    seed("host_handshake", "3.3", Sent().u8(9).text("RFB 003.003\n").u32(1).then(init));
    seed("host_handshake", "3.7", Sent().u8(9).text("RFB 003.007\n").u8(2).u8(2).u8(1).then(init));
    seed("host_handshake", "refused", Sent().u8(9).text("RFB 003.008\n").u8(0).u32(4).text("busy"));
    seed("host_handshake", "failed", Sent().u8(9).text("RFB 003.889\n").u8(1).u8(1).u32(1).u32(4).text("busy"));
    for (const std::string version : {"3.3", "3.7", "3.8"}) {
        Sent sent;
        sent.u8(5).text("RFB 003.00" + version.substr(2) + "\n");
        version == "3.3" ? sent.u32(2) : sent.u8(2).u8(16).u8(2);
        sent.any(challenge_bytes);
        seed("host_handshake", "password-" + version, Sent().then(sent).u32(0).then(init));
        seed("host_handshake", "wrong-password-" + version, Sent().then(sent).u32(1).u32(4).text("busy"));
    }
    seed("viewer_handshake", "3.3", Sent().u8(9).text("RFB 003.003\n").u8(1));
    seed("viewer_handshake", "3.7", Sent().u8(9).text("RFB 003.007\n").u8(1).u8(0));
    seed("viewer_handshake", "3.8", Sent().u8(9).text("RFB 003.008\n").u8(1).u8(1).text("more"));
}

void logins() {
    constexpr unsigned all_accepted = 0x17, all_refused = 0x07, told_no = 0x0F;
    const auto begin = [](unsigned offer, std::string_view version) { return Sent().u8(offer).u8(5).text(version); };
    const Bytes plain = Sent().u32(4).u32(6).text("annasecret").u8(1);
    seed("viewer_login", "x509-plain",
         begin(all_accepted, "RFB 003.008\n").u8(19).u8(0).u8(2).u32(262).then(plain).text("more"));
    seed("viewer_login", "tls-plain", begin(all_refused, "RFB 003.008\n").u8(19).u8(0).u8(2).u32(259).then(plain));
    seed("viewer_login", "vencrypt-0.1", begin(all_accepted, "RFB 003.008\n").u8(19).u8(0).u8(1));
    seed("viewer_login", "vnc-auth-3.3", begin(all_accepted, "RFB 003.003\n").any(challenge_bytes).u8(1));
    seed("viewer_login", "vnc-auth-3.7", begin(all_refused, "RFB 003.007\n").u8(2).any(challenge_bytes));
    seed("viewer_login", "vnc-auth-3.8", begin(all_accepted, "RFB 003.889\n").u8(2).any(challenge_bytes).u8(0));
    seed("viewer_login", "refused-3.3", begin(told_no, "RFB 003.003\n"));
    seed("viewer_login", "refused-3.8", begin(told_no, "RFB 003.008\n"));
}

void repeater_blocks() {
    seed("repeater_block", "id", Sent().text("ID:123456789:0").u8(0).any(9));
    seed("repeater_block", "secret", Sent().text("id: desk ;s3cret:0"));
    seed("repeater_block", "display", Sent().text("desk.example.org:1"));
    seed("repeater_block", "port", Sent().text("10.0.0.7::443"));
    seed("repeater_block", "ipv6", Sent().text("[fe80::1%eth0]:5901"));
}

void client_messages() {
    const Bytes start =
        Sent()
            .then(write_set_pixel_format(sixteen_bits()))
            .then(write_set_encodings({encoding::tight, encoding::zrle, encoding::extended_clipboard, -26}))
            .then(write_update_request({0, 0, 64, 48}, false));
    const Bytes input = Sent()
                            .u8(client::key)
                            .u8(1)
                            .any(2)
                            .u32('a')
                            .u8(client::pointer)
                            .u8(1)
                            .u16(5)
                            .u16(6)
                            .u8(client::cut_text)
                            .any(3)
                            .u32(2)
                            .text("hi")
                            .u8(client::qemu)
                            .u8(0)
                            .u16(1)
                            .u32('a')
                            .u32(30);
    const Bytes rest = Sent()
                           .then(extended_cut_text(client::cut_text, 8))
                           .u8(client::fence)
                           .any(3)
                           .u32(1)
                           .u8(2)
                           .any(2)
                           .u8(client::enable_continuous_updates)
                           .any(9)
                           .u8(client::set_desktop_size)
                           .u8(0)
                           .u16(5)
                           .u16(6)
                           .u8(1)
                           .any(17);
    for (const unsigned first : {6U, 7U})
        for (const std::string target : {"client_stream", "client_filter"}) {
            const auto suffix = first == 6 ? "-view" : "-control";
            seed(target, std::string("start") + suffix, Sent().u8(first).then(start));
            seed(target, std::string("session") + suffix, Sent().u8(first).then(start).then(input).then(rest));
        }
    seed("client_filter", "file-transfer", Sent().u8(7).then(input).u8(7).any(11));
    seed("client_filter", "format-change", Sent().u8(7).then(start).then(write_set_pixel_format({})));
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 2) {
        std::cerr << "usage: make_seeds FOLDER\n";
        return 2;
    }
    corpus = argv[1];
    libvncserver_sessions();
    server_messages();
    handshakes();
    logins();
    repeater_blocks();
    client_messages();
    return 0;
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
