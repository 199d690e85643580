#include "viewer/model/error_text.hpp"

#include <string_view>

namespace pronto::viewer {

namespace {

std::string sentence(std::string text) {
    if (text.empty()) return text;
    if (text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 'a' + 'A');
    if (std::string_view(".!?:").find(text.back()) == std::string_view::npos) text += '.';
    return text;
}

}  // namespace

std::string in_words(const control::Error& error) {
    auto text = sentence(error.message);
    if (!text.empty() && !error.remedy.empty()) text += ' ';
    return text + sentence(error.remedy);
}

}  // namespace pronto::viewer
