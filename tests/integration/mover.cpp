// SPDX-License-Identifier: Apache-2.0
// An application that moves amounts between PostgreSQL, MariaDB and a file, for one_instant_test.
// Each transfer has a number and is three steps, each begun only when the one before is
// acknowledged: commit, commit, write. Half of the workers go one way, half the other. Nothing is
// synced to disk on purpose in the file.
//
// At its start, before it does anything, it looks at what it finds: an effect without its cause
// ends it with status 3, and the branch does not start. What was under way it carries to its end.

#include <fcntl.h>
#include <libpq-fe.h>
#include <mysql.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr int workers_a_way = 2;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "mover: %s\n", what.c_str());
  std::_Exit(1);
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) fail(std::string(name) + " is not set");
  return value;
}

long long amount_of(long long number) {
  return number * 7919 % 1000 + 1;
}

// How far a place has come with one worker's transfers: all numbers up to `number`, and their
// amounts.
struct Count {
  long long number = 0;
  long long rows = 0;
  long long amount = 0;
};

class Place {
 public:
  virtual ~Place() = default;
  virtual void record(const std::string& worker, long long number) = 0;
  virtual Count count(const std::string& worker) = 0;
};

class Postgres : public Place {
 public:
  Postgres() : connection_(PQconnectdb(environment("DATABASE_URL").c_str()), &PQfinish) {
    if (PQstatus(connection_.get()) != CONNECTION_OK) fail(PQerrorMessage(connection_.get()));
    run("SET client_min_messages = warning");
    run("CREATE TABLE IF NOT EXISTS steps (worker text, number bigint, amount bigint)");
  }
  void record(const std::string& worker, long long number) override {
    run("INSERT INTO steps VALUES ('" + worker + "', " + std::to_string(number) + ", " +
        std::to_string(amount_of(number)) + ")");
  }
  Count count(const std::string& worker) override {
    const auto result =
        run("SELECT coalesce(max(number), 0), count(*), coalesce(sum(amount), 0) FROM steps WHERE "
            "worker = '" +
            worker + "'");
    const auto field = [&](int column) { return std::atoll(PQgetvalue(result.get(), 0, column)); };
    return {field(0), field(1), field(2)};
  }

 private:
  using Answer = std::unique_ptr<PGresult, decltype(&PQclear)>;
  Answer run(const std::string& sql) {
    Answer result(PQexec(connection_.get(), sql.c_str()), &PQclear);
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
      fail(PQerrorMessage(connection_.get()));
    }
    return result;
  }
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

class Mariadb : public Place {
 public:
  Mariadb() : connection_(mysql_init(nullptr), &mysql_close) {
    if (mysql_real_connect(connection_.get(), environment("STOCK_HOST").c_str(),
                           environment("STOCK_USER").c_str(), environment("STOCK_PASSWORD").c_str(),
                           environment("STOCK_DATABASE").c_str(),
                           static_cast<unsigned>(std::atoi(environment("STOCK_PORT").c_str())),
                           nullptr, 0) == nullptr) {
      fail(mysql_error(connection_.get()));
    }
    run("CREATE TABLE IF NOT EXISTS steps (worker VARCHAR(20), number BIGINT, amount BIGINT)");
  }
  void record(const std::string& worker, long long number) override {
    run("INSERT INTO steps VALUES ('" + worker + "', " + std::to_string(number) + ", " +
        std::to_string(amount_of(number)) + ")");
  }
  Count count(const std::string& worker) override {
    run("SELECT COALESCE(MAX(number), 0), COUNT(*), COALESCE(SUM(amount), 0) FROM steps WHERE "
        "worker = '" +
        worker + "'");
    const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> result(
        mysql_store_result(connection_.get()), &mysql_free_result);
    const MYSQL_ROW row = mysql_fetch_row(result.get());
    return {std::atoll(row[0]), std::atoll(row[1]), std::atoll(row[2])};
  }

 private:
  void run(const std::string& sql) {
    if (mysql_query(connection_.get(), sql.c_str()) != 0) fail(mysql_error(connection_.get()));
  }
  std::unique_ptr<MYSQL, decltype(&mysql_close)> connection_;
};

// One line a step, by plain writes.
class File : public Place {
 public:
  void record(const std::string& worker, long long number) override {
    const std::string path = path_of(worker);
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const std::string line =
        std::to_string(number) + " " + std::to_string(amount_of(number)) + "\n";
    if (fd < 0 || ::write(fd, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
      fail("cannot write " + path);
    }
    ::close(fd);
  }
  Count count(const std::string& worker) override {
    std::ifstream lines(path_of(worker));
    Count found;
    for (long long number = 0, amount = 0; lines >> number >> amount;) {
      found.number = std::max(found.number, number);
      ++found.rows;
      found.amount += amount;
    }
    return found;
  }

 private:
  static std::string path_of(const std::string& worker) {
    return environment("FILES") + "/steps-" + worker;
  }
};

// The places in the order of the way.
struct Way {
  Postgres postgres;
  Mariadb mariadb;
  File file;
  std::array<Place*, 3> places;

  explicit Way(bool is_forward)
      : places(is_forward ? std::array<Place*, 3>{&postgres, &mariadb, &file}
                          : std::array<Place*, 3>{&file, &mariadb, &postgres}) {}
};

// The number that all steps of the worker have come to. Ends the program where something is there
// that has not been caused.
long long look(Way& way, const std::string& worker) {
  std::array<Count, 3> counts;
  for (std::size_t place = 0; place < 3; ++place) counts[place] = way.places[place]->count(worker);
  for (std::size_t place = 0; place < 3; ++place) {
    const Count& here = counts[place];
    long long amount = 0;
    for (long long number = 1; number <= here.number; ++number) amount += amount_of(number);
    const bool has_gap = here.rows != here.number || here.amount != amount;
    const bool is_uncaused = place > 0 && here.number > counts[place - 1].number;
    const bool skipped = place > 0 && counts[place - 1].number > here.number + 1;
    if (!has_gap && !is_uncaused && !skipped) continue;
    std::fprintf(stderr, "mover: VIOLATION by worker %s: step %zu is at %lld (%lld rows), %s\n",
                 worker.c_str(), place + 1, here.number, here.rows,
                 has_gap       ? "with a gap"
                 : is_uncaused ? "beyond its cause"
                               : "too far behind its cause");
    std::_Exit(3);
  }
  for (std::size_t place = 1; place < 3; ++place) {
    if (counts[place].number < counts[0].number) {
      way.places[place]->record(worker, counts[0].number);
    }
  }
  return counts[0].number;
}

void work(Way& way, const std::string& worker, long long number) {
  for (;;) {
    ++number;
    for (Place* place : way.places) place->record(worker, number);
    // Enough to be in the midst of something at any instant, and no load test.
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

void listen_on(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(fd, 8) != 0) {
    fail("cannot listen");
  }
}

}  // namespace

int main() {
  struct Worker {
    std::string name;
    std::unique_ptr<Way> way;
    long long number;
  };
  std::vector<Worker> workers;
  for (const bool is_forward : {true, false}) {
    for (int one = 1; one <= workers_a_way; ++one) {
      const std::string name = (is_forward ? "there" : "back") + std::to_string(one);
      auto way = std::make_unique<Way>(is_forward);
      const long long number = look(*way, name);
      workers.push_back({name, std::move(way), number});
    }
  }
  listen_on(std::atoi(environment("PORT").c_str()));
  std::vector<std::thread> threads;
  for (auto& one : workers) {
    threads.emplace_back([&one] { work(*one.way, one.name, one.number); });
  }
  for (auto& thread : threads) thread.join();
}
