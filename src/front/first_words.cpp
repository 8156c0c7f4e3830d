// SPDX-License-Identifier: Apache-2.0
#include "front/first_words.h"

namespace slip {
namespace {

constexpr std::uint8_t tls_handshake = 0x16;
constexpr std::uint32_t cancel_code = 80877102;
constexpr std::uint32_t tls_code = 80877103;
constexpr std::uint32_t gss_code = 80877104;
constexpr std::uint8_t mysql_tls_capability = 0x08;  // in the second byte

std::uint32_t big_endian(const std::uint8_t* at) {
  return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 |
         std::uint32_t{at[3]};
}

constexpr const char* refusal = "From other machines this database is reached with TLS only.";

// An ErrorResponse.
std::string postgresql_refusal() {
  const std::string fields = std::string("SFATAL") + '\0' + "VFATAL" + '\0' + "C28000" + '\0' +
                             "M" + refusal + '\0' + "HConnect with sslmode=require." + '\0' + '\0';
  std::string message = "E";
  const auto size = static_cast<std::uint32_t>(fields.size() + 4);
  for (const int shift : {24, 16, 8, 0}) message += static_cast<char>(size >> shift & 0xff);
  return message + fields;
}

// An ERR packet: the second answer in its connection, ER_SECURE_TRANSPORT_REQUIRED.
std::string mysql_refusal() {
  constexpr std::uint16_t code = 3159;
  std::string payload = "\xff";
  payload += static_cast<char>(code & 0xff);
  payload += static_cast<char>(code >> 8);
  payload += std::string("#HY000") + refusal;
  std::string packet;
  packet += static_cast<char>(payload.size() & 0xff);
  packet += static_cast<char>(payload.size() >> 8);
  packet += '\0';
  packet += '\2';
  return packet + payload;
}

std::string http_refusal() {
  const std::string text = "From other machines this application is reached by https:// only.\n";
  return "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\n"
         "Content-Length: " +
         std::to_string(text.size()) + "\r\n\r\n" + text;
}

}  // namespace

PostgresqlIntent intent_of(const PostgresqlBeginning& beginning) {
  if (begins_tls(beginning[0])) return PostgresqlIntent::begins_tls;
  const std::uint32_t size = big_endian(beginning.data());
  const std::uint32_t code = big_endian(beginning.data() + 4);
  if (size == 8 && code == tls_code) return PostgresqlIntent::asks_for_tls;
  if (size == 8 && code == gss_code) return PostgresqlIntent::asks_for_gss;
  if (size == 16 && code == cancel_code) return PostgresqlIntent::cancels;
  return PostgresqlIntent::goes_on_plain;
}

bool asks_for_tls(const MysqlBeginning& beginning) {
  return (beginning[5] & mysql_tls_capability) != 0;
}

bool begins_tls(std::uint8_t first) {
  return first == tls_handshake;
}

std::string refusal_of(Speech speech) {
  switch (speech) {
    case Speech::postgresql:
      return postgresql_refusal();
    case Speech::mysql:
      return mysql_refusal();
    case Speech::any:
      return http_refusal();
  }
  return "";
}

}  // namespace slip
