// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "server/http/message.h"

namespace slip::http {

// A file held in memory for the life of the program. Views, so that bytes linked into the program
// are not kept twice.
struct StaticFile {
  std::string content_type = {};
  std::string_view bytes = {};
  std::string_view gzip_bytes = {};        // the same, compressed; empty: none
  std::string etag = {};                   // with its quotes; empty: none
  std::string cache_control = "no-cache";  // "no-cache" asks each time, and gets 304 by etag
};

// Answers GET and HEAD from a map "/assets/page.js" -> file; "/" is "/index.html".
class StaticFiles {
 public:
  // `page` ("/index.html") is what browsers get for a path that no file has and that is not under
  // /api, so that addresses of the page's own views can be reloaded. Empty: they get 404.
  explicit StaticFiles(std::map<std::string, StaticFile> files, std::string page = {});

  Response handle(const Request& request) const;

 private:
  const StaticFile* find(const Request& request) const;

  std::map<std::string, StaticFile> files_;
  std::string page_;
};

}  // namespace slip::http
