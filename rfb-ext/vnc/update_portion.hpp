#pragma once

#include <cstddef>

#include <rfb/rfb.h>
extern "C" {
#include <rfb/rfbregion.h>
}

namespace pronto::vnc {

/// Keeps an update of LibVNCServer to so many pixels: what is over that stays due, at its newest state when it is sent.
/// Small areas come first (somebody types), with at most half of the room; of all that is left whole rows are sent, from
/// where the last portion ended and round, so that nothing waits for ever beside what never rests.
class UpdatePortion {
public:
    UpdatePortion() : left_(sraRgnCreate()), asked_(sraRgnCreate()) {}
    ~UpdatePortion() {
        sraRgnDestroy(left_);
        sraRgnDestroy(asked_);
    }
    UpdatePortion(const UpdatePortion&) = delete;
    UpdatePortion& operator=(const UpdatePortion&) = delete;

    /// Before the library makes an update (its displayHook): takes away what is too much.
    void cut(rfbClientRec& viewer, std::size_t most_pixels);
    /// After it: what was taken away is due again.
    void give_back(rfbClientRec& viewer);
    /// Notes what the viewer asks for; a request that is outstanding after an update asks for the same.
    void note_request(rfbClientRec& viewer);
    void ask_again(rfbClientRec& viewer);

    bool was_cut() const { return was_cut_; }
    std::size_t pixels() const { return pixels_; }  ///< of the update, as far as they are painted

private:
    sraRegionPtr left_;
    sraRegionPtr asked_;
    std::size_t pixels_ = 0;
    bool was_cut_ = false;
    int next_row_ = 0;
    int next_small_row_ = 0;
};

}  // namespace pronto::vnc
