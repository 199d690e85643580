#include "rfb-ext/vnc/library_log.hpp"

#include <cstdarg>
#include <cstdio>
#include <mutex>
#include <utility>

#include <rfb/rfb.h>

#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/text.hpp"

namespace pronto::vnc {

namespace {

thread_local std::string last_words;

std::string pass_on(const char* format, std::va_list arguments) {
    char text[512];
    std::vsnprintf(text, sizeof text, format, arguments);
    std::string line = presentable(text, 300);
    log::debug("LibVNC: {}", line);
    return line;
}

void chat(const char* format, ...) {
    std::va_list arguments;
    va_start(arguments, format);
    pass_on(format, arguments);
    va_end(arguments);
}

void complain(const char* format, ...) {
    std::va_list arguments;
    va_start(arguments, format);
    std::string line = pass_on(format, arguments);
    va_end(arguments);
    if (!line.starts_with("WARNING")) last_words = std::move(line);
}

}  // namespace

void quiet_the_library() {
    static std::once_flag once;
    std::call_once(once, [] {
        rfbLog = chat;
        rfbErr = complain;
    });
}

std::string take_library_words() {
    return std::exchange(last_words, {});
}

}  // namespace pronto::vnc
