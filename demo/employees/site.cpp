// SPDX-License-Identifier: Apache-2.0
#include "site.h"

#include <charconv>

#include "page.h"
#include "web/text.h"

namespace employees {
namespace {

using web::form_value;
using web::json_quoted;

constexpr std::string_view photos_prefix = "/photos/";
constexpr const char* plain_text = "text/plain; charset=utf-8";

Response back_to_list() {
  return {.status = 303, .location = "/"};
}

Response not_found() {
  return {.status = 404, .content_type = plain_text, .body = "There is nothing here.\n"};
}

Response wrong_method() {
  return {.status = 405, .content_type = plain_text, .body = "This address takes POST.\n"};
}

}  // namespace

Response Site::answer(const Request& request) {
  if (request.method == "GET" || request.method == "HEAD") return get(request);
  if (request.method == "POST") return post(request);
  return {
      .status = 405, .content_type = plain_text, .body = "Only GET, HEAD and POST work here.\n"};
}

Response Site::get(const Request& request) {
  if (request.path == "/") return page(200, "");
  if (request.path == "/employees.json") return json();
  if (request.path.starts_with(photos_prefix)) {
    return photo(request.path.substr(photos_prefix.size()));
  }
  if (request.path == "/health") return health();
  if (request.path.starts_with("/employees/")) return wrong_method();
  return not_found();
}

Response Site::post(const Request& request) {
  // Another site's page may make a browser send our forms; the browser says so.
  const auto origin = request.headers.find("sec-fetch-site");
  if (origin != request.headers.end() && origin->second == "cross-site") {
    return {.status = 403, .content_type = plain_text, .body = "This came from another site.\n"};
  }
  if (request.path == "/employees/remove-all") return remove_all();
  if (request.path != "/employees/add" && request.path != "/employees/remove") return not_found();

  const auto name = form_value(request.body, "name");
  if (!name || name->empty()) return page(400, "Please give a name.");
  if (name->size() > 200) return page(400, "The name is longer than 200 bytes.");
  if (name->find('\0') != std::string::npos) return page(400, "The name holds a zero byte.");
  return request.path == "/employees/add" ? add(*name) : remove(*name);
}

Response Site::page(int status, std::string problem) {
  const auto employees = ask([&] { return database_.list(); });
  if (!employees) {
    return {.status = 503, .body = render_page(title_, {}, employees.error())};
  }
  return {.status = status, .body = render_page(title_, *employees, problem)};
}

Response Site::json() {
  const auto employees = ask([&] { return database_.list(); });
  if (!employees) {
    return {.status = 503, .content_type = plain_text, .body = employees.error() + '\n'};
  }
  std::string list;
  for (const Employee& employee : *employees) {
    if (!list.empty()) list += ',';
    list +=
        "{\"id\":" + std::to_string(employee.id) + ",\"name\":" + json_quoted(employee.name) + '}';
  }
  return {.content_type = "application/json", .body = '[' + list + "]\n"};
}

Response Site::health() {
  const auto healthy = ask([&] { return database_.answers(); });
  return {.status = healthy ? 200 : 503,
          .content_type = plain_text,
          .body = healthy ? "ok\n" : healthy.error() + '\n'};
}

Response Site::photo(const std::string& id) {
  long number = 0;
  const auto parsed = std::from_chars(id.data(), id.data() + id.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != id.data() + id.size()) return not_found();
  auto image = photos_.read(number);
  if (!image) return not_found();
  return {.content_type = "image/svg+xml", .body = *std::move(image)};
}

Response Site::add(const std::string& name) {
  const auto added = ask([&] { return database_.add(name); });
  if (!added) return page(400, added.error());
  for (const Employee& employee : *added) {
    if (auto kept = photos_.add(employee); !kept) return page(503, kept.error());
  }
  return back_to_list();
}

Response Site::remove(const std::string& name) {
  return removed(ask([&] { return database_.remove(name); }));
}

Response Site::remove_all() {
  return removed(ask([&] { return database_.remove_all(); }));
}

Response Site::removed(const Outcome<std::vector<Employee>>& gone) {
  if (!gone) return page(400, gone.error());
  for (const Employee& employee : *gone) {
    if (auto removed = photos_.remove(employee); !removed) return page(503, removed.error());
  }
  return back_to_list();
}

}  // namespace employees
