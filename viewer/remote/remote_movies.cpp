#include "viewer/remote/remote_movies.hpp"

#include <fmt/format.h>

#include "viewer/remote/movie_answers.hpp"

namespace pronto::viewer {

namespace {

constexpr int rows_a_page = 100;

control::Error not_understood() {
    return {control::Code::internal, "The hub's answer about movies is none that this console knows.",
            "Use a console as new as the hub."};
}

std::function<void(const tunnel::LinkFailure&)> told_to(MovieSource::Failed failed) {
    return [failed = std::move(failed)](const tunnel::LinkFailure& failure) { failed(failure.error); };
}

/// Cursors are the hub's own words; what cannot stand in a query as it is, is escaped.
std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        const bool plain =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.';
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

}  // namespace

void RemoteMovies::list(const std::string& cursor, std::function<void(const MoviePage&)> then, Failed failed) {
    tunnel::RestRequest request;
    request.method = "GET";
    request.target = fmt::format("/api/v1/recordings?limit={}", rows_a_page);
    if (!cursor.empty()) request.target += "&cursor=" + escaped(cursor);
    hub_.request(
        std::move(request),
        [then = std::move(then), failed](const tunnel::RestAnswer& answer) {
            const auto page = movie_page_in(answer.body);
            page ? then(*page) : failed(not_understood());
        },
        told_to(failed));
}

void RemoteMovies::view(const std::string& session, const std::string& reason,
                        std::function<void(const MovieFacts&)> then, Failed failed) {
    tunnel::RestRequest request;
    request.method = "POST";
    request.target = fmt::format("/api/v1/recordings/{}/views", session);
    request.body = view_body(reason);
    hub_.request(
        std::move(request),
        [then = std::move(then), failed](const tunnel::RestAnswer& answer) {
            const auto facts = movie_facts_in(answer.body);
            facts ? then(*facts) : failed(not_understood());
        },
        told_to(failed));
}

void RemoteMovies::read(const std::string& session, File file, std::uint64_t first,
                        std::function<void(const MoviePiece&)> then, Failed failed) {
    tunnel::RestRequest request;
    request.method = "GET";
    request.target = fmt::format("/api/v1/recordings/{}/{}", session, file == File::movie ? "movie" : "facts");
    request.first = first;
    request.bytes = piece_bytes;
    hub_.request(
        std::move(request),
        [first, then = std::move(then), failed](const tunnel::RestAnswer& answer) {
            const auto& range = answer.range;
            if (!range || range->first != first || range->bytes != answer.body.size()) return failed(not_understood());
            then({answer.body, range->size});
        },
        told_to(failed));
}

}  // namespace pronto::viewer
