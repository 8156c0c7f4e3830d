// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite/move_secrets.h"

#include <map>
#include <set>

#include "base/json.h"
#include "catalog/sqlite/column.h"
#include "domain/masking.h"

namespace slip::sqlite {
namespace {

// Shorter ones are found in innocent words.
constexpr std::size_t telling_length_min = 6;

enum class Keep { value, nothing };

class Move {
 public:
  Move(Connection& connection, Secrets* keeper) : connection_(connection), keeper_(keeper) {}

  Result<> run() {
    TRY(move_passwords("containers"));
    TRY(move_passwords("volumes"));
    TRY(rewrite("sources", "config", "1"));
    TRY(rewrite("templates", "versions", "1"));
    TRY(rewrite("volumes", "places", "1"));
    TRY(keep_superusers());
    const std::string ended = "state IN ('succeeded', 'failed', 'canceled')";
    TRY(rewrite("operations", "steps", "NOT " + ended));
    keep_ = Keep::nothing;
    TRY(rewrite("operations", "steps", ended));
    TRY(scrub_words("operations", "steps"));
    TRY(scrub_words("operations", "failure"));
    TRY(connection_.run_script("UPDATE operations SET progress = '' WHERE " + ended));
    return connection_.run_script(
        "ALTER TABLE containers DROP COLUMN password; ALTER TABLE volumes DROP COLUMN password");
  }

 private:
  // The same value has one handle. Empty for what nobody needs any more.
  Result<SecretId> handle_for(const std::string& value) {
    for (auto& part : telling_parts(value)) {
      if (part.size() >= telling_length_min) telling_.insert(std::move(part));
    }
    const auto known = handles_.find(value);
    if (known != handles_.end()) return known->second;
    if (keep_ == Keep::nothing || value.empty()) return SecretId();
    if (keeper_ == nullptr) {
      return Error{.code = ErrorCode::unsupported,
                   .message = "this catalog has passwords, and there is nowhere to move them to",
                   .hint = "Start slipstreamd with it."};
    }
    auto id = ids_.next<SecretId>();
    TRY(keeper_->put(id, Secret(value)));
    handles_.emplace(value, id);
    return id;
  }

  Result<> move_passwords(const std::string& table) {
    for (const Row& row : TRY(connection_.query("SELECT id, password FROM " + table))) {
      const auto id = TRY(handle_for(std::get<std::string>(row.at(1))));
      TRY(connection_.run("UPDATE " + table + " SET login = ? WHERE id = ?",
                          {Column<SecretId>::write(id), row.at(0)}));
    }
    return {};
  }

  // Everything secret in a column of JSON.
  Result<> rewrite(const std::string& table, const std::string& column, const std::string& which) {
    const std::string select = "SELECT id, " + column + " FROM " + table + " WHERE " + which;
    for (const Row& row : TRY(connection_.query(select))) {
      const auto& before = std::get<std::string>(row.at(1));
      json::value value = TRY(parse_stored(before));
      TRY(seal_all(value));
      TRY(put(table, column, row, value));
    }
    return {};
  }

  Result<> put(const std::string& table, const std::string& column, const Row& row,
               const json::value& value) {
    std::string after = json::serialize(value);
    if (after == std::get<std::string>(row.at(1))) return {};
    return connection_.run("UPDATE " + table + " SET " + column + " = ? WHERE id = ?",
                           {std::move(after), row.at(0)});
  }

  Result<> seal_all(json::value& value) {
    if (auto* items = value.if_array()) {
      for (auto& item : *items) TRY(seal_all(item));
    }
    auto* object = value.if_object();
    if (object == nullptr) return {};
    const bool is_config = object->contains("kind") && object->contains("run");
    const bool is_place = object->contains("source") && object->contains("priority");
    if (object->contains("settings") && (is_config || is_place)) TRY(seal_settings(*object));
    if (object->contains("endpoints") && object->contains("password")) {
      TRY(seal_container(*object));
    }
    for (auto& member : *object) TRY(seal_all(member.value()));
    return {};
  }

  Result<> seal_container(json::object& container) {
    const auto* password = container.at("password").if_string();
    const auto id = TRY(handle_for(password == nullptr ? "" : std::string(*password)));
    container.erase("password");
    container["login"] = id.str();
    container["renew_login"] = false;
    return {};
  }

  Result<> seal_settings(json::object& object) {
    json::object secrets;
    TRY(seal_values(object.at("settings"), "", secrets));
    if (auto* run = object.if_contains("run"); run != nullptr && run->is_object()) {
      if (auto* env = run->get_object().if_contains("env")) {
        TRY(seal_values(*env, "env.", secrets));
      }
    }
    object["secrets"] = std::move(secrets);
    return {};
  }

  Result<> seal_values(json::value& values, const std::string& prefix, json::object& secrets) {
    if (!values.is_object()) return {};
    for (auto& member : values.get_object()) {
      if (!member.value().is_string()) continue;
      const std::string key(member.key());
      const std::string value(member.value().get_string());
      std::string shown = masked(key, value);
      if (shown == value) continue;
      const auto id = TRY(handle_for(value));
      if (!id.empty()) secrets[prefix + key] = id.str();
      member.value() = shown;
    }
    return {};
  }

  // Their logins have been superusers so far; those of new sources are so only where they say so.
  Result<> keep_superusers() {
    return connection_.run_script(
        "UPDATE sources SET config = json_set(config, '$.settings.superuser', 'true') "
        "WHERE json_extract(config, '$.kind') IN ('postgresql', 'mariadb', 'mysql')");
  }

  // What programs and servers have said may repeat a password.
  Result<> scrub_words(const std::string& table, const std::string& column) {
    const std::string select =
        "SELECT id, " + column + " FROM " + table + " WHERE " + column + " IS NOT NULL";
    for (const Row& row : TRY(connection_.query(select))) {
      json::value value = TRY(parse_stored(std::get<std::string>(row.at(1))));
      scrub(value);
      TRY(put(table, column, row, value));
    }
    return {};
  }

  void scrub(json::value& value) {
    static const std::set<std::string_view> words{"message", "hint", "detail", "output", "error"};
    if (auto* items = value.if_array()) {
      for (auto& item : *items) scrub(item);
    }
    auto* object = value.if_object();
    if (object == nullptr) return;
    for (auto& member : *object) {
      if (member.value().is_string() && words.contains(member.key())) {
        member.value() = without_secrets(std::string(member.value().get_string()));
      }
      scrub(member.value());
    }
  }

  std::string without_secrets(std::string text) const {
    for (const auto& part : telling_) {
      for (auto at = text.find(part); at != text.npos; at = text.find(part, at)) {
        text.replace(at, part.size(), "***");
      }
    }
    return text;
  }

  Connection& connection_;
  Secrets* keeper_;
  RandomIds ids_;
  Keep keep_ = Keep::value;
  std::map<std::string, SecretId> handles_;
  std::set<std::string> telling_;
};

}  // namespace

Result<> move_secrets(Connection& connection, Secrets* keeper) {
  return Move(connection, keeper).run();
}

}  // namespace slip::sqlite
