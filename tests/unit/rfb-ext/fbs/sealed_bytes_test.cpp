#include "rfb-ext/fbs/sealed_bytes.hpp"

#include <fstream>
#include <random>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "rfb-ext/base/text.hpp"
#include "rfb-ext/fbs/movie_file.hpp"
#include "rfb-ext/fbs/new_file.hpp"
#include "tests/unit/rfb-ext/fbs/movies.hpp"
#include "tests/unit/rfb-ext/fbs/sealed.hpp"

using namespace pronto;
using namespace pronto::test;
using Catch::Matchers::Contains;

namespace {

Bytes numbered(std::size_t count, unsigned seed = 1) {
    std::minstd_rand random(seed);
    Bytes bytes(count);
    for (auto& byte : bytes) byte = static_cast<Byte>(random() >> 8);
    return bytes;
}

/// Where the chunks of a sealed file begin, the last one too, and where it ends.
std::vector<std::size_t> chunks_of(const Bytes& file) {
    std::vector<std::size_t> starts;
    std::size_t at = fbs::read_seal_header(file).value().bytes;
    while (at < file.size()) {
        starts.push_back(at);
        at += fbs::chunk_extra_bytes + load_u32(&file[at]);
    }
    starts.push_back(at);
    return starts;
}

bool is_start_of(const Bytes& start, const Bytes& whole) {
    return start.size() <= whole.size() && std::equal(start.begin(), start.end(), whole.begin());
}

Bytes joined(std::initializer_list<ByteView> pieces) {
    Bytes all;
    for (const auto& piece : pieces) append(all, piece);
    return all;
}

}  // namespace

TEST_CASE("what was sealed is read again, in pieces of any size") {
    for (const std::size_t size : {0ul, 1ul, 1'000ul, 65'535ul, 65'536ul, 65'537ul, 200'000ul}) {
        const auto plain = numbered(size);
        const auto file = sealed(plain);
        for (const std::size_t piece : {7'001ul, 65'536ul, 100'000ul}) {
            const auto found = opened(file, ring(), piece);
            CHECK(found.plain == plain);
            CHECK(found.damage == "");
            CHECK(found.cut_bytes == 0);
            CHECK_FALSE(found.lacks_end);
        }
        CHECK(file.size() == chunks_of(file).front() + size + (size + 65'535) / 65'536 * 20 + 20);
    }
}

TEST_CASE("any place in a sealed file can be read, forwards and backwards") {
    const auto plain = numbered(300'000);
    std::vector<Bytes> writes;
    std::minstd_rand random(7);
    for (std::size_t at = 0; at < plain.size();) {
        const auto count = std::min<std::size_t>(1 + random() % 90'000, plain.size() - at);
        writes.emplace_back(plain.begin() + static_cast<std::ptrdiff_t>(at),
                            plain.begin() + static_cast<std::ptrdiff_t>(at + count));
        at += count;
    }
    const auto keys = ring();
    fbs::SealedBytes file(std::make_unique<MemoryBytes>(sealed(writes)), "a", &keys);
    for (int i = 0; i < 2'000; ++i) {
        const auto at = random() % (plain.size() + 10);
        Bytes piece(1 + random() % 70'000);
        piece.resize(fbs::read_full(file, at, piece));
        CHECK(piece.size() <= plain.size());
        REQUIRE(std::equal(piece.begin(), piece.end(),
                           plain.begin() + static_cast<std::ptrdiff_t>(std::min(at, plain.size()))));
        REQUIRE((piece.empty() == (at >= plain.size())));
    }
    CHECK(file.size() == plain.size());
    Byte one[1];
    CHECK(file.read_at(UINT64_MAX, one) == 0);
}

TEST_CASE("a sealed file says in its first lines what it is, and nothing of what is in it") {
    const std::string movie = "FBS 001.000\nFBS 001.000\nFBS 001.000\n";
    const auto file = sealed(Bytes(movie.begin(), movie.end()));
    const auto text = std::string(as_text(file));
    CHECK(text.starts_with("PRONTO SEALED 1\n1-a.fbs\nkey " + ring().id() + "\n"));
    CHECK(text.find("FBS 001") == std::string::npos);
    CHECK(sealed(numbered(100)) != sealed(numbered(100)));  // each file has a key of its own
}

TEST_CASE("a name is kept on its line") {
    const auto header_of = [](const std::string& name) {
        return fbs::read_seal_header(sealed(std::vector<Bytes>{}, false, name)).value().name;
    };
    CHECK(header_of("a\nkey 0\x7F.fbs") == "akey 0.fbs");
    CHECK(header_of("") == "");
    CHECK(header_of(std::string(1'000, 'x')) == std::string(255, 'x'));
    CHECK(sealed(std::vector<Bytes>{}, false, std::string(255, 'x')).size() == fbs::longest_seal_header_bytes);
}

TEST_CASE("a sealed file cut anywhere reads up to its last whole piece, and does not pass for whole") {
    const std::vector<Bytes> writes{numbered(60, 1), numbered(1, 2), numbered(200, 3)};
    const auto plain = joined({writes[0], writes[1], writes[2]});
    const auto file = sealed(writes);
    const auto starts = chunks_of(file);
    for (std::size_t size = fbs::seal_magic.size(); size < file.size(); ++size) {
        const auto found = opened({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)});
        if (size < starts[0]) {
            CHECK(found.plain.empty());
            CHECK_THAT(found.damage, Contains("cut off or changed"));
            continue;
        }
        const auto whole = std::upper_bound(starts.begin(), starts.end(), size) - starts.begin() - 1;
        const std::size_t readable[] = {0, 60, 61, 261};
        CHECK(found.plain.size() == readable[whole]);
        CHECK(is_start_of(found.plain, plain));
        CHECK(found.damage == "");
        CHECK(found.cut_bytes == size - starts[static_cast<std::size_t>(whole)]);
        CHECK(found.lacks_end);
    }
}

TEST_CASE("a sealed file with any bit changed gives nothing that was not sealed, and says so") {
    const std::vector<Bytes> writes{numbered(40, 1), numbered(25, 2)};
    const auto plain = joined({writes[0], writes[1]});
    const auto file = sealed(writes);
    const auto first = fbs::read_seal_header(file).value().bytes;
    for (std::size_t at = fbs::seal_magic.size(); at < file.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            auto changed = file;
            changed[at] = static_cast<Byte>(changed[at] ^ 1 << bit);
            Opened found;
            try {
                found = opened(changed);
            } catch (const std::runtime_error& other_key) {  // the id itself was changed
                REQUIRE_THAT(other_key.what(), Contains("which is not in hub.key"));
                REQUIRE(at < first - fbs::KeyRing::wrapped_bytes);
                continue;
            }
            REQUIRE(is_start_of(found.plain, plain));
            // Only a length may say that there is more than the file has: that is a cut file, not a whole one.
            REQUIRE((!found.damage.empty() || found.cut_bytes > 0));
            REQUIRE((!found.damage.empty() || found.lacks_end));
            if (at >= first) REQUIRE((found.damage.empty() || found.damage.find("byte") != std::string::npos));
        }
    }
}

TEST_CASE("pieces that were swapped, doubled, left out or taken from another file are no longer what was sealed") {
    const std::vector<Bytes> writes{numbered(50, 1), numbered(50, 2), numbered(50, 3)};
    const auto file = sealed(writes), other = sealed(writes);
    const auto starts = chunks_of(file);
    const auto piece = [&](const Bytes& of, std::size_t n) {
        return ByteView(of).subspan(starts[n], starts[n + 1] - starts[n]);
    };
    const auto header = ByteView(file).first(starts[0]);
    const auto end = piece(file, 3);
    const auto expect = [&](const Bytes& made, std::size_t good) {
        const auto found = opened(made);
        CHECK(found.plain == joined({ByteView(joined({writes[0], writes[1], writes[2]})).first(good * 50)}));
        CHECK_THAT(found.damage, Contains("was changed"));
    };
    expect(joined({header, piece(file, 1), piece(file, 0), piece(file, 2), end}), 0);
    expect(joined({header, piece(file, 0), piece(file, 0), piece(file, 1), piece(file, 2), end}), 1);
    expect(joined({header, piece(file, 0), piece(file, 2), end}), 1);
    expect(joined({header, piece(file, 0), piece(file, 1), piece(other, 2), end}), 2);
    expect(joined({header, piece(file, 0), piece(file, 1), end}), 2);
    expect(joined({header, piece(file, 0), piece(file, 1), piece(file, 2), piece(other, 3)}), 3);
    expect(joined({ByteView(other).first(starts[0]), piece(file, 0), piece(file, 1), piece(file, 2), end}), 0);
    const auto behind = opened(joined({file, piece(file, 0)}));
    CHECK(behind.plain.size() == 150);
    CHECK_THAT(behind.damage, Contains(fmt::format("behind its end at byte {}", file.size())));
}

TEST_CASE("another name or another hub key in the header does not open the file") {
    const auto keys = ring("12");
    const auto file = sealed({numbered(10)}, true, "1-a.fbs", keys);
    auto renamed = file;
    renamed[fbs::seal_magic.size()] = '2';
    CHECK_THAT(opened(renamed, keys).damage, Contains("cut off or changed"));
    auto other_key = file;
    const auto id = ring("2").id();
    std::copy(id.begin(), id.end(),
              other_key.begin() + static_cast<std::ptrdiff_t>(std::string(as_text(file)).find("key ") + 4));
    CHECK_THAT(opened(other_key, keys).damage, Contains("cut off or changed"));
}

TEST_CASE("a length from a damaged file leads nowhere outside it and takes no memory") {
    auto file = sealed({numbered(10), numbered(10)});
    const auto second = chunks_of(file)[1];
    file[second] = 0xFF;
    const auto found = opened(file);
    CHECK(found.plain.size() == 10);
    CHECK(found.damage == fmt::format("the length at byte {} was changed", second));
    file[second] = 0;
    file[second + 2] = 0xFF;  // allowed, but more than there is
    CHECK(opened(file).cut_bytes == file.size() - second);
}

TEST_CASE("a file sealed with another key names the key and the key file; without keys the remedy") {
    const auto file = sealed(numbered(10));
    CHECK_THROWS_WITH(opened(file, ring("2")), Contains("case.fbs") && Contains(ring().id()) && Contains("hub.key"));
    CHECK_THROWS_WITH(fbs::SealedBytes(std::make_unique<MemoryBytes>(file), "case.fbs", nullptr),
                      Contains("case.fbs") && Contains(ring().id()) && Contains("--key-file"));
    CHECK(opened(file, ring("21")).plain == numbered(10));
}

TEST_CASE("a sealed file can be read while it grows") {
    const Folder folder;
    const auto path = folder / "1-a.part1.fbs";
    const auto plain = numbered(5'000);
    const auto keys = ring();
    fbs::Sealer sealer("1-a.part1.fbs", keys);
    const auto add = [&](const Bytes& more) { std::ofstream(path, std::ios::app | std::ios::binary) << as_text(more); };
    add(sealer.header());
    const auto file = fbs::open_plain(path, &keys);
    Bytes buffer(10'000);
    for (std::size_t n = 0; n < 5; ++n) {
        CHECK(file->read_at(n * 1'000, buffer) == 0);
        CHECK(fbs::plain_size(path) == n * 1'000);
        Bytes more;
        sealer.add(ByteView(plain).subspan(n * 1'000, 1'000), more);
        add({more.begin(), more.end() - 1});
        CHECK(file->read_at(n * 1'000, buffer) == 0);
        CHECK(file->cut_bytes() == more.size() - 1);
        add({more.back()});
        REQUIRE(fbs::read_full(*file, 0, buffer) == (n + 1) * 1'000);
        CHECK(is_start_of({buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>((n + 1) * 1'000)}, plain));
        CHECK(file->lacks_end());
    }
    Bytes end;
    sealer.end(end);
    add(end);
    CHECK(file->size() == 5'000);
    CHECK_FALSE(file->lacks_end());
}

TEST_CASE("a file that is not sealed is read as it is, with keys or without") {
    const Folder folder;
    save(folder / "plain.fbs", small_movie());
    const auto keys = ring();
    for (const auto* with : {static_cast<const fbs::KeyRing*>(nullptr), &keys}) {
        const auto file = fbs::open_plain(folder / "plain.fbs", with);
        Bytes content(small_movie().size() + 10);
        content.resize(fbs::read_full(*file, 0, content));
        CHECK(content == small_movie());
        CHECK(file->sealed_name() == "");
        CHECK_FALSE(file->lacks_end());
    }
    CHECK_FALSE(fbs::is_sealed(folder / "plain.fbs"));
    CHECK_THROWS_WITH(fbs::open_plain(folder / "none.fbs", &keys), Contains("none.fbs"));
    CHECK_THROWS_WITH(fbs::open_plain(folder / ".", &keys), Contains("directory"));
}

TEST_CASE("a new file is sealed on its way to the disk") {
    const Folder folder;
    const auto plain = numbered(150'000);
    {
        auto keys = std::make_unique<fbs::KeyRing>(ring());
        fbs::NewFile file(folder / "1-a.fbs", keys.get());
        const auto beside = fbs::open_plain(file.path(), keys.get());
        keys.reset();  // neither the writer nor the reader needs it any more
        file.write(ByteView(plain).first(100'000));
        file.write(ByteView(plain).subspan(100'000));
        file.end();
        file.take_name();
        Bytes read(200'000);
        read.resize(fbs::read_full(*beside, 0, read));
        CHECK(read == plain);
        CHECK(beside->sealed_name() == "1-a.fbs");
    }
    CHECK(fbs::is_sealed(folder / "1-a.fbs"));
    CHECK(fbs::plain_size(folder / "1-a.fbs") == plain.size());
}

TEST_CASE("a sealed movie is read and entered like a plain one") {
    const Folder folder;
    const auto plain = busy_movie(60);
    const auto keys = ring();
    save(folder / "plain.fbs", plain);
    save(folder / "sealed.fbs", sealed({plain}, true, "sealed.fbs"));
    fbs::MovieFile one(folder / "plain.fbs"), other(folder / "sealed.fbs", &keys);
    std::vector<std::uint64_t> positions;
    for (auto message = one.next(); message; message = one.next()) {
        const auto same = other.next();
        REQUIRE(same);
        REQUIRE(same->bytes == message->bytes);
        REQUIRE(same->at_ms == message->at_ms);
        positions.push_back(one.position());
    }
    CHECK_FALSE(other.next());
    CHECK(other.cut() == "");
    CHECK(other.error() == "");
    CHECK(other.size() == plain.size());
    CHECK(other.bytes() == plain.size());
    for (std::size_t i = 1; i < positions.size(); i += 37) {
        one.enter(positions[i - 1]);
        other.enter(positions[i - 1]);
        CHECK(one.next()->bytes == other.next()->bytes);
    }
    other.start_again();
    one.start_again();
    CHECK(one.next()->bytes == other.next()->bytes);
}

TEST_CASE("a sealed movie that was changed is damaged there, and good before") {
    const Folder folder;
    const auto keys = ring();
    auto file = sealed({busy_movie(30)}, true, "sealed.fbs");
    file[file.size() - 50] ^= 1;
    save(folder / "sealed.fbs", file);
    fbs::MovieFile movie(folder / "sealed.fbs", &keys);
    std::size_t messages = 0;
    while (movie.next()) ++messages;
    CHECK(movie.error().find("was sealed at bytes") != std::string::npos);
    file.resize(file.size() - 20);
    save(folder / "cut.fbs", sealed({small_movie()}, false, "cut.fbs"));
    fbs::MovieFile cut(folder / "cut.fbs", &keys);
    while (cut.next()) continue;
    CHECK(cut.error() == "");
    CHECK(cut.cut_bytes() == 0);
    CHECK(cut.cut() == "cut, its end was never sealed");
}
