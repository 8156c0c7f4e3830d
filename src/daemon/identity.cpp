// SPDX-License-Identifier: Apache-2.0
#include "daemon/identity.h"

#include <optional>
#include <string>

#include "base/file.h"
#include "base/id.h"

namespace slip {
namespace {

constexpr std::string_view fact = "identity";

Result<std::optional<std::string>> identity_of_pool(const std::filesystem::path& file) {
  auto text = read_file(file, 200);
  if (!text && text.error().code == ErrorCode::not_found) return std::optional<std::string>();
  if (!text) return std::move(text).error();
  std::string identity = text->substr(0, text->find('\n'));
  if (identity.empty()) return std::optional<std::string>();
  return std::optional(std::move(identity));
}

struct InstallationTag {
  static constexpr std::string_view prefix = "ins_";
};

}  // namespace

Result<> check_identity(Catalog& catalog, const std::filesystem::path& catalog_path,
                        const std::filesystem::path& pool) {
  const auto file = pool / "identity";
  const auto of_pool = TRY(identity_of_pool(file));
  struct Known {
    std::optional<std::string> identity;
    bool has_data = false;
  };
  const auto known = TRY(catalog.read([](CatalogUnit& unit) -> Result<Known> {
    return Known{TRY(unit.facts().find(fact)),
                 !TRY(unit.volumes().all()).empty() || !TRY(unit.snapshots().all()).empty()};
  }));
  if (of_pool && known.identity == of_pool) return {};
  // A pool without an identity is new, where the catalog has one, or not the one it knew.
  const bool is_other = known.identity && (of_pool || known.has_data);
  if (is_other) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = "the catalog " + catalog_path.string() + " (installation " +
                            *known.identity + ") and the pool in " + pool.string() +
                            (of_pool ? " (installation " + *of_pool + ")"
                                     : std::string(" (which has no identity)")) +
                            " do not belong together",
                 .hint =
                     "Put back the one that belongs to the other, or let the pool say what "
                     "its catalog is: slip doctor --rebuild."};
  }
  RandomIds ids;
  const std::string identity = of_pool          ? *of_pool
                               : known.identity ? *known.identity
                                                : ids.next<Id<InstallationTag>>().str();
  if (!of_pool) TRY(write_file_durably(file, identity + "\n"));
  return catalog.write([&](CatalogUnit& unit) { return unit.facts().put(fact, identity); });
}

Result<> give_identity(Catalog& catalog, const std::filesystem::path& pool) {
  const auto identity =
      TRY(catalog.read([](CatalogUnit& unit) { return unit.facts().find(fact); }));
  if (!identity) {
    return Error{.code = ErrorCode::internal, .message = "the catalog has no identity"};
  }
  return write_file_durably(pool / "identity", *identity + "\n");
}

}  // namespace slip
