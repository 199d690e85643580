#pragma once

#include <string>

#include "rfb-ext/base/random.hpp"

namespace pronto {

/// The first 128 bits of a fingerprint as eight pronounceable words ("lusab-babad-gutih-..."), to be compared over the
/// telephone. Proquints (D. Wilkerson, 2009): 16 bits a word, consonant-vowel-consonant-vowel-consonant, no language's words.
std::string in_words(const Sha256& fingerprint);

}  // namespace pronto
