// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>

#include "adapters/mariadb/dump_file.h"
#include "adapters/mariadb/ingest.h"
#include "adapters/support/dump_stream.h"

namespace slip::mariadb {

// Runs the program that makes text of an open dump and writes it to `to`, a new file or a pipe.
// `wanted` is asked now and then whether to go on; nothing: the ingest's progress is. `shown` is
// the dump's path, for messages. Errors: `invalid_argument` (it is broken), `canceled`, `no_space`.
Result<> run_unpacker(const Ingest& ingest, int dump, const std::filesystem::path& shown,
                      Packing packing, const std::filesystem::path& to,
                      const std::function<bool()>& wanted = {});

// In the ingest's directory, while it is loaded: what a dump was packed from, and a part of it.
inline constexpr const char* kPlainDump = "dump";
inline constexpr const char* kPartOfDump = "dump.part";

// What `read` makes of an open dump's text. What is packed is read while it is unpacked: that needs
// no room. Errors: those of `read` and of run_unpacker.
template <class Read>
auto read_unpacked(const Ingest& ingest, int dump, const std::filesystem::path& shown,
                   Packing packing, const Read& read) -> decltype(read(dump)) {
  if (packing == Packing::none) return read(dump);
  auto stream = TRY(DumpStream::start(
      ingest.user.ids, [&](const std::filesystem::path& to, const DumpStream::GoOn& wanted) {
        return run_unpacker(ingest, dump, shown, packing, to,
                            [&] { return wanted() && ingest.go_on("reading the dump"); });
      }));
  const UniqueFd pipe = TRY(stream->open());
  auto made = read(pipe.get());
  // A program that has failed says better why there is no more of it.
  const auto ended = stream->end();
  if (!ended && (made || ended.error().code != ErrorCode::canceled)) return ended.error();
  return made;
}

// What a dump that needs edits is loaded from (loadable_text.h): an open file that is in no
// directory. `shown` is the dump's path, for messages. Errors: those of reading and writing.
Result<UniqueFd> as_loadable(const Ingest& ingest, int dump, bool goes_anywhere,
                             const std::filesystem::path& shown);

// The server's own client, for what comes on its standard input, and that database.
Result<Command> client_of(const Ingest& ingest, const ServerVersion& version,
                          const PrivateServer& server, const std::string& database);

// Where the tables of a dump go that does not name a database itself; empty: it makes its own.
// Errors: `invalid_argument` (it makes several, and the settings do not say which to lead to).
Result<std::string> choose_database(const Ingest& ingest, const DumpContent& content);

// Where a load stopped, which the client says: "ERROR 1146 (42S02) at line 2: Table ...".
Error explain_load(Error error, const std::string& origin);
// What it says of it, without its number and line.
std::string server_words(const std::string& said);

// That it is of this product, and which database it is for. Errors: `invalid_argument`.
Result<> check_dump_content(const Ingest& ingest, const DumpContent& content,
                            const std::filesystem::path& origin);

}  // namespace slip::mariadb
