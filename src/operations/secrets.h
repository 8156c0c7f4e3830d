// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <vector>

#include "domain/masking.h"
#include "operations/world.h"

namespace slip {

// The secrets of a plan in the making: they are kept before the operation that names them is
// journaled. A plan is made twice, and the second time its secrets have the handles of the first.
class NewSecrets {
 public:
  NewSecrets(Secrets& keeper, IdSource& ids) : keeper_(keeper), ids_(ids) {}

  // A handle for the value.
  SecretId keep(const std::string& value);
  // One for a password of 80 bits of randomness, in characters that need no quoting anywhere.
  SecretId new_password();
  // Masks what is secret and names its handle.
  void seal(SourceConfig& config);
  void seal(TemplateSource& place);

  // The plan is made from the beginning.
  void start_over() { passwords_used_ = 0; }
  // They are durable when this returns. Called again, it stores only what has come since.
  Result<> store();
  // Whether every secret of the plan is durable: not where it was made anew and needs others.
  bool all_stored() const;
  // Nothing names them after all.
  void forget();

 private:
  Result<> store(const SecretId& id, const Secret& value);

  Secrets& keeper_;
  IdSource& ids_;
  std::set<SecretId> stored_;
  std::map<std::string, SecretId> by_value_;
  std::vector<std::pair<SecretId, Secret>> passwords_;
  std::size_t passwords_used_ = 0;
};

// Every handle that something may still need.
Result<std::set<SecretId>> needed_secrets(CatalogUnit& catalog);

// Forgets what nothing names any more: left by a crash, or by what has been deleted.
class SecretSweep {
 public:
  explicit SecretSweep(World& world) : world_(world) {}

  // Forgets those that nothing named the last time either: one may be about to be named. None while
  // the pool holds what the catalog does not know: an older catalog names too few.
  Result<> sweep();

 private:
  Result<bool> knows_the_pool();

  World& world_;
  bool has_told_ = false;
  std::set<SecretId> unnamed_;
};

// Replaces every secret in a text that will be kept or shown: what a program said may have one.
class Scrubber {
 public:
  explicit Scrubber(Secrets& keeper) : keeper_(keeper) {}
  void scrub(std::string& text) const;

 private:
  Secrets& keeper_;
};

}  // namespace slip
