#include "rfb-ext/base/words.hpp"

#include <string_view>

namespace pronto {

std::string in_words(const Sha256& fingerprint) {
    constexpr std::string_view consonants = "bdfghjklmnprstvz";
    constexpr std::string_view vowels = "aiou";
    std::string text;
    for (std::size_t i = 0; i < 16; i += 2) {
        const unsigned bits = load_u16(&fingerprint[i]);
        if (!text.empty()) text += '-';
        text += consonants[bits >> 12];
        text += vowels[bits >> 10 & 3];
        text += consonants[bits >> 6 & 15];
        text += vowels[bits >> 4 & 3];
        text += consonants[bits & 15];
    }
    return text;
}

}  // namespace pronto
