// SPDX-License-Identifier: Apache-2.0
#include "server/http/response_head.h"

#include <array>
#include <ctime>
#include <utility>

namespace slip::http {
namespace {

std::string_view reason(int status) {
  static constexpr std::array<std::pair<int, std::string_view>, 29> reasons{{
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {206, "Partial Content"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {409, "Conflict"},
      {413, "Content Too Large"},
      {415, "Unsupported Media Type"},
      {421, "Misdirected Request"},
      {422, "Unprocessable Content"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {507, "Insufficient Storage"},
  }};
  for (const auto& [code, text] : reasons) {
    if (code == status) return text;
  }
  return "";
}

// IMF-fixdate of RFC 9110. Names of days and months are English whatever the locale.
std::string date_now() {
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char rest[32];
  const std::size_t size = std::strftime(rest, sizeof rest, " %Y %H:%M:%S GMT", &utc);
  std::string day = std::to_string(utc.tm_mday);
  if (day.size() < 2) day.insert(0, "0");
  return std::string(days[utc.tm_wday]) + ", " + day + " " + months[utc.tm_mon] +
         std::string(rest, size);
}

void write_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  for (const char c : value) {
    if (c != '\r' && c != '\n' && c != '\0') out += c;
  }
  out += "\r\n";
}

}  // namespace

bool has_body(const Response& response, const Answering& request) {
  return request.method != "HEAD" && response.status != 204 && response.status != 304;
}

std::string response_head(const Response& response, const Answering& request, AfterResponse after,
                          std::string_view html_policy) {
  Headers headers = response.headers;
  headers.set("Date", date_now());
  headers.set("Connection", after == AfterResponse::keep_connection ? "keep-alive" : "close");
  if (!response.events && response.status != 204 && response.status != 304) {
    headers.set("Content-Length", std::to_string(response.body.size()));
  }
  headers.set_if_missing("X-Content-Type-Options", "nosniff");
  headers.set_if_missing("X-Frame-Options", "DENY");
  headers.set_if_missing("Referrer-Policy", "no-referrer");
  if (request.is_api) headers.set_if_missing("Cache-Control", "no-store");
  if (headers.find("Content-Type").value_or("").starts_with("text/html")) {
    headers.set_if_missing("Content-Security-Policy", std::string(html_policy));
  }
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + " ";
  out += reason(response.status);
  out += "\r\n";
  for (const auto& [name, value] : headers) write_field(out, name, value);
  return out + "\r\n";
}

}  // namespace slip::http
