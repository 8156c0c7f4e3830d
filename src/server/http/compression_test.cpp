// SPDX-License-Identifier: Apache-2.0
#include "server/http/compression.h"

#include <gtest/gtest.h>
#include <zlib.h>

namespace slip::http {
namespace {

Request taking(const std::string& encodings) {
  Request request;
  request.method = "GET";
  if (!encodings.empty()) request.headers.set("Accept-Encoding", encodings);
  return request;
}

std::string long_json() {
  std::string json = "[0";
  for (int i = 1; i < 2000; ++i) json += ",{\"name\":\"bookmark " + std::to_string(i) + "\"}";
  return json + "]";
}

std::string unzipped(const std::string& bytes, std::size_t size) {
  std::string out(size, '\0');
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::string in = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int ended = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  return ended == Z_STREAM_END ? out : "broken";
}

TEST(Compression, MakesALongAnswerAFractionOfItsSize) {
  const auto json = long_json();

  const auto response = compressed(json_response(200, json), taking("br, gzip;q=0.8"));

  EXPECT_EQ(response.headers.find("Content-Encoding"), "gzip");
  EXPECT_EQ(response.headers.find("Vary"), "Accept-Encoding");
  EXPECT_LT(response.body.size(), json.size() / 4);
  EXPECT_EQ(unzipped(response.body, json.size()), json);
}

TEST(Compression, IsNotForThoseWhoDoNotTakeIt) {
  for (const std::string accepted : {"", "br", "gzip;q=0"}) {
    const auto response = compressed(json_response(200, long_json()), taking(accepted));
    EXPECT_EQ(response.body, long_json()) << accepted;
    EXPECT_FALSE(response.headers.contains("Content-Encoding")) << accepted;
    EXPECT_EQ(response.headers.find("Vary"), "Accept-Encoding") << "for whoever stores it";
  }
}

TEST(Compression, LeavesShortAnswersAndWhatIsCompressedAlone) {
  EXPECT_EQ(compressed(json_response(200, "[]"), taking("gzip")).body, "[]");
  auto zipped = json_response(200, long_json());
  zipped.headers.set("Content-Encoding", "gzip");
  EXPECT_EQ(compressed(zipped, taking("gzip")).body, long_json());
}

}  // namespace
}  // namespace slip::http
