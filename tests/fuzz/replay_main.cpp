#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

/// Runs a fuzz target over every file of the folders given, once. Fails if there is none: a corpus that got lost would
/// otherwise look like a pass.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::vector<std::uint8_t> content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path.string());
    return {std::istreambuf_iterator<char>(file), {}};
}

int replay(const std::filesystem::path& folder) {
    int count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        const auto bytes = content(entry.path());
        std::printf("%s\n", entry.path().c_str());
        std::fflush(stdout);  // so that the last line names the file that crashes
        LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
        ++count;
    }
    if (count == 0) std::fprintf(stderr, "no file in %s\n", folder.c_str());
    return count;
}

}  // namespace

int main(int argc, char** argv) try {
    bool found = argc > 1;
    for (int i = 1; i < argc; ++i) found = replay(argv[i]) > 0 && found;
    return found ? 0 : 1;
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
