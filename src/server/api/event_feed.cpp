// SPDX-License-Identifier: Apache-2.0
#include "server/api/event_feed.h"

#include <algorithm>
#include <chrono>

#include "base/json.h"
#include "base/log.h"

namespace slip::api {
namespace {

constexpr std::size_t batch = 500;
constexpr std::ptrdiff_t streams_of_user_max = 64;
constexpr Duration expiry_patience = std::chrono::minutes(1);

void add_members(const Container& container, std::set<UserId>& users) {
  for (const auto& member : container.members) users.insert(member.user);
}

Result<EventReach> reach_of(CatalogUnit& catalog, const Event& event) {
  EventReach reach;
  if (event.topic == "pool") {
    reach.kind = EventReach::Kind::everyone;
    return reach;
  }
  reach.kind = EventReach::Kind::users;
  if (!event.container.empty()) {
    const auto container = TRY(catalog.containers().find(event.container));
    if (container) add_members(*container, reach.users);
  } else if (!event.template_id.empty()) {
    for (const auto& container : TRY(catalog.containers().all(Trash::without))) {
      if (container.template_id == event.template_id) add_members(container, reach.users);
    }
  }
  if (event.topic == "operation") {
    const auto operation = TRY(catalog.operations().find(OperationId(event.subject)));
    if (operation) reach.users.insert(operation->actor.user);
  }
  return reach;
}

bool may_hear(const Actor& actor, const std::optional<ContainerId>& only, const Event& event,
              const EventReach& reach) {
  if (only && event.container != *only) return false;
  if (reach.kind == EventReach::Kind::everyone || actor.role == SystemRole::admin) return true;
  return reach.kind == EventReach::Kind::users && reach.users.contains(actor.user);
}

http::Event on_the_wire(const Event& event) {
  return {static_cast<std::uint64_t>(event.sequence), event.topic, to_json_text(event)};
}

struct Heard {
  std::vector<std::pair<Event, EventReach>> events;
};

Result<Heard> read_after(Catalog& catalog, std::int64_t sequence) {
  return catalog.read([&](CatalogUnit& unit) -> Result<Heard> {
    Heard heard;
    for (auto& event : TRY(unit.events().after(sequence, batch))) {
      auto reach = TRY(reach_of(unit, event));
      heard.events.emplace_back(std::move(event), std::move(reach));
    }
    return heard;
  });
}

Result<std::int64_t> last_of(Catalog& catalog) {
  return catalog.read([](CatalogUnit& unit) { return unit.events().last(); });
}

}  // namespace

EventFeed::EventFeed(Catalog& catalog, Clock& clock)
    : catalog_(catalog), clock_(clock), presence_([signal = signal_] { signal->tell(); }) {
  catalog.on_events([signal = signal_] { signal->tell(); });
  last_ = last_of(catalog).value_or(0);
  thread_ = std::thread([this] { run(); });
}

EventFeed::~EventFeed() {
  close();
  {
    const std::lock_guard guard(signal_->mutex);
    signal_->is_closed = true;
    signal_->changed.notify_all();
  }
  thread_.join();
}

void EventFeed::end_streams(const AccessId& access) {
  const std::lock_guard guard(mutex_);
  std::erase_if(entries_, [&](const Entry& entry) {
    if (!entry.access || entry.access->id != access) return false;
    entry.subscription->close();
    return true;
  });
}

Duration EventFeed::end_expired() {
  const Timestamp now = clock_.wall();
  Duration next = expiry_patience;
  const std::lock_guard guard(mutex_);
  std::erase_if(entries_, [&](const Entry& entry) {
    if (!entry.access || !entry.access->expires_at) return false;
    if (*entry.access->expires_at > now) {
      next = std::min<Duration>(next, *entry.access->expires_at - now);
      return false;
    }
    entry.subscription->close();
    return true;
  });
  return next;
}

bool EventFeed::has_too_many(const UserId& user) const {
  return std::ranges::count_if(entries_, [&](const Entry& entry) {
           return entry.actor.user == user && entry.subscription->is_open();
         }) >= streams_of_user_max;
}

void EventFeed::close() {
  const std::lock_guard guard(mutex_);
  is_closed_ = true;
  for (auto& entry : entries_) entry.subscription->close();
  entries_.clear();
}

void EventFeed::run() {
  for (;;) {
    const Duration patience = end_expired();
    std::unique_lock lock(signal_->mutex);
    signal_->changed.wait_for(lock, patience,
                              [&] { return signal_->has_news || signal_->is_closed; });
    if (signal_->is_closed) return;
    if (!signal_->has_news) continue;
    signal_->has_news = false;
    lock.unlock();
    const auto brought = bring_news();
    if (brought) continue;
    lock.lock();
    spdlog::error("read events: {}", brought.error().describe());
    signal_->has_news = true;
    signal_->changed.wait_for(lock, std::chrono::seconds(1), [&] { return signal_->is_closed; });
  }
}

Result<> EventFeed::bring_news() {
  for (;;) {
    const auto heard = TRY(read_after(catalog_, last_));
    for (const auto& [event, reach] : heard.events) {
      hand_out(event, reach);
      last_ = event.sequence;
    }
    if (heard.events.size() < batch) return tell_of_presence();
  }
}

// Not of the catalog, and without a number: who was away asks anew who is there.
Result<> EventFeed::tell_of_presence() {
  for (const auto& id : presence_.take_changed()) {
    const Event event{.sequence = 0,
                      .at = clock_.now(),
                      .topic = "presence",
                      .subject = id.str(),
                      .container = id,
                      .template_id = {},
                      .words = {}};
    hand_out(event, TRY(catalog_.read([&](CatalogUnit& unit) { return reach_of(unit, event); })));
  }
  return {};
}

bool EventFeed::must_end(const Entry& entry, const Event& event, const EventReach& reach) const {
  // Whose rights have changed comes back, and is looked at anew.
  if (event.topic == "user" && event.subject == entry.actor.user.str()) return true;
  if (event.container.empty() || reach.kind != EventReach::Kind::users) return false;
  const bool is_there = entry.container == event.container || entry.looking_at == event.container;
  return is_there && !may_hear(entry.actor, {}, event, reach);
}

void EventFeed::hand_out(const Event& event, const EventReach& reach) {
  const std::lock_guard guard(mutex_);
  std::erase_if(entries_, [&](const Entry& entry) {
    if (must_end(entry, event, reach)) {
      entry.subscription->close();
      return true;
    }
    if (!may_hear(entry.actor, entry.container, event, reach)) {
      return !entry.subscription->is_open();
    }
    return !entry.subscription->push(on_the_wire(event));
  });
}

Result<> EventFeed::replay(const Entry& entry, std::int64_t after) {
  for (;;) {
    const auto heard = TRY(read_after(catalog_, after));
    for (const auto& [event, reach] : heard.events) {
      after = event.sequence;
      if (!may_hear(entry.actor, entry.container, event, reach)) continue;
      if (!entry.subscription->replay(on_the_wire(event))) return {};
    }
    if (heard.events.size() < batch) return {};
  }
}

Result<std::shared_ptr<http::Subscription>> EventFeed::listen(const Listener& listener) {
  const Entry entry{std::make_shared<http::Subscription>(), listener.actor, listener.container,
                    listener.looking_at, listener.access};
  {
    const std::lock_guard guard(mutex_);
    if (is_closed_) {
      entry.subscription->close();
      return entry.subscription;
    }
    if (has_too_many(listener.actor.user)) {
      return Error{.code = ErrorCode::rate_limited,
                   .message = "you have too many pages or programs that follow the events",
                   .hint = "Close some of them."};
    }
    entries_.push_back(entry);
  }
  // Its access may be the next one to expire.
  if (listener.access && listener.access->expires_at) signal_->tell();
  Result<> begun;
  if (listener.after) {
    begun = replay(entry, *listener.after);
  } else {
    const auto newest = last_of(catalog_);
    if (newest) {
      const Event ready{.sequence = *newest,
                        .at = clock_.now(),
                        .topic = "ready",
                        .subject = {},
                        .container = {},
                        .template_id = {},
                        .words = {}};
      entry.subscription->replay(on_the_wire(ready));
    } else {
      begun = newest.error();
    }
  }
  entry.subscription->go_live();
  if (listener.looking_at) {
    entry.subscription->keep_until_gone(
        presence_.enter(*listener.looking_at, {listener.actor.user.str(), listener.actor.name}));
  }
  if (!begun) {
    entry.subscription->close();
    return std::move(begun).error();
  }
  return entry.subscription;
}

}  // namespace slip::api
