#include "webhooks/couriers/couriers.hpp"

#include <signal.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "webhooks/couriers/command.hpp"
#include "webhooks/couriers/directory.hpp"
#include "webhooks/couriers/post.hpp"

namespace sandbox {

namespace {

constexpr auto kLook = std::chrono::milliseconds{20};    // how often a target looks for what is due
constexpr auto kCount = std::chrono::milliseconds{1000};  // how often losses are looked for
constexpr std::size_t kAtOnce = 64;                       // deliveries taken by a target that carries them one by one

std::string numbered(std::string const& name, std::size_t index) {
  return index == 0 ? name : fmt::format("{}-{}", name, index + 1);
}

}  // namespace

struct Couriers::Impl {
  Impl(World& box, Tell teller) : world(box), tell(std::move(teller)) {}

  World& world;
  Tell tell;
  std::atomic<bool> stopping = false;
  std::mutex mutex;
  std::condition_variable changed;  // `stopping`, or something in a pool's queue
  std::deque<DirectoryCourier> folders;
  std::deque<CommandCourier> commands;
  struct Pool {
    std::deque<Delivery> queue;
    std::array<int, 2> busy{0, 0};  // by flow: Primary, Secondary; queued ones too
    std::vector<std::thread> workers;
  };
  std::deque<Pool> pools;
  std::vector<std::thread> threads;

  // False when it is time to stop.
  bool pause(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex);
    return !changed.wait_for(lock, time, [this] { return stopping.load(); });
  }

  // Signals are for the main thread; a receiver that hangs up is an error code, not a signal.
  template <class Work>
  std::thread thread_of(Work work) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread out(std::move(work));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return out;
  }

  void settle(Delivery const& delivery, Answer const& answer) {
    auto const again = world.report_webhook(delivery, answer);
    if (is_success(answer)) return;
    auto const what = answer.note.empty() ? fmt::format("HTTP {}", answer.status) : answer.note;
    auto const next = again ? "tried again at " + tandem::to_rfc3339(*again) : std::string("given up");
    tell(fmt::format("webhook {}: {}{} ({}): {}; {}", delivery.hook, delivery.event,
                     delivery.issue_key.empty() ? "" : " of " + delivery.issue_key, delivery.identifier, what, next));
  }

  void left_behind(Delivery const& delivery) {
    tell(fmt::format("webhook {}: {} ({}) was not delivered: the sandbox ends", delivery.hook, delivery.event,
                     delivery.identifier));
  }

  template <class Courier>
  void carry_in_order(std::string const& hook, Courier& courier) {
    do {
      while (!stopping) {
        auto const batch = world.due_webhooks({hook, std::nullopt, kAtOnce});
        if (batch.empty()) break;
        for (auto const& delivery : batch) {
          if (stopping)
            left_behind(delivery);
          else
            settle(delivery, courier.deliver(delivery));
        }
      }
    } while (pause(kLook));
  }

  void work(Pool& pool) {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [&] { return stopping || !pool.queue.empty(); });
      if (stopping) return;
      auto const delivery = std::move(pool.queue.front());
      pool.queue.pop_front();
      lock.unlock();
      settle(delivery, post(delivery, stopping));
      lock.lock();
      --pool.busy[delivery.secondary ? 1 : 0];
    }
  }

  // Takes no more than may be under way at once, so that the rest can still be reordered, held or delayed by rule.
  void dispatch(std::string const& hook, Pool& pool) {
    do {
      auto const most = world.webhook_concurrency(hook);
      for (bool const secondary : {false, true}) {
        int const limit = secondary ? std::max(1, most / 2) : most;
        std::unique_lock lock(mutex);
        int const room = limit - pool.busy[secondary ? 1 : 0];
        lock.unlock();
        if (room <= 0) continue;
        auto batch = world.due_webhooks({hook, secondary, static_cast<std::size_t>(room)});
        lock.lock();
        for (auto& delivery : batch) {
          ++pool.busy[secondary ? 1 : 0];
          pool.queue.push_back(std::move(delivery));
        }
        while (pool.workers.size() < static_cast<std::size_t>(pool.busy[0] + pool.busy[1]))
          pool.workers.push_back(thread_of([this, &pool] { work(pool); }));
        if (!batch.empty()) changed.notify_all();
      }
    } while (pause(kLook));
  }

  void watch_losses() {
    std::uint64_t told = 0;
    auto const look = [&] {
      auto const lost = world.webhook_losses();
      if (lost > told)
        tell(fmt::format("webhooks: {} events were not kept: over 25 MB, or too many wait (GET /_sandbox/webhooks counts them)",
                         lost - told));
      told = lost;
    };
    while (pause(kCount)) look();
    look();
  }

  void stop() {
    {
      std::lock_guard const guard(mutex);
      stopping = true;
    }
    changed.notify_all();
    for (auto& command : commands) command.stop();
    for (auto& thread : threads) thread.join();
    for (auto& pool : pools) {
      for (auto& worker : pool.workers) worker.join();
      for (auto const& delivery : pool.queue) left_behind(delivery);
    }
    auto const waiting = world.webhooks_json()["counts"]["waiting"].integer().value_or(0);
    if (waiting > 0) tell(fmt::format("webhooks: {} deliveries still waited when the sandbox ended", waiting));
  }
};

Couriers::Couriers(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Couriers::~Couriers() { impl_->stop(); }

tandem::Result<std::unique_ptr<Couriers>> Couriers::start(World& world, Targets const& targets, Tell tell) {
  auto impl = std::make_unique<Impl>(world, std::move(tell));
  for (auto const& url : targets.urls) {
    if (!is_postable(url))
      return tandem::fail(tandem::ErrorKind::usage, "the webhook URL must be http://… or https://…, not " + url);
  }
  for (auto const& folder : targets.folders) {
    TANDEM_TRY(auto courier, DirectoryCourier::open(folder));
    impl->folders.push_back(std::move(courier));
  }
  auto* const held = impl.get();
  for (std::size_t i = 0; i < targets.folders.size(); ++i) {
    auto const name = numbered("dir", i);
    world.add_webhook({name, Hook::Kind::directory, targets.folders[i]});
    held->threads.push_back(held->thread_of([held, name, &courier = held->folders[i]] { held->carry_in_order(name, courier); }));
  }
  for (std::size_t i = 0; i < targets.commands.size(); ++i) {
    auto const name = numbered("exec", i);
    world.add_webhook({name, Hook::Kind::command, targets.commands[i]});
    auto& courier = held->commands.emplace_back();
    held->threads.push_back(held->thread_of([held, name, &courier] { held->carry_in_order(name, courier); }));
  }
  for (std::size_t i = 0; i < targets.urls.size(); ++i) {
    auto const name = numbered("url", i);
    world.add_webhook({name, Hook::Kind::url, targets.urls[i]});
    auto& pool = held->pools.emplace_back();
    held->threads.push_back(held->thread_of([held, name, &pool] { held->dispatch(name, pool); }));
  }
  held->threads.push_back(held->thread_of([held] { held->watch_losses(); }));
  return std::unique_ptr<Couriers>(new Couriers(std::move(impl)));
}

}  // namespace sandbox
