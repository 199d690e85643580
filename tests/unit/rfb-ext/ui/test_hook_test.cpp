#include <boost/json.hpp>  // before FLTK, which brings X11's macros

#include "rfb-ext/ui/test_hook.hpp"

#include <catch2/catch.hpp>

#include <memory>

#include "rfb-ext/ui/dialog.hpp"
#include "rfb-ext/ui/fields.hpp"
#include "rfb-ext/ui/row_list.hpp"

namespace json = boost::json;
using namespace pronto::ui;

namespace {

json::array widgets_of(Frame& window) {
    return json::parse(describe_windows(7, {&window})).at("widgets").as_array();
}

const json::object* find(const json::array& widgets, std::string_view id) {
    for (const auto& widget : widgets)
        if (widget.at("id").as_string() == id) return &widget.as_object();
    return nullptr;
}

struct Form {
    Frame window{300, 200, "Form \"quoted\"", 0, 10};
    TextField& user = window.content().fixed<TextField>(30);
    SecretField& password = window.content().fixed<SecretField>(30);
    Button& ok = window.content().fixed<Button>(30, "OK");
    RowList& rows = window.content().grow<RowList>(1, "tree.row:");

    Form() {
        give_id(window, "form");
        give_id(user, "form.user");
        give_id(password, "form.password");
        give_id(ok, "form.ok");
        window.position(100, 50);
        window.content().arrange();
    }
};

}  // namespace

TEST_CASE("widgets are told with id, place on the screen, label and value") {
    Form form;
    form.user.set_text("anna");
    const auto text = describe_windows(7, {&form.window});
    CHECK(json::parse(text).at("serial") == 7);
    const auto widgets = widgets_of(form.window);
    const auto* user = find(widgets, "form.user");
    REQUIRE(user);
    CHECK(user->at("value") == "anna");
    CHECK(user->at("x") == 110);
    CHECK(user->at("y") == 60);
    CHECK(user->at("width") == 280);
    CHECK(user->at("height") == 30);
    CHECK(user->at("window") == "form");
    CHECK(user->at("class") == "pronto::ui::TextField");
    REQUIRE(find(widgets, "form.ok"));
    CHECK(find(widgets, "form.ok")->at("label") == "OK");
    CHECK(find(widgets, "form")->at("label") == "Form \"quoted\"");
}

TEST_CASE("what a secret field holds is told nowhere") {
    Form form;
    form.password.set_text("correct horse");
    const auto widgets = widgets_of(form.window);
    REQUIRE(find(widgets, "form.password"));
    CHECK_FALSE(find(widgets, "form.password")->contains("value"));
    CHECK(describe_windows(1, {&form.window}).find("horse") == std::string::npos);
}

TEST_CASE("inactive and hidden widgets say so") {
    Form form;
    form.ok.deactivate();
    form.user.hide();
    const auto widgets = widgets_of(form.window);
    CHECK(find(widgets, "form.ok")->at("active") == false);
    CHECK(find(widgets, "form.password")->at("active") == true);
    CHECK(find(widgets, "form.user")->at("visible") == false);
}

TEST_CASE("rows of a list are told as parts on the screen") {
    Form form;
    form.rows.set_rows({{"NETCECK-210EB", "NETCECK-210EB"}});
    form.rows.select("NETCECK-210EB");
    const auto widgets = widgets_of(form.window);
    const auto* row = find(widgets, "tree.row:NETCECK-210EB");
    REQUIRE(row);
    CHECK(row->at("x").as_int64() > 110);
    CHECK(row->at("y").as_int64() > 150);
    CHECK(row->at("value") == true);
}

TEST_CASE("an id goes with its widget, also when the address is used again") {
    auto first = std::make_unique<Button>("one");
    give_id(*first, "one");
    CHECK(id_of(*first) == "one");
    give_id(*first, "renamed");
    CHECK(id_of(*first) == "renamed");
    const auto* address = first.get();
    first.reset();
    const auto second = std::make_unique<Button>("two");
    if (second.get() == address) CHECK(id_of(*second).empty());
    CHECK(id_of(*second).empty());
}
