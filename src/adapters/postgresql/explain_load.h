#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"

namespace slip::postgresql {

// Of a load that a program has ended with an error, whose words are in `detail`: where in the dump
// it stopped, what is missing, and what to do. What it does not know stays as it is.
Error explain_load(Error error, const std::filesystem::path& dump, int server_major);

}  // namespace slip::postgresql
