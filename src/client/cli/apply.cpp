// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "client/cli/apply_plan.h"
#include "client/cli/commands.h"
#include "client/cli/figures.h"
#include "client/cli/operation_wait.h"
#include "client/cli/text_width.h"

namespace slip::cli {
namespace {

struct Arguments {
  std::string file;
  bool dry_run = false;
};

using TemplateChange = ApplyPlan::TemplateChange;

constexpr auto turn_pause = std::chrono::milliseconds(250);

Result<ApplyPlan> make_plan(Session& session, const TemplateFile& file) {
  const json::value sources = TRY(session.list(api_path({"sources"})));
  auto existing = session.get(api_path({"templates", file.name}));
  if (!existing && existing.error().code != ErrorCode::not_found) {
    return std::move(existing).error();
  }
  return plan_apply(file, list_in(sources, "items"), existing ? *existing : json::value());
}

json::value as_json(const TemplateFile& file, const ApplyPlan& plan) {
  json::array linked;
  for (const auto& source : plan.to_link) linked.push_back(json::value(source.linked));
  const auto* change = plan.change == TemplateChange::none     ? "none"
                       : plan.change == TemplateChange::create ? "create"
                                                               : "new_version";
  return json::object{{"template", file.name},
                      {"template_change", change},
                      {"differences", to_json(plan.differences)},
                      {"linked_sources", linked},
                      {"notes", to_json(plan.notes)}};
}

std::string would_change(const TemplateFile& file, const ApplyPlan& plan) {
  std::string out;
  for (const auto& source : plan.to_link) {
    out += fmt::format("Would link the source {} ({}).\n", source.linked, source.config.kind);
  }
  if (plan.change == TemplateChange::create) {
    out += fmt::format("Would create the template {}.\n", file.name);
  } else if (plan.change == TemplateChange::new_version) {
    out += fmt::format("Would give the template {} a new version; what differs:\n", file.name);
    for (const auto& difference : plan.differences) out += "  " + difference + "\n";
  }
  return out;
}

Result<> link_source(Session& session, const FileSource& source) {
  const Change change{
      .path = api_path({"sources"}),
      .body = json::object{{"name", source.linked},
                           {"config", config_body(source.config)},
                           {"schedule", source.schedule}},
      .attempt = fmt::format("link the source {} (line {})", source.linked, source.line)};
  const Outcome outcome = TRY(session.change(change));
  if (!session.json()) {
    session.print(fmt::format("Linked the source {} in {}.\n", source.linked,
                              took(length_of(outcome.answer, now()))));
  }
  return {};
}

Result<> change_template(Session& session, const TemplateFile& file, const ApplyPlan& plan) {
  if (plan.change == TemplateChange::none) return {};
  const bool is_new = plan.change == TemplateChange::create;
  json::object body{{"sources", plan.places},
                    {"ask_beyond_s", to_json(file.ask_beyond_s)},
                    {"bookmarks", to_json(file.bookmarks)}};
  if (is_new) body["name"] = file.name;
  const Change change{
      .path = is_new ? api_path({"templates"}) : api_path({"templates", file.name, "versions"}),
      .body = body,
      .attempt = (is_new ? "create the template " : "change the template ") + file.name};
  TRY(session.change(change));
  if (!session.json()) {
    session.print(is_new ? fmt::format("Created the template {}.\n", file.name)
                         : fmt::format("Gave the template {} a new version; its containers move to "
                                       "it when they are refreshed.\n",
                                       file.name));
  }
  return {};
}

Result<> apply_once(Session& session, const TemplateFile& file, const Arguments& given) {
  const ApplyPlan plan = TRY(make_plan(session, file));
  if (!session.json()) {
    for (const auto& note : plan.notes) fmt::print(stderr, "slip: {}\n", note);
    if (plan.changes_nothing()) {
      session.print(
          fmt::format("The template {} is as the file says: nothing to change.\n", file.name));
    } else if (given.dry_run) {
      session.print(would_change(file, plan));
    }
  }
  if (!given.dry_run) {
    for (const auto& source : plan.to_link) TRY(link_source(session, source));
    TRY(change_template(session, file, plan));
  }
  if (session.json()) session.print_json(as_json(file, plan));
  return {};
}

// What somebody else is in the middle of may be this very file, applied before and interrupted:
// once that has ended, what is left to do is another plan.
Result<> apply(Session& session, const Arguments& given) {
  const TemplateFile file = TRY(read_template_file(given.file));
  std::string waited_for;
  while (true) {
    auto done = apply_once(session, file, given);
    if (done || done.error().code != ErrorCode::busy) return done;
    if (done.error().message != waited_for) {
      waited_for = done.error().message;
      fmt::print(stderr, "slip: {}; waiting until it has ended\n", printable(waited_for));
    }
    std::this_thread::sleep_for(turn_pause);
  }
}

}  // namespace

void add_apply(Command& slip) {
  const auto given = arguments<Arguments>();
  auto* command = slip.add_subcommand(
      "apply", "Bring about the sources and the template that a file describes (administrators)");
  command->add_option("file", given->file, "The file, e.g. template.toml")->required();
  command->add_flag("--dry-run", given->dry_run, "Only say what would change");
  command->on_chosen([given](Session& session) {
    if (!session.options().no_wait) return apply(session, *given);
    return Result<>(Error{.code = ErrorCode::invalid_argument,
                          .message = "apply cannot go on without waiting: its steps need each "
                                     "other"});
  });
}

}  // namespace slip::cli
