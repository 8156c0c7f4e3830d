// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"

namespace slip::postgresql {

// What to do where something is missing that lies in a package.
inline constexpr const char* kInstallIt =
    "Install its package on this machine, or make the dump without it.";
// Where a collation of the server's is missing.
inline constexpr const char* kInstallLocale =
    "Install the locale (on Debian: apt-get install locales-all), then link again.";
// Where text is not of the encoding that the dump says.
inline constexpr const char* kSayEncoding =
    "Make the dump with pg_dump --encoding, or give the source encoding = \"SQL_ASCII\", which "
    "takes every byte.";
// What a dump cannot say of citext.
inline constexpr const char* kCitextAsText =
    "may tell upper and lower case apart once it is loaded: a dump has no place for the operator "
    "of "
    "JOIN USING, NULLIF, CASE and IS DISTINCT FROM; make it anew in the copy, or link by url "
    "without "
    "copy = \"logical\"";

// Of a load that a program has ended with an error, whose words are in `detail`: where in the dump
// it stopped, what is missing, and what to do. What it does not know stays as it is.
Error explain_load(Error error, const std::filesystem::path& dump, int server_major);

}  // namespace slip::postgresql
