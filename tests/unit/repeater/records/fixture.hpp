#pragma once

#include "db/database.hpp"
#include "db/operators.hpp"
#include "repeater/hub/records.hpp"
#include "tests/unit/db/scratch.hpp"

namespace pronto::test {

/// A database with two operators, and rows that fit it.
struct RecordsFixture {
    Scratch folder;
    std::filesystem::path file = db::database_file(folder.path());
    std::int64_t anna = 0;
    std::int64_t bruno = 0;

    RecordsFixture() {
        db::Database database(file);
        db::Operators operators(database);
        anna = operators.add({0, "anna", "$argon2id$a", true, true, 1});
        bruno = operators.add({0, "bruno", "$argon2id$b", false, false, 1});
    }

    hub::TicketRecord ticket(const std::string& id, UnixMillis created) const {
        return {id, "1-E75B1", anna, "anna", created, created + 3'600'000, std::nullopt};
    }
    hub::AssistanceRecord assistance() const {
        return {"1-c", "1-t", anna, "PC-E75B1", "PC", "guido", "Debian GNU/Linux 12", "192.0.2.7", 1'000};
    }
    hub::SessionRecord session(const std::string& id, UnixMillis requested) const {
        hub::SessionRecord row;
        row.id = id;
        row.assistance = "1-c";
        row.mode = control::Mode::view;
        row.state = control::SessionState::streaming;
        row.operator_id = anna;
        row.operator_name = "anna";
        row.operator_address = "192.0.2.1";
        row.guest_name = "PC-E75B1";
        row.guest_address = "192.0.2.7";
        row.requested = requested;
        row.granted = requested + 10;
        row.streaming = requested + 20;
        row.bytes_to_viewer = 5'000'000'000;
        row.bytes_to_host = 7;
        row.recorded = true;
        return row;
    }
    hub::AuditRecord audit(const std::string& subject, const std::string& detail = {}) const {
        return {1'000, "anna", "test", subject, detail};
    }
};

}  // namespace pronto::test
