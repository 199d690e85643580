#include <algorithm>
#include <string>

#include "rfb-ext/fbs/sealed_bytes.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/unit/rfb-ext/fbs/sealed.hpp"

using namespace pronto;

namespace {

/// What the files that are tampered with hold: several pieces, some of them short.
const std::vector<Bytes>& written() {
    static const std::vector<Bytes> pieces = [] {
        std::vector<Bytes> made;
        for (const std::size_t size : {60, 1, 700, 33, 90'000, 5})
            made.emplace_back(size, static_cast<Byte>('A' + made.size()));
        return made;
    }();
    return pieces;
}

/// Does to a file what five bytes each say: flip, cut, leave out, double or swap some of it.
Bytes tampered(Bytes file, ByteView deeds) {
    for (; deeds.size() >= 5 && !file.empty(); deeds = deeds.subspan(5)) {
        const auto at = file.begin() + static_cast<std::ptrdiff_t>(load_u16(&deeds[1]) * 2 % file.size());
        const auto count = std::min<std::ptrdiff_t>(load_u16(&deeds[3]), file.end() - at);
        const Bytes some(at, at + count);
        switch (deeds[0] % 5) {
            case 0:
                *at ^= deeds[3];
                break;
            case 1:
                file.erase(at, file.end());
                break;
            case 2:
                file.erase(at, at + count);
                break;
            case 3:
                file.insert(at, some.begin(), some.end());
                break;
            case 4:
                std::rotate(at, at + count / 2, at + count);
                break;
        }
    }
    return file;
}

test::Opened opened(const Bytes& file, std::size_t piece) {
    static const auto keys = test::ring();
    try {
        return test::opened(file, keys, piece);
    } catch (const fbs::DamagedBytes&) {
        throw;  // damage never comes from opening
    } catch (const std::runtime_error&) {
        return {{}, "another key", 0, false};
    }
}

}  // namespace

/// First byte even: the rest is a file. Odd: the rest tampers with a good one; then what can be read is the start of
/// what was sealed, and all of it only if the file says nothing of damage or a cut. Either way it is the same in any
/// pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const ByteView rest = ByteView(data, size).subspan(1);
    const bool tamper = data[0] % 2 == 1;
    static const Bytes good = test::sealed(written());
    const Bytes file = tamper ? tampered(good, rest) : Bytes(rest.begin(), rest.end());
    if (!fbs::begins_sealed(file)) return 0;
    const auto found = opened(file, 100'000);
    const auto again = opened(file, 777);
    require(found.plain == again.plain && found.damage == again.damage);
    require(found.plain.size() + fbs::chunk_extra_bytes <= file.size() || found.plain.empty());
    if (!tamper) return 0;
    Bytes all;
    for (const auto& piece : written()) append(all, piece);
    require(found.plain.size() <= all.size() && std::equal(found.plain.begin(), found.plain.end(), all.begin()));
    const bool passes = found.damage.empty() && !found.lacks_end;
    require(passes == (file == good));
    return 0;
}
