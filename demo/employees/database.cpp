// SPDX-License-Identifier: Apache-2.0
#include "database.h"

#include <libpq-fe.h>
#include <poll.h>

#include <cstdlib>

namespace employees {
namespace {

using Answer = std::unique_ptr<PGresult, decltype(&PQclear)>;

// libpq's messages end in a newline, and the first line says it all.
std::string first_line(const char* message) {
  const std::string text = message ? message : "";
  return text.substr(0, text.find('\n'));
}

std::vector<Employee> rows_of(const PGresult* answer) {
  std::vector<Employee> rows;
  for (int row = 0; row < PQntuples(answer); ++row) {
    rows.push_back({std::atol(PQgetvalue(answer, row, 0)), PQgetvalue(answer, row, 1)});
  }
  return rows;
}

}  // namespace

void Database::Close::operator()(pg_conn* connection) const {
  PQfinish(connection);
}

Outcome<void> Database::connect() {
  // "dbname" may hold a whole connection string; what stands before it are our defaults.
  const char* const keys[] = {"connect_timeout", "fallback_application_name", "dbname", nullptr};
  const char* const values[] = {"5", "employees", url_.c_str(), nullptr};
  connection_.reset(PQconnectdbParams(keys, values, 1));
  if (PQstatus(connection_.get()) == CONNECTION_OK) return {};
  std::string reason = first_line(PQerrorMessage(connection_.get()));
  connection_.reset();
  return tl::unexpected("The database does not answer: " + reason);
}

// A server that stopped has told so on the idle connection; nothing was asked of it yet, so
// connecting anew is safe even for a change.
bool Database::lost_while_idle() {
  if (!connection_) return true;
  pollfd readable{PQsocket(connection_.get()), POLLIN, 0};
  while (PQstatus(connection_.get()) == CONNECTION_OK && poll(&readable, 1, 0) > 0) {
    if (PQconsumeInput(connection_.get()) == 0) return true;
  }
  return PQstatus(connection_.get()) != CONNECTION_OK;
}

Outcome<std::vector<Employee>> Database::query(const std::string& sql, OnLoss on_loss) {
  if (lost_while_idle()) {
    if (auto connected = connect(); !connected) return tl::unexpected(connected.error());
  }
  // The extended protocol takes a single statement: what the concatenation below lets in can
  // spoil a statement, but not add a second one.
  Answer answer(
      PQexecParams(connection_.get(), sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0),
      PQclear);
  const ExecStatusType status = PQresultStatus(answer.get());
  if (status == PGRES_TUPLES_OK) return rows_of(answer.get());
  std::string reason = first_line(PQerrorMessage(connection_.get()));
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    connection_.reset();
    if (on_loss == OnLoss::try_again) return query(sql, OnLoss::give_up);
    return tl::unexpected("The connection to the database was lost: " + reason);
  }
  return tl::unexpected("The database refused: " + reason);
}

Outcome<void> Database::answers() {
  auto answer = query("SELECT 1, ''", OnLoss::try_again);
  if (!answer) return tl::unexpected(answer.error());
  return {};
}

Outcome<std::vector<Employee>> Database::list() {
  return query("SELECT id, name FROM employees ORDER BY id", OnLoss::try_again);
}

// THE DELIBERATE BUG. Never build SQL like this: add and remove put the name between quotes as it
// came in, instead of passing it as a parameter ($1). A quote in the name then ends the string
// early, and two quotes stand for one:
//
//   add ''''     INSERT ... VALUES ('''''')      stores the name '' (two quotes)
//   list         shows ''
//   remove ''    DELETE ... WHERE name = ''''    looks for the name ' (one quote): removes nobody
//
// So the employee '' is in the list and cannot be removed by the name that the list shows. The bug
// hangs on one odd row of data, which is what makes it a good one to share as a bookmark: whoever
// gets a copy of the data has the bug in front of them.
Outcome<std::vector<Employee>> Database::add(const std::string& name) {
  return query("INSERT INTO employees (name) VALUES ('" + name + "') RETURNING id, name",
               OnLoss::give_up);
}

Outcome<std::vector<Employee>> Database::remove(const std::string& name) {
  return query("DELETE FROM employees WHERE name = '" + name + "' RETURNING id, name",
               OnLoss::give_up);
}

Outcome<std::vector<Employee>> Database::remove_all() {
  return query("DELETE FROM employees RETURNING id, name", OnLoss::give_up);
}

}  // namespace employees
