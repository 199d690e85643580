#pragma once

#include "rfb-ext/tunnel/hub_link.hpp"
#include "viewer/model/movie_source.hpp"

namespace pronto::viewer {

/// Whom the REST API is asked through; TunnelLink in the program. The callbacks come on the owner's thread, one of them
/// once, never from inside.
class RequestSource {
public:
    virtual ~RequestSource() = default;
    virtual void request(tunnel::RestRequest request, std::function<void(const tunnel::RestAnswer&)> answered,
                         std::function<void(const tunnel::LinkFailure&)> failed) = 0;
};

/// The movies of the hub that the operator is logged in to.
class RemoteMovies final : public MovieSource {
public:
    /// How much one request asks for: little enough for a slow connection's patience.
    static constexpr std::uint64_t piece_bytes = 512 * 1024;

    explicit RemoteMovies(RequestSource& hub) : hub_(hub) {}
    void list(const std::string& cursor, std::function<void(const MoviePage&)> then, Failed failed) override;
    void view(const std::string& session, const std::string& reason, std::function<void(const MovieFacts&)> then,
              Failed failed) override;
    void read(const std::string& session, File file, std::uint64_t first, std::function<void(const MoviePiece&)> then,
              Failed failed) override;

private:
    RequestSource& hub_;
};

}  // namespace pronto::viewer
