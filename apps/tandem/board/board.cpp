#include "board/board.hpp"

#include <algorithm>

#include <tandem/connection/stored_connection.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/sync/conversation/journal.hpp>
#include <tandem/sync/event/outbox.hpp>
#include <tandem/sync/feed_state.hpp>
#include <tandem/sync/waiting.hpp>

namespace tandem::cli {

namespace {

constexpr std::size_t kMostRuns = 1000;  // as many as are kept
constexpr std::size_t kMostListed = 100'000;

void find_parts(BoardItem& item, std::vector<sync::RunRecord> const& runs) {
  for (std::size_t i = 0; i < runs.size() && !item.last_read; ++i) {
    auto const& parts = runs[i].items;
    auto const found = std::find_if(parts.begin(), parts.end(), [&](auto const& part) { return part.item == item.name; });
    if (found == parts.end()) continue;
    if (!item.last) item.last = ItemPart{i, *found};
    if (runs[i].scope != sync::RunScope::issue) item.last_read = ItemPart{i, *found};
  }
}

// The newest run that was told something: a run that was refused at the door knows nothing of the other service.
http::LimitSeen last_seen(std::vector<sync::RunRecord> const& runs, http::LimitSeen sync::RunRecord::*limit) {
  for (auto const& run : runs) {
    if ((run.*limit).told()) return run.*limit;
  }
  return {};
}

std::vector<Expiry> expiries_of(connection::Settings const& settings, Instant now) {
  using connection::EntraCredential;
  using connection::JiraCredential;
  std::vector<Expiry> out;
  switch (settings.entra_credential) {
    case EntraCredential::client_secret:
      out.push_back({"the client secret",
                     "--client-secret-expires",
                     "tandem auth set --client-secret-stdin",
                     settings.client_secret_expires,
                     {}});
      break;
    case EntraCredential::certificate:
      out.push_back({"the certificate", "", "tandem auth set --certificate FILE", settings.certificate_expires, {}});
      break;
    case EntraCredential::federated_token: break;  // asked for anew each time
  }
  out.push_back({settings.jira_credential == JiraCredential::api_token ? "the Jira token" : "the Jira client secret",
                 "--jira-token-expires",
                 settings.jira_credential == JiraCredential::api_token ? "tandem auth set --jira-token-stdin"
                                                                       : "tandem auth set --jira-client-secret-stdin",
                 settings.jira_token_expires,
                 {}});
  auto const today = std::chrono::floor<std::chrono::days>(now);
  for (auto& one : out) {
    if (auto const day = parse_date(one.date)) one.days = (std::chrono::sys_days{*day} - today).count();
  }
  return out;
}

}  // namespace

std::size_t BoardItem::parked() const {
  return static_cast<std::size_t>(std::count_if(retries.begin(), retries.end(), [](auto const& one) { return one.parked; }));
}

std::size_t BoardItem::waiting() const { return retries.size() - parked() + unsettled; }

std::size_t Board::parked() const {
  std::size_t count = 0;
  for (auto const& item : items) count += item.parked();
  return count;
}

int Board::exit() const { return parked() > 0 || !held.empty() ? exit_code(ErrorKind::remote) : 0; }

Result<Board> read_board(store::Store& store, std::string connection, Instant now) {
  Board board;
  board.connection = std::move(connection);
  board.now = now;
  TANDEM_TRY(auto const stored, connection::ConnectionStore(store).load());
  if (stored) {
    board.organisation = stored->settings.organisation_url;
    board.jira = stored->settings.jira_url;
    board.expiries = expiries_of(stored->settings, now);
  }
  TANDEM_CHECK(store.read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(board.runs, sync::last_runs(reader, kMostRuns));
    TANDEM_TRY(board.event_runs, sync::last_event_runs(reader, kMostRuns));
    TANDEM_TRY(board.intents, sync::open_intents(reader));
    TANDEM_TRY(board.open_conversations, sync::conversation::count_intents(reader));
    TANDEM_TRY(auto items, mapping::load_items(reader));
    for (auto& [name, definition] : items) {
      BoardItem item;
      item.name = name;
      if (auto parsed = mapping::item_of(definition)) item.item = std::move(*parsed);
      item.stored = std::move(definition);
      TANDEM_TRY(item.links, link::count_links(reader, name));
      TANDEM_TRY(item.retries, sync::waiting_of(reader, name, kMostListed));
      TANDEM_TRY(auto const feed, sync::Feed(name).load(reader));
      if (feed) item.watermark = feed->watermark;
      item.unsettled = static_cast<std::size_t>(
          std::count_if(board.intents.begin(), board.intents.end(), [&](auto const& intent) { return intent.item == name; }));
      find_parts(item, board.runs);
      board.items.push_back(std::move(item));
    }
    TANDEM_TRY(board.held, sync::all_held(reader, kMostListed));
    TANDEM_TRY(board.events, sync::event::count_waiting(reader));
    TANDEM_TRY(auto const first, sync::event::waiting(reader, 0, 1));
    if (!first.empty()) board.oldest_event = first.front().hint.at;
    return Unit{};
  }));
  board.schedule = schedule_of(board.runs, now);
  board.dataverse_limit = last_seen(board.runs, &sync::RunRecord::dataverse);
  board.jira_limit = last_seen(board.runs, &sync::RunRecord::jira);
  return board;
}

Instant machine_time() { return std::chrono::floor<Millis>(std::chrono::system_clock::now()); }

}  // namespace tandem::cli
