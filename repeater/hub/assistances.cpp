#include "repeater/hub/assistances.hpp"

#include "rfb-ext/base/random.hpp"

namespace pronto::hub {

AssistanceRecord Assistances::open(AssistanceRecord row) {
    row.id = random_id(node_);
    row.opened = clock_.unix_now();
    known_[row.id].row = row;
    order_.push_back(row.id);
    if (order_.size() > most_known) {
        known_.erase(order_.front());
        order_.pop_front();
    }
    records_.save(row);
    return row;
}

void Assistances::worked_on(const std::string& assistance, std::int64_t operator_id) {
    if (const auto found = known_.find(assistance); found != known_.end()) found->second.workers.insert(operator_id);
}

std::optional<control::Error> Assistances::report(const Account& by, const control::ReportSave& report) {
    const auto found = known_.find(report.assistance);
    const auto row = found != known_.end() ? found->second.row : records_.find_assistance(report.assistance);
    if (!row)
        return control::Error{control::Code::not_found, "There is no such assistance.",
                              "It may have been erased. Look it up in the statistic portal."};
    const bool worked = found != known_.end() && found->second.workers.contains(by.id);
    if (row->operator_id != by.id && !worked && !by.admin)
        return control::Error{control::Code::forbidden, "This assistance belongs to another operator.",
                              "Ask its operator or an administrator to write the report."};
    if (records_.crowded())
        return control::Error{control::Code::overloaded, "The hub's database does not take anything at the moment.",
                              "Try again in a few minutes; if that does not help, tell the hub's administrator."};
    records_.save(ReportRecord{report.assistance, by.id, report.problem, report.solution, report.category,
                               report.outcome, clock_.unix_now()});
    records_.save(AuditRecord{clock_.unix_now(), by.name, "report.save", report.assistance,
                              std::string(control::name(report.outcome))});
    return std::nullopt;
}

}  // namespace pronto::hub
