#include <fmt/format.h>
#include <boost/json.hpp>

#include "rfb-ext/base/text.hpp"
#include "rfb-ext/fbs/commands.hpp"
#include "rfb-ext/fbs/key_ring.hpp"
#include "rfb-ext/fbs/new_file.hpp"
#include "rfb-ext/fbs/plain_bytes.hpp"

namespace pronto::fbs {

namespace fs = std::filesystem;

int unseal(const Source& sealed, const fs::path& out, bool json) {
    if (fs::exists(out) && fs::equivalent(sealed.file, out))
        throw std::runtime_error(fmt::format("{} cannot be both the sealed file and the plain one", out.string()));
    const auto file = open_plain(sealed.file, KeyRing::read_if_given(sealed.key_file).get());
    if (!file->sealed()) throw std::runtime_error(fmt::format("{} is not sealed", sealed.file.string()));
    NewFile plain(out);
    std::uint64_t bytes = 0;
    try {
        bytes = copy_plain(*file, [&](ByteView piece) { plain.write(piece); });
    } catch (const DamagedBytes& damage) {
        throw std::runtime_error(fmt::format("{} is damaged: {}", sealed.file.string(), damage.what()));
    }
    plain.take_name();
    sync_folder(out.parent_path());
    const bool cut = file->lacks_end();
    if (json) {
        const boost::json::object said{{"out", out.string()}, {"bytes", bytes}, {"cut", cut}};
        fmt::print("{}\n", boost::json::serialize(said));
    } else {
        fmt::print("{}: {}{}\n", out.string(), human_bytes(bytes), cut ? ", cut: its end was never sealed" : "");
    }
    return 0;
}

}  // namespace pronto::fbs
