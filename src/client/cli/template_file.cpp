// SPDX-License-Identifier: Apache-2.0
#include "client/cli/template_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/file.h"
#include "base/json.h"
#include "base/toml.h"

namespace slip::cli {
namespace {

// Settings that name a file or directory on the daemon's machine.
constexpr std::array path_keys{"dump", "directory", "path", "archive", "tar"};

class Reader {
 public:
  explicit Reader(std::filesystem::path file) : file_(std::move(file)) {}

  Result<TemplateFile> read(const toml::table& root) {
    TemplateFile out;
    for (const auto& [key, value] : root) {
      if (key.str() == "name") {
        out.name = TRY(text(value, "name"));
      } else if (key.str() == "ask_beyond_s") {
        out.ask_beyond_s = TRY(number(value, "ask_beyond_s", 86400));
      } else if (key.str() == "bookmarks") {
        out.bookmarks = TRY(manner(value));
      } else if (key.str() != "source") {
        return unknown(key, "name, ask_beyond_s, bookmarks, source");
      }
    }
    if (out.name.empty()) return refuse(root, "the template has no name", "Add: name = \"...\"");
    const toml::array* sources = root["source"].as_array();
    if (sources == nullptr || sources->empty() || !sources->is_array_of_tables()) {
      return refuse(root, "the template has no sources", "Add at least one [[source]].");
    }
    std::set<std::string> names;
    for (const auto& source : *sources) {
      out.sources.push_back(TRY(read_source(*source.as_table(), out.name)));
      if (!names.insert(out.sources.back().name).second) {
        return refuse(source,
                      fmt::format("a second source is called \"{}\"", out.sources.back().name));
      }
    }
    return out;
  }

 private:
  Result<BookmarkManner> manner(const toml::node& value) const {
    const auto said = TRY(text(value, "bookmarks"));
    if (said == "exact") return BookmarkManner::exact;
    if (said == "running") return BookmarkManner::running;
    return refuse(value, "bookmarks: expected \"running\" or \"exact\"");
  }

  Error refuse(const toml::node& at, const std::string& message, std::string hint = "") const {
    return refuse_at(at.source().begin.line, message, std::move(hint));
  }
  Error refuse_at(toml::source_index line, const std::string& message, std::string hint) const {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = fmt::format("{}:{}: {}", file_.string(), line, message),
                 .hint = std::move(hint)};
  }
  Error unknown(const toml::key& key, const std::string& known) const {
    return refuse_at(key.source().begin.line, fmt::format("unknown key \"{}\"", key.str()),
                     "Known here: " + known + ".");
  }

  Result<std::string> text(const toml::node& value, std::string_view key) const {
    if (const auto* string = value.as_string()) return string->get();
    return refuse(value, fmt::format("{} must be a text in quotes", key));
  }

  // Settings are texts to their adapters, however they are written.
  Result<std::string> scalar(const toml::node& value, std::string_view key) const {
    if (const auto* string = value.as_string()) return string->get();
    if (const auto* number = value.as_integer()) return std::to_string(number->get());
    if (const auto* number = value.as_floating_point()) return fmt::format("{}", number->get());
    if (const auto* flag = value.as_boolean()) return std::string(flag->get() ? "true" : "false");
    return refuse(value, fmt::format("{} must be a text, a number, true or false", key));
  }

  Result<int> number(const toml::node& value, std::string_view key, int most) const {
    const auto* number = value.as_integer();
    if (number == nullptr || number->get() < 0 || number->get() > most) {
      return refuse(value, fmt::format("{} must be a whole number from 0 to {}", key, most));
    }
    return static_cast<int>(number->get());
  }

  Result<FileSource> read_source(const toml::table& table, const std::string& template_name) {
    FileSource source;
    source.line = static_cast<int>(table.source().begin.line);
    for (const auto& [key, value] : table) {
      if (key.str() == "name") {
        source.name = TRY(text(value, "name"));
      } else if (key.str() == "source") {
        source.linked = TRY(text(value, "source"));
      } else if (key.str() == "kind") {
        source.config.kind = TRY(text(value, "kind"));
      } else if (key.str() == "sync") {
        source.schedule = TRY(text(value, "sync"));
      } else if (key.str() == "priority") {
        source.priority = TRY(number(value, "priority", 1000));
      } else if (key.str() == "port") {
        source.port = TRY(number(value, "port", 65535));
      } else if (key.str() == "run") {
        source.config.run = TRY(read_run(value));
      } else if (key.str() == "hook") {
        source.hooks = TRY(read_hooks(value));
      } else if (key.str() == "subset") {
        if (!value.is_table()) return refuse(value, "subset must be a table: [source.subset]");
        TRY(read_conditions(*value.as_table(), source.subset));
      } else if (key.str() == "settings") {
        if (!value.is_table()) return refuse(value, "settings must be a table");
        TRY(read_settings(*value.as_table(), "", source.settings));
      } else {
        TRY(read_setting(value, std::string(key.str()), source.config.settings));
      }
    }
    return TRY(checked(std::move(source), table, template_name));
  }

  Result<FileSource> checked(FileSource source, const toml::table& table,
                             const std::string& template_name) const {
    if (source.name.empty()) return refuse(table, "the source has no name");
    const bool is_existing = !source.linked.empty();
    const bool is_configured = !source.config.kind.empty() || !source.config.settings.empty() ||
                               source.config.run.has_value() || !source.schedule.empty();
    if (is_existing && is_configured) {
      return refuse(table,
                    fmt::format("source \"{}\" names a linked source and configures one as well",
                                source.name),
                    "Put what is to differ in this template under [source.settings].");
    }
    if (!is_existing && source.config.kind.empty()) {
      return refuse(table, fmt::format("source \"{}\" has no kind", source.name),
                    "Add: kind = \"...\", one that \"slip source kinds\" names.");
    }
    if (!is_existing) source.linked = template_name + "." + source.name;
    return source;
  }

  // A table within settings is written with dots: conf.shared_buffers.
  Result<> read_settings(const toml::table& table, const std::string& prefix,
                         std::map<std::string, std::string>& out) const {
    for (const auto& [key, value] : table) {
      TRY(read_setting(value, prefix + std::string(key.str()), out));
    }
    return {};
  }
  Result<> read_setting(const toml::node& value, const std::string& key,
                        std::map<std::string, std::string>& out) const {
    if (value.is_table()) return read_settings(*value.as_table(), key + ".", out);
    out[key] = absolute(key, TRY(scalar(value, key)));
    return {};
  }

  std::string absolute(const std::string& key, const std::string& value) const {
    const bool is_path = std::find(path_keys.begin(), path_keys.end(), key) != path_keys.end();
    // "user@host:path" is another machine's.
    const bool is_remote = value.find(':') < value.find('/');
    if (!is_path || value.empty() || is_remote || value.starts_with('/')) return value;
    std::error_code failed;
    const auto directory = std::filesystem::absolute(file_, failed).parent_path();
    return (directory / value).lexically_normal().string();
  }

  Result<> read_conditions(const toml::table& table,
                           std::map<std::string, std::string>& out) const {
    for (const auto& [key, value] : table) {
      out[std::string(key.str())] = TRY(text(value, key.str()));
    }
    return {};
  }

  Result<std::vector<Hook>> read_hooks(const toml::node& node) const {
    const auto* array = node.as_array();
    if (array == nullptr || !array->is_array_of_tables()) {
      return refuse(node, "hooks are tables: [[source.hook]]");
    }
    std::vector<Hook> hooks;
    for (const auto& one : *array) hooks.push_back(TRY(read_hook(*one.as_table())));
    return hooks;
  }

  Result<Hook> read_hook(const toml::table& table) const {
    Hook hook;
    if (!table.contains("when")) {
      return refuse(table, "the hook does not say when", "Add: when = \"post_refresh\"");
    }
    for (const auto& [key, value] : table) {
      if (key.str() == "when") {
        hook.when = TRY(chosen<HookMoment>(value, "when"));
      } else if (key.str() == "sql") {
        hook.sql = TRY(text(value, "sql"));
      } else if (key.str() == "sql_file") {
        hook.sql = TRY(content_of(value, TRY(text(value, "sql_file"))));
      } else if (key.str() == "command") {
        hook.command = TRY(texts(value, "command"));
        const bool is_here = !hook.command.empty() && !hook.command.front().starts_with('/');
        if (is_here) hook.program = TRY(content_of(value, hook.command.front()));
      } else if (key.str() == "time_limit_s") {
        hook.time_limit_s = TRY(number(value, "time_limit_s", 86400));
      } else if (key.str() == "on_error") {
        hook.on_error = TRY(chosen<OnHookError>(value, "on_error"));
      } else {
        return unknown(key, "when, sql, sql_file, command, time_limit_s, on_error");
      }
    }
    return hook;
  }

  template <class Choice>
  Result<Choice> chosen(const toml::node& value, std::string_view key) const {
    const auto read = from_json<Choice>(json::value(TRY(text(value, key))), std::string(key));
    if (read) return *read;
    return refuse(value, read.error().message);
  }

  // Of a file that is named relative to the template's.
  Result<std::string> content_of(const toml::node& at, const std::string& name) const {
    std::error_code failed;
    const auto path = std::filesystem::absolute(file_, failed).parent_path() / name;
    auto content = read_file(path, 1 << 20);
    if (!content) return refuse(at, content.error().message);
    if (content->empty()) return refuse(at, fmt::format("{} is empty", path.string()));
    return content;
  }

  Result<RunSection> read_run(const toml::node& node) const {
    if (!node.is_table()) return refuse(node, "run must be a table: [source.run]");
    RunSection run;
    for (const auto& [key, value] : *node.as_table()) {
      if (key.str() == "command") {
        run.command = TRY(texts(value, "command"));
      } else if (key.str() == "env") {
        if (!value.is_table()) return refuse(value, "env must be a table: [source.run.env]");
        for (const auto& [name, content] : *value.as_table()) {
          run.env[std::string(name.str())] = TRY(scalar(content, name.str()));
        }
      } else if (key.str() == "health") {
        run.health = TRY(text(value, "health"));
      } else if (key.str() == "stop_signal") {
        run.stop_signal = TRY(text(value, "stop_signal"));
      } else {
        return unknown(key, "command, env, health, stop_signal");
      }
    }
    if (run.command.empty()) return refuse(node, "run has no command");
    return run;
  }

  Result<std::vector<std::string>> texts(const toml::node& value, std::string_view key) const {
    const auto* array = value.as_array();
    if (array == nullptr) return refuse(value, fmt::format("{} must be a list of texts", key));
    std::vector<std::string> out;
    for (const auto& item : *array) out.push_back(TRY(text(item, key)));
    return out;
  }

  std::filesystem::path file_;
};

}  // namespace

Result<TemplateFile> read_template_text(std::string_view text, const std::filesystem::path& file) {
  return Reader(file).read(TRY(parse_toml(text, file.string())));
}

Result<TemplateFile> read_template_file(const std::filesystem::path& file) {
  const auto text = TRY(in_context("apply " + file.string(), read_file(file, 1 << 20)));
  return read_template_text(text, file);
}

}  // namespace slip::cli
