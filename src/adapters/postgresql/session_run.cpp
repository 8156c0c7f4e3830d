// SPDX-License-Identifier: Apache-2.0
#include <libpq-fe.h>

#include <cstdlib>

#include "adapters/postgresql/session.h"
#include "adapters/postgresql/session_wait.h"

namespace slip::postgresql {
namespace {

using ResultHandle = std::unique_ptr<PGresult, decltype(&PQclear)>;
using Said = std::function<void(const std::string& line)>;

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? "" : text;
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

struct Listener {
  const Said* said;
  Wait* wait;
};

void receive_notice(void* listener, const PGresult* notice) {
  const auto* to = static_cast<const Listener*>(listener);
  say(notice, *to->said);
  to->wait->go_on();
}

// There is no other side that could send or take a copy's lines.
Result<> refuse_copy(PGconn* connection, ExecStatusType status, Wait& wait) {
  if (status == PGRES_COPY_BOTH) {
    return Error{.code = ErrorCode::unavailable,
                 .message = "the PostgreSQL server begins a copy that nobody asked for"};
  }
  if (status == PGRES_COPY_IN) {
    PQputCopyEnd(connection, "there is no standard input here");
    return wait.sent();
  }
  for (;;) {
    TRY(wait.may_go_on());
    char* line = nullptr;
    const int size = PQgetCopyData(connection, &line, 1);
    if (size < 0) return {};
    if (size == 0) {
      TRY(wait.more());
    } else {
      PQfreemem(line);
      wait.go_on();
    }
  }
}

// Until all is answered. Fails as `refusal` says where the server refused a statement.
Result<> take_answers(PGconn* connection, const std::string& statements, const Said& said,
                      Wait& wait) {
  TRY(wait.sent());
  Result<> outcome;
  for (;;) {
    TRY(wait.result());
    const ResultHandle result(PQgetResult(connection), &PQclear);
    if (result == nullptr) break;
    const ExecStatusType status = PQresultStatus(result.get());
    wait.go_on();
    if (status == PGRES_SINGLE_TUPLE) {
      say_row(result.get(), said);
    } else if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
      said(PQcmdStatus(result.get()));
    } else if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) {
      TRY(refuse_copy(connection, status, wait));
    } else if (status != PGRES_EMPTY_QUERY) {
      say_error(result.get(), said);
      if (outcome) outcome = refusal(result.get(), statements);
    }
  }
  if (PQstatus(connection) != CONNECTION_OK) return broken_connection(connection);
  return outcome;
}

}  // namespace

Result<> Session::run(const std::string& statements, const Talk& talk) {
  const Said said = talk.said ? talk.said : [](const std::string&) {};
  PGconn* connection = connection_.get();
  Wait wait(
      connection, line_.get(),
      {.patience = talk.patience,
       .go_on = talk.go_on,
       .too_late = "it did not end within " + std::to_string(talk.patience.count() / 1000) + " s"});
  Listener listener{.said = &said, .wait = &wait};
  PQsetNoticeReceiver(connection, receive_notice, &listener);
  // The receiver must not outlive what it points to.
  struct Quiet {
    PGconn* connection;
    ~Quiet() {
      PQsetNoticeReceiver(
          connection, [](void*, const PGresult*) {}, nullptr);
    }
  } quiet{connection};
  if (PQsendQuery(connection, statements.c_str()) == 0) return broken_connection(connection);
  PQsetSingleRowMode(connection);  // however many rows, they are not gathered here
  return take_answers(connection, statements, said, wait);
}

}  // namespace slip::postgresql
