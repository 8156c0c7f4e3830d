// SPDX-License-Identifier: Apache-2.0
#include "server/http/compression.h"

#include <zlib.h>

#include <limits>
#include <optional>

#include "server/http/encoding.h"

namespace slip::http {
namespace {

// What is shorter fits into the first packet either way.
constexpr std::size_t worthwhile_bytes = 1024;
// Of JSON, higher levels take twice the time and save a few per cent.
constexpr int level = 4;
constexpr int gzip_window = 15 + 16;
constexpr int memory_level = 8;

std::optional<std::string> gzip(const std::string& bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, gzip_window, memory_level, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return std::nullopt;
  }
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  // zlib reads it only.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool is_whole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (!is_whole) return std::nullopt;
  return out;
}

}  // namespace

Response compressed(Response response, const Request& request) {
  if (response.events || response.headers.contains("Content-Encoding") ||
      response.body.size() < worthwhile_bytes ||
      response.body.size() > std::numeric_limits<uInt>::max() / 2) {
    return response;
  }
  response.headers.set("Vary", "Accept-Encoding");
  if (!lists(request.headers.find("Accept-Encoding").value_or(""), "gzip")) return response;
  if (auto body = gzip(response.body)) {
    response.body = *std::move(body);
    response.headers.set("Content-Encoding", "gzip");
  }
  return response;
}

}  // namespace slip::http
