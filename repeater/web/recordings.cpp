#include "repeater/web/recordings.hpp"

#include <atomic>
#include <mutex>

#include <fmt/format.h>

#include "repeater/net/problem.hpp"
#include "repeater/recording/movie_bytes.hpp"
#include "repeater/recording/movie_files.hpp"
#include "repeater/records/json.hpp"
#include "repeater/records/movie_book.hpp"
#include "repeater/web/byte_range.hpp"
#include "repeater/web/movie_views.hpp"
#include "repeater/web/workers.hpp"
#include "rfb-ext/base/text.hpp"

namespace pronto::web {

namespace {

namespace fs = std::filesystem;
using control::Code;
using net::HttpRequest;
using net::HttpResponse;
using net::problem_response;

constexpr std::size_t longest_reason = 500;  // bytes
/// Pieces that are read or sent: what bounds the memory they take.
constexpr int most_pieces = 32;

HttpResponse no_such_movie() {
    return problem_response(Code::not_found, "There is no movie of that session.", "");
}

/// What the reason for a view says, in one line; nothing if there is none, or one too long.
std::optional<std::string> reason_in(const std::string& body) {
    const auto object = object_from(body);
    if (!object) return std::nullopt;
    const auto text = text_of(*object, "reason");
    if (text.size() > longest_reason) return std::nullopt;
    auto reason = presentable(text, longest_reason);
    if (reason.find_first_not_of(' ') == std::string::npos) return std::nullopt;
    return reason;
}

HttpResponse piece_of_file(const fs::path& file, const std::string& range, const fbs::KeyRing* keys) {
    const auto movie = recording::MovieBytes::open(file, keys);
    if (!movie)
        return problem_response(Code::not_found, "The movie has been deleted.",
                                "Ask the hub's administrator how long movies are kept.");
    const auto piece = piece_of(range, movie->size());
    HttpResponse response;
    switch (piece.kind) {
        case Piece::Kind::none:
            response = problem_response(Code::bad_request, "The movie has no such bytes.",
                                        "Ask for one range of bytes that begins within it.", 416);
            response.content_range = fmt::format("bytes */{}", movie->size());
            return response;
        case Piece::Kind::too_large:
            return problem_response(Code::too_large, "The movie is too large for one answer.",
                                    fmt::format("Ask for ranges of at most {} bytes.", longest_piece));
        case Piece::Kind::part:
            response.status = 206;
            response.content_range =
                fmt::format("bytes {}-{}/{}", piece.first, piece.first + piece.bytes - 1, movie->size());
            break;
        case Piece::Kind::whole:
            break;
    }
    response.body = movie->read(piece.first, piece.bytes);
    return response;
}

}  // namespace

class Recordings::Impl {
public:
    Impl(const records::Archive& archive, Workers& readers, const MovieShelf& shelf, const Clock& clock)
        : archive_(archive),
          readers_(readers),
          folder_(shelf.folder),
          keys_(shelf.keys),
          clock_(clock),
          book_(shelf.database),
          views_(clock) {}

    Answer answer(HttpRequest request, hub::Account account) {
        auto rest = std::string_view(request.path).substr(root.size());
        if (rest.empty() && request.method == "GET") co_return co_await list(std::move(request), std::move(account));
        if (rest.empty() || rest.front() != '/') co_return not_found();
        rest.remove_prefix(1);
        const auto slash = rest.find('/');
        if (slash == std::string_view::npos) co_return not_found();
        const std::string session(rest.substr(0, slash)), what(rest.substr(slash + 1));
        if (what == "views" && request.method == "POST")
            co_return co_await view(std::move(request), std::move(account), session);
        if (request.method != "GET") co_return not_found();
        if (what == "movie")
            co_return co_await give(std::move(request), session, recording::movie_file_name(session),
                                    "application/octet-stream");
        if (what == "facts")
            co_return co_await give(std::move(request), session, recording::facts_file_name(session),
                                    "application/json");
        co_return not_found();
    }

private:
    Answer list(HttpRequest request, hub::Account account) {
        records::MovieQuery query;
        const auto limit = page_limit(request.query, query.limit);
        if (!limit) co_return problem_response(Code::bad_request, "\"limit\" must lie between 1 and 500.", "");
        query.limit = *limit;
        query.cursor = parameter(request.query, "cursor");
        if (!account.admin) query.operator_name = account.name;
        auto reading = [this, query] { return archive_.movies(query); };
        const auto read = co_await readers_.run(std::move(reading));
        if (!read) co_return busy();
        if (!*read) co_return problem_response(Code::bad_request, "\"cursor\" is none that a page had.", "");
        co_return found(records::to_json(**read));
    }

    Answer view(HttpRequest request, hub::Account account, std::string session) {
        const auto reason = reason_in(request.body);
        if (!reason)
            co_return problem_response(
                Code::bad_request, "Whoever looks at a movie says why.",
                fmt::format("Give {{\"reason\": ...}} in words, {} bytes at most.", longest_reason));
        auto noting = [this, account, session, reason = *reason] { return noted(account, session, reason); };
        auto response = co_await readers_.run(std::move(noting));
        if (!response) co_return busy();
        if (response->status == 201) views_.allow(request.bearer, session);
        co_return std::move(*response);
    }

    /// On a reader: may he, and is there something to see? Then it stands in the audit log before he gets anything.
    HttpResponse noted(const hub::Account& account, const std::string& session, const std::string& reason) {
        const auto story = archive_.session(session);
        if (!story || !story->movie) return no_such_movie();
        if (!account.admin && story->session.operator_id != account.id)
            return problem_response(Code::forbidden, "This is the movie of another operator's session.",
                                    "Ask that operator, or an administrator.");
        const auto movie = recording::MovieBytes::open(folder_ / recording::movie_file_name(session), keys_.get());
        const bool sealed = movie && movie->sealed();
        {
            const std::lock_guard lock(book_mutex_);
            const hub::AuditRecord audit{clock_.unix_now(), account.name, "movie.view", session, reason};
            if (const auto refusal = book_.view(session, audit); !refusal.empty())
                return problem_response(Code::conflict, sentences({refusal}),
                                        "Look at the list of movies again in a while.");
        }
        auto row = records::to_json(*story->movie);
        row["sealed"] = sealed;
        return found(std::move(row), 201);
    }

    Answer give(HttpRequest request, std::string session, std::string file, std::string content_type) {
        if (!views_.allows(request.bearer, session))
            co_return problem_response(Code::forbidden, "You have not said why you look at this movie, or an hour ago.",
                                       "Give a reason first: POST .../views.");
        auto place = take_place();
        if (!place) co_return busy();
        auto reading = [path = folder_ / file, range = request.range, keys = keys_] {
            return piece_of_file(path, range, keys.get());
        };
        auto response = co_await readers_.run(std::move(reading));
        if (!response) co_return busy();
        if (response->status < 300) {
            response->content_type = content_type;
            response->place = std::move(place);
        }
        co_return std::move(*response);
    }

    /// For one piece, until it is sent; nothing if too many are under way.
    std::shared_ptr<const void> take_place() {
        const auto pieces = pieces_;
        if (pieces->fetch_add(1) >= most_pieces) {
            --*pieces;
            return nullptr;
        }
        return {static_cast<const void*>(this), [pieces](const void*) { --*pieces; }};
    }

    const records::Archive& archive_;
    Workers& readers_;
    const fs::path folder_;
    const std::shared_ptr<const fbs::KeyRing> keys_;
    const Clock& clock_;
    std::mutex book_mutex_;
    records::MovieBook book_;
    MovieViews views_;
    std::shared_ptr<std::atomic<int>> pieces_ = std::make_shared<std::atomic<int>>(0);
};

Recordings::Recordings(const records::Archive& archive, Workers& readers, const MovieShelf& shelf, const Clock& clock)
    : impl_(std::make_unique<Impl>(archive, readers, shelf, clock)) {}
Recordings::~Recordings() = default;

Answer Recordings::answer(HttpRequest request, hub::Account account) {
    return impl_->answer(std::move(request), std::move(account));
}

}  // namespace pronto::web
