#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "repeater/hub/records.hpp"
#include "rfb-ext/control/errors.hpp"

namespace pronto::hub {

/// The cases of this run and who worked on them; older ones come from the records. The newest are known here, because a
/// row that was just saved may not be found yet.
class Assistances {
public:
    static constexpr std::size_t most_known = 50'000;

    Assistances(int node, const Clock& clock, Records& records) : node_(node), clock_(clock), records_(records) {}

    /// Opens the case of a ticket; `row` without id and time. Saved.
    AssistanceRecord open(AssistanceRecord row);
    /// This operator had a session in it, so the report is his to write as well as the ticket owner's.
    void worked_on(const std::string& assistance, std::int64_t operator_id);
    /// Saves the report. Errors: not_found, forbidden.
    std::optional<control::Error> report(const Account& by, const control::ReportSave& report);

private:
    struct Case {
        AssistanceRecord row;
        std::set<std::int64_t> workers;
    };

    const int node_;
    const Clock& clock_;
    Records& records_;
    std::map<std::string, Case> known_;
    std::deque<std::string> order_;
};

}  // namespace pronto::hub
