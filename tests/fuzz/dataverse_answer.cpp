#include <tandem/connection/dataverse/client.hpp>

#include "answers.hpp"
#include "targets.hpp"

namespace fuzz {

void dataverse_answer(std::string_view bytes) {
  using namespace tandem;
  auto const answer = read_answer(bytes);
  OneAnswer wire(answer.response);
  dataverse::Client client("https://org.example", wire);
  std::string const id = "5b7bd837-9654-5f96-9c8e-ca038d098f6b";
  std::vector<std::string> const columns{"title"};
  dataverse::Query const query{"incidents", "incidentid", columns, "", "modifiedon asc", 250, true};
  switch (answer.call % 15) {
    case 0: {
      auto page = client.query(query);
      while (page && !page->next_link.empty()) page = client.next(*page, query);
      return judge(page);
    }
    case 1: return judge(client.get("incidents", "incidentid", id, columns));
    case 2: return judge(client.update("incidents", "incidentid", id, "W/\"1\"", {}, columns));
    case 3: return judge(client.create_with_id("annotations", id, {}));
    case 4: {
      auto const all = client.create_many_with_id({{"annotations", id, {}}, {"annotations", id, {}}});
      if (all) {
        for (auto const& one : *all) judge(one);
      }
      return judge(all);
    }
    case 5: return judge(client.act("CloseIncident", {}));
    case 6: return judge(client.remove("annotations", id));
    case 7: return judge(client.create_note(id, {}));
    case 8: return judge(client.download_note_file(id, 1 << 20, [](std::string_view) -> Result<Unit> { return Unit{}; }));
    case 9: return judge(client.entity("incident"));
    case 10: return judge(client.entity_names());
    case 11: return judge(client.modules({}));
    case 12: return judge(client.user_privileges(id));
    case 13: return judge(client.organization(id));
    default: return judge(client.who_am_i());
  }
}

}  // namespace fuzz
