// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/description.h"

#include "adapters/support/description_parts.h"

namespace slip::files {

namespace {

KindDescription describe() {
  KindDescription kind{
      .kind = "files",
      .label = "Files",
      .words = "A tree of files, which may be an application that runs on every branch.",
      .may_run = true,
      .origin_question = "Where do the files come from?",
      .empty_words = "An empty folder, to begin from scratch."};
  kind.settings = {
      path_setting("path", "Path of the folder", "A folder on this server", "", "/srv/shop"),
      {.name = "ssh",
       .label = "Address",
       .is_origin = true,
       .origin_label = "Another machine",
       .origin_words = "Copied with rsync over ssh.",
       .example = "user@host:/directory",
       .pattern = "[A-Za-z0-9_.][A-Za-z0-9_.@:\\[\\]-]*:/.*",
       .pattern_words = "It looks like user@host:/directory."},
      path_setting("tar", "Path of the archive", "A tar archive on this server's disk",
                   "Compressed or not.", "/srv/shop.tar.gz"),
      {.name = "ssh_key",
       .label = "Path of the private key",
       .type = SettingType::path,
       .words = "On this server, without a passphrase.",
       .beside = {"ssh"},
       .example = "/root/.ssh/id_ed25519",
       .pattern = "/[^\\s'\"]*",
       .pattern_words = "A whole path without spaces and quotes."},
      {.name = "ssh_options",
       .label = "Options of ssh",
       .beside = {"ssh"},
       .example = "-p 2222",
       .pattern = "[^'\"]*",
       .pattern_words = "Quotes are not possible here."},
      {.name = "exclude",
       .label = "Leave out",
       .words = "Patterns, separated by commas.",
       .beside = {"path", "ssh", "tar"},
       .example = "*.log,cache/"}};
  return kind;
}

}  // namespace

const KindDescription& description() {
  static const KindDescription kind = describe();
  return kind;
}

}  // namespace slip::files
