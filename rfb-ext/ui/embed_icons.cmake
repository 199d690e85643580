# cmake -DRSVG= -DSVG_FOLDER= -DPNG_FOLDER= -DNAMES=a;b -DOUTPUT= -P embed_icons.cmake
# Renders each icon large enough for any screen scale (shrink() makes the rest) and writes the PNGs as one C++ source.
file(MAKE_DIRECTORY ${PNG_FOLDER})
set(arrays "")
set(table "")
foreach(name IN LISTS NAMES)
  execute_process(COMMAND ${RSVG} -w 96 -h 96 -o ${PNG_FOLDER}/${name}.png ${SVG_FOLDER}/${name}.svg
                  COMMAND_ERROR_IS_FATAL ANY)
  file(READ ${PNG_FOLDER}/${name}.png bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(REPLACE "-" "_" identifier ${name})
  string(APPEND arrays "const unsigned char png_${identifier}[] = {${bytes}};\n")
  string(APPEND table "    {\"${name}\", png_${identifier}},\n")
endforeach()
file(WRITE ${OUTPUT}.new "// Generated from lucide-static (ISC licence) by embed_icons.cmake.
#include \"rfb-ext/ui/icon_data.hpp\"

namespace pronto::ui {
namespace {
${arrays}}

std::span<const IconData> icon_data() {
    static const IconData all[] = {
${table}    };
    return all;
}
}  // namespace pronto::ui
")
file(RENAME ${OUTPUT}.new ${OUTPUT})
