// Fakes of the connection tests: a scripted transport, a clock that never waits, a store in memory.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <tandem/base/time/clock.hpp>
#include <tandem/connection/http/transport.hpp>
#include <tandem/store/store.hpp>

namespace tandem::test {

using Reply = Result<http::Response>;

inline http::Response answer(int status, std::string body = {}, std::vector<http::Header> headers = {}) {
  http::Response response;
  response.status = status;
  response.headers = std::move(headers);
  response.body = std::move(body);
  return response;
}
inline Reply error(ErrorKind kind, std::string reason = {}) {
  Error e{kind, "scripted", {}};
  if (!reason.empty()) e.context.emplace_back("reason", std::move(reason));
  return fail(std::move(e));
}

// Answers in order, the last one for ever; remembers what it was sent.
class ScriptedTransport final : public http::Transport {
 public:
  std::deque<std::function<Reply(http::Request const&)>> script;
  std::vector<http::Request> sent;

  ScriptedTransport& then(http::Response response) {
    script.push_back([response = std::move(response)](http::Request const&) -> Reply { return response; });
    return *this;
  }
  ScriptedTransport& then_error(ErrorKind kind, std::string reason = {}) {
    script.push_back([kind, reason = std::move(reason)](http::Request const&) { return error(kind, reason); });
    return *this;
  }
  ScriptedTransport& then_do(std::function<Reply(http::Request const&)> act) {
    script.push_back(std::move(act));
    return *this;
  }
  Result<http::Response> send(http::Request const& request) override {
    sent.push_back(request);
    if (script.empty()) return fail(ErrorKind::internal, "the script has no answer for " + request.endpoint);
    auto act = script.front();
    if (script.size() > 1) script.pop_front();
    return act(request);
  }
};

// Routes by "METHOD /path?query" prefix; the longest prefix wins. For clients that make several requests.
class RoutedTransport final : public http::Transport {
 public:
  std::map<std::string, http::Response> routes;
  std::vector<std::string> sent;
  std::string base;  // cut off the URL
  Result<http::Response> send(http::Request const& request) override {
    auto const target = request.url.starts_with(base) ? request.url.substr(base.size()) : request.url;
    auto const line = request.method + " " + target;
    sent.push_back(line);
    http::Response const* best = nullptr;
    std::size_t length = 0;
    for (auto const& [prefix, response] : routes) {
      if (line.starts_with(prefix) && prefix.size() >= length) {
        best = &response;
        length = prefix.size();
      }
    }
    if (best == nullptr) return answer(404, R"({"error":{"code":"0x80060888","message":"no route"}})");
    return *best;
  }
};

class FakeClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point at{std::chrono::hours(1000)};
  std::vector<Millis> slept;
  std::chrono::steady_clock::time_point now() override { return at; }
  bool sleep_for(Millis wait, std::function<bool()> const& stop) override {
    if (stop && stop()) return false;
    slept.push_back(wait);
    at += wait;
    return true;
  }
};

inline std::string_view header(http::Request const& request, std::string_view name) {
  for (auto const& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return "";
}

class MemoryStore final : public store::Store {
 public:
  using Tables = std::map<std::string, std::map<std::string, std::string>, std::less<>>;
  Tables tables;
  std::size_t writes = 0;

  Result<Unit> read(std::function<Result<Unit>(store::Reader&)> const& body) override {
    Door door(tables);
    return body(door);
  }
  Result<Unit> write(std::function<Result<Unit>(store::Writer&)> const& body) override {
    auto copy = tables;
    Door door(copy);
    TANDEM_CHECK(body(door));
    tables = std::move(copy);
    ++writes;
    return Unit{};
  }
  // Everything in it as one text, to search for what must not be there.
  [[nodiscard]] std::string dump() const {
    std::string all;
    for (auto const& [name, rows] : tables) {
      for (auto const& [key, value] : rows) all += name + " " + key + " " + value + "\n";
    }
    return all;
  }

 private:
  class Door final : public store::Writer {
   public:
    explicit Door(Tables& tables) : tables_(tables) {}
    Result<std::optional<std::string>> get(std::string_view table, std::string_view key) override {
      auto& rows = tables_[std::string(table)];
      auto const found = rows.find(std::string(key));
      return found == rows.end() ? std::optional<std::string>{} : std::optional(found->second);
    }
    Result<Unit> scan(std::string_view table, std::string_view prefix, std::string_view from, Visit const& visit) override {
      auto const rows = tables_[std::string(table)];
      for (auto const& [key, value] : rows) {
        if (!key.starts_with(prefix) || key < from) continue;
        TANDEM_TRY(auto const more, visit(key, value));
        if (!more) break;
      }
      return Unit{};
    }
    Result<std::size_t> count(std::string_view table) override { return tables_[std::string(table)].size(); }
    Result<Unit> put(std::string_view table, std::string_view key, std::string_view value) override {
      tables_[std::string(table)][std::string(key)] = value;
      return Unit{};
    }
    Result<Unit> erase(std::string_view table, std::string_view key) override {
      tables_[std::string(table)].erase(std::string(key));
      return Unit{};
    }

   private:
    Tables& tables_;
  };
};

}  // namespace tandem::test
