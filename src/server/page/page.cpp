// SPDX-License-Identifier: Apache-2.0
#include "server/page/page.h"

namespace slip {

http::StaticFiles embedded_page() {
  return http::StaticFiles(embedded_files(), "/index.html");
}

}  // namespace slip
