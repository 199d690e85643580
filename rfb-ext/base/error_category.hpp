#pragma once

#include <string>

#include <boost/system/error_code.hpp>

namespace pronto {

// g++ takes Boost's protected destructor for accessible because the class has friends.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

/// A category of error codes: its name and a function that puts a code into words. One static object each.
class ErrorCategory final : public boost::system::error_category {
public:
    using Words = const char* (*)(int code);

    ErrorCategory(const char* name, Words words) : name_(name), words_(words) {}
    const char* name() const noexcept override { return name_; }
    std::string message(int code) const override { return words_(code); }

private:
    const char* name_;
    Words words_;
};

#pragma GCC diagnostic pop

}  // namespace pronto
