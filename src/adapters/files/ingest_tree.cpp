// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/ingest_tree.h"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <cerrno>

#include "adapters/files/archive_attributes.h"
#include "adapters/files/tree_attributes.h"
#include "adapters/support/dump_stream.h"
#include "base/directory.h"
#include "base/subprocess.h"
#include "base/system_error.h"

namespace slip::files {

namespace fs = std::filesystem;

namespace {

using Owner = std::optional<UserIds>;

bool says(const CommandOutput& output, std::string_view words) {
  return output.err.find(words) != std::string::npos;
}

// What rsync, ssh or tar said, as an error of ours.
Error explain(const CommandOutput& output, const std::string& where) {
  Error error{.code = ErrorCode::failed,
              .message = where + " cannot be copied",
              .hint = "",
              .context = {},
              .detail = output.err};
  if (says(output, "No space left on device")) {
    error.code = ErrorCode::no_space;
    error.message = "the pool has no space left for this source";
  } else if (says(output, "Host key verification failed")) {
    error.code = ErrorCode::permission_denied;
    error.message = "the host key of " + where + " is not known";
    error.hint =
        "Log in once by ssh to accept it, or set ssh_options to "
        "\"-o StrictHostKeyChecking=accept-new\".";
  } else if (says(output, "Permission denied")) {
    error.code = ErrorCode::permission_denied;
    error.message = where + " may not be read";
    error.hint = "Check the permissions of the files, and over ssh the key (ssh_key).";
  } else if (says(output, "Could not resolve") || says(output, "Connection refused") ||
             says(output, "timed out") || says(output, "No route to host") ||
             says(output, "Connection closed") || says(output, "unreachable")) {
    error.code = ErrorCode::unavailable;
    error.message = where + " does not answer";
    error.hint = "Check the host's name, that it is up, and that ssh reaches it.";
  } else if (says(output, "No such file or directory")) {
    error.code = ErrorCode::invalid_argument;
    error.message = where + " does not exist";
  }
  return error;
}

// What the fillers below share.
struct Filling {
  const IngestRequest& request;
  const Settings& settings;
  const Owner& owner;
  const Confinement& confinement;
};

bool go_on(const IngestRequest& request) {
  return !request.progress || request.progress("copying files", std::nullopt);
}

// A tree that cannot have room is refused before a byte of it is written. What is here already is
// written over; how much of a tree the exclusions leave is not known.
Result<> check_room(const Filling& filling, const Directory& from) {
  if (!filling.settings.exclude.empty()) return {};
  const auto keep_going = [&] { return go_on(filling.request); };
  const Directory to = TRY(Directory::open(filling.request.directory));
  struct statvfs about {};
  if (::fstatvfs(to.fd(), &about) != 0) {
    return error_from_errno(errno, "ask for the room of " + to.path().string());
  }
  const auto needed = TRY(files::allocated_bytes(from, keep_going));
  const auto room = static_cast<std::int64_t>(about.f_bavail * about.f_frsize) +
                    TRY(files::allocated_bytes(to, keep_going));
  if (needed <= room) return {};
  constexpr std::int64_t mebibyte = 1 << 20;
  return Error{.code = ErrorCode::no_space,
               .message = fmt::format("{} has {} MiB, and the pool has room for {} MiB",
                                      from.path().string(), needed / mebibyte, room / mebibyte),
               .hint = "Make the pool larger, or leave something out (exclude)."};
}

// What programs need of the machine that read an origin of this machine's: its owner may be
// anybody.
ConfinedPlaces places_for(const Filling& filling, const fs::path& origin) {
  return {.writable = {filling.request.directory},
          .readable = {origin},
          .reads = ConfinedPlaces::Reads::every_place,
          .user = filling.request.user};
}

Result<CommandOutput> run_watched(const IngestRequest& request, Command command,
                                  const std::string& where) {
  command.deadline = std::chrono::hours(48);
  command.watch = [&](std::string_view) { return go_on(request); };
  if (!command.watch("")) return Error{.code = ErrorCode::canceled, .message = "canceled"};
  CommandOutput output = TRY(run(command));
  if (output.exit_status != 0) return explain(output, where);
  return output;
}

Command rsync(const Filling& filling, const std::string& from,
              const std::string& remote_shell = "") {
  const auto& [request, settings, owner, confinement] = filling;
  // In blocks of the file systems': of others, which lie across two, both would be written.
  Command command{.argv = {"rsync", "--archive", "--hard-links", "--delete", "--inplace",
                           "--no-whole-file", "--block-size=4096", "--partial", "--sparse",
                           "--timeout=120"}};
  // Confined, it is who the files belong to, as far as it can see.
  const bool is_own = request.user && remote_shell.empty();
  const auto whose = is_own ? UserIds{.uid = *request.user, .gid = *request.user} : owner;
  if (whose) {
    command.argv.push_back("--chown=" + std::to_string(whose->uid) + ":" +
                           std::to_string(whose->gid));
  }
  for (const std::string& pattern : settings.exclude) {
    command.argv.push_back("--exclude=" + pattern);
  }
  if (!remote_shell.empty()) command.argv.push_back("--rsh=" + remote_shell);
  command.argv.insert(command.argv.end(), {"--", from, request.directory.string() + "/"});
  return command;
}

std::string with_slash(std::string path) {
  return path.ends_with('/') ? path : path + "/";
}

Result<> fill(const Filling& filling, const EmptyTree&) {
  const auto& request = filling.request;
  if (request.progress && !request.progress("making an empty tree", std::nullopt)) {
    return Error{.code = ErrorCode::canceled, .message = "canceled"};
  }
  return {};
}

Result<> fill(const Filling& filling, const LocalTree& origin) {
  std::error_code failed;
  if (!fs::is_directory(origin.path, failed)) {
    return Error{
        .code = ErrorCode::invalid_argument,
        .message = origin.path.string() +
                   (fs::exists(origin.path, failed) ? " is not a directory" : " does not exist")};
  }
  const Directory from = TRY(Directory::open(fs::canonical(origin.path, failed)));
  TRY(check_room(filling, from));
  Command command = TRY(filling.confinement.confine(rsync(filling, with_slash(origin.path)),
                                                    places_for(filling, origin.path)));
  TRY(run_watched(filling.request, std::move(command), origin.path.string()));
  return bring_attributes(from, TRY(Directory::open(filling.request.directory)),
                          [&] { return go_on(filling.request); });
}

Result<> fill(const Filling& filling, const RemoteTree& origin) {
  std::string shell = "ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=15";
  if (!origin.key.empty()) shell += " -i " + origin.key;
  for (const std::string& option : origin.options) shell += " " + option;
  Command command = rsync(filling, with_slash(origin.address), shell);
  // Numbers of users in access lists are production's.
  command.argv.insert(command.argv.begin() + 1, {"--acls", "--xattrs", "--numeric-ids"});
  TRY(run_watched(filling.request, std::move(command), origin.address));
  return {};
}

// What tar has not been able to give to the files, as it unpacks them as the user whom they belong
// to. The archive is read by such a user, too.
Result<> bring_archived_attributes(const Filling& filling, const Archive& origin) {
  const auto& request = filling.request;
  constexpr const char* unpack =
      "case $(head -c 3 \"$1\") in BZh) exec bzip2 -dc \"$1\" >\"$0\" ;; "
      "*) exec zstd -dcfq \"$1\" >\"$0\" ;; esac";
  auto stream = TRY(DumpStream::start(
      filling.owner, [&](const fs::path& to, const DumpStream::GoOn& wanted) -> Result<> {
        auto places = places_for(filling, origin.path);
        places.writable = {to.parent_path()};
        Command command = TRY(filling.confinement.confine(
            {.argv = {"sh", "-c", unpack, to.string(), origin.path.string()},
             .deadline = std::chrono::hours(48),
             .watch = [&](std::string_view) { return wanted(); }},
            places));
        const auto output = TRY(run(command));
        if (output.exit_status != 0) return explain(output, origin.path.string());
        return {};
      }));
  const Directory tree = TRY(Directory::open(request.directory));
  const UniqueFd archive = TRY(stream->open());
  TRY(read_archived_attributes(
      archive.get(),
      [&](const ArchivedAttributes& entry) { return give_archived_attributes(tree, entry); },
      [&] { return go_on(request); }));
  // Nothing more of it may have been wanted.
  const auto ended = stream->end();
  return !ended && ended.error().code != ErrorCode::canceled ? ended : Result<>();
}

// tar itself takes no entry through a symbolic link or a ".." out of the tree; an absolute name it
// would put inside, and only say so.
Result<> fill(const Filling& filling, const Archive& origin) {
  const auto& [request, settings, owner, confinement] = filling;
  const std::string where = origin.path.string();
  Command command{.argv = {"tar", "--extract", "--file", where, "--directory",
                           request.directory.string(), "--no-same-owner", "--preserve-permissions",
                           "--acls", "--xattrs", "--delay-directory-restore"}};
  for (const std::string& pattern : settings.exclude) {
    command.argv.push_back("--exclude=" + pattern);
  }
  std::error_code failed;
  if (!fs::exists(origin.path, failed)) {
    return Error{.code = ErrorCode::invalid_argument, .message = where + " does not exist"};
  }
  command = TRY(confinement.confine(std::move(command), places_for(filling, origin.path)));
  auto output = run_watched(request, std::move(command), where);
  const std::string said = output ? output->err : output.error().detail;
  if (said.find("Removing leading") != std::string::npos ||
      said.find("contains '..'") != std::string::npos) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = where + " has entries that lead out of its tree",
                 .hint = "Make the archive with relative names (tar -C DIRECTORY -cf ... .).",
                 .context = {},
                 .detail = said};
  }
  if (!output) {
    if (output.error().code == ErrorCode::failed) {
      output.error().code = ErrorCode::invalid_argument;
      output.error().message = "the archive " + where + " is broken, or no archive";
    }
    return std::move(output).error();
  }
  if (owner) {
    const Directory tree = TRY(Directory::open(request.directory));
    for (const auto& entry : TRY(tree.list())) TRY(tree.change_owner(entry.name, *owner));
  }
  return bring_archived_attributes(filling, origin);
}

}  // namespace

Result<> ingest_tree(const IngestRequest& request, const Settings& settings, const Owner& owner,
                     const Confinement& confinement) {
  const Filling filling{request, settings, owner, confinement};
  TRY(std::visit([&](const auto& origin) { return fill(filling, origin); }, settings.origin));
  return TRY(Directory::open(request.directory)).sync_file_system();
}

}  // namespace slip::files
