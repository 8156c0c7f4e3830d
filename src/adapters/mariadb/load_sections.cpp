// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/load_sections.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "adapters/mariadb/load_dump.h"

namespace slip::mariadb {

namespace {

using Sections = std::vector<DumpSection>;

// Which sections are loaded one after the other by one client.
struct Parts {
  Sections before;
  std::vector<Sections> beside;  // at the same time
  Sections after;
};

bool has_work(const Sections& part) {
  return std::any_of(part.begin(), part.end(),
                     [](const DumpSection& section) { return !section.is_context(); });
}

Parts divide(const Sections& sections, std::size_t jobs) {
  Parts parts{.before = {}, .beside = std::vector<Sections>(jobs), .after = {}};
  // The largest first, each to whom has least: then nobody is left alone with much at the end.
  Sections tables;
  std::copy_if(sections.begin(), sections.end(), std::back_inserter(tables),
               [](const DumpSection& section) { return section.is_table_alone(); });
  std::stable_sort(tables.begin(), tables.end(), [](const auto& one, const auto& other) {
    return one.end - one.begin > other.end - other.begin;
  });
  std::vector<std::uint64_t> bytes(jobs, 0);
  std::map<std::uint64_t, std::size_t> job_of;
  for (const DumpSection& table : tables) {
    const auto least = std::min_element(bytes.begin(), bytes.end());
    *least += table.end - table.begin;
    job_of[table.begin] = static_cast<std::size_t>(least - bytes.begin());
  }
  for (const DumpSection& section : sections) {
    if (section.is_context()) {
      parts.before.push_back(section);
      for (auto& part : parts.beside) part.push_back(section);
      parts.after.push_back(section);
    } else if (section.is_sequence()) {
      parts.before.push_back(section);
    } else if (const auto job = job_of.find(section.begin); job != job_of.end()) {
      parts.beside[job->second].push_back(section);
    } else {
      parts.after.push_back(section);
    }
  }
  return parts;
}

}  // namespace

Result<> load_sections(const Ingest& ingest, const ServerVersion& version,
                       const PrivateServer& server, int dump, const Sections& sections,
                       const std::string& preface, const std::string& origin) {
  const Parts parts = divide(sections, std::clamp(std::thread::hardware_concurrency(), 1U, 4U));
  TRY(ingest.top().remove(kParts));
  const Directory folder = TRY(ingest.top().make_directory(kParts, {.mode = 0700}));
  const auto load = [&](const Ingest& by, const Sections& part, const std::string& first,
                        const std::string& name) -> Result<> {
    {
      const UniqueFd file = TRY(folder.create_file(name, {}));
      TRY(write_sections(dump, part, first, file.get(), folder.path() / name));
    }
    UniqueFd file = TRY(folder.open_file(name));
    if (std::ranges::any_of(part, &DumpSection::is_sequence)) {
      file = TRY(as_loadable(by, file.get(), false, folder.path() / name));
    }
    TRY(load_file(by, version, server, file.get(), "", origin));
    return folder.remove(name);
  };
  TRY(load(ingest, parts.before, preface, "before"));

  std::mutex one_at_a_time;
  std::atomic<bool> failed = false;
  Ingest beside = ingest;
  beside.progress = [&](std::string_view what, std::optional<double> fraction) {
    const std::lock_guard lock(one_at_a_time);
    return !failed && ingest.go_on(what, fraction);
  };
  std::vector<Result<>> results(parts.beside.size());
  {
    std::vector<std::jthread> jobs;
    for (std::size_t job = 0; job < parts.beside.size(); ++job) {
      if (!has_work(parts.beside[job])) continue;
      jobs.emplace_back([&, job] {
        results[job] = load(beside, parts.beside[job], "", std::to_string(job + 1));
        if (!results[job]) failed = true;
      });
    }
  }
  // The others were canceled by the one that failed.
  std::stable_partition(results.begin(), results.end(), [](const Result<>& result) {
    return !result && result.error().code != ErrorCode::canceled;
  });
  for (const auto& result : results) TRY(result);

  if (has_work(parts.after)) TRY(load(ingest, parts.after, "", "after"));
  return ingest.top().remove(kParts);
}

}  // namespace slip::mariadb
