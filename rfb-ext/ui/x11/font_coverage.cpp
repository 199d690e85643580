#include <FL/Fl.H>
#define FL_INTERNALS  // fl_xftfont: the only way to ask which characters a font of FLTK's has
#include <FL/x.H>
#include <X11/Xft/Xft.h>
#include <fontconfig/fontconfig.h>

#include <memory>

#include "rfb-ext/ui/screen.hpp"

namespace pronto::ui {
namespace {

struct Destroy {
    void operator()(FcPattern* pattern) const { FcPatternDestroy(pattern); }
    void operator()(FcCharSet* set) const { FcCharSetDestroy(set); }
};
using Pattern = std::unique_ptr<FcPattern, Destroy>;
using CharSet = std::unique_ptr<FcCharSet, Destroy>;

Pattern wish_for(FcCharSet* set, bool bold) {
    Pattern wish(FcPatternCreate());
    FcPatternAddCharSet(wish.get(), FC_CHARSET, set);
    FcPatternAddString(wish.get(), FC_FAMILY, reinterpret_cast<const FcChar8*>("sans-serif"));
    FcPatternAddInteger(wish.get(), FC_WEIGHT, bold ? FC_WEIGHT_BOLD : FC_WEIGHT_REGULAR);
    FcPatternAddBool(wish.get(), FC_SCALABLE, FcTrue);
    FcConfigSubstitute(nullptr, wish.get(), FcMatchPattern);
    FcDefaultSubstitute(wish.get());
    return wish;
}

}  // namespace

bool selected_font_has(char32_t character) {
    auto* font = static_cast<XftFont*>(fl_xftfont);
    return font && XftCharExists(fl_display, font, character);
}

std::string font_with(char32_t character, bool bold) {
    const CharSet set(FcCharSetCreate());
    FcCharSetAddChar(set.get(), character);
    const Pattern wish = wish_for(set.get(), bold);
    FcResult result = FcResultNoMatch;
    const Pattern found(FcFontMatch(nullptr, wish.get(), &result));
    if (!found) return {};
    FcCharSet* has = nullptr;
    FcChar8* family = nullptr;
    if (FcPatternGetCharSet(found.get(), FC_CHARSET, 0, &has) != FcResultMatch || !FcCharSetHasChar(has, character))
        return {};
    if (FcPatternGetString(found.get(), FC_FAMILY, 0, &family) != FcResultMatch) return {};
    return (bold ? "B" : " ") + std::string(reinterpret_cast<const char*>(family));
}

}  // namespace pronto::ui
