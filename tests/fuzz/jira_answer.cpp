#include <tandem/connection/jira/client.hpp>

#include "answers.hpp"
#include "targets.hpp"

namespace fuzz {

void jira_answer(std::string_view bytes) {
  using namespace tandem;
  auto const answer = read_answer(bytes);
  OneAnswer wire(answer.response);
  jira::Client client("https://site.example", "https://site.example", wire);
  jira::Project const project;
  std::vector<std::string> const ids{"10001", "10002"}, fields{"summary"}, none;
  switch (answer.call % 30) {
    case 0: return judge(client.search({"project = SUP", fields, none, 50}));
    case 1: return judge(client.bulk_fetch(ids, fields, none));
    case 2: return judge(client.get("SUP-1", fields, none));
    case 3: return judge(client.create_issues({json::Object{}, json::Object{}}));
    case 4: return judge(client.edit("10001", {}));
    case 5: return judge(client.transitions("10001"));
    case 6: return judge(client.transition("10001", {}));
    case 7: return judge(client.changelogs(ids, fields));
    case 8: return judge(client.remote_link("10001", "id"));
    case 9: return judge(client.put_remote_link("10001", {{"globalId", "id"}}));
    case 10: return judge(client.property("10001", "tandem.link"));
    case 11: return judge(client.put_property("10001", "tandem.link", {}));
    case 12: return judge(client.comments("10001"));
    case 13: return judge(client.comments_by_id(ids));
    case 14: return judge(client.add_comment("10001", {}, {}));
    case 15: return judge(client.edit_comment("10001", "1", {}));
    case 16: return judge(client.file_limit());
    case 17: return judge(client.download("1", 1 << 20, [](std::string_view) -> Result<Unit> { return Unit{}; }));
    case 18: return judge(client.find_users("alice"));
    case 19: return judge(client.user("1"));
    case 20: return judge(client.project("SUP"));
    case 21: return judge(client.issue_types("SUP"));
    case 22: return judge(client.create_fields("SUP", "10002"));
    case 23: return judge(client.all_fields());
    case 24: return judge(client.statuses("SUP", "10002"));
    case 25: return judge(client.parts(project, jira::PartKind::component));
    case 26: return judge(client.resolutions());
    case 27: return judge(client.my_permissions("SUP", {"BROWSE_PROJECTS"}));
    case 28: return judge(client.myself());
    default: return judge(client.server_time());
  }
}

}  // namespace fuzz
