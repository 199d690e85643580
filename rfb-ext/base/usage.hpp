#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "rfb-ext/base/text.hpp"

namespace pronto {

namespace detail {

/// "--port" and "-p" of the command and of those it belongs to.
inline std::vector<std::string> option_names(const CLI::App* app) {
    std::vector<std::string> names;
    for (; app; app = app->get_parent())
        for (const auto* option : app->get_options([](const CLI::Option*) { return true; })) {
            for (const auto& name : option->get_lnames()) names.push_back("--" + name);
            for (const auto& name : option->get_snames()) names.push_back("-" + name);
        }
    return names;
}

inline const CLI::Option* find_option(const CLI::App* app, const std::string& name) {
    for (; app; app = app->get_parent())
        if (const auto* option = app->get_option_no_throw(name)) return option;
    return nullptr;
}

inline std::vector<std::string> command_names(const CLI::App* app) {
    std::vector<std::string> names;
    for (const auto* command : app->get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(command->get_name());
    return names;
}

inline std::string full_name(const CLI::App* app) {
    return app->get_parent() ? full_name(app->get_parent()) + " " + app->get_name() : app->get_name();
}

inline std::string unknown(const char* what, const std::string& word, const std::vector<std::string>& known) {
    const auto near = nearest(word, known);
    return fmt::format("there is no {} \"{}\"{}", what, word, near.empty() ? "" : "; did you mean \"" + near + "\"?");
}

}  // namespace detail

/// What is wrong with a command line that was refused: names the first option or command that there is not, with the
/// nearest that there is, and where the help is. For programs with commands or without.
inline std::string usage_problem(const CLI::App& program, int argc, const char* const* argv,
                                 const CLI::ParseError& refusal) {
    const CLI::App* app = &program;
    std::string problem;
    for (int i = 1; i < argc && problem.empty(); ++i) {
        const std::string word = argv[i];
        if (word == "--") break;
        if (word.size() > 1 && word[0] == '-') {
            const auto name = word.substr(0, word.find('='));
            const auto* option = detail::find_option(app, name);
            if (!option) {
                problem = detail::unknown("option", name, detail::option_names(app));
            } else if (option->get_items_expected_max() > 0 && name == word) {
                ++i;  // its value
            }
        } else if (const auto commands = detail::command_names(app); !commands.empty()) {
            const auto named = app->get_subcommands([&](const CLI::App* one) { return one->get_name() == word; });
            if (named.empty())
                problem = detail::unknown("command", word, commands);
            else
                app = named.front();
        }
    }
    if (problem.empty() && dynamic_cast<const CLI::RequiredError*>(&refusal) && !detail::command_names(app).empty())
        problem = fmt::format("it needs a command: {}", fmt::join(detail::command_names(app), ", "));
    if (problem.empty()) problem = refusal.what();
    const bool ended = problem.ends_with('?') || problem.ends_with('.');
    return fmt::format("{}{} See \"{} --help\".", problem, ended ? "" : ".", detail::full_name(app));
}

}  // namespace pronto
