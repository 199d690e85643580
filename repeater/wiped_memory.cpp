#include <cstdlib>
#include <cstring>
#include <new>

#include <malloc.h>

// All memory the hub lets go of is overwritten first: requests with passwords, headers with tokens, JSON made of
// either, all their copies in Boost's and our own objects. No list of places to wipe could be complete, and one that is
// not is worth nothing. It costs a copy's worth of time for what is allocated and freed at once; the pump between two
// legs does neither.
namespace {

/// Larger blocks are pictures and rows: no request, message or text is longer.
constexpr std::size_t largest_secret_bytes = 256 * 1024;

void* allocated(std::size_t size) noexcept {
    return std::malloc(size > 0 ? size : 1);
}

void* allocated_or_thrown(std::size_t size) {
    for (;;) {
        if (void* const block = allocated(size)) return block;
        const auto handler = std::get_new_handler();
        if (!handler) throw std::bad_alloc();
        handler();
    }
}

void wiped_and_freed(void* block) noexcept {
    if (!block) return;
    const std::size_t size = ::malloc_usable_size(block);
    if (size <= largest_secret_bytes) ::explicit_bzero(block, size);
    std::free(block);
}

}  // namespace

void* operator new(std::size_t size) {
    return allocated_or_thrown(size);
}
void* operator new[](std::size_t size) {
    return allocated_or_thrown(size);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return allocated(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
    return allocated(size);
}
void operator delete(void* block) noexcept {
    wiped_and_freed(block);
}
void operator delete[](void* block) noexcept {
    wiped_and_freed(block);
}
void operator delete(void* block, std::size_t) noexcept {
    wiped_and_freed(block);
}
void operator delete[](void* block, std::size_t) noexcept {
    wiped_and_freed(block);
}
void operator delete(void* block, const std::nothrow_t&) noexcept {
    wiped_and_freed(block);
}
void operator delete[](void* block, const std::nothrow_t&) noexcept {
    wiped_and_freed(block);
}
