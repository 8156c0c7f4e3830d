// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>

#include "database.h"
#include "photos.h"
#include "web/http.h"

namespace employees {

using web::Request;
using web::Response;

// The application's addresses. Thread-safe: all share one connection to the database.
class Site {
 public:
  Site(std::string title, Database database, Photos photos)
      : title_(std::move(title)), database_(std::move(database)), photos_(std::move(photos)) {}

  Response answer(const Request& request);

 private:
  auto ask(auto what) {
    const std::lock_guard lock(database_lock_);
    return what();
  }

  Response get(const Request& request);
  Response post(const Request& request);
  Response page(int status, std::string problem);
  Response json();
  Response health();
  Response photo(const std::string& id);
  Response add(const std::string& name);
  Response remove(const std::string& name);
  Response remove_all();
  // After people were removed from the database: lets their photos go, and shows the list.
  Response removed(const Outcome<std::vector<Employee>>& gone);

  std::string title_;
  std::mutex database_lock_;  // guards database_
  Database database_;
  Photos photos_;
};

}  // namespace employees
