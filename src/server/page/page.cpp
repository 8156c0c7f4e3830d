#include "server/page/page.h"

namespace slip {

http::StaticFiles embedded_page() {
  return http::StaticFiles(embedded_files(), "/index.html");
}

}  // namespace slip
