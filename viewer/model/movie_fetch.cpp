#include "viewer/model/movie_fetch.hpp"

#include <algorithm>
#include <stdexcept>

#include "rfb-ext/base/text.hpp"

namespace pronto::viewer {

namespace {

using control::Code;

constexpr std::size_t longest_reason = 500;  // as the hub's
/// Facts are read into memory by the player.
constexpr std::uint64_t longest_facts = 64 * 1024 * 1024;

control::Error changed_on_the_way() {
    return {Code::internal, "What came is not the movie that the hub has in its books.",
            "Ask the hub's administrator to run pronto-repeater recording verify."};
}

}  // namespace

/// The file that is being fetched.
struct MovieFetch::Incoming {
    Incoming(File which, const std::filesystem::path& path) : file(which), out(path) {}
    File file;
    PrivateFile out;
    Digest digest;
    std::uint64_t got = 0;
    std::uint64_t size = 0;  ///< known with the first piece
};

MovieFetch::MovieFetch(MovieSource& source, Movie movie, std::function<void()> changed)
    : source_(source), movie_(std::move(movie)), changed_(std::move(changed)) {}

MovieFetch::~MovieFetch() = default;

void MovieFetch::start(const std::string& typed) {
    if (under_way() || state_ == State::done) return;
    const auto reason = presentable(typed, longest_reason + 1);
    error_.reset();
    if (reason.find_first_not_of(' ') == std::string::npos)
        error_ = {Code::bad_request, "Say why you look at this movie.", "It is logged with your name."};
    else if (reason.size() > longest_reason)
        error_ = {Code::bad_request, "The reason is too long.", "Use 500 bytes at most."};
    if (error_) return changed_();
    attempt_ = std::make_shared<int>();
    state_ = State::asking;
    movie_bytes_ = 0;
    source_.view(movie_.session, reason, heard(&MovieFetch::viewed), failed());
    changed_();
}

void MovieFetch::fail(const control::Error& why) {
    attempt_.reset();
    incoming_.reset();
    folder_.reset();
    state_ = State::waiting;
    error_ = why;
    changed_();
}

double MovieFetch::part() const {
    if (state_ == State::done) return 1;
    return facts_.bytes == 0
               ? 0
               : std::min(1.0, 1.0 * static_cast<double>(movie_bytes_) / static_cast<double>(facts_.bytes));
}

MovieFetch::Fetched MovieFetch::take() {
    const auto path = folder_->path() / (movie_.session + ".fbs");
    return {std::move(folder_), path};
}

MovieSource::Failed MovieFetch::failed() {
    return [this, mine = std::weak_ptr(attempt_)](const control::Error& why) {
        if (!mine.expired()) fail(why);
    };
}

/// For an answer: what this computer cannot do (disk full) ends the attempt, in words.
template <class What>
std::function<void(const What&)> MovieFetch::heard(void (MovieFetch::*then)(const What&)) {
    return [this, then, mine = std::weak_ptr(attempt_)](const What& what) {
        if (mine.expired()) return;
        try {
            (this->*then)(what);
        } catch (const std::runtime_error& problem) {
            fail({Code::internal, std::string("The movie cannot be kept here: ") + problem.what(),
                  "Make room, or set TMPDIR to a folder with more."});
        }
    };
}

void MovieFetch::viewed(const MovieFacts& facts) {
    facts_ = facts;
    folder_ = std::make_unique<PrivateFolder>();
    state_ = State::fetching;
    begin(File::facts);
    changed_();
}

void MovieFetch::begin(File file) {
    const auto* ending = file == File::movie ? ".fbs" : ".json";
    incoming_ = std::make_unique<Incoming>(file, folder_->path() / (movie_.session + ending));
    read_on();
}

void MovieFetch::read_on() {
    source_.read(movie_.session, incoming_->file, incoming_->got, heard(&MovieFetch::came), failed());
}

void MovieFetch::came(const MoviePiece& piece) {
    auto& in = *incoming_;
    if (in.got == 0) in.size = piece.size;
    const auto most = in.file == File::movie ? facts_.bytes : longest_facts;
    if (piece.bytes.empty() || piece.size != in.size || in.size > most || piece.bytes.size() > in.size - in.got)
        return fail(changed_on_the_way());
    in.out.write(piece.bytes);
    in.digest.add(as_bytes(piece.bytes));
    in.got += piece.bytes.size();
    if (in.file == File::movie) movie_bytes_ = in.got;
    if (in.got == in.size) return finish_file();
    read_on();
    changed_();
}

void MovieFetch::finish_file() {
    const bool movie = incoming_->file == File::movie;
    const auto digest = hex(incoming_->digest.finish());
    if (!(movie && facts_.sealed) && digest != (movie ? facts_.movie_sha256 : facts_.facts_sha256))
        return fail(changed_on_the_way());
    incoming_.reset();
    if (!movie) return begin(File::movie);
    attempt_.reset();
    state_ = State::done;
    changed_();
}

}  // namespace pronto::viewer
