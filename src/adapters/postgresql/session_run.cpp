// SPDX-License-Identifier: Apache-2.0
#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <cstdlib>

#include "adapters/postgresql/session.h"

namespace slip::postgresql {
namespace {

using SteadyClock = std::chrono::steady_clock;
using ResultHandle = std::unique_ptr<PGresult, decltype(&PQclear)>;
using Said = std::function<void(const std::string& line)>;

constexpr std::chrono::milliseconds kAskInterval(200);

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? "" : text;
}

Error broken(const PGconn* connection) {
  return Error{.code = ErrorCode::unavailable,
               .message = "the connection to the PostgreSQL server broke",
               .detail = PQerrorMessage(connection)};
}

// Until there is a whole result, or none to come.
Result<> await_result(PGconn* connection, const Session::Talk& talk,
                      SteadyClock::time_point deadline) {
  while (PQisBusy(connection) != 0) {
    if (talk.go_on && !talk.go_on()) {
      return Error{.code = ErrorCode::canceled, .message = "the script was ended"};
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now());
    if (left.count() <= 0) {
      return Error{.code = ErrorCode::timed_out,
                   .message = "it did not end within " +
                              std::to_string(talk.patience.count() / 1000) + " s"};
    }
    pollfd waiting{.fd = PQsocket(connection), .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, static_cast<int>(std::min(left, kAskInterval).count())) <= 0) continue;
    if (PQconsumeInput(connection) == 0) return broken(connection);
  }
  return {};
}

void say_row(const PGresult* result, const Said& said) {
  std::string line;
  for (int column = 0; column < PQnfields(result); ++column) {
    line += (column == 0 ? "" : " | ") + std::string(PQgetvalue(result, 0, column));
  }
  said(line);
}

// "line 3: column "x" does not exist", the line being that of the whole text.
Error refusal(const PGresult* result, const std::string& statements) {
  std::string message = field(result, PG_DIAG_MESSAGE_PRIMARY);
  const std::string position = field(result, PG_DIAG_STATEMENT_POSITION);
  if (!position.empty()) {
    // In characters; lines are few, so counting to it byte by byte and skipping the rest of each
    // character is enough.
    long left = std::strtol(position.c_str(), nullptr, 10);
    long line = 1;
    for (const char c : statements) {
      if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U && --left <= 0) break;
      if (c == '\n') ++line;
    }
    message = "line " + std::to_string(line) + ": " + message;
  }
  return Error{.code = ErrorCode::failed, .message = std::move(message)};
}

void say(const PGresult* result, const Said& said) {
  said(field(result, PG_DIAG_SEVERITY) + ":  " + field(result, PG_DIAG_MESSAGE_PRIMARY));
}

void say_error(const PGresult* result, const Said& said) {
  say(result, said);
  for (const auto& [code, what] : {std::pair(PG_DIAG_MESSAGE_DETAIL, "DETAIL:  "),
                                   {PG_DIAG_MESSAGE_HINT, "HINT:  "},
                                   {PG_DIAG_CONTEXT, "CONTEXT:  "}}) {
    if (const auto text = field(result, code); !text.empty()) said(what + text);
  }
}

void receive_notice(void* said, const PGresult* notice) {
  say(notice, *static_cast<const Said*>(said));
}

// There is no other side that could send or take a copy's lines.
void refuse_copy(PGconn* connection, ExecStatusType status) {
  if (status == PGRES_COPY_IN) PQputCopyEnd(connection, "there is no standard input here");
  if (status != PGRES_COPY_OUT) return;
  char* line = nullptr;
  while (PQgetCopyData(connection, &line, 0) > 0) PQfreemem(line);
}

}  // namespace

Result<> Session::run(const std::string& statements, const Talk& talk) {
  const Said said = talk.said ? talk.said : [](const std::string&) {};
  PGconn* connection = connection_.get();
  PQsetNoticeReceiver(connection, receive_notice, const_cast<Said*>(&said));
  // The receiver must not outlive what it points to.
  struct Quiet {
    PGconn* connection;
    ~Quiet() {
      PQsetNoticeReceiver(
          connection, [](void*, const PGresult*) {}, nullptr);
    }
  } quiet{connection};
  const auto deadline = SteadyClock::now() + talk.patience;
  if (PQsendQuery(connection, statements.c_str()) == 0) return broken(connection);
  PQsetSingleRowMode(connection);  // however many rows, they are not gathered here
  Result<> outcome;
  for (;;) {
    TRY(await_result(connection, talk, deadline));
    const ResultHandle result(PQgetResult(connection), &PQclear);
    if (result == nullptr) break;
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_SINGLE_TUPLE) {
      say_row(result.get(), said);
    } else if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
      said(PQcmdStatus(result.get()));
    } else if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) {
      refuse_copy(connection, status);
    } else if (status != PGRES_EMPTY_QUERY) {
      say_error(result.get(), said);
      if (outcome) outcome = refusal(result.get(), statements);
    }
  }
  if (PQstatus(connection) != CONNECTION_OK) return broken(connection);
  return outcome;
}

}  // namespace slip::postgresql
