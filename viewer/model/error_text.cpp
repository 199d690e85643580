#include "viewer/model/error_text.hpp"

#include "rfb-ext/base/text.hpp"

namespace pronto::viewer {

std::string in_words(const control::Error& error) { return sentences({error.message, error.remedy}); }

}  // namespace pronto::viewer
