// SPDX-License-Identifier: Apache-2.0
#include "operations/secrets.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "base/json.h"
#include "base/log.h"
#include "operations/reaper.h"

namespace slip {
namespace {

struct PasswordTag {
  static constexpr std::string_view prefix = "";
};

// A shorter one would be found in innocent words.
constexpr std::size_t telling_length_min = 6;

}  // namespace

SecretId NewSecrets::keep(const std::string& value) {
  const auto found = by_value_.find(value);
  if (found != by_value_.end()) return found->second;
  return by_value_.emplace(value, ids_.next<SecretId>()).first->second;
}

SecretId NewSecrets::new_password() {
  if (passwords_used_ == passwords_.size()) {
    passwords_.emplace_back(ids_.next<SecretId>(), Secret(ids_.next<Id<PasswordTag>>().str()));
  }
  return passwords_[passwords_used_++].first;
}

void NewSecrets::seal(SourceConfig& config) {
  for (const auto& [key, value] : take_secrets(config)) config.secrets[key] = keep(value);
}

void NewSecrets::seal(TemplateSource& place) {
  for (const auto& [key, value] : take_secrets(place)) place.secrets[key] = keep(value);
}

Result<> NewSecrets::store() {
  for (const auto& [value, id] : by_value_) TRY(store(id, Secret(value)));
  for (const auto& [id, password] : passwords_) TRY(store(id, password));
  return {};
}

Result<> NewSecrets::store(const SecretId& id, const Secret& value) {
  if (stored_.contains(id)) return {};
  TRY(keeper_.put(id, value));
  stored_.insert(id);
  return {};
}

bool NewSecrets::all_stored() const {
  const auto is_stored = [&](const SecretId& id) { return stored_.contains(id); };
  return std::ranges::all_of(by_value_ | std::views::values, is_stored) &&
         std::ranges::all_of(passwords_ | std::views::keys, is_stored);
}

void NewSecrets::forget() {
  for (const auto& [value, id] : by_value_) (void)keeper_.forget(id);
  for (const auto& [id, password] : passwords_) (void)keeper_.forget(id);
}

namespace {

template <class Record>
void add_named(const Record& record, std::set<SecretId>& to) {
  to.merge(handles_in(to_json_text(record)));
}

// Of a source that is no more: applications need their environment as long as a template has them,
// and what followed production is taken leave of there.
void add_of_deleted(const Source& source, const std::vector<Template>& templates,
                    const std::vector<Volume>& volumes, std::set<SecretId>& to) {
  const bool is_left = std::ranges::find(volumes, source.id, &Volume::follows) == volumes.end();
  if (!is_left) return add_named(source.config, to);
  if (!source.config.run) return;
  const bool is_used = std::ranges::any_of(templates, [&](const Template& mould) {
    return std::ranges::any_of(mould.versions, [&](const TemplateVersion& version) {
      return std::ranges::find(version.sources, source.id, &TemplateSource::source) !=
             version.sources.end();
    });
  });
  if (is_used) add_named(source.config, to);
}

}  // namespace

Result<std::set<SecretId>> needed_secrets(CatalogUnit& catalog) {
  std::set<SecretId> needed;
  const auto volumes = TRY(catalog.volumes().all());
  for (const auto& volume : volumes) {
    add_named(volume, needed);
    // Where a link has failed, only its operation knows whom to take leave of.
    if (volume.follows.empty()) continue;
    if (const auto made_it = TRY(catalog.operations().find(volume.operation))) {
      add_named(*made_it, needed);
    }
  }
  for (const auto& operation : TRY(catalog.operations().unfinished())) add_named(operation, needed);
  const auto containers = TRY(catalog.containers().all(Trash::with));
  for (const auto& container : containers) add_named(container, needed);
  auto templates = TRY(catalog.templates().all(Trash::with));
  std::erase_if(templates, [&](const Template& mould) {
    return mould.deleted_at &&
           std::ranges::find(containers, mould.id, &Container::template_id) == containers.end();
  });
  for (const auto& mould : templates) add_named(mould, needed);
  for (const auto& source : TRY(catalog.sources().all(Trash::with))) {
    if (source.deleted_at) {
      add_of_deleted(source, templates, volumes, needed);
    } else {
      add_named(source, needed);
    }
  }
  return needed;
}

Result<> SecretSweep::sweep() {
  // Those that come up after this are not looked at.
  const auto kept = TRY(world_.secrets.list());
  const auto needed =
      TRY(world_.catalog.read([](CatalogUnit& catalog) { return needed_secrets(catalog); }));
  std::set<SecretId> unnamed;
  std::vector<SecretId> unnamed_twice;
  for (const auto& id : kept) {
    if (needed.contains(id)) continue;
    unnamed.insert(id);
    if (unnamed_.contains(id)) unnamed_twice.push_back(id);
  }
  unnamed_ = std::move(unnamed);
  if (unnamed_twice.empty() || !TRY(knows_the_pool())) return {};
  for (const auto& id : unnamed_twice) TRY(world_.secrets.forget(id));
  return {};
}

Result<bool> SecretSweep::knows_the_pool() {
  const auto unknown = TRY(unknown_in_pool(world_));
  if (!unknown.empty() && !has_told_) {
    spdlog::warn(
        "the pool holds {}, which is not known or cannot be read; until it is gone, no secret is "
        "forgotten",
        unknown.front());
  }
  has_told_ = !unknown.empty();
  return unknown.empty();
}

void Scrubber::scrub(std::string& text) const {
  if (text.empty()) return;
  const auto ids = keeper_.list();
  if (!ids) {
    text = "(left out, since the secrets in it cannot be told: " + ids.error().describe() + ")";
    return;
  }
  for (const auto& id : *ids) {
    const auto value = keeper_.get(id);
    if (!value) continue;
    for (const auto& part : telling_parts(value->reveal())) {
      if (part.size() < telling_length_min) continue;
      for (auto at = text.find(part); at != text.npos; at = text.find(part, at)) {
        text.replace(at, part.size(), "***");
      }
    }
  }
}

}  // namespace slip
