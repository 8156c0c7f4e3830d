// SPDX-License-Identifier: Apache-2.0
#include "server/http/static_files.h"

#include <utility>

#include "server/http/encoding.h"
#include "server/http/problem.h"

namespace slip::http {
namespace {

std::string joined(const std::vector<std::string>& path) {
  std::string out;
  for (const auto& segment : path) out += "/" + segment;
  return out.empty() ? "/index.html" : out;
}

}  // namespace

StaticFiles::StaticFiles(std::map<std::string, StaticFile> files, std::string page)
    : files_(std::move(files)), page_(std::move(page)) {}

Response StaticFiles::handle(const Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") {
    Response response = problem_with_status(
        405, {.code = ErrorCode::unsupported, .message = "this address can only be read"});
    response.headers.set("Allow", "GET, HEAD");
    return response;
  }
  const StaticFile* file = find(request);
  if (file == nullptr) {
    return problem(
        {.code = ErrorCode::not_found, .message = "there is nothing at " + joined(request.path)});
  }
  Response response;
  response.headers.set("Cache-Control", file->cache_control);
  if (!file->etag.empty()) response.headers.set("ETag", file->etag);
  if (!file->gzip_bytes.empty()) response.headers.set("Vary", "Accept-Encoding");
  const auto known = request.headers.find("If-None-Match");
  if (known && !file->etag.empty() && (lists(*known, file->etag) || *known == "*")) {
    response.status = 304;
    return response;
  }
  response.headers.set("Content-Type", file->content_type);
  const auto accepted = request.headers.find("Accept-Encoding").value_or("");
  if (!file->gzip_bytes.empty() && lists(accepted, "gzip")) {
    response.headers.set("Content-Encoding", "gzip");
    response.body = file->gzip_bytes;
  } else {
    response.body = file->bytes;
  }
  return response;
}

const StaticFile* StaticFiles::find(const Request& request) const {
  auto found = files_.find(joined(request.path));
  const bool is_view =
      found == files_.end() && !page_.empty() && !request.path.empty() &&
      request.path[0] != "api" &&
      request.headers.find("Accept").value_or("").find("text/html") != std::string_view::npos;
  if (is_view) found = files_.find(page_);
  return found == files_.end() ? nullptr : &found->second;
}

}  // namespace slip::http
