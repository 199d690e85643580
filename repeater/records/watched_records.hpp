#pragma once

#include <functional>
#include <string>
#include <utility>

#include "repeater/hub/records.hpp"

namespace pronto::records {

/// Passes every row on, and says when a session's movie may have become due: the session has ended, or one of its parts
/// was closed. On the hub's thread, after the row was passed on.
class WatchedRecords final : public hub::Records {
public:
    using Notice = std::function<void(const std::string& session)>;
    WatchedRecords(hub::Records& kept, Notice maybe_due) : kept_(kept), maybe_due_(std::move(maybe_due)) {}

    void save(const hub::TicketRecord& row) override { kept_.save(row); }
    void save(const hub::AssistanceRecord& row) override { kept_.save(row); }
    void save(const hub::SessionRecord& row) override {
        kept_.save(row);
        if (row.recorded && row.state == control::SessionState::ended) maybe_due_(row.id);
    }
    void save(const hub::ParticipantRecord& row) override { kept_.save(row); }
    void save(const hub::ReportRecord& row) override { kept_.save(row); }
    void save(const hub::RecordingRecord& row) override {
        kept_.save(row);
        if (row.state != hub::RecordingState::writing) maybe_due_(row.session);
    }
    void save(const hub::AuditRecord& row) override { kept_.save(row); }
    void save(const hub::ResumeRecord& row) override { kept_.save(row); }
    void save(const hub::TokenRecord& row) override { kept_.save(row); }
    std::optional<hub::TicketRecord> find_ticket(const std::string& ticket) override {
        return kept_.find_ticket(ticket);
    }
    std::optional<hub::AssistanceRecord> find_assistance(const std::string& id) override {
        return kept_.find_assistance(id);
    }
    std::optional<hub::SessionRecord> find_session(const std::string& id) override { return kept_.find_session(id); }

private:
    hub::Records& kept_;
    const Notice maybe_due_;
};

}  // namespace pronto::records
