#include "rfb-ext/tunnel/check_report.hpp"

#include <array>

#include <fmt/format.h>
#include <boost/json.hpp>

namespace pronto::tunnel {

namespace {

namespace json = boost::json;

struct Row {
    CheckStep::Kind kind;
    std::string_view name;
    std::string_view title;
};
constexpr std::array rows{
    Row{CheckStep::Kind::name, "name", "Name"},
    Row{CheckStep::Kind::port, "port", "Port"},
    Row{CheckStep::Kind::proxy, "proxy", "Proxy"},
    Row{CheckStep::Kind::proxy_password, "proxy_password", "Proxy password"},
    Row{CheckStep::Kind::tls, "tls", "TLS and trust"},
    Row{CheckStep::Kind::hub, "hub", "Hub"},
    Row{CheckStep::Kind::round_trip, "round_trip", "Round trip"},
    Row{CheckStep::Kind::download, "download", "Download"},
    Row{CheckStep::Kind::upload, "upload", "Upload"},
};

const Row& row(CheckStep::Kind kind) {
    return rows[static_cast<std::size_t>(kind)];
}

json::value number_or_null(const std::optional<double>& number) {
    return number ? json::value(*number) : json::value(nullptr);
}

json::object to_object(const CheckStep& step) {
    return {{"step", name(step.kind)},      {"ok", step.done},       {"what", step.what},
            {"took_ms", step.took.count()}, {"detail", step.detail}, {"remedy", step.remedy}};
}

json::value to_value(const std::optional<LinkFailure>& failure) {
    if (!failure) return nullptr;
    return json::object{{"code", control::name(failure->error.code)},
                        {"message", failure->error.message},
                        {"remedy", failure->error.remedy}};
}

}  // namespace

std::string_view name(CheckStep::Kind kind) {
    return row(kind).name;
}
std::string_view title(CheckStep::Kind kind) {
    return row(kind).title;
}

std::string finding(const CheckStep& step) {
    if (step.detail.empty() || step.what.empty()) return step.what + step.detail;
    // Failures name what failed themselves.
    return !step.done && step.detail.find(step.what) != std::string::npos
               ? step.detail
               : fmt::format("{}: {}", step.what, step.detail);
}

std::string in_words(const CheckStep& step) {
    auto text = fmt::format("{:<7} {:<15} {}", step.done ? "ok" : "FAILED", title(step.kind), finding(step));
    const bool measured = step.kind >= CheckStep::Kind::round_trip;  // the detail is a time already
    if (step.took.count() > 0 && !measured) text += fmt::format(" ({} ms)", step.took.count());
    if (!step.remedy.empty()) text += fmt::format("\n{:<23} {}", "", step.remedy);
    return text;
}

std::string conclusion(const CheckReport& report) {
    const auto hub = to_text(report.hub);
    if (report.ok()) return fmt::format("The hub {} can be reached.", hub);
    const bool there = !report.software.empty();
    return there ? fmt::format("The hub {} can be reached, but not everything works.", hub)
                 : fmt::format("The hub {} cannot be reached.", hub);
}

std::string to_json(const CheckReport& report) {
    json::array steps;
    for (const auto& step : report.steps) steps.push_back(to_object(step));
    json::object object;
    object["ok"] = report.ok();
    object["hub"] = to_text(report.hub);
    object["software"] = report.software;
    object["protocol"] = report.protocol;
    object["node"] = report.node;
    object["round_trip_ms"] = number_or_null(report.round_trip_ms);
    object["download_bytes_per_s"] = number_or_null(report.download_bytes_per_s);
    object["upload_bytes_per_s"] = number_or_null(report.upload_bytes_per_s);
    object["steps"] = std::move(steps);
    object["error"] = to_value(report.failure);
    return json::serialize(object);
}

}  // namespace pronto::tunnel
