#pragma once

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "repeater/hub/hub.hpp"
#include "rfb-ext/control/codec.hpp"

namespace pronto::hub {

/// Notes what the hub does to the world.
class FakeOutside final : public Outside {
public:
    /// What a peer could not read must never be sent.
    void send(PeerId peer, const control::Envelope& envelope) override {
        if (const auto text = control::encode(envelope); control::decode(text).has_error())
            throw std::logic_error("no peer can read " + text);
        sent[peer].push_back(envelope);
    }
    std::size_t backlog(PeerId peer) const override {
        const auto found = backlogs.find(peer);
        return found == backlogs.end() ? 0 : found->second;
    }
    void close(PeerId peer) override { closed.push_back(peer); }
    void close_streams(const std::string& session, const std::string& words) override {
        streams_closed.push_back(session);
        words_closed = words;
    }
    void close_stream(const std::string& session, int leg, const std::string& words) override {
        words_closed = words;
        if (leg == 1) streams_closed.push_back(session);
        legs_closed.emplace_back(session, leg);
    }
    void pause_recording(const std::string& session) override { recordings_paused.push_back(session); }
    Traffic traffic(const std::string& session) const override {
        const auto found = traffics.find(session);
        return found == traffics.end() ? Traffic{} : found->second;
    }

    std::map<PeerId, std::vector<control::Envelope>> sent;
    std::vector<PeerId> closed;
    std::vector<std::string> streams_closed;  ///< the first leg's, or all
    std::vector<std::pair<std::string, int>> legs_closed;
    std::string words_closed;  ///< with the last of these
    std::vector<std::string> recordings_paused;
    std::map<std::string, Traffic> traffics;
    std::map<PeerId, std::size_t> backlogs;
};

/// Keeps every row in order. Like the real one it finds a saved row only once it is written: after flush().
class FakeRecords : public Records {
public:
    void save(const TicketRecord& row) override { tickets.push_back(row); }
    void save(const AssistanceRecord& row) override { assistances.push_back(row); }
    void save(const SessionRecord& row) override { sessions.push_back(row); }
    void save(const ParticipantRecord& row) override { participants.push_back(row); }
    void save(const ReportRecord& row) override { reports.push_back(row); }
    void save(const RecordingRecord& row) override { recordings.push_back(row); }
    void save(const AuditRecord& row) override { audits.push_back(row); }
    void save(const ResumeRecord& row) override { resumes.push_back(row); }
    void save(const TokenRecord& row) override { tokens.push_back(row); }
    std::optional<SessionRecord> find_session(const std::string& id) override {
        const auto found = std::find_if(sessions.rbegin(), sessions.rend(), [&](const SessionRecord& row) { return row.id == id; });
        return found == sessions.rend() ? std::nullopt : std::optional(*found);
    }
    std::optional<TicketRecord> find_ticket(const std::string& ticket) override {
        const auto found = std::find_if(written_tickets.rbegin(), written_tickets.rend(),
                                        [&](const TicketRecord& row) { return row.ticket == ticket; });
        return found == written_tickets.rend() ? std::nullopt : std::optional(*found);
    }
    std::optional<AssistanceRecord> find_assistance(const std::string& id) override {
        const auto found = std::find_if(written_assistances.begin(), written_assistances.end(),
                                        [&](const AssistanceRecord& row) { return row.id == id; });
        return found == written_assistances.end() ? std::nullopt : std::optional(*found);
    }
    bool crowded() const override { return is_crowded; }
    void flush() {
        written_tickets = tickets;
        written_assistances = assistances;
    }
    std::size_t audited(const std::string& action) const {
        return static_cast<std::size_t>(
            std::count_if(audits.begin(), audits.end(), [&](const AuditRecord& row) { return row.action == action; }));
    }

    bool is_crowded = false;
    std::vector<TicketRecord> tickets, written_tickets;
    std::vector<AssistanceRecord> assistances, written_assistances;
    std::vector<SessionRecord> sessions;
    std::vector<ParticipantRecord> participants;
    std::vector<ReportRecord> reports;
    std::vector<RecordingRecord> recordings;
    std::vector<AuditRecord> audits;
    std::vector<ResumeRecord> resumes;
    std::vector<TokenRecord> tokens;
};

}  // namespace pronto::hub
