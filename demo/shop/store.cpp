// SPDX-License-Identifier: Apache-2.0
#include "store.h"

#include <libpq-fe.h>
#include <mysql.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace shop {
namespace {

namespace fs = std::filesystem;

constexpr std::array products{"apples", "bread", "coffee", "honey", "pears", "tea"};
constexpr int full_shelf = 500;
constexpr int kept_orders = 5000;
constexpr int kept_receipts = 200;

std::string first_line(const char* message) {
  const std::string text = message != nullptr ? message : "";
  return text.substr(0, text.find('\n'));
}

std::string receipt_name(long long number) {
  const std::string digits = std::to_string(number);
  return std::string(digits.size() < 8 ? 8 - digits.size() : 0, '0') + digits + ".txt";
}

fs::path receipts_of(const Places& places) {
  return fs::path(places.files) / "receipts";
}

}  // namespace

void Store::Close::operator()(pg_conn* connection) const {
  PQfinish(connection);
}
void Store::Close::operator()(st_mysql* connection) const {
  mysql_close(connection);
}

Store::~Store() = default;

Outcome<std::vector<std::vector<std::string>>> Store::ask_orders(const std::string& sql) {
  if (!orders_ || PQstatus(orders_.get()) != CONNECTION_OK) {
    const char* const keys[] = {"connect_timeout", "dbname", nullptr};
    const char* const values[] = {"5", places_.orders_url.c_str(), nullptr};
    orders_.reset(PQconnectdbParams(keys, values, 1));
    if (PQstatus(orders_.get()) != CONNECTION_OK) {
      return tl::unexpected("The orders' database does not answer: " +
                            first_line(PQerrorMessage(orders_.get())));
    }
  }
  const std::unique_ptr<PGresult, decltype(&PQclear)> answer(PQexec(orders_.get(), sql.c_str()),
                                                             &PQclear);
  const auto status = PQresultStatus(answer.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    return tl::unexpected("The orders' database said no: " +
                          first_line(PQerrorMessage(orders_.get())));
  }
  std::vector<std::vector<std::string>> rows;
  for (int row = 0; row < PQntuples(answer.get()); ++row) {
    auto& fields = rows.emplace_back();
    for (int column = 0; column < PQnfields(answer.get()); ++column) {
      fields.emplace_back(PQgetvalue(answer.get(), row, column));
    }
  }
  return rows;
}

Outcome<std::vector<std::vector<std::string>>> Store::ask_stock(const std::string& sql) {
  if (!stock_ || mysql_ping(stock_.get()) != 0) {
    stock_.reset(mysql_init(nullptr));
    const unsigned seconds = 5;
    mysql_options(stock_.get(), MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
    if (mysql_real_connect(stock_.get(), places_.stock_host.c_str(), places_.stock_user.c_str(),
                           places_.stock_password.c_str(), places_.stock_database.c_str(),
                           places_.stock_port, nullptr, 0) == nullptr) {
      return tl::unexpected(std::string("The stock's database does not answer: ") +
                            mysql_error(stock_.get()));
    }
  }
  if (mysql_query(stock_.get(), sql.c_str()) != 0) {
    return tl::unexpected(std::string("The stock's database said no: ") +
                          mysql_error(stock_.get()));
  }
  std::vector<std::vector<std::string>> rows;
  const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> answer(
      mysql_store_result(stock_.get()), &mysql_free_result);
  if (!answer) return rows;
  while (const MYSQL_ROW row = mysql_fetch_row(answer.get())) {
    auto& fields = rows.emplace_back();
    for (unsigned column = 0; column < mysql_num_fields(answer.get()); ++column) {
      fields.emplace_back(row[column] != nullptr ? row[column] : "");
    }
  }
  return rows;
}

Outcome<void> Store::open() {
  const auto orders = ask_orders(
      "SET client_min_messages = warning; CREATE TABLE IF NOT EXISTS orders (number bigint "
      "GENERATED "
      "ALWAYS AS IDENTITY PRIMARY KEY, product text NOT NULL, quantity int NOT NULL, placed_at "
      "timestamptz NOT NULL DEFAULT now())");
  if (!orders) return tl::unexpected(orders.error());
  const auto made = ask_stock(
      "CREATE TABLE IF NOT EXISTS stock (product VARCHAR(40) PRIMARY KEY, quantity INT NOT NULL, "
      "last_order BIGINT NOT NULL DEFAULT 0)");
  if (!made) return tl::unexpected(made.error());
  for (const char* product : products) {
    const auto there = ask_stock("INSERT IGNORE INTO stock (product, quantity) VALUES ('" +
                                 std::string(product) + "', " + std::to_string(full_shelf) + ")");
    if (!there) return tl::unexpected(there.error());
  }
  std::error_code failed;
  fs::create_directories(receipts_of(places_), failed);
  if (failed) return tl::unexpected("The receipts have no place: " + failed.message());
  return {};
}

Outcome<long long> Store::sell() {
  const std::string product = products[static_cast<std::size_t>(std::rand()) % products.size()];
  const std::string quantity = std::to_string(std::rand() % 5 + 1);
  const auto order = ask_orders("INSERT INTO orders (product, quantity) VALUES ('" + product +
                                "', " + quantity + ") RETURNING number");
  if (!order) return tl::unexpected(order.error());
  const std::string number = order->at(0).at(0);
  const auto taken = ask_stock("UPDATE stock SET quantity = quantity - " + quantity +
                               ", last_order = " + number + " WHERE product = '" + product + "'");
  if (!taken) return tl::unexpected(taken.error());
  const auto path = receipts_of(places_) / receipt_name(std::atoll(number.c_str()));
  std::ofstream(path) << "Order " << number << ": " << quantity << " " << product << "\n";
  return std::atoll(number.c_str());
}

Outcome<void> Store::tidy_up(long long newest) {
  const auto forgotten =
      ask_orders("DELETE FROM orders WHERE number < " + std::to_string(newest - kept_orders));
  if (!forgotten) return tl::unexpected(forgotten.error());
  const auto filled = ask_stock("UPDATE stock SET quantity = quantity + " +
                                std::to_string(full_shelf) + " WHERE quantity < 20");
  if (!filled) return tl::unexpected(filled.error());
  std::error_code failed;
  const std::string oldest = receipt_name(std::max(0LL, newest - kept_receipts));
  for (const auto& entry : fs::directory_iterator(receipts_of(places_), failed)) {
    if (entry.path().filename().string() < oldest) fs::remove(entry.path(), failed);
  }
  return {};
}

Outcome<std::vector<Order>> Store::newest_orders(int count) {
  const auto rows = ask_orders(
      "SELECT number, product, quantity, to_char(placed_at, 'HH24:MI:SS') FROM orders ORDER BY "
      "number "
      "DESC LIMIT " +
      std::to_string(count));
  if (!rows) return tl::unexpected(rows.error());
  std::vector<Order> orders;
  for (const auto& row : *rows) {
    orders.push_back({std::atoll(row[0].c_str()), row[1], std::atoi(row[2].c_str()), row[3]});
  }
  return orders;
}

Outcome<std::vector<Stock>> Store::stock() {
  const auto rows = ask_stock("SELECT product, quantity, last_order FROM stock ORDER BY product");
  if (!rows) return tl::unexpected(rows.error());
  std::vector<Stock> shelves;
  for (const auto& row : *rows) {
    shelves.push_back({row[0], std::atoi(row[1].c_str()), std::atoll(row[2].c_str())});
  }
  return shelves;
}

long long Store::newest_receipt() const {
  std::error_code failed;
  long long newest = 0;
  for (const auto& entry : fs::directory_iterator(receipts_of(places_), failed)) {
    newest = std::max(newest, std::atoll(entry.path().filename().c_str()));
  }
  return newest;
}

}  // namespace shop
