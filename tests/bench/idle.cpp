// W1: a cycle that finds nothing to do, with nothing, 10,000 and 1,000,000 links (SPEC E6).
//
// The links are written straight into the store; the services need not know of them as long as nothing asks for them.
// Floor: one look at each feed, records, notes and issues, which do not depend on each other: three requests in the time of the slowest.
#include <cstdlib>

#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/link/conversations.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/store/lmdb_store.hpp>

#include "box.hpp"

namespace bench {

namespace {

namespace json = tandem::json;
namespace link = tandem::link;
namespace store = tandem::store;

constexpr std::size_t kACommit = 10'000;

link::Link made_link(std::size_t number) {
  link::Link made;
  made.id = tandem::random_uuid();
  made.item = "bench";
  made.entity = "incident";
  made.record = tandem::random_uuid();
  made.record_number = fmt::format("CAS-{:07}", number);
  made.issue = std::to_string(1'000'000 + number);
  made.issue_key = fmt::format("SUP-{}", 1'000'000 + number);
  made.note_hash = made.remote_hash = "0123456789abcdef0123456789abcdef";
  return made;
}

link::Base made_base(std::size_t number) {
  link::Base base;
  auto const title = fmt::format("Case {} of many", number);
  base.fields["title>summary"] = {title, title};
  base.fields["prioritycode>priority"] = {2, json::Object{{"id", "3"}, {"name", "Medium"}}};
  base.etag = fmt::format("W/\"{}\"", 100 + number);
  base.issue_updated = "2026-11-02T09:00:00.000+0000";
  return base;
}

tandem::Result<tandem::Unit> add_links(std::string const& directory, std::size_t links) {
  store::OpenOptions options;
  options.sync = false;
  TANDEM_TRY(auto const opened, store::LmdbStore::open(directory, options));
  for (std::size_t at = 0; at < links; at += kACommit) {
    TANDEM_CHECK(opened->write([&](store::Writer& writer) -> tandem::Result<tandem::Unit> {
      for (auto number = at; number < std::min(at + kACommit, links); ++number) {
        auto const made = made_link(number);
        TANDEM_CHECK(link::put_link(writer, made));
        TANDEM_CHECK(link::put_base(writer, made.id, made_base(number)));
        TANDEM_CHECK(link::erase_conversation(writer, made.item, made.id));
      }
      return tandem::Unit{};
    }));
  }
  return tandem::Unit{};
}

// In a process of its own: the pages that it touches would count as memory of every process that is started from here.
void fill(std::string const& directory, std::size_t links) {
  auto const child = ::fork();
  if (child == 0) {
    auto const done = add_links(directory, links);
    if (!done) fmt::print(stderr, "tandem_bench: {}\n", done.error().to_line());
    ::_exit(done ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) std::exit(1);
}

Run prepare(Surroundings const& around, std::size_t links) {
  auto const box = std::make_shared<Box>(around);
  box->apply(bench_item(), {"--baseline", "all"});
  box->settle();
  if (links > 0) fill(box->store(), links);
  box->documented();
  box->cycle();  // the first look at a store that somebody else wrote
  return [box] {
    box->advance("15m");
    auto const began = std::chrono::system_clock::now();
    auto out = box->cycle();
    auto const first = box->first_request_after(began);
    out.units = 1;
    out.floor = {{3, kDataverse}};
    out.figures = {{"requests", static_cast<double>(out.all_requests()), 4, {}},
                   {"CPU, ms", out.cpu.count() * 1000, 50, {}},
                   {"memory, MB", static_cast<double>(out.peak_kilobytes) / 1024, 32, {}},
                   {"start to first request, ms", first.count() * 1000, 20, {}}};
    return out;
  };
}

}  // namespace

void add_idle(std::vector<Workload>& all) {
  for (std::size_t const links : {0UL, 10'000UL, 1'000'000UL}) {
    all.push_back({fmt::format("W1-idle-{}", links), fmt::format("a cycle with nothing to do, beside {} links", links),
                   [links](Surroundings const& around) { return prepare(around, links); }});
  }
}

}  // namespace bench
