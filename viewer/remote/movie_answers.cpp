#include "viewer/remote/movie_answers.hpp"

#include <algorithm>
#include <array>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "rfb-ext/base/text.hpp"

namespace pronto::viewer {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_name = 200, longest_text = 500, longest_cursor = 200, most_rows = 500;

struct StateWord {
    std::string_view word;
    Movie::State state;
};
constexpr std::array state_words{
    StateWord{"recording", Movie::State::recording}, StateWord{"waiting", Movie::State::waiting},
    StateWord{"working", Movie::State::working},     StateWord{"finished", Movie::State::finished},
    StateWord{"failed", Movie::State::failed},       StateWord{"deleted", Movie::State::deleted}};

std::optional<json::object> object_in(std::string_view text) {
    json::error_code error;
    json::parse_options options;
    options.max_depth = 6;
    auto value = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.as_object());
}

/// Empty if it is no text.
std::string text_at(const json::object& object, std::string_view key, std::size_t longest) {
    const auto* value = object.if_contains(json::string_view(key.data(), key.size()));
    const auto* text = value ? value->if_string() : nullptr;
    return text ? presentable({text->data(), text->size()}, longest) : std::string();
}

/// 0 if it is no number, or a negative one.
std::int64_t number_at(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(json::string_view(key.data(), key.size()));
    const auto* number = value ? value->if_int64() : nullptr;
    return number ? std::max<std::int64_t>(*number, 0) : 0;
}

std::optional<Movie> movie_in(const json::value& value) {
    const auto* row = value.if_object();
    if (!row) return std::nullopt;
    Movie movie;
    // As it came: an id that is made presentable would be another's.
    const auto* id = row->if_contains("session");
    if (id && id->is_string()) movie.session = std::string(id->get_string());
    const auto state = text_at(*row, "state", longest_name);
    const auto known =
        std::find_if(state_words.begin(), state_words.end(), [&](const StateWord& each) { return each.word == state; });
    if (!is_session_id(movie.session) || known == state_words.end()) return std::nullopt;
    movie.state = known->state;
    movie.guest = text_at(*row, "guest", longest_name);
    movie.operator_name = text_at(*row, "operator", longest_name);
    movie.started = parse_rfc3339(text_at(*row, "started", longest_name)).value_or(0);
    movie.duration_ms = number_at(*row, "duration_ms");
    movie.bytes = static_cast<std::uint64_t>(number_at(*row, "bytes"));
    movie.hold = text_at(*row, "hold", longest_text);
    movie.detail = text_at(*row, "detail", longest_text);
    return movie;
}

bool is_sha256(const std::string& text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

std::optional<MoviePage> movie_page_in(std::string_view text) {
    const auto object = object_in(text);
    const auto* list = object ? object->if_contains("movies") : nullptr;
    const auto* rows = list ? list->if_array() : nullptr;
    if (!rows) return std::nullopt;
    MoviePage page;
    for (const auto& row : *rows) {
        if (page.movies.size() == most_rows) break;
        if (auto movie = movie_in(row)) page.movies.push_back(std::move(*movie));
    }
    page.next = text_at(*object, "next", longest_cursor);
    return page;
}

std::optional<MovieFacts> movie_facts_in(std::string_view text) {
    const auto object = object_in(text);
    if (!object) return std::nullopt;
    MovieFacts facts;
    facts.bytes = static_cast<std::uint64_t>(number_at(*object, "bytes"));
    facts.movie_sha256 = text_at(*object, "movie_sha256", 64);
    facts.facts_sha256 = text_at(*object, "facts_sha256", 64);
    const auto* sealed = object->if_contains("sealed");
    facts.sealed = sealed && sealed->is_bool() && sealed->get_bool();
    if (facts.bytes == 0 || !is_sha256(facts.movie_sha256) || !is_sha256(facts.facts_sha256)) return std::nullopt;
    return facts;
}

std::string view_body(const std::string& reason) {
    return json::serialize(json::object{{"reason", reason}});
}

bool is_session_id(std::string_view text) {
    return !text.empty() && text.size() <= 64 &&
           text.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") ==
               std::string_view::npos;
}

}  // namespace pronto::viewer
