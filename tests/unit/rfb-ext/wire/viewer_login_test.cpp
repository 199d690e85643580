#include "rfb-ext/wire/viewer_login.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/rfb-ext/wire/builders.hpp"

using namespace pronto;
using namespace pronto::wire;
using namespace pronto::wire::test;

namespace {

using Need = ViewerLogin::Need;
using Offer = ViewerLogin::Offer;

Challenge some_challenge() {
    Challenge challenge;
    challenge.fill(0x5A);
    return challenge;
}

Bytes bytes_of(const std::array<Byte, challenge_bytes>& sixteen) {
    return {sixteen.begin(), sixteen.end()};
}

Offer everything() {
    return {true, true, true, some_challenge(), {}};
}
Offer only(bool x509_plain, bool tls_plain, bool vnc_auth) {
    return {x509_plain, tls_plain, vnc_auth, some_challenge(), {}};
}

Bytes text(std::string_view words) {
    return Sent().text(words);
}
Bytes reason(std::string_view words) {
    return Sent().u32(static_cast<std::uint32_t>(words.size())).text(words);
}
Bytes credentials(std::string_view user, std::string_view password) {
    return Sent()
        .u32(static_cast<std::uint32_t>(user.size()))
        .u32(static_cast<std::uint32_t>(password.size()))
        .text(user)
        .text(password);
}

/// The caller of a log-in: puts on TLS and decides when it must, and notes what was needed.
struct Session {
    ViewerLogin login;
    std::string refusal;  ///< refuse with this instead of accepting
    std::vector<Need> needed{};
    std::size_t consumed = 0;
    Bytes replies{};
    bool done = false;
    std::optional<ErrorCode> error{};

    void come(ByteView bytes) {
        for (bool again = true; again && !error;) {
            const auto progress = login.feed(bytes.subspan(consumed));
            if (!progress) {
                error = progress.error();
                return;
            }
            consumed += progress->consumed;
            append(replies, progress->reply);
            done = progress->done;
            again = answer();
        }
    }

private:
    /// Did that let it go on?
    bool answer() {
        const auto need = login.needs();
        REQUIRE(done == (need == Need::nothing));
        if (need == Need::more) return false;
        if (needed.empty() || needed.back() != need) needed.push_back(need);
        if (need == Need::close || need == Need::nothing) return false;
        if (need == Need::decision)
            append(replies, refusal.empty() ? login.accepted() : login.refused(refusal));
        else
            login.tls_ready();
        return true;
    }
};

/// Cut anywhere and byte by byte it is the same; returns what came of it whole.
Session session(const Offer& offer, const Bytes& bytes, const std::string& refusal = {}) {
    Session whole{ViewerLogin(offer), refusal};
    whole.come(bytes);
    Session slow{ViewerLogin(offer), refusal};
    for (std::size_t end = 1; end <= bytes.size(); ++end) slow.come(ByteView(bytes).first(end));
    std::vector<Session> others{slow};
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
        others.push_back({ViewerLogin(offer), refusal});
        others.back().come(ByteView(bytes).first(cut));
        if (!others.back().error) others.back().come(bytes);
    }
    for (const auto& other : others) {
        REQUIRE(other.error == whole.error);
        REQUIRE(other.done == whole.done);
        REQUIRE(other.needed == whole.needed);
        REQUIRE(other.login.reason() == whole.login.reason());
        if (!whole.error) REQUIRE(other.replies == whole.replies);
        if (!whole.error) REQUIRE(other.consumed == whole.consumed);
        REQUIRE((other.login.plain() == nullptr) == (whole.login.plain() == nullptr));
        REQUIRE((other.login.vnc_auth() == nullptr) == (whole.login.vnc_auth() == nullptr));
    }
    return whole;
}

constexpr std::uint32_t tls_plain = 259, x509_plain = 262;
const auto version = text("RFB 003.008\n");

}  // namespace

TEST_CASE("a viewer is greeted with 3.8") {
    REQUIRE(as_text(ViewerLogin(everything()).greeting()) == "RFB 003.008\n");
}

TEST_CASE("a viewer with VeNCrypt proves itself inside TLS, with the certificate where it can") {
    for (const bool x509 : {true, false})
        for (const auto* says : {"RFB 003.008\n", "RFB 003.007\n", "RFB 003.889\n"}) {
            const Bytes sent = Sent()
                                   .text(says)
                                   .u8(19)
                                   .u8(0)
                                   .u8(2)
                                   .u32(x509 ? x509_plain : tls_plain)
                                   .then(credentials("anna/AB12", "correct horse"))
                                   .u8(1);
            const auto shaken = session(everything(), Sent().then(sent).text("what follows"));
            REQUIRE(shaken.done);
            REQUIRE(shaken.consumed == sent.size());
            REQUIRE(shaken.needed ==
                    std::vector{x509 ? Need::x509_tls : Need::anonymous_tls, Need::decision, Need::nothing});
            REQUIRE(
                shaken.replies ==
                Bytes(Sent().u8(2).u8(19).u8(2).u8(0).u8(2).u8(0).u8(2).u32(x509_plain).u32(tls_plain).u8(1).u32(0)));
            REQUIRE(shaken.login.plain()->user == "anna/AB12");
            REQUIRE(shaken.login.plain()->password.text() == "correct horse");
            REQUIRE(shaken.login.plain()->x509 == x509);
            REQUIRE_FALSE(shaken.login.vnc_auth());
            REQUIRE(shaken.login.shared());
        }
}

TEST_CASE("a viewer with VncAuth answers the challenge, as its version has it") {
    const auto response = vnc_response(some_challenge(), "one-time");
    for (const auto* says : {"RFB 003.008\n", "RFB 003.007\n"}) {
        const auto shaken = session(everything(), Sent().text(says).u8(2).then(bytes_of(response)).u8(0));
        REQUIRE(shaken.done);
        REQUIRE(shaken.replies == Bytes(Sent().u8(2).u8(19).u8(2).then(bytes_of(some_challenge())).u32(0)));
        REQUIRE_FALSE(shaken.login.shared());
        REQUIRE_FALSE(shaken.login.plain());
    }
    const auto old = session(everything(), Sent().text("RFB 003.003\n").then(bytes_of(response)).u8(1));
    REQUIRE(old.done);
    REQUIRE(old.needed == std::vector{Need::decision, Need::nothing});
    REQUIRE(old.replies == Bytes(Sent().u32(2).then(bytes_of(some_challenge())).u32(0)));
    const auto& answer = *old.login.vnc_auth();
    REQUIRE(response_matches(answer.challenge, answer.response, "one-time"));
    REQUIRE_FALSE(response_matches(answer.challenge, answer.response, "another"));
}

TEST_CASE("only what is offered is listed and can be chosen") {
    const auto listed = [](const Offer& offer) { return session(offer, version).replies; };
    REQUIRE(listed(only(true, false, false)) == Bytes{1, 19});
    REQUIRE(listed(only(false, true, true)) == Bytes{2, 19, 2});
    REQUIRE(listed(only(false, false, true)) == Bytes{1, 2});
    const auto none = make_error_code(WireError::no_common_security);
    REQUIRE(session(only(true, true, false), Sent().then(version).u8(2)).error == none);
    REQUIRE(session(only(false, false, true), Sent().then(version).u8(19)).error == none);
    REQUIRE(session(everything(), Sent().then(version).u8(1)).error == none);
    REQUIRE(session(everything(), Sent().then(version).u8(0)).error == none);

    const auto subtype = [](const Offer& offer, std::uint32_t type) {
        return session(offer, Sent().then(version).u8(19).u8(0).u8(2).u32(type));
    };
    REQUIRE(subtype(only(true, false, true), x509_plain).replies ==
            Bytes(Sent().u8(2).u8(19).u8(2).u8(0).u8(2).u8(0).u8(1).u32(x509_plain).u8(1)));
    REQUIRE(subtype(only(true, false, false), tls_plain).error == none);
    REQUIRE(subtype(only(false, true, false), x509_plain).error == none);
    for (const std::uint32_t other : {0U, 256U, 257U, 258U, 260U, 261U, 263U, 0x0103'0000U})
        REQUIRE(subtype(everything(), other).error == none);
}

TEST_CASE("a viewer without VeNCrypt 0.2 is told so") {
    for (const unsigned minor : {0U, 1U, 3U}) {
        const auto shaken = session(everything(), Sent().then(version).u8(19).u8(0).u8(minor).u32(x509_plain));
        REQUIRE(shaken.needed == std::vector{Need::close});
        REQUIRE(shaken.replies == Bytes{2, 19, 2, 0, 2, 0xFF});
        REQUIRE(shaken.login.reason() == "the viewer does not know VeNCrypt 0.2");
    }
    REQUIRE(session(everything(), Sent().then(version).u8(19).u8(1).u8(2)).needed == std::vector{Need::close});
}

TEST_CASE("a refusal is told at once, as the viewer's version has it") {
    auto offer = everything();
    offer.refusal = "come back later";
    const auto refused = [&](const char* says) {
        const auto shaken = session(offer, text(says));
        REQUIRE(shaken.needed == std::vector{Need::close});
        REQUIRE(shaken.login.reason() == "come back later");
        return shaken.replies;
    };
    REQUIRE(refused("RFB 003.003\n") == Bytes(Sent().u32(0).then(reason("come back later"))));
    REQUIRE(refused("RFB 003.007\n") == Bytes(Sent().u8(0).then(reason("come back later"))));
    REQUIRE(refused("RFB 003.008\n") == Bytes(Sent().u8(0).then(reason("come back later"))));
    // What it sends nevertheless is nobody's.
    const auto shaken = session(offer, Sent().then(version).u8(2).any(30));
    REQUIRE(shaken.consumed == version.size());
    REQUIRE(shaken.needed == std::vector{Need::close});
}

TEST_CASE("a viewer for which there is no way in is told what it needs") {
    auto offer = only(true, true, false);
    const std::string default_words = offer.no_way_in;
    REQUIRE(default_words.find("VeNCrypt") != std::string::npos);
    REQUIRE(session(offer, text("RFB 003.003\n")).replies == Bytes(Sent().u32(0).then(reason(default_words))));
    offer.no_way_in = "take another";
    const auto old = session(offer, text("RFB 003.005\n"));
    REQUIRE(old.replies == Bytes(Sent().u32(0).then(reason("take another"))));
    REQUIRE(old.needed == std::vector{Need::close});
    REQUIRE(old.login.reason() == "take another");
    REQUIRE(session(offer, version).needed.empty());
    const auto nothing = session(only(false, false, false), version);
    REQUIRE(nothing.replies == Bytes(Sent().u8(0).then(reason(default_words))));
    REQUIRE(nothing.needed == std::vector{Need::close});
}

TEST_CASE("a refused log-in comes with the reason where the viewer can read one") {
    const auto refused = [](const Bytes& bytes) {
        const auto shaken = session(everything(), bytes, "the guest said no");
        REQUIRE(shaken.needed.back() == Need::close);
        REQUIRE(shaken.login.reason() == "the guest said no");
        REQUIRE_FALSE(shaken.done);
        return as_text(shaken.replies).ends_with(as_text(Bytes(Sent().u32(1).then(reason("the guest said no")))))
                   ? "reason"
               : as_text(shaken.replies).ends_with(std::string_view("\0\0\0\1", 4)) ? "result"
                                                                                    : "neither";
    };
    const Bytes response = Sent().any(16);
    REQUIRE(refused(Sent().text("RFB 003.003\n").then(response)) == std::string("result"));
    REQUIRE(refused(Sent().text("RFB 003.007\n").u8(2).then(response)) == std::string("result"));
    REQUIRE(refused(Sent().text("RFB 003.008\n").u8(2).then(response)) == std::string("reason"));
    for (const auto* says : {"RFB 003.007\n", "RFB 003.008\n"})
        REQUIRE(refused(Sent().text(says).u8(19).u8(0).u8(2).u32(x509_plain).then(credentials("anna", "wrong"))) ==
                std::string("reason"));
}

TEST_CASE("nothing is consumed while TLS or a decision is awaited") {
    ViewerLogin login(everything());
    const Bytes choice = Sent().then(version).u8(19).u8(0).u8(2).u32(x509_plain);
    const auto hello = text("a ClientHello");
    REQUIRE(login.feed(Bytes(Sent().then(choice).then(hello))).value().consumed == choice.size());
    for (int again = 0; again < 2; ++again) {
        REQUIRE(login.needs() == Need::x509_tls);
        REQUIRE(login.feed(hello).value().consumed == 0);
    }
    login.tls_ready();
    REQUIRE(login.needs() == Need::more);
    REQUIRE_FALSE(login.plain());
    const auto plain = credentials("anna", "secret");
    REQUIRE(login.feed(Bytes(Sent().then(plain).u8(1))).value().consumed == plain.size());
    for (int again = 0; again < 2; ++again) {
        REQUIRE(login.needs() == Need::decision);
        REQUIRE(login.feed(Bytes{1}).value().consumed == 0);
    }
    REQUIRE(login.accepted() == Bytes{0, 0, 0, 0});
    REQUIRE(login.needs() == Need::more);
    const auto last = login.feed(Bytes{1, 0}).value();
    REQUIRE(last.done);
    REQUIRE(last.consumed == 1);
    REQUIRE(login.needs() == Need::nothing);
    REQUIRE(login.feed(Bytes{0}).value().done);
}

TEST_CASE("credentials keep their limits") {
    const auto with = [](std::uint32_t user_bytes, std::uint32_t password_bytes) {
        return session(everything(), Sent()
                                         .then(version)
                                         .u8(19)
                                         .u8(0)
                                         .u8(2)
                                         .u32(tls_plain)
                                         .u32(user_bytes)
                                         .u32(password_bytes)
                                         .any(1'279)
                                         .u8(1));
    };
    const auto longest = with(255, 1'024);
    REQUIRE(longest.done);
    REQUIRE(longest.login.plain()->user.size() == 255);
    REQUIRE(longest.login.plain()->password.text().size() == 1'024);
    const auto oversized = make_error_code(WireError::oversized);
    REQUIRE(with(256, 0).error == oversized);
    REQUIRE(with(0, 1'025).error == oversized);
    REQUIRE(with(0xFFFF'FFFF, 0xFFFF'FFFF).error == oversized);
    REQUIRE(with(8, 0xFFFF'FFF8).error == oversized);
    const auto empty =
        session(everything(), Sent().then(version).u8(19).u8(0).u8(2).u32(tls_plain).then(credentials("", "")).u8(1));
    REQUIRE(empty.done);
    REQUIRE(empty.login.plain()->user.empty());
    REQUIRE(empty.login.plain()->password.text().empty());
}

TEST_CASE("a viewer of RFB 3.3 can be kept from VncAuth, and is told why while that can be said") {
    auto offer = everything();
    offer.vnc_auth_33 = false;
    offer.no_way_in = "use TLS";
    ViewerLogin old(offer);
    const auto told = old.feed(text("RFB 003.003\n")).value();
    REQUIRE(old.needs() == Need::close);
    REQUIRE(told.reply == Bytes(Sent().u32(0).then(reason("use TLS"))));
    ViewerLogin newer(offer);
    REQUIRE(newer.feed(text("RFB 003.008\n")).value().reply == Bytes{2, 19, 2});
    REQUIRE_FALSE(newer.person_types());
    REQUIRE(newer.feed(Bytes{2}).has_value());
    REQUIRE(newer.person_types());
}

TEST_CASE("what logs in but is no viewer is refused at its first wrong byte") {
    ViewerLogin login(everything());
    REQUIRE(login.feed(text("G")).error() == make_error_code(WireError::not_rfb));
    REQUIRE(session(everything(), text("\x16\x03\x01")).error == make_error_code(WireError::not_rfb));
    REQUIRE(session(everything(), text("RFB 000.000\n")).error == make_error_code(WireError::unknown_version));
}
