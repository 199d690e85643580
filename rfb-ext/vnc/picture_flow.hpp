#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "rfb-ext/base/clock.hpp"

namespace pronto::vnc {

/// How much picture may be on its way to a viewer, so that what arrives is new and an answer to input does not wait
/// behind pictures. RFB has no acknowledgements, but each update is answered with the request for another: as soon as
/// it begins to come in (our viewer) or once it is drawn (others). The time that takes, beyond the shortest ever seen,
/// is time spent in queues: the window of bytes under way grows while that is short and shrinks when it is not, as in
/// TCP Vegas.
///
/// A viewer may have several requests outstanding; each is worth one update (LibVNCServer by itself merges them), so
/// that a long line is not idle for a round trip after each picture. Pure: the time is handed in.
class PictureFlow {
public:
    static constexpr int most_requests = 8;  ///< more outstanding ones count as so many

    PictureFlow();

    void requested(SteadyTime now);
    /// An update of so many bytes and pixels went out; its making began at `began`. `cut`: more was due than it may
    /// hold.
    void sent(std::size_t bytes, std::size_t pixels, bool cut, SteadyTime began);

    /// How many pixels the next update may hold; nothing: none may be sent now. Asks again when a request came, or at
    /// hold_ends().
    std::optional<std::size_t> allowance(SteadyTime now);
    bool has_requests() const { return requests_ > 0; }
    std::optional<SteadyTime> hold_ends() const;
    std::size_t window_bytes() const { return window_; }

private:
    struct UnderWay {
        SteadyTime began;
        std::size_t bytes;
        bool cut;
        bool alone;  ///< nothing else was under way
    };
    void answered(const UnderWay& update, SteadyTime now);
    void note_shortest(Millis took, bool alone, SteadyTime now);
    std::size_t bytes_under_way() const;
    bool full() const;

    int requests_ = 0;  ///< not yet worth an update
    bool any_sent_ = false;
    int most_seen_ = 0;  ///< how many this viewer keeps outstanding
    std::deque<UnderWay> under_way_;
    std::size_t window_;
    bool starting_ = true;   ///< until something queued up: the window doubles in a round trip
    SteadyTime cut_back_{};  ///< updates older than this tell of the window before
    Millis shortest_{0};
    SteadyTime shortest_seen_{};
    bool draining_ = false;  ///< nothing is sent until nothing is under way
    std::optional<SteadyTime> drained_;
    SteadyTime next_{};
    double bytes_;  ///< of updates, older ones fading
    double pixels_;
};

}  // namespace pronto::vnc
