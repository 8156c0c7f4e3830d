// SPDX-License-Identifier: Apache-2.0
#include "server/api/event_feed.h"

#include <algorithm>
#include <chrono>

#include "base/json.h"
#include "base/log.h"
#include "product/logins.h"

namespace slip::api {

using queries::EventReach;

namespace {

constexpr std::size_t batch = 500;
constexpr std::ptrdiff_t streams_of_user_max = 64;
constexpr Duration expiry_patience = std::chrono::minutes(1);

bool may_hear(const Actor& actor, const std::optional<ContainerId>& only, const Event& event,
              const EventReach& reach) {
  return (!only || event.container == *only) && reach.includes(actor);
}

http::Event on_the_wire(const Event& event) {
  return {static_cast<std::uint64_t>(event.sequence), event.topic, to_json_text(event)};
}

}  // namespace

EventFeed::EventFeed(Product& product)
    : product_(product), presence_([signal = signal_] { signal->tell(); }) {
  product.on_events([signal = signal_] { signal->tell(); });
  last_ = queries::last_event(product.queries()).value_or(0);
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
  const Timestamp now = product_.logins().wall();
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
    const auto heard = TRY(queries::events_after(product_.queries(), last_, batch));
    for (const auto& [event, reach] : heard) {
      hand_out(event, reach);
      last_ = event.sequence;
    }
    if (heard.size() < batch) return tell_of_presence();
  }
}

// Not of the catalog, and without a number: who was away asks anew who is there.
Result<> EventFeed::tell_of_presence() {
  for (const auto& id : presence_.take_changed()) {
    const Event event{.sequence = 0,
                      .at = product_.now(),
                      .topic = "presence",
                      .subject = id.str(),
                      .container = id,
                      .template_id = {},
                      .words = {}};
    hand_out(event, TRY(queries::reach_of(product_.queries(), event)));
  }
  return {};
}

bool EventFeed::must_end(const Entry& entry, const Event& event, const EventReach& reach) const {
  // Whose rights have changed comes back, and is looked at anew.
  if (event.topic == "user" && event.subject == entry.actor.user.str()) return true;
  if (event.container.empty()) return false;
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
    const auto heard = TRY(queries::events_after(product_.queries(), after, batch));
    for (const auto& [event, reach] : heard) {
      after = event.sequence;
      if (!may_hear(entry.actor, entry.container, event, reach)) continue;
      if (!entry.subscription->replay(on_the_wire(event))) return {};
    }
    if (heard.size() < batch) return {};
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
    const auto newest = queries::last_event(product_.queries());
    if (newest) {
      const Event ready{.sequence = *newest,
                        .at = product_.now(),
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
