// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

struct pg_conn;
struct st_mysql;

namespace shop {

// A value, or a sentence for a person.
template <class T>
using Outcome = tl::expected<T, std::string>;

struct Order {
  long long number = 0;
  std::string product;
  int quantity = 0;
  std::string placed_at;
};
struct Stock {
  std::string product;
  int quantity = 0;
  long long last_order = 0;  // that took something from it
};

// Where everything is, from the environment: DATABASE_URL, STOCK_HOST, STOCK_PORT, STOCK_USER,
// STOCK_PASSWORD, STOCK_DATABASE, SHOP_FILES.
struct Places {
  std::string orders_url;
  std::string stock_host;
  unsigned stock_port = 0;
  std::string stock_user;
  std::string stock_password;
  std::string stock_database;
  std::string files;
};

// The shop's data: orders in PostgreSQL, the stock in MariaDB, and a receipt for every order in a
// file. Connects when it is first needed, and again when a connection was lost. Not thread-safe.
class Store {
 public:
  explicit Store(Places places) : places_(std::move(places)) {}
  ~Store();

  // Makes what is missing of tables, products and folders.
  Outcome<void> open();

  // An order of some product; in this order: the order itself, its place in the stock, its receipt.
  // Returns its number.
  Outcome<long long> sell();
  // Lets old orders, movements and receipts go, and fills empty shelves.
  Outcome<void> tidy_up(long long newest);

  Outcome<std::vector<Order>> newest_orders(int count);
  Outcome<std::vector<Stock>> stock();
  // The number of the newest receipt; 0: there is none.
  long long newest_receipt() const;

 private:
  Outcome<std::vector<std::vector<std::string>>> ask_orders(const std::string& sql);
  Outcome<std::vector<std::vector<std::string>>> ask_stock(const std::string& sql);

  struct Close {
    void operator()(pg_conn* connection) const;
    void operator()(st_mysql* connection) const;
  };
  Places places_;
  std::unique_ptr<pg_conn, Close> orders_;
  std::unique_ptr<st_mysql, Close> stock_;
};

}  // namespace shop
