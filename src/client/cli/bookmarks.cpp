// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "client/cli/bookmark_view.h"
#include "client/cli/commands.h"
#include "client/cli/figures.h"
#include "client/cli/going_back.h"
#include "client/cli/operation_wait.h"
#include "client/cli/words.h"

namespace slip::cli {
namespace {

struct Arguments {
  std::string container;
  std::string bookmark;
  std::string new_name;
  std::string note;
  std::string expires;
  std::string at;
  std::string branch;
  std::vector<std::string> tags;
  std::vector<std::string> users;
  bool available = false;
  bool names_only = false;
  bool share = false;
  bool no_tags = false;
  bool keep = false;
  bool accept_earlier = false;
  bool exact = false;
};

Result<> list_bookmarks(Session& session, const Arguments& given) {
  const auto path = api_path({"containers", given.container, "bookmarks"});
  const json::value all = TRY(session.list(given.available ? path + "?available=1" : path));
  const auto& items = list_in(all, "items");
  if (session.json()) {
    session.print_json(all);
  } else if (given.names_only) {
    for (const auto& bookmark : items) session.print(text_in(bookmark, "name") + "\n");
  } else if (items.empty()) {
    session.print(given.available
                      ? "Nobody has shared a bookmark with " + given.container + ".\n"
                      : fmt::format("{} has no bookmarks. Make one: slip bookmark create {} NAME\n",
                                    given.container, shell_word(given.container)));
  } else {
    session.print(bookmark_table(items, given.available ? Whose::others : Whose::own, now()));
  }
  return {};
}

Result<> show_bookmark(Session& session, const Arguments& given) {
  const json::value bookmark = TRY(find_bookmark(session, given.container, given.bookmark));
  if (session.json()) {
    session.print_json(bookmark);
  } else {
    session.print(bookmark_page(bookmark, now()));
  }
  return {};
}

json::object audience_body(const Arguments& given) {
  json::object body{{"audience", given.users.empty() ? "everyone" : "named"}};
  if (!given.users.empty()) body["shared_with"] = to_json(given.users);
  return body;
}

std::string with_whom(const Arguments& given) {
  return given.users.empty() ? "everyone with a container of its template"
                             : joined(to_json(given.users).get_array());
}

std::string bookmark_path(const Arguments& given, const std::string& further = "") {
  const auto path = api_path({"containers", given.container, "bookmarks", given.bookmark});
  return further.empty() ? path : path + "/" + further;
}

Result<> create_bookmark(Session& session, const Arguments& given) {
  json::object body{{"name", given.bookmark}};
  if (!given.note.empty()) body["note"] = given.note;
  if (!given.tags.empty()) body["tags"] = to_json(given.tags);
  if (given.share || !given.users.empty()) {
    const json::object audience = audience_body(given);
    body.insert(audience.begin(), audience.end());
  }
  if (!given.expires.empty())
    body["expires_at"] = to_rfc3339(TRY(read_expiry(given.expires, now())));
  if (!given.at.empty()) {
    const Timestamp at = TRY(read_time(given.at, now()));
    const json::object more =
        TRY(announce(session, {given.container, given.branch, at, given.accept_earlier}));
    body.insert(more.begin(), more.end());
    body["at"] = to_rfc3339(at);
  }
  if (!given.branch.empty()) body["branch"] = given.branch;
  if (given.exact) body["exact"] = true;
  const Change change{
      .path = api_path({"containers", given.container, "bookmarks"}),
      .body = body,
      .attempt = fmt::format("bookmark {} as {}", given.container, in_quotes(given.bookmark))};
  return carry_out(session, change, [&](const json::value& operation) {
    // The operation knows when it was asked for; the bookmark knows the instant of its data.
    const auto made = session.get(bookmark_path(given));
    const auto at = made ? time_in(*made, "at") : time_in(operation, "created_at");
    const bool is_shared = given.share || !given.users.empty();
    const auto exactness = made ? exactness_words(*made) : "";
    return fmt::format("Bookmarked {} at {} as {}{} in {}{}. Go back to it: slip restore {} {}{}",
                       given.container, at ? moment(*at, now()) : "", in_quotes(given.bookmark),
                       is_shared ? ", shared with " + with_whom(given) + "," : "",
                       took(length_of(operation, now())), exactness.empty() ? "" : ": " + exactness,
                       shell_word(given.container), shell_word(given.bookmark),
                       given.branch.empty() ? "" : " --branch " + shell_word(given.branch));
  });
}

Result<> edit_bookmark(Session& session, const Arguments& given, const Option& note) {
  json::object body;
  if (!given.new_name.empty()) body["name"] = given.new_name;
  if (note.was_given()) body["note"] = given.note;
  if (!given.tags.empty()) body["tags"] = to_json(given.tags);
  if (given.no_tags) body["tags"] = json::array();
  if (!given.expires.empty())
    body["expires_at"] = to_rfc3339(TRY(read_expiry(given.expires, now())));
  if (given.keep) body["expires_at"] = nullptr;
  if (body.empty()) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "nothing to change was given",
                 .hint = "See: slip bookmark edit --help"};
  }
  const Change change{.method = "PATCH",
                      .path = bookmark_path(given),
                      .body = body,
                      .attempt = "edit the bookmark " + in_quotes(given.bookmark)};
  return carry_out(session, change, [&](const json::value&) {
    return fmt::format("Changed the bookmark {} of {}.",
                       in_quotes(given.new_name.empty() ? given.bookmark : given.new_name),
                       given.container);
  });
}

void add_what_is_named(Command* command, Arguments& given) {
  command->add_option("container", given.container, "The container")->required();
  command->add_option("bookmark", given.bookmark, "The bookmark's name")->required();
}

void add_create_and_edit(Command* group) {
  const auto given = arguments<Arguments>();
  auto* create = group->add_subcommand("create", "Name the data as it is now, or was at a time");
  add_what_is_named(create, *given);
  create->add_option("--note", given->note, "What somebody should know of it");
  create->add_repeated("--tag", given->tags, "A tag; may be given several times");
  create->add_flag("--share", given->share,
                   "Share it with everyone with a container of the template");
  create->add_repeated("--with", given->users, "Share it with this user only");
  create->add_option("--expires", given->expires, "Keep it until this time, or for \"7d\"");
  create->add_option("--at", given->at,
                     "Not now but this very moment, or the last point before it");
  create->add_option("--branch", given->branch, "Another branch than the active one");
  create->add_flag("--accept-earlier", given->accept_earlier,
                   "With --at: however much earlier a source's data would be");
  create->add_flag("--exact", given->exact,
                   "Stop databases for a moment, so that nothing they have in memory is missing");
  create->on_chosen([given](Session& session) { return create_bookmark(session, *given); });

  auto* edit = group->add_subcommand("edit", "Change a bookmark's name, note, tags or expiry");
  add_what_is_named(edit, *given);
  edit->add_option("--name", given->new_name, "Its new name");
  auto* note = edit->add_option("--note", given->note, "Its new note; \"\" for none");
  auto* tags = edit->add_repeated("--tag", given->tags, "A tag; those it has are replaced");
  edit->add_flag("--no-tags", given->no_tags, "Take its tags away")->excludes(tags);
  auto* expires =
      edit->add_option("--expires", given->expires, "Keep it until this time, or for \"7d\"");
  edit->add_flag("--keep", given->keep, "Keep it until somebody deletes it")->excludes(expires);
  edit->on_chosen(
      [given, note](Session& session) { return edit_bookmark(session, *given, *note); });
}

void add_sharing(Command* group) {
  const auto given = arguments<Arguments>();
  auto* share = group->add_subcommand("share", "Let others take a bookmark into their containers");
  add_what_is_named(share, *given);
  share->add_repeated("--with", given->users, "Only this user, instead of everyone");
  share->on_chosen([given](Session& session) {
    const Change change{.method = "PUT",
                        .path = bookmark_path(*given, "share"),
                        .body = audience_body(*given),
                        .attempt = "share the bookmark " + in_quotes(given->bookmark)};
    return carry_out(session, change, [&](const json::value&) {
      return fmt::format("Shared the bookmark {} with {}.", in_quotes(given->bookmark),
                         with_whom(*given));
    });
  });
  auto* unshare = group->add_subcommand("unshare", "Stop sharing; what others took stays theirs");
  add_what_is_named(unshare, *given);
  unshare->on_chosen([given](Session& session) {
    const Change change{.method = "DELETE",
                        .path = bookmark_path(*given, "share"),
                        .body = nullptr,
                        .attempt = "stop sharing the bookmark " + in_quotes(given->bookmark)};
    return carry_out(session, change, [&](const json::value&) {
      return fmt::format("The bookmark {} is no longer shared.", in_quotes(given->bookmark));
    });
  });
}

}  // namespace

void add_bookmarks(Command& slip) {
  auto* group = add_group(slip, "bookmark", "Bookmarks: named moments of a container's data");
  const auto given = arguments<Arguments>();
  auto* list = group->add_subcommand("list", "A container's bookmarks");
  list->add_option("container", given->container, "The container")->required();
  list->add_flag("--available", given->available, "Instead: what others have shared with it");
  list->add_flag("--names", given->names_only, "Only their names");
  list->on_chosen([given](Session& session) { return list_bookmarks(session, *given); });

  auto* show = group->add_subcommand("show", "One bookmark, with the exact time of each source");
  add_what_is_named(show, *given);
  show->on_chosen([given](Session& session) { return show_bookmark(session, *given); });

  add_create_and_edit(group);
  add_sharing(group);

  auto* remove = group->add_subcommand("delete", "Delete a bookmark: it goes to the trash");
  add_what_is_named(remove, *given);
  remove->on_chosen([given](Session& session) {
    const Change change{.method = "DELETE",
                        .path = bookmark_path(*given),
                        .body = nullptr,
                        .attempt = "delete the bookmark " + in_quotes(given->bookmark)};
    return carry_out(session, change, [&](const json::value&) {
      return fmt::format(
          "Deleted the bookmark {} of {}. It is in the trash for now: slip trash list",
          in_quotes(given->bookmark), given->container);
    });
  });
}

}  // namespace slip::cli
