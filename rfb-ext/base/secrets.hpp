#pragma once

#include <memory>
#include <span>
#include <string>

#include "rfb-ext/base/bytes.hpp"

namespace pronto {

/// Overwrites the text (the whole of its memory, also of one that was moved from) and empties it.
void wipe(std::string& secret);
void wipe(std::span<Byte> secret);

/// A password or token that is overwritten when its last holder lets go.
class Secret {
public:
    Secret() = default;
    /// Takes the text and wipes where it stood.
    explicit Secret(std::string&& text);
    const std::string& text() const { return *text_; }

private:
    std::shared_ptr<const std::string> text_ = std::make_shared<const std::string>();
};

}  // namespace pronto
