// SPDX-License-Identifier: Apache-2.0
#include "page.h"

#include "web/text.h"

namespace employees {
namespace {

using web::html_escaped;

constexpr const char* style = R"(
:root { --ink: #1f2a37; --soft: #5c6b7c; --line: #d8dfe6; --paper: #fff; --ground: #f3f5f8;
  --accent: #1d5fa8; --danger: #a62b2b; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e7ecf2; --soft: #9fb0c1; --line: #36424f; --paper: #1e2630; --ground: #151b22;
    --accent: #6fb0f2; --danger: #f08a8a; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; color: var(--ink);
  background: var(--ground); font: 16px/1.5 system-ui, sans-serif; }
header, main { width: 100%; max-width: 68rem; margin: 0 auto; padding: 1.5rem; }
header { display: flex; align-items: baseline; gap: 1rem; padding-bottom: 0; }
h1 { margin: 0; font-size: 1.6rem; overflow-wrap: anywhere; }
header p { margin: 0; color: var(--soft); white-space: nowrap; }
main { flex: 1; }
.problem { margin: 0 0 1.5rem; padding: .75rem 1rem; border-left: 4px solid var(--danger);
  border-radius: 4px; background: var(--paper); overflow-wrap: anywhere; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); }
li { display: flex; align-items: center; gap: .9rem; padding: .75rem; border: 1px solid var(--line);
  border-radius: 10px; background: var(--paper); }
li img { width: 3.5rem; height: 3.5rem; flex: none; border-radius: 50%; background: var(--line);
  font-size: .7rem; color: var(--soft); overflow: hidden; }
li strong { display: block; overflow-wrap: anywhere; white-space: pre-wrap; }
li small, .nobody { color: var(--soft); }
.nobody { padding: 3rem 0; text-align: center; }
footer { position: sticky; bottom: 0; border-top: 1px solid var(--line); background: var(--paper); }
footer > div { max-width: 68rem; margin: 0 auto; padding: 1rem 1.5rem; display: flex; gap: 1rem;
  justify-content: space-between; flex-wrap: wrap; align-items: end; }
form { display: flex; gap: .5rem; align-items: end; }
label { display: grid; gap: .25rem; font-size: .85rem; color: var(--soft); }
input { width: 14rem; padding: .5rem .7rem; border: 1px solid var(--line); border-radius: 8px;
  font: inherit; color: var(--ink); background: var(--ground); }
button { padding: .5rem .95rem; border: 1px solid var(--accent); border-radius: 8px; font: inherit;
  font-weight: 600; color: var(--paper); background: var(--accent); cursor: pointer; }
button.danger { color: var(--danger); border-color: var(--danger); background: transparent; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.right { display: flex; gap: .5rem; flex-wrap: wrap; align-items: end; }
)";

std::string list_item(const Employee& employee) {
  const std::string id = std::to_string(employee.id);
  return "<li><img src=\"/photos/" + id + "\" alt=\"no photo\"><span><strong>" +
         html_escaped(employee.name) + "</strong><small>No. " + id + "</small></span></li>\n";
}

std::string list_of(const std::vector<Employee>& employees) {
  if (employees.empty()) return "<p class=\"nobody\">There are no employees.</p>\n";
  std::string list = "<ul>\n";
  for (const Employee& employee : employees) list += list_item(employee);
  return list + "</ul>\n";
}

constexpr const char* forms = R"(<footer><div>
<form method="post" action="/employees/add">
<label>Name of the new employee <input name="name" required maxlength="200" autocomplete="off"></label>
<button>Add</button>
</form>
<div class="right">
<form method="post" action="/employees/remove">
<label>Name of the employee who leaves <input name="name" required maxlength="200" autocomplete="off"></label>
<button class="danger">Remove</button>
</form>
<form method="post" action="/employees/remove-all"><button class="danger">Remove all</button></form>
</div>
</div></footer>
)";

}  // namespace

std::string render_page(const std::string& title, const std::vector<Employee>& employees,
                        const std::string& problem) {
  std::string page =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>" +
      html_escaped(title) + "</title>\n<style>" + style +
      "</style>\n</head>\n<body>\n<header><h1>" + html_escaped(title) + "</h1><p>" +
      std::to_string(employees.size()) + " in the list</p></header>\n<main>\n";
  if (!problem.empty()) {
    page += "<p class=\"problem\" role=\"alert\">" + html_escaped(problem) + "</p>\n";
  }
  return page + list_of(employees) + "</main>\n" + forms + "</body>\n</html>\n";
}

}  // namespace employees
