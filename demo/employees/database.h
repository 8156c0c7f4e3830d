// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

struct pg_conn;

namespace employees {

// A value, or a sentence for the person at the page.
template <class T>
using Outcome = tl::expected<T, std::string>;

struct Employee {
  long id = 0;
  std::string name;
};

// The employees in the database. Holds one connection, opened when it is first needed and again
// when it was lost. Not thread-safe: each thread has its own.
class Database {
 public:
  explicit Database(std::string url) : url_(std::move(url)) {}

  Outcome<void> answers();
  Outcome<std::vector<Employee>> list();

  // Both put the name into their SQL text as it is: see the deliberate bug in the source.
  Outcome<std::vector<Employee>> add(const std::string& name);
  Outcome<std::vector<Employee>> remove(const std::string& name);
  Outcome<std::vector<Employee>> remove_all();

 private:
  enum class OnLoss { try_again, give_up };

  Outcome<void> connect();
  bool lost_while_idle();
  // Runs one statement that returns (id, name). A statement that only reads is tried again when the
  // connection breaks under it; a change may have happened, so it is not.
  Outcome<std::vector<Employee>> query(const std::string& sql, OnLoss on_loss);

  struct Close {
    void operator()(pg_conn* connection) const;
  };
  std::string url_;
  std::unique_ptr<pg_conn, Close> connection_;
};

}  // namespace employees
