// SPDX-License-Identifier: Apache-2.0
#include "page.h"

#include <algorithm>

#include "web/text.h"

namespace shop {
namespace {

using web::html_escaped;

constexpr int shown_orders = 12;

constexpr const char* style = R"(
:root { --ink: #1f2a37; --soft: #5c6b7c; --line: #d8dfe6; --paper: #fff; --ground: #f3f5f8;
  --accent: #1d5fa8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e7ecf2; --soft: #9fb0c1; --line: #36424f; --paper: #1e2630; --ground: #151b22;
    --accent: #6fb0f2; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem; color: var(--ink);
  background: var(--ground); font: 16px/1.5 system-ui, sans-serif; }
header { display: flex; gap: 1rem; align-items: center; justify-content: space-between;
  flex-wrap: wrap; }
h1 { margin: 0; font-size: 1.6rem; }
main { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr));
  margin-top: 1.5rem; }
section { padding: 1rem 1.25rem; border: 1px solid var(--line); border-radius: 10px;
  background: var(--paper); }
h2 { margin: 0 0 .5rem; font-size: 1rem; color: var(--soft); font-weight: 600; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
td { padding: .25rem 0; border-top: 1px solid var(--line); }
td:last-child { text-align: right; color: var(--soft); }
button { padding: .5rem .95rem; border: 1px solid var(--accent); border-radius: 8px; font: inherit;
  font-weight: 600; color: var(--paper); background: var(--accent); cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
)";

web::Response problem(const std::string& words) {
  return {.status = 503, .content_type = "text/plain; charset=utf-8", .body = words + "\n"};
}

std::string row(const std::string& left, const std::string& middle, const std::string& right) {
  return "<tr><td>" + html_escaped(left) + "</td><td>" + html_escaped(middle) + "</td><td>" +
         html_escaped(right) + "</td></tr>\n";
}

web::Response page(Store& store) {
  const auto orders = store.newest_orders(shown_orders);
  if (!orders) return problem(orders.error());
  const auto shelves = store.stock();
  if (!shelves) return problem(shelves.error());
  std::string orders_table;
  for (const auto& one : *orders) {
    orders_table += row("No. " + std::to_string(one.number),
                        std::to_string(one.quantity) + " " + one.product, one.placed_at);
  }
  std::string stock_table;
  for (const auto& shelf : *shelves) {
    stock_table += row(shelf.product, std::to_string(shelf.quantity),
                       shelf.last_order == 0 ? "" : "by No. " + std::to_string(shelf.last_order));
  }
  const long long receipt = store.newest_receipt();
  return {.body = std::string("<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">"
                              "<meta name=\"viewport\" content=\"width=device-width\">"
                              "<meta http-equiv=\"refresh\" content=\"2\"><title>Shop</title>"
                              "<style>") +
                  style +
                  "</style></head>\n<body><header><h1>Shop</h1><form method=\"post\" "
                  "action=\"/sell\"><button>Sell something</button></form></header>\n<main>"
                  "<section><h2>Newest orders (PostgreSQL)</h2><table>" +
                  orders_table + "</table></section>\n<section><h2>Stock (MariaDB)</h2><table>" +
                  stock_table + "</table><h2>Receipts (files)</h2><p>" +
                  (receipt == 0 ? "None yet." : "The newest is of No. " + std::to_string(receipt)) +
                  "</p></section></main></body></html>\n"};
}

web::Response health(Store& store) {
  const auto shelves = store.stock();
  if (!shelves) return problem(shelves.error());
  const auto orders = store.newest_orders(1);
  if (!orders) return problem(orders.error());
  return {.content_type = "text/plain; charset=utf-8", .body = "well\n"};
}

// For scripts: how far each place has come.
web::Response numbers(Store& store) {
  const auto orders = store.newest_orders(1);
  if (!orders) return problem(orders.error());
  const auto shelves = store.stock();
  if (!shelves) return problem(shelves.error());
  long long taken = 0;
  for (const auto& shelf : *shelves) taken = std::max(taken, shelf.last_order);
  const long long ordered = orders->empty() ? 0 : orders->front().number;
  return {.content_type = "application/json",
          .body = "{\"order\": " + std::to_string(ordered) +
                  ", \"taken\": " + std::to_string(taken) +
                  ", \"receipt\": " + std::to_string(store.newest_receipt()) + "}\n"};
}

}  // namespace

web::Response answer(Store& store, const web::Request& request) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (reads && request.path == "/") return page(store);
  if (reads && request.path == "/health") return health(store);
  if (reads && request.path == "/numbers") return numbers(store);
  if (request.method == "POST" && request.path == "/sell") {
    const auto sold = store.sell();
    if (!sold) return problem(sold.error());
    return {.status = 303, .location = "/"};
  }
  return {.status = 404,
          .content_type = "text/plain; charset=utf-8",
          .body = "There is nothing here.\n"};
}

}  // namespace shop
