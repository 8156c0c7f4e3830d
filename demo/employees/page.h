// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "database.h"

namespace employees {

// The application's one page: the list, the add form at the bottom left, the remove form at the
// bottom right. `problem` is shown above the list; empty means none.
std::string render_page(const std::string& title, const std::vector<Employee>& employees,
                        const std::string& problem);

}  // namespace employees
