// SPDX-License-Identifier: Apache-2.0
#pragma once

// Programs that talk as a server of a kind does, and answer everything with something of another
// shape: no rows, too few columns, none, nothing in them, numbers that are none, refusals.

#include <random>
#include <string>

#include "tests/hostile/rogue_servers.h"

namespace slip::test {

class OddAnswers {
 public:
  explicit OddAnswers(unsigned seed) : random_(seed) {}

  unsigned below(unsigned end) { return static_cast<unsigned>(random_() % end); }
  std::string text() {
    static const std::string odd[] = {"",
                                      "t",
                                      "f",
                                      "0",
                                      "1",
                                      "-1",
                                      "99999999999999999999999999",
                                      "0/0",
                                      "FFFFFFFF/FFFFFFFF",
                                      "12:34:56",
                                      "'; DROP TABLE x; --",
                                      "\xff\xfe\xc0",
                                      "../../../../etc/passwd",
                                      "/etc/passwd",
                                      "postgres",
                                      "ON",
                                      "aof_enabled:1\r\naof_last_write_status:err",
                                      std::string(3000, 'x'),
                                      std::string(5, '\0')};
    return odd[below(std::size(odd))];
  }

 private:
  std::mt19937 random_;
};

inline std::string big_endian(std::size_t value, int bytes) {
  std::string text;
  for (int at = bytes - 1; at >= 0; --at) text += static_cast<char>(value >> (8 * at) & 0xffU);
  return text;
}
inline std::string little_endian(std::size_t value, int bytes) {
  std::string text;
  for (int at = 0; at < bytes; ++at) text += static_cast<char>(value >> (8 * at) & 0xffU);
  return text;
}

inline void talk_like_postgresql(const RogueClient& client, unsigned seed) {
  OddAnswers odd(seed);
  const auto message = [](char kind, const std::string& bytes) {
    return kind + big_endian(bytes.size() + 4, 4) + bytes;
  };
  const auto size_of = [](const std::string& bytes) {
    std::size_t size = 0;
    for (const char c : bytes) size = size << 8 | static_cast<unsigned char>(c);
    return size;
  };
  const std::string nul(1, '\0');
  const auto refuse = [&] {
    static const char* const states[] = {"28000", "28P01", "57P03", "3D000", "42501",
                                         "53300", "XX000", "55000", "",      "?????"};
    return message('E', "SERROR" + nul + "VERROR" + nul + "C" +
                            states[odd.below(std::size(states))] + nul + "M" + "no" + nul + nul);
  };
  const auto answer = [&](bool is_prepared) {
    std::string all;
    if (odd.below(6) == 0) return refuse();
    const unsigned columns = odd.below(8);
    if (is_prepared) all += message('1', "") + message('2', "");
    // 4 bytes of table, 2 of attribute, 4 of type, 2 of size, 4 of modifier, 2 of format.
    std::string shape = big_endian(columns, 2);
    for (unsigned i = 0; i < columns; ++i) {
      shape += "c" + nul + std::string(6, '\0') + big_endian(25, 4) + std::string(6, '\xff') +
               std::string(2, '\0');
    }
    all += message('T', shape);
    for (unsigned row = odd.below(4); row > 0; --row) {
      std::string values = big_endian(columns, 2);
      for (unsigned i = 0; i < columns; ++i) {
        const std::string value = odd.text();
        values += odd.below(5) == 0 ? std::string(4, '\xff') : big_endian(value.size(), 4) + value;
      }
      all += message('D', values);
    }
    return all + message('C', "SELECT" + nul);
  };
  const std::string size = client.hear_all(4);
  if (size.size() < 4 || size_of(size) < 8) return;
  client.hear_all(size_of(size) - 4);
  if (odd.below(10) == 0) {
    client.say(refuse());
    return;
  }
  client.say(
      message('R', big_endian(0, 4)) +
      message('S', "server_version" + nul + (odd.below(4) == 0 ? odd.text() : "15.3") + nul) +
      message('Z', "I"));
  for (;;) {
    const std::string head = client.hear_all(5);
    if (head.size() < 5 || head[0] == 'X') return;
    client.hear_all(size_of(head.substr(1)) - 4);
    if (head[0] != 'Q' && head[0] != 'S') continue;
    if (!client.say(answer(head[0] == 'S') + message('Z', "I"))) return;
  }
}

inline void talk_like_mariadb(const RogueClient& client, unsigned seed) {
  using std::string_literals::operator""s;
  OddAnswers odd(seed);
  int number = 0;
  const auto packet = [&number](const std::string& bytes) {
    return little_endian(bytes.size(), 3) + static_cast<char>(number++ & 0xff) + bytes;
  };
  const auto sized = [](const std::string& bytes) {
    return "\xfc"s + little_endian(bytes.size(), 2) + bytes;
  };
  const auto refuse = [&] {
    static constexpr unsigned codes[] = {1045, 1049, 1227, 1064, 1129, 2013, 65535, 3118};
    return packet("\xff"s + little_endian(codes[odd.below(std::size(codes))], 2) + "#HY000no");
  };
  const std::string done = "\0\0\0\2\0\0\0"s;
  const std::string end = "\xfe\0\0\2\0"s;
  static const char* const versions[] = {"10.11.6-MariaDB", "11.8.1-MariaDB",       "8.0.36",
                                         "9.1.0",           "5.5.5-10.6.2-MariaDB", "x"};
  client.say(packet("\x0a"s + versions[odd.below(std::size(versions))] + "\0"s + "\1\0\0\0"s +
                    "12345678\0"s + "\x81\x82\x21\2\0"s + "\x08\0\x15"s + std::string(10, '\0') +
                    "123456789012\0"s + "mysql_native_password\0"s));
  const auto hear = [&] {
    const std::string head = client.hear_all(4);
    if (head.size() < 4) return std::string();
    const auto byte = [&](int at) {
      return static_cast<std::size_t>(static_cast<unsigned char>(head[at]));
    };
    number = static_cast<int>(byte(3)) + 1;
    return client.hear_all(byte(0) | byte(1) << 8 | byte(2) << 16);
  };
  if (hear().empty()) return;
  if (odd.below(10) == 0) {
    client.say(refuse());
    return;
  }
  client.say(packet(done));
  for (;;) {
    const std::string asked = hear();
    if (asked.empty() || asked[0] == '\1') return;
    std::string said;
    const unsigned kind = odd.below(8);
    if (kind == 0) {
      said = refuse();
    } else if (kind == 1 || asked[0] != '\3' || asked.find("SET ") == 1) {
      said = packet(done);
    } else {
      const unsigned columns = 1 + odd.below(7);
      said = packet(std::string(1, static_cast<char>(columns)));
      for (unsigned i = 0; i < columns; ++i) {
        said += packet("\3def\0\0\0\1c\0\x0c\x21\0\0\1\0\0\xfd\0\0\0\0\0"s);
      }
      said += packet(end);
      for (unsigned row = odd.below(4); row > 0; --row) {
        std::string values;
        for (unsigned i = 0; i < columns; ++i) {
          values += odd.below(5) == 0 ? "\xfb"s : sized(odd.text());
        }
        said += packet(values);
      }
      said += packet(end);
    }
    if (!client.say(said)) return;
  }
}

inline void talk_like_redis(const RogueClient& client, unsigned seed) {
  OddAnswers odd(seed);
  const auto bulk = [&] {
    const std::string text = odd.text();
    return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
  };
  while (!client.hear().empty()) {
    std::string said;
    switch (odd.below(8)) {
      case 0:
        said = "-NOPERM no\r\n";
        break;
      case 1:
        said = "-LOADING\r\n";
        break;
      case 2:
        said = "*0\r\n";
        break;
      case 3:
        said = "*-1\r\n";
        break;
      case 4:
        said = "*2\r\n" + bulk() + bulk();
        break;
      case 5:
        said = bulk();
        break;
      case 6:
        said = ":-9223372036854775809\r\n";
        break;
      default:
        said = "+OK\r\n";
    }
    if (!client.say(said)) return;
  }
}

inline void talk_like(const std::string& kind, const RogueClient& client, unsigned seed) {
  if (kind == "postgresql") return talk_like_postgresql(client, seed);
  if (kind == "mariadb" || kind == "mysql") return talk_like_mariadb(client, seed);
  if (kind == "redis") return talk_like_redis(client, seed);
  OddAnswers odd(seed);
  while (!client.hear().empty() && client.say(odd.text())) {
  }
}

}  // namespace slip::test
